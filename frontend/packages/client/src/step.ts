// What the parts of the state machine share: a draft of the next state, and the document on the screen.
import type { ClientFrame, JsonObject, Position } from "./frames.ts";
import { share } from "./sharing.ts";
import { type Effect, type Env, NOTHING_KNOWN, type State, type Timer } from "./state.ts";

export interface Draft {
  state: { -readonly [K in keyof State]: State[K] };
  readonly effects: Effect[];
  readonly env: Env;
}

/** Sets a timer; one of the same name that is already running is replaced. */
export function later(draft: Draft, name: Timer, ms: number): void {
  draft.effects.push({ type: "timer", name, ms });
}

export function cancel(draft: Draft, ...names: Timer[]): void {
  for (const name of names) draft.effects.push({ type: "timer", name, ms: null });
}

export function send(draft: Draft, frame: ClientFrame): void {
  draft.effects.push({ type: "send", frame });
}

/** Puts a document on the screen, keeping every unchanged subtree; counts it if the screen is paused. */
export function show(draft: Draft, document: JsonObject): void {
  const { state, env } = draft;
  const shown = share<JsonObject>(state.shown ?? undefined, document);
  if (shown === state.shown) return;
  if (state.paused) {
    const { paused } = state;
    // Paused before there was anything: the first document is the one to hold.
    state.paused = state.shown ? { ...paused, waiting: paused.waiting + 1 } : { document: shown, waiting: 0 };
  }
  state.shown = shown;
  state.changedAt = env.now;
}

/** Somebody else from here on: nothing of the former one may be shown, resumed, merged or still arrive. */
export function forget(draft: Draft): void {
  Object.assign(draft.state, NOTHING_KNOWN, { run: draft.state.run + 1, live: false, paused: null, pollRunning: false });
  if (draft.state.polling) later(draft, "poll", 0);
}

/** A REST body: the document, and beside it what its envelope says about where and when it stood. */
export function openEnvelope(body: JsonObject, now: number) {
  const { generated_at, data_freshness: _, positions, ...document } = body;
  const generated = Date.parse(String(generated_at));
  return {
    document,
    floor: (positions ?? {}) as unknown as Readonly<Record<string, Position>>,
    clockOffset: Number.isNaN(generated) ? null : now - generated,
  };
}
