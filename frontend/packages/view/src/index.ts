// Everything that the package offers.
export * from "./charts.ts";
export * from "./connection.ts";
export * from "./format.ts";
export * from "./icons.ts";
export * from "./layout.ts";
export * from "./marks.ts";
export * from "./notices.ts";
export * from "./plan.ts";
export * from "./plot.ts";
export type * from "./props.ts";
export * from "./rows.ts";
export * from "./sections.ts";
export * from "./ticks.ts";
export * from "./times.ts";
export type * from "./types.ts";
export * from "./zones.ts";
