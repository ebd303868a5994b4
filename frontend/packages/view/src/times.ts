// What a time that ticks says, and whether it is late.
import { age, clock, duration, NOTHING } from "./format.ts";

export interface TimerView {
  text: string;
  late: boolean;
}

/** Somebody who waits longer is late; as in the alert for the queue. */
export const LONG_WAIT_S = 60;

/** A clock that runs since an instant: 1:23. */
export function sinceView(instant: string, now: number, warnAfter = Number.POSITIVE_INFINITY): TimerView {
  const seconds = (now - Date.parse(instant)) / 1000;
  return { text: Number.isNaN(seconds) ? NOTHING : clock(seconds), late: seconds > warnAfter };
}

/** How far an instant lies ahead, or behind: in 5m 10s, 12m 03s overdue. */
export function dueView(instant: string, now: number): TimerView {
  const seconds = (Date.parse(instant) - now) / 1000;
  if (Number.isNaN(seconds)) return { text: NOTHING, late: false };
  return seconds < 0 ? { text: `${duration(-seconds)} overdue`, late: true } : { text: `in ${duration(seconds)}`, late: false };
}

/** For how long an alert stands: for 4 min. */
export const standingFor = (since: string, now: number): string => `for ${age(Math.max(now - Date.parse(since), 2000))}`;
