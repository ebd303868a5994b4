// The state of one client, the events that change it and the effects that they ask for. Types and views, no logic.
import type { Documents } from "./documents.ts";
import type { ClientFrame, ErrorFrame, JsonObject, Position, ServerFrame, WelcomeUser } from "./frames.ts";
import type { Claims } from "./tokens.ts";

export type Status = "connecting" | "live" | "reconnecting" | "polling" | "stale" | "signed_out" | "refused";

export interface Problem {
  code: string;
  message: string;
}

export type Timer =
  | "retry" // the next attempt to connect
  | "handshake" // from opening a socket to the first document
  | "watch" // silence on a live socket
  | "probe" // our own ping is unanswered
  | "token" // the access token nears its end
  | "fallback" // not live for too long: start to poll
  | "poll"
  | "stale" // the data just became too old
  | "stable"; // live for so long that earlier failures are forgotten

export interface State {
  /** `open`: from the server's welcome on. */
  readonly phase: "idle" | "token" | "opening" | "open" | "waiting";
  /** Counts the runs of one user each: the answer to a question of an earlier one is dropped. */
  readonly run: number;
  /** Set when the client has given up: signed out, or refused by the server. */
  readonly ended: "signed_out" | "refused" | null;
  readonly problem: Problem | null;
  /** The number of the present socket; what older ones report is ignored. */
  readonly socket: number;
  /** Failures since the connection was last stable. */
  readonly attempt: number;
  readonly retryAt: number | null;
  /** The present socket has a token fresh from a refresh: a 4401 to that one is the end of the sign-in. */
  readonly refreshed: boolean;
  /** The next token must be a fresh one. */
  readonly refreshNext: boolean;

  /** Whose token it was, where a token says so. */
  readonly tokenUser: Claims["user_id"];
  readonly user: WelcomeUser | null;
  /** Scopes that this connection must still deliver before it counts as live. */
  readonly missing: readonly string[];
  /** When a snapshot was asked for that has not come yet, by scope. */
  readonly resyncing: Readonly<Record<string, number>>;
  readonly live: boolean;
  readonly pingMs: number;
  readonly lastFrameAt: number;
  readonly probing: boolean;
  /** What `goodbye` asked for, and the fatal error frame, until the close that follows. */
  readonly goodbyeMs: number | null;
  readonly fatal: ErrorFrame | null;

  readonly documents: Documents;
  /** What the screen shows (or would, were it not paused). */
  readonly shown: JsonObject | null;
  /** Where a polled document stood: the live one takes over once it is there too. */
  readonly floor: Readonly<Record<string, Position>>;
  readonly changedAt: number | null;
  readonly confirmedAt: number | null;
  readonly clockOffset: number;

  readonly polling: boolean;
  readonly pollRunning: boolean;
  /** The server asked for time before the next poll. */
  readonly pollHeld: boolean;
  readonly polledAt: number | null;
  readonly etag: string | null;

  readonly hidden: boolean;
  readonly stale: boolean;
  readonly paused: { readonly document: JsonObject | null; readonly waiting: number } | null;
}

export type PollResult =
  | { outcome: "document"; body: JsonObject; etag: string | null }
  | { outcome: "unchanged" }
  | { outcome: "signed_out" }
  | { outcome: "refused"; problem: Problem }
  | { outcome: "failed"; retryAfterMs: number | null };

export type TokenPurpose = "connect" | "authenticate";

export type Event =
  | { type: "start" }
  | { type: "stop" }
  | { type: "token"; run: number; purpose: TokenPurpose; token: string; user: Claims["user_id"] }
  | { type: "no_token"; run: number; purpose: TokenPurpose; signedOut: boolean }
  /** Null: what came is no frame. */
  | { type: "frame"; socket: number; frame: ServerFrame | null }
  | { type: "closed"; socket: number; code: number }
  | { type: "timer"; name: Timer }
  | { type: "online" }
  | { type: "offline" }
  | { type: "visibility"; hidden: boolean }
  | { type: "polled"; run: number; result: PollResult }
  | { type: "pause" }
  | { type: "unpause" };

export type Effect =
  | { type: "token"; run: number; purpose: TokenPurpose; refresh: boolean }
  | { type: "open"; socket: number; token: string; positions: string[] }
  | { type: "send"; frame: ClientFrame }
  | { type: "close" }
  /** No `ms`: the timer is off. */
  | { type: "timer"; name: Timer; ms: number | null }
  | { type: "poll"; run: number; etag: string | null };

export interface Env {
  /** Milliseconds since the epoch, by this machine's clock. */
  now: number;
  random: () => number;
}

/** What belongs to one user: it goes when another one signs in. */
export const NOTHING_KNOWN = {
  user: null,
  documents: {},
  shown: null,
  floor: {},
  changedAt: null,
  confirmedAt: null,
  polledAt: null,
  etag: null,
  stale: false,
} satisfies Partial<State>;

export const INITIAL: State = {
  ...NOTHING_KNOWN,
  phase: "idle",
  run: 0,
  ended: null,
  problem: null,
  socket: 0,
  attempt: 0,
  retryAt: null,
  refreshed: false,
  refreshNext: false,
  tokenUser: undefined,
  missing: [],
  resyncing: {},
  live: false,
  pingMs: 20_000,
  lastFrameAt: 0,
  probing: false,
  goodbyeMs: null,
  fatal: null,
  clockOffset: 0,
  polling: false,
  pollRunning: false,
  pollHeld: false,
  hidden: false,
  paused: null,
};

/** What the screen says about the connection. */
export function status(state: State): Status {
  if (state.ended) return state.ended;
  if (state.live) return "live";
  if (state.stale) return "stale";
  if (state.polledAt !== null) return "polling";
  return state.shown === null && state.attempt === 0 ? "connecting" : "reconnecting";
}

/** What a screen reads; a new object for each change. Instants are milliseconds by this machine's clock. */
export interface ClientSnapshot<D = JsonObject> {
  readonly status: Status;
  readonly document: D | null;
  readonly user: WelcomeUser | null;
  readonly problem: Problem | null;
  /** When the document last changed. */
  readonly changedAt: number | null;
  /** When the document was last known to be the server's present one. */
  readonly confirmedAt: number | null;
  /** How far this machine's clock is ahead of the server's, in ms; 0 when close or unknown. */
  readonly clockOffset: number;
  readonly retryAt: number | null;
  readonly paused: boolean;
  /** Updates held back by the pause. */
  readonly waiting: number;
}

// Clocks closer than this are called equal: the estimate itself is only good to a network delay.
const OFFSET_THAT_MATTERS = 2_000;

export function snapshotOf<D>(state: State): ClientSnapshot<D> {
  return {
    status: status(state),
    document: (state.paused ? state.paused.document : state.shown) as D | null,
    user: state.user,
    problem: state.problem,
    changedAt: state.changedAt,
    confirmedAt: state.confirmedAt,
    clockOffset: Math.abs(state.clockOffset) < OFFSET_THAT_MATTERS ? 0 : state.clockOffset,
    retryAt: state.retryAt,
    paused: state.paused !== null,
    waiting: state.paused?.waiting ?? 0,
  };
}
