// The client as a pure state machine: (state, event) → state and effects. No I/O, no clock, no randomness of its own.
import { delay, LONG } from "./backoff.ts";
import { verdict } from "./close-codes.ts";
import { positions } from "./documents.ts";
import { receive } from "./receive.ts";
import { type Effect, type Env, type Event, INITIAL, type PollResult, type Problem, type State, type Timer } from "./state.ts";
import { cancel, type Draft, forget, later, openEnvelope, send, show } from "./step.ts";

/** From opening a socket until every document stands: longer means that it does not get through. */
const HANDSHAKE_MS = 10_000;
/** Our own ping is answered within this, or the socket is dead. */
const PROBE_MS = 5_000;
/** How long a screen goes without a live connection before it asks over REST. */
const FALLBACK_MS = 6_000;
/** Failures in a row after which it asks at once. */
const FALLBACK_FAILURES = 2;
const POLL_MS = 15_000;
const POLL_HIDDEN_MS = 60_000;
/** Data that nobody has confirmed for this long is called stale. */
const STALE_MS = 30_000;
/** A failed refresh of a token that is still good is tried again after this. */
const TOKEN_RETRY_MS = 5_000;
/** A page that comes back to the front and has heard nothing for this long asks whether the server is there. */
const QUIET_MS = 5_000;

export function step(state: State, event: Event, env: Env): { state: State; effects: Effect[] } {
  const draft: Draft = { state: { ...state }, effects: [], env };
  handle(draft, event);
  return { state: draft.state, effects: draft.effects };
}

function handle(draft: Draft, event: Event): void {
  const { state } = draft;
  const off = state.phase === "idle";
  // Of an earlier run, or of a socket that we have given up: no longer our business.
  if ("run" in event && event.run !== state.run) return;
  if ("socket" in event && (event.socket !== state.socket || (state.phase !== "opening" && state.phase !== "open"))) return;
  switch (event.type) {
    case "start":
      return off ? start(draft) : undefined;
    case "stop":
      return stop(draft, null, null);
    case "pause":
      state.paused ??= { document: state.shown, waiting: 0 };
      return;
    case "unpause":
      state.paused = null;
      return;
    case "visibility":
      state.hidden = event.hidden;
      return off || event.hidden ? undefined : comeBack(draft);
    case "online":
      return off ? undefined : comeBack(draft);
    case "offline":
      // Browsers err here (a server on this very machine stays reachable), so it only raises the question.
      return state.live ? probe(draft) : undefined;
    case "token":
      return haveToken(draft, event);
    case "no_token":
      return haveNoToken(draft, event);
    case "frame":
      return event.frame ? receive(draft, event.frame) : abandon(draft);
    case "closed":
      return closed(draft, event.code);
    case "timer":
      return off ? undefined : timer(draft, event.name);
    case "polled":
      state.pollRunning = false;
      return state.polling ? polled(draft, event.result) : undefined;
  }
}

function start(draft: Draft): void {
  const { socket, run, hidden, paused } = draft.state;
  draft.state = { ...INITIAL, socket, run: run + 1, hidden, paused };
  later(draft, "fallback", FALLBACK_MS);
  connect(draft);
}

/** Ends everything and forgets the documents: whoever signs in next must not see them. */
function stop(draft: Draft, ended: State["ended"], problem: Problem | null): void {
  const { socket, run, hidden } = draft.state;
  draft.effects.push({ type: "close" });
  cancel(draft, "retry", "handshake", "watch", "probe", "token", "fallback", "poll", "stale", "stable");
  draft.state = { ...INITIAL, socket, run: run + 1, hidden, ended, problem };
}

function connect(draft: Draft): void {
  const { state } = draft;
  state.phase = "token";
  state.retryAt = null;
  cancel(draft, "retry");
  draft.effects.push({ type: "token", run: state.run, purpose: "connect", refresh: state.refreshNext });
}

function haveToken(draft: Draft, event: Event & { type: "token" }): void {
  const { state } = draft;
  const changed = state.tokenUser !== undefined && event.user !== undefined && event.user !== state.tokenUser;
  if (changed) forget(draft);
  state.tokenUser = event.user ?? state.tokenUser;
  if (event.purpose === "connect") {
    if (state.phase !== "token") return;
    state.refreshed = state.refreshNext;
    state.refreshNext = false;
    open(draft, event.token);
  } else if (state.phase === "open") {
    if (changed) {
      draft.effects.push({ type: "close" });
      connect(draft);
    } else {
      send(draft, { type: "authenticate", token: event.token });
    }
  }
}

function haveNoToken(draft: Draft, event: Event & { type: "no_token" }): void {
  if (event.signedOut) return stop(draft, "signed_out", null);
  if (event.purpose === "authenticate") return later(draft, "token", TOKEN_RETRY_MS);
  if (draft.state.phase === "token") retry(draft, delay(draft.state.attempt, draft.env.random));
}

function open(draft: Draft, token: string): void {
  const { state } = draft;
  state.socket += 1;
  Object.assign(state, {
    phase: "opening", missing: [], resyncing: {}, probing: false, goodbyeMs: null, fatal: null,
  } satisfies Partial<State>);
  later(draft, "handshake", HANDSHAKE_MS);
  draft.effects.push({ type: "open", socket: state.socket, token, positions: positions(state.documents) });
}

