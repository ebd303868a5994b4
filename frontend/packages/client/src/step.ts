// What the parts of the state machine share: a draft of the next state, and the document on the screen.
import type { Effect, Env, State, Timer } from "./state.ts";
import type { Json, JsonObject, Position } from "./frames.ts";
import { share as shareJson } from "./sharing.ts";

export interface Draft {
  state: { -readonly [K in keyof State]: State[K] };
  readonly effects: Effect[];
  readonly env: Env;
}

/** Sets a timer; one of the same name that is already running is replaced. */
export function later(draft: Draft, name: Timer, ms: number): void {
  draft.effects.push({ type: "timer", name, ms: Math.round(ms) });
}

/** Puts a document on the screen, keeping every unchanged subtree; counts it if the screen is paused. */
export function show(draft: Draft, document: JsonObject): void {
  const { state, env } = draft;
  const shown = shareJson<JsonObject>(state.shown ?? undefined, document);
  if (shown === state.shown) return;
  if (state.paused && state.shown !== null) state.paused = { ...state.paused, waiting: state.paused.waiting + 1 };
  if (state.paused && state.shown === null) state.paused = { document: shown, waiting: 0 }; // paused before there was anything
  state.shown = shown;
  state.changedAt = env.now;
}

const isPosition = (value: Json | undefined): value is Json & Position =>
  typeof value === "object" && value !== null && !Array.isArray(value) &&
  typeof value.epoch === "string" && typeof value.version === "number";

/** A REST body: the document, and beside it what its envelope says about where and when it stood. */
export function openEnvelope(body: JsonObject, now: number) {
  const { generated_at, data_freshness: _, positions, ...document } = body;
  const floor: Record<string, Position> = {};
  if (typeof positions === "object" && positions !== null && !Array.isArray(positions)) {
    for (const [scope, at] of Object.entries(positions)) if (isPosition(at)) floor[scope] = at;
  }
  const generated = typeof generated_at === "string" ? Date.parse(generated_at) : Number.NaN;
  return { document, floor, clockOffset: Number.isNaN(generated) ? null : now - generated };
}
