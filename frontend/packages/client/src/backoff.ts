// How long to wait before the next attempt: exponential, with full jitter.

export interface Backoff {
  /** Milliseconds of the first, undoubled wait. */
  base: number;
  /** Milliseconds that no wait exceeds. */
  cap: number;
  /** The part of a wait that is not left to chance. */
  sure: number;
}

export const NORMAL: Backoff = { base: 500, cap: 30_000, sure: 0 };
/** For refusals that more attempts would only prolong (4429): never short by luck. */
export const LONG: Backoff = { base: 15_000, cap: 120_000, sure: 0.5 };

/** Milliseconds until attempt number `attempt` (0 first): at most min(cap, base × 2^attempt), anything below that. */
export const delay = (attempt: number, random: () => number, { base, cap, sure }: Backoff = NORMAL): number =>
  Math.round((sure + (1 - sure) * random()) * Math.min(cap, base * 2 ** attempt));
