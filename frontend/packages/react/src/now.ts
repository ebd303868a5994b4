// The present, for what ticks: one interval for everybody, in the server's time, still while the screen is paused.
import { lastMinute, lastTick, onTick } from "@switchboard/view";
import { useRef, useSyncExternalStore } from "react";
import { useHeld, useOptionalClient } from "./context.tsx";

/** Milliseconds since the epoch by this machine's clock, to the second. */
export function useLocalNow(): number {
  return useSyncExternalStore(onTick, lastTick);
}

/** The same to the minute, for what only needs to know the day. */
export function useLocalMinute(): number {
  return useSyncExternalStore(onTick, lastMinute);
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
