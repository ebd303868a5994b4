// Numbers, money, durations and instants as a person reads them: in the document's zone and currency. Null is "—".

export const NOTHING = "—";

export type Kind = "count" | "money" | "percent" | "seconds" | "minutes" | "rating" | "date" | "text";
type Maybe<T> = T | null | undefined;

export interface Formatter {
  readonly timeZone: string;
  readonly currency: string;
  count(value: Maybe<number>): string;
  /** Counts that may be large, shortened: 12.4K. */
  compact(value: Maybe<number>): string;
  money(value: Maybe<number>): string;
  /** Money without cents where they are noise, for axes and cards. */
  roundMoney(value: Maybe<number>): string;
  /** 0–100, with at most one decimal. */
  percent(value: Maybe<number>): string;
  /** Out of five. */
  rating(value: Maybe<number>): string;
  /** 14:05 */
  time(instant: Maybe<string | number>): string;
  /** 3 Mar */
  date(instant: Maybe<string | number>): string;
  /** 3 Mar, 14:05; only the time if that is today. */
  moment(instant: Maybe<string | number>, now: number): string;
  value(kind: Kind, value: Maybe<number | string>): string;
}

const isNothing = (value: unknown): value is null | undefined => value === null || value === undefined || Number.isNaN(value);

/** A zone that this browser does not know is shown as UTC rather than not at all. */
function knownZone(timeZone: string): string {
  try {
    new Intl.DateTimeFormat("en", { timeZone });
    return timeZone;
  } catch {
    return "UTC";
  }
}

export function createFormatter(
  { timeZone = "UTC", currency = "USD", locale }: { timeZone?: string; currency?: string; locale?: string } = {},
): Formatter {
  const zone = knownZone(timeZone);
  const number = (options: Intl.NumberFormatOptions) => {
    const format = new Intl.NumberFormat(locale, options);
    return (value: Maybe<number>) => (isNothing(value) ? NOTHING : format.format(value));
  };
  const instant = (options: Intl.DateTimeFormatOptions) => {
    const format = new Intl.DateTimeFormat(locale, { timeZone: zone, ...options });
    return (value: Maybe<string | number>) => {
      const at = isNothing(value) ? Number.NaN : new Date(value).getTime();
      return Number.isNaN(at) ? NOTHING : format.format(at);
    };
  };
  const count = number({ maximumFractionDigits: 1 });
  const percent = number({ style: "unit", unit: "percent", maximumFractionDigits: 1 });
  const money = number({ style: "currency", currency });
  const day = instant({ year: "numeric", month: "numeric", day: "numeric" });
  const time = instant({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const date = instant({ day: "numeric", month: "short" });
  const dateAndTime = instant({ day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const rating = number({ minimumFractionDigits: 1, maximumFractionDigits: 1 });

  const format: Formatter = {
    timeZone: zone,
    currency,
    count,
    compact: number({ notation: "compact", maximumFractionDigits: 1 }),
    money,
    roundMoney: number({ style: "currency", currency, notation: "compact", maximumFractionDigits: 1 }),
    percent,
    rating: (value) => (isNothing(value) ? NOTHING : `${rating(value)} / 5`),
    time,
    date,
    moment: (value, now) => (day(value) === day(now) ? time(value) : dateAndTime(value)),
    value(kind, value) {
      if (isNothing(value)) return NOTHING;
      if (kind === "date") return date(value);
      if (typeof value === "string") return value === "" ? NOTHING : value;
      switch (kind) {
        case "money":
          return money(value);
        case "percent":
          return percent(value);
        case "seconds":
          return duration(value);
        case "minutes":
          return `${count(value)} min`;
        case "rating":
          return format.rating(value);
        default:
          return count(value);
      }
    },
  };
  return format;
}

/** 8s, 2m 05s, 1h 04m, 3d 2h: two units at most. */
export function duration(seconds: Maybe<number>): string {
  if (isNothing(seconds)) return NOTHING;
  const s = Math.max(0, Math.round(seconds));
  const pad = (value: number) => String(value).padStart(2, "0");
  if (s < 60) return `${s}s`;
  if (s < 3600) return `${Math.floor(s / 60)}m ${pad(s % 60)}s`;
  if (s < 86_400) return `${Math.floor(s / 3600)}h ${pad(Math.floor((s % 3600) / 60))}m`;
  return `${Math.floor(s / 86_400)}d ${Math.floor((s % 86_400) / 3600)}h`;
}

/** A running clock: 0:08, 12:05, 1:04:09. */
export function clock(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds));
  const pad = (value: number) => String(value).padStart(2, "0");
  const [h, m] = [Math.floor(s / 3600), Math.floor((s % 3600) / 60)];
  return h > 0 ? `${h}:${pad(m)}:${pad(s % 60)}` : `${m}:${pad(s % 60)}`;
}

/** How long ago, coarsely: now, 12 s, 4 min, 3 h, 2 d. */
export function age(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1000));
  if (s < 2) return "now";
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min`;
  if (s < 86_400) return `${Math.floor(s / 3600)} h`;
  return `${Math.floor(s / 86_400)} d`;
}

/** `callback_requested` → Callback requested. */
export function words(value: Maybe<string>): string {
  if (!value) return NOTHING;
  const text = value.replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}
