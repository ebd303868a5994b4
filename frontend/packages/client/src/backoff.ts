// How long to wait before the next attempt: exponential, with full jitter.

export interface Backoff {
  /** Milliseconds of the first, undoubled wait. */
  base: number;
  /** Milliseconds that no wait exceeds. */
  cap: number;
}

export const NORMAL: Backoff = { base: 500, cap: 30_000 };
/** For refusals that more attempts would only prolong (4429). */
export const LONG: Backoff = { base: 15_000, cap: 120_000 };

/** Milliseconds until attempt number `attempt` (0 first): uniform in [0, min(cap, base × 2^attempt)). */
export function delay(attempt: number, random: () => number, { base, cap }: Backoff = NORMAL): number {
  return Math.round(random() * Math.min(cap, base * 2 ** Math.min(attempt, 30)));
}

/** As `delay`, but in the upper half of the range, so that a long backoff is never short by luck. */
export function longDelay(attempt: number, random: () => number): number {
  const ceiling = delay(attempt, () => 1, LONG);
  return Math.round(ceiling / 2 + (random() * ceiling) / 2);
}
