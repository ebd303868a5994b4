// The present, for what ticks: one interval for everybody, in the server's time, still while the screen is paused.
import { useRef, useSyncExternalStore } from "react";
import { useHeld, useOptionalClient } from "./context.tsx";

const TICK_MS = 1000;
const listeners = new Set<() => void>();
let interval: ReturnType<typeof setInterval> | undefined;
let tick = Date.now();

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) {
    tick = Date.now();
    interval = setInterval(() => {
      tick = Date.now();
      for (const each of listeners) each();
    }, TICK_MS);
  }
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) clearInterval(interval);
  };
}

/** Milliseconds since the epoch by this machine's clock, to the second. */
export function useLocalNow(): number {
  return useSyncExternalStore(subscribe, () => tick);
}

/** The same to the minute, for what only needs to know the day. */
export function useLocalMinute(): number {
  return useSyncExternalStore(subscribe, () => tick - (tick % 60_000));
}

/** The same by the server's clock: what instants of the document are compared with. */
export function useNow(): number {
  const offset = useOptionalClient()?.getSnapshot().clockOffset ?? 0;
  const held = useHeld();
  const now = useLocalNow() - offset;
  const last = useRef(now);
  if (!held) last.current = now;
  return last.current;
}
