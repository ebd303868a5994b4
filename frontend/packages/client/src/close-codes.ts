// What each close code tells a client to do: the protocol's table, as a function.
import type { ErrorFrame } from "./frames.ts";

export const RESTART = 4012;
export const PROTOCOL_VIOLATION = 4400;
export const UNAUTHENTICATED = 4401;
export const FORBIDDEN = 4403;
export const TOO_SLOW = 4408;
export const TOO_MANY = 4429;
export const NO_CAPACITY = 4503;

export type Verdict =
  /** Reconnect after a backoff with full jitter. */
  | "reconnect"
  /** Reconnect after the delay that `goodbye` named. */
  | "restart"
  /** Reconnect after a long backoff. */
  | "reconnect_later"
  /** Refresh the token once, then reconnect; else sign in. */
  | "refresh_token"
  /** Give up and say so. */
  | "give_up";

/** The verdict on a closed socket; `error` is the fatal error frame that came before it, if any. */
export function verdict(code: number, error: ErrorFrame | null = null): Verdict {
  switch (code) {
    case RESTART:
      return "restart";
    case PROTOCOL_VIOLATION:
    case FORBIDDEN:
      return "give_up";
    case UNAUTHENTICATED:
      return "refresh_token";
    case TOO_MANY:
      return "reconnect_later";
    case TOO_SLOW:
    case NO_CAPACITY:
      return "reconnect";
  }
  if (code < 4000) return "reconnect";
  // A code of a newer server: its error frame says what to do.
  if (error?.retry === "never") return "give_up";
  return error?.retry === "refresh_token" ? "refresh_token" : "reconnect";
}
