// What the components of every kit take, under the same names.
import type { Bar, ChartSpec, Line } from "./charts.ts";
import type { Kind } from "./format.ts";
import type { IconName } from "./icons.ts";
import type { MetricSpec } from "./sections.ts";
import type { ActionColor, Trend } from "./types.ts";

export interface MetricProps {
  /** `section.key`, for the definition. */
  path?: string;
  label: string;
  value: number | string | null;
  kind: Kind;
  exception?: "error" | "warning" | undefined;
  url?: string | undefined;
}

export interface MetricListProps {
  section: string;
  data: unknown;
  metrics: readonly MetricSpec[];
}

export interface SummaryCardProps {
  title: string;
  /** Already formatted; a number is written as a count. */
  value: string | number | null;
  /** Percent, against the period before; null: nothing to compare with. */
  change?: number | null | undefined;
  trend?: Trend["trend"] | undefined;
  /** What the trend is of, where it is not of the value itself: new users, beside how many there are. */
  trendOf?: string | undefined;
  icon?: IconName;
  /** `error` and `warning` mark an exception. */
  color?: string | undefined;
  /** The path of the figure's definition. */
  path?: string;
  url?: string | undefined;
}

export interface QuickActionCardProps {
  title: string;
  description: string;
  icon: string;
  count?: number | null | undefined;
  enabled?: boolean | undefined;
  color?: ActionColor | undefined;
  onClick?: () => void;
  /** Where the card leads; without it the card is a button. */
  url?: string | undefined;
  /** The action's id, which decides its icon. */
  id?: string;
}

export interface BarListProps {
  title: string;
  /** The path of the definition. */
  path?: string;
  bars: readonly Bar[];
  /** Colours for well-known bars, by id: a tone of the palette. */
  tones?: Readonly<Record<string, string>>;
  empty?: string;
}

export type ShareBarProps = Pick<BarListProps, "title" | "path" | "bars">;

export interface MeterProps {
  label: string;
  /** The path of the definition. */
  path?: string;
  text: string;
  percent: number | null;
  tone?: string;
}

export interface LineChartProps extends Omit<ChartSpec, "path"> {
  /** The path of the definition. */
  path?: string;
  line: Line;
  format: (value: number) => string;
  /** How numbers are written at the axis, where there is little room; as others if not given. */
  short?: (value: number) => string;
}
