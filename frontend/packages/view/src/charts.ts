// Values for the charts, and the words that stand for a chart where it cannot be seen.
import type { Formatter } from "./format.ts";
import { words } from "./format.ts";
import type { BillingRevenue } from "./types.ts";

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
