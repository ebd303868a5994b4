// What each frame of the server does to the client.
import { applyDiff, applySnapshot, mergeDocuments, reaches, stands } from "./documents.ts";
import type { DiffFrame, PingFrame, ResumedFrame, ServerFrame, SnapshotFrame, WelcomeFrame } from "./frames.ts";
import { type Draft, later, show } from "./step.ts";

/** A connection that lived this long makes the failures before it forgotten. */
const STABLE_MS = 10_000;
/** An access token is replaced this long before it ends, or after four fifths of its life if that is sooner. */
const TOKEN_LEAD_MS = 60_000;
/** Timers of a browser overflow beyond 2^31 ms; a day is long enough to look again. */
const LONGEST_TIMER_MS = 24 * 3600 * 1000;

export function receive(draft: Draft, frame: ServerFrame): void {
  const { state, env } = draft;
  state.lastFrameAt = env.now;
  if (state.probing) {
    state.probing = false;
    draft.effects.push({ type: "cancel", name: "probe" });
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
      resumed(draft, frame);
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
      else state.problem = { code: frame.code, message: frame.message };
      break;
    // A pong needs no more than having arrived; a type that we do not know is a newer server's.
  }
  if (state.live) state.confirmedAt = env.now;
}

function welcome(draft: Draft, frame: WelcomeFrame): void {
  const { state } = draft;
  if (state.user && state.user.id !== frame.user.id) {
    Object.assign(state, { documents: {}, shown: null, floor: {}, changedAt: null, confirmedAt: null, paused: null });
  }
  state.phase = "open";
  state.welcomed = true;
  state.user = frame.user;
  state.scopes = frame.scopes;
  state.documents = Object.fromEntries(Object.entries(state.documents).filter(([scope]) => frame.scopes.includes(scope)));
  state.pingMs = frame.ping_interval * 1000;
  state.refreshSpent = false;
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
  state.resyncing = state.resyncing.filter((scope) => scope !== frame.scope);
  sync(draft, frame.scope);
}

function resumed(draft: Draft, frame: ResumedFrame): void {
  if (stands(draft.state.documents, frame.scope, frame)) sync(draft, frame.scope);
  else resync(draft, frame.scope);
}

function diff(draft: Draft, frame: DiffFrame): void {
  const { state, env } = draft;
  if (state.resyncing.includes(frame.scope)) return; // the snapshot is on its way
  const applied = applyDiff(state.documents, frame);
  if (applied.outcome === "resync") return resync(draft, frame.scope);
  if (applied.outcome === "ignored") return;
  state.documents = applied.documents;
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
  draft.effects.push({ type: "send", socket: state.socket, frame: { type: "pong", seq: frame.seq } });
}

/** One request per scope until its snapshot arrives. */
function resync(draft: Draft, scope: string): void {
  const { state } = draft;
  if (state.resyncing.includes(scope)) return;
  state.resyncing = [...state.resyncing, scope];
  draft.effects.push({ type: "send", socket: state.socket, frame: { type: "resync", scope } });
}

function sync(draft: Draft, scope: string): void {
  const { state } = draft;
  if (!state.synced.includes(scope)) state.synced = [...state.synced, scope];
  settle(draft);
}

/** Shows the live document, once every scope of this connection stands and none is behind what was polled. */
function settle(draft: Draft): void {
  const { state } = draft;
  if (!state.welcomed || !state.scopes.every((scope) => state.synced.includes(scope))) return;
  if (!state.live) {
    if (!reaches(state.documents, state.floor)) return;
    goLive(draft);
  }
  show(draft, mergeDocuments(state.shown, state.documents));
}

function goLive(draft: Draft): void {
  const { state } = draft;
  Object.assign(state, { live: true, stale: false, polling: false, polledAt: null, etag: null, floor: {}, retryAt: null });
  for (const name of ["handshake", "fallback", "poll", "stale"] as const) draft.effects.push({ type: "cancel", name });
  later(draft, "watch", 2 * state.pingMs);
  later(draft, "stable", STABLE_MS);
}
