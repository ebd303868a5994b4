// What each close code tells a client to do: the protocol's table, as data.
import type { ErrorFrame } from "./frames.ts";

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

const VERDICTS: Partial<Record<number, Verdict>> = {
  4012: "restart", // after `goodbye`
  4400: "give_up", // protocol violation
  4401: "refresh_token", // token missing, invalid, expired or revoked; role changed
  4403: "give_up", // account disabled, or a role without a dashboard
  4429: "reconnect_later", // too many frames or connections
};
/** Codes from here on are the server's own; those below are of the network. */
const APPLICATION = 4000;

/** The verdict on a closed socket; `error` is the fatal error frame that came before it, if any. */
export function verdict(code: number, error: ErrorFrame | null = null): Verdict {
  const known = VERDICTS[code];
  if (known) return known;
  // 4408 (too slow), 4503 (no capacity), or a code of a newer server: the error frame says what to do.
  const retry = code < APPLICATION ? null : error?.retry;
  if (retry === "never") return "give_up";
  return retry === "refresh_token" ? retry : "reconnect";
}
