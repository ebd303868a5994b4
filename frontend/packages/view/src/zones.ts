// What a date-and-time field of a form shows and means: the wall clock of the document's zone, not of this machine.

/** How far the zone's wall clock is ahead of UTC at that moment, in milliseconds. */
function offset(at: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric",
  }).formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((each) => each.type === type)?.value);
  return Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second")) - Math.floor(at / 1000) * 1000;
}

/** An instant as the value of a `datetime-local` field: 2026-03-02T14:30. */
export function toWallClock(instant: string | number, timeZone: string): string {
  const at = new Date(instant).getTime();
  return Number.isNaN(at) ? "" : new Date(at + offset(at, timeZone)).toISOString().slice(0, 16);
}

/** The instant of such a value, ISO 8601 in UTC; null for one that is empty or no date. */
export function fromWallClock(text: string, timeZone: string): string | null {
  const asUtc = Date.parse(`${text}Z`);
  if (Number.isNaN(asUtc)) return null;
  // The offset at a first guess is the right one, unless clocks change between the guess and the instant.
  const guess = asUtc - offset(asUtc, timeZone);
  return new Date(asUtc - offset(guess, timeZone)).toISOString();
}
