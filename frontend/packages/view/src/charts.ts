// Values for the charts, and the words that stand for a chart where it cannot be seen.
import type { Formatter } from "./format.ts";
import { words } from "./format.ts";
import type { PlotShape } from "./plot.ts";
import { LEADS } from "./sections.ts";
import type { BillingRevenue, CallStatistics, CustomerManagement, SubscriptionMetrics } from "./types.ts";

export interface Bar {
  id: string;
  label: string;
  value: number;
  /** 0–100, of the whole; null when the whole is nothing. */
  share: number | null;
  /** The path of its definition, if it has one of its own. */
  path?: string;
}

export interface Line {
  /** Seconds since the epoch, ascending, or plain indices. */
  x: number[];
  y: (number | null)[];
  /** What each place is called, for the axis and the table. */
  labels: string[];
}

/** Bars of a list of counts, in its own order. */
export function bars<T>(items: readonly T[], label: (item: T) => string, value: (item: T) => number): Bar[] {
  const whole = items.reduce((sum, item) => sum + value(item), 0);
  return items.map((item) => ({
    id: label(item),
    label: words(label(item)),
    value: value(item),
    share: whole > 0 ? (100 * value(item)) / whole : null,
  }));
}

export const outcomeBars = (outcomes: CallStatistics["calls_by_outcome"]): Bar[] => bars(outcomes, (item) => item.outcome, (item) => item.count);
export const directionBars = (types: CallStatistics["calls_by_type"]): Bar[] => bars(types, (item) => item.call_type, (item) => item.count);
export const planBars = (plans: SubscriptionMetrics["subscription_by_plans"]): Bar[] => bars(plans, (item) => item.plan__name, (item) => item.count);

/** From cold lead to customer; each step has a definition of its own. */
export function leadBars(customers: CustomerManagement): Bar[] {
  const drawn = bars(LEADS, (step) => step.label, (step) => customers[step.key]);
  return drawn.map((bar, index) => ({ ...bar, path: `customer_management.${LEADS[index]?.key}` }));
}

/** Tones of the palette for well-known outcomes. */
export const OUTCOME_TONES: Readonly<Record<string, string>> = { converted: "success", interested: "success", callback_requested: "info" };

export interface SharePart extends Bar {
  /** Where it begins, 0–100. */
  start: number;
  /** 1–5: its shade. */
  shade: number;
}

/** Bars one behind the other, as parts of one whole. */
export function shareParts(items: readonly Bar[]): SharePart[] {
  let start = 0;
  return items.map((bar, index) => {
    const part = { ...bar, start, shade: (index % 5) + 1 };
    start += bar.share ?? 0;
    return part;
  });
}

/** What a chart is called, in sight and in its table. */
export interface ChartSpec {
  title: string;
  /** The path of the definition. */
  path: string;
  shape: PlotShape;
  /** Heads of the table's two columns. */
  heads: readonly [string, string];
}

export const HOURLY_CHART: ChartSpec = { title: "Calls by hour, today", path: "call_statistics.hourly", shape: "columns", heads: ["Hour", "Calls"] };
export const DAILY_CHART: ChartSpec = { title: "Revenue by day, 30 days", path: "billing_revenue.daily", shape: "line", heads: ["Day", "Revenue"] };

/** Calls by wall-clock hour. */
export function hourlyLine(hourly: readonly number[]): Line {
  return {
    x: hourly.map((_, hour) => hour),
    y: [...hourly],
    labels: hourly.map((_, hour) => `${String(hour).padStart(2, "0")}:00`),
  };
}

/** Revenue by local day; dates are days of the calendar, not instants. */
export function dailyLine(daily: BillingRevenue["daily"]): Line {
  const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", timeZone: "UTC" });
  return {
    x: daily.map((_, index) => index),
    y: daily.map(({ amount }) => amount),
    labels: daily.map(({ date }) => {
      const at = Date.parse(`${date}T00:00:00Z`);
      return Number.isNaN(at) ? date : day.format(at);
    }),
  };
}

/** One sentence for a line: its sum and its peak. */
export function lineSummary(line: Line, format: (value: number) => string): string {
  const values = line.y.map((value) => value ?? 0);
  const peak = values.indexOf(Math.max(...values, 0));
  const sum = values.reduce((a, b) => a + b, 0);
  if (values.length === 0 || sum === 0) return "Nothing yet.";
  return `${format(sum)} in all, most at ${line.labels[peak] ?? ""}: ${format(values[peak] ?? 0)}.`;
}

export function barsSummary(items: readonly Bar[], format: Formatter): string {
  return items.map(({ label, value, share }) => `${label} ${format.count(value)} (${format.percent(share)})`).join(", ");
}
