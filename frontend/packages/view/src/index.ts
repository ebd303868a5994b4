// Everything that the package offers.
export * from "./charts.ts";
export * from "./connection.ts";
export * from "./format.ts";
export * from "./icons.ts";
export * from "./sections.ts";
export type * from "./types.ts";
export * from "./zones.ts";
