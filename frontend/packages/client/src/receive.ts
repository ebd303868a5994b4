// What each frame of the server does to the client.
import { applyDiff, applySnapshot, mergeDocuments, reaches, stands } from "./documents.ts";
import type { DiffFrame, PingFrame, ServerFrame, SnapshotFrame, WelcomeFrame } from "./frames.ts";
import { cancel, type Draft, forget, later, send, show } from "./step.ts";

/** A connection that lived this long makes the failures before it forgotten. */
const STABLE_MS = 10_000;
/** An access token is replaced this long before it ends, or after four fifths of its life if that is sooner. */
const TOKEN_LEAD_MS = 60_000;
/** A snapshot that has not come for so long is asked for again: the server sends one within 5 s. */
const RESYNC_AGAIN_MS = 10_000;
/** Timers of a browser overflow beyond 2^31 ms; a day is long enough to look again. */
const LONGEST_TIMER_MS = 24 * 3600 * 1000;

export function receive(draft: Draft, frame: ServerFrame): void {
  const { state, env } = draft;
  state.lastFrameAt = env.now;
  if (state.probing) {
    state.probing = false;
    cancel(draft, "probe");
    later(draft, "watch", 2 * state.pingMs);
  }
  switch (frame.type) {
    case "welcome":
      welcome(draft, frame);
      break;
    case "snapshot":
      snapshot(draft, frame);
      break;
    case "resumed":
      if (stands(state.documents, frame.scope, frame)) sync(draft, frame.scope);
      else resync(draft, frame.scope);
      break;
    case "diff":
      diff(draft, frame);
      break;
    case "ping":
      ping(draft, frame);
      break;
    case "authenticated":
      refreshBefore(draft, frame.token_expires_at);
      break;
    case "goodbye":
      state.goodbyeMs = frame.retry_after_ms;
      break;
    case "error":
      if (frame.fatal) state.fatal = frame;
      else state.problem = frame;
      break;
    // A pong needs no more than having arrived; a type that we do not know is a newer server's.
  }
  if (state.live) state.confirmedAt = env.now;
}

function welcome(draft: Draft, frame: WelcomeFrame): void {
  const { state } = draft;
  if (state.user && (state.user.id !== frame.user.id || state.user.role !== frame.user.role)) forget(draft);
  state.phase = "open";
  state.user = frame.user;
  state.missing = frame.scopes;
  state.documents = Object.fromEntries(Object.entries(state.documents).filter(([scope]) => frame.scopes.includes(scope)));
  state.pingMs = frame.ping_interval * 1000;
  state.refreshed = false;
  state.problem = null;
  refreshBefore(draft, frame.token_expires_at);
  settle(draft);
}

function refreshBefore(draft: Draft, expiresAt: string): void {
  const { env, state } = draft;
  const left = Date.parse(expiresAt) - (env.now - state.clockOffset);
  if (Number.isNaN(left)) return; // the server will close with 4401 in its own time, which refreshes as well
  later(draft, "token", Math.min(Math.max(left - TOKEN_LEAD_MS, left * 0.8, 1_000), LONGEST_TIMER_MS));
}

function snapshot(draft: Draft, frame: SnapshotFrame): void {
  const { state } = draft;
  state.documents = applySnapshot(state.documents, frame);
  const { [frame.scope]: _, ...resyncing } = state.resyncing;
  state.resyncing = resyncing;
  sync(draft, frame.scope);
}

function diff(draft: Draft, frame: DiffFrame): void {
  const { state, env } = draft;
  if (frame.scope in state.resyncing) return; // the snapshot is on its way
  const documents = applyDiff(state.documents, frame);
  if (!documents) return resync(draft, frame.scope);
  if (documents === state.documents) return;
  state.documents = documents;
  if (state.live && frame.version === frame.from + 1) {
    // A single step was generated a moment ago: the smallest difference seen is the clocks', the rest is delay.
    const offset = env.now - Date.parse(frame.generated_at);
    if (!Number.isNaN(offset)) state.clockOffset = state.clockOffset === 0 ? offset : Math.min(state.clockOffset, offset);
  }
  settle(draft);
}

function ping(draft: Draft, frame: PingFrame): void {
  const { state } = draft;
  for (const [scope, head] of Object.entries(frame.heads)) {
    if (!stands(state.documents, scope, head)) resync(draft, scope);
  }
  send(draft, { type: "pong", seq: frame.seq });
}

/** One request per scope until its snapshot arrives, or has had every chance to. */
function resync(draft: Draft, scope: string): void {
  const { state, env } = draft;
  const asked = state.resyncing[scope];
  if (asked !== undefined && env.now - asked < RESYNC_AGAIN_MS) return;
  state.resyncing = { ...state.resyncing, [scope]: env.now };
  send(draft, { type: "resync", scope });
}

function sync(draft: Draft, scope: string): void {
  draft.state.missing = draft.state.missing.filter((each) => each !== scope);
  settle(draft);
}

/** Shows the live document, once every scope of this connection stands and none is behind what was polled. */
function settle(draft: Draft): void {
  const { state } = draft;
  if (state.phase !== "open" || state.missing.length > 0) return;
  if (!state.live) {
    if (!reaches(state.documents, state.floor)) return;
    goLive(draft);
  }
  show(draft, mergeDocuments(state.documents));
}

function goLive(draft: Draft): void {
  const { state } = draft;
  Object.assign(state, { live: true, stale: false, polling: false, polledAt: null, etag: null, floor: {}, retryAt: null });
  cancel(draft, "handshake", "fallback", "poll", "stale");
  later(draft, "watch", 2 * state.pingMs);
  later(draft, "stable", STABLE_MS);
}