/** The socket is gone, by its own doing or ours; whatever it was waiting for is off. */
function lose(draft: Draft): void {
  const { state } = draft;
  cancel(draft, "handshake", "watch", "probe", "token", "stable");
  if (state.live) {
    state.live = false;
    later(draft, "stale", (state.confirmedAt ?? 0) + STALE_MS - draft.env.now);
    later(draft, "fallback", FALLBACK_MS);
  }
}

function abandon(draft: Draft): void {
  draft.effects.push({ type: "close" });
  closed(draft, 1006);
}

function closed(draft: Draft, code: number): void {
  lose(draft);
  const { state, env } = draft;
  const { fatal, goodbyeMs } = state;
  state.problem = fatal;
  const decision = verdict(code, fatal);
  if (decision === "give_up") {
    return stop(draft, "refused", state.problem ?? { code: String(code), message: "The server refused this connection." });
  }
  if (decision === "refresh_token") {
    if (state.refreshed) return stop(draft, "signed_out", state.problem);
    state.refreshNext = true;
  }
  const { attempt } = state;
  if (goodbyeMs !== null && (decision === "restart" || code < 4000)) retry(draft, goodbyeMs);
  else if (decision === "refresh_token" && attempt === 0) retry(draft, 0);
  else retry(draft, delay(attempt, env.random, decision === "reconnect_later" ? LONG : undefined));
  if (state.attempt >= FALLBACK_FAILURES && !state.polling) poll(draft);
}

function retry(draft: Draft, ms: number): void {
  const { state, env } = draft;
  state.phase = "waiting";
  state.attempt += 1;
  state.retryAt = env.now + ms;
  later(draft, "retry", ms);
}

function timer(draft: Draft, name: Timer): void {
  const { state } = draft;
  switch (name) {
    case "retry":
      return state.phase === "waiting" ? connect(draft) : undefined;
    case "handshake":
      if (state.live) return;
      state.floor = {}; // should the server never come to where it was polled: what it has now is the truth
      return abandon(draft);
    case "watch":
      return watch(draft);
    case "probe":
      return state.probing ? abandon(draft) : undefined;
    case "token":
      if (state.phase === "open") draft.effects.push({ type: "token", run: state.run, purpose: "authenticate", refresh: true });
      return;
    case "fallback":
    case "poll":
      return poll(draft);
    case "stale":
      if (!state.live && state.shown !== null) state.stale = true;
      return;
    case "stable":
      state.attempt = 0;
      return;
  }
}

/** Half-open sockets say nothing: after two ping intervals of silence, ask. */
function watch(draft: Draft): void {
  const { state, env } = draft;
  if (!state.live) return;
  const silent = env.now - state.lastFrameAt;
  const limit = 2 * state.pingMs;
  if (silent < limit) later(draft, "watch", limit - silent);
  else probe(draft);
}

function probe(draft: Draft): void {
  const { state, env } = draft;
  if (state.probing) return;
  state.probing = true;
  later(draft, "probe", PROBE_MS);
  send(draft, { type: "ping", id: String(env.now) });
}

/** The page is in front again, or the network is back: no reason to wait any longer. */
function comeBack(draft: Draft): void {
  const { state, env } = draft;
  if (state.live) {
    if (env.now - state.lastFrameAt >= QUIET_MS) probe(draft);
    return;
  }
  // A delay that the server asked for stands; one of our own making does not.
  if (state.phase === "waiting" && state.goodbyeMs === null && state.problem === null) {
    state.attempt = 0;
    connect(draft);
  }
  if (state.polling && !state.pollHeld) poll(draft);
}

function poll(draft: Draft): void {
  const { state } = draft;
  if (state.live || state.pollRunning) return;
  state.polling = true;
  state.pollRunning = true;
  state.pollHeld = false;
  cancel(draft, "poll", "fallback");
  draft.effects.push({ type: "poll", run: state.run, etag: state.etag });
}

function polled(draft: Draft, result: PollResult): void {
  const { state, env } = draft;
  if (result.outcome === "signed_out") return stop(draft, "signed_out", null);
  if (result.outcome === "refused") return stop(draft, "refused", result.problem);
  const pause = state.hidden ? POLL_HIDDEN_MS : POLL_MS;
  if (result.outcome === "failed") {
    state.polledAt = null;
    state.pollHeld = result.retryAfterMs !== null;
    return later(draft, "poll", Math.max(pause * (0.5 + env.random()), result.retryAfterMs ?? 0));
  }
  if (result.outcome === "document") {
    state.etag = result.etag;
    const { document, floor, clockOffset } = openEnvelope(result.body, env.now);
    state.floor = floor;
    if (clockOffset !== null) state.clockOffset = clockOffset;
    show(draft, document);
  }
  state.polledAt = env.now;
  state.confirmedAt = env.now;
  state.stale = false;
  later(draft, "poll", pause);
  later(draft, "stale", STALE_MS);
}
