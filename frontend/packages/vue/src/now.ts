// The present, for what ticks: one interval for everybody, in the server's time, still while the screen is paused.
import { lastMinute, lastTick, onTick } from "@switchboard/view";
import { computed, type ComputedRef, onScopeDispose, type Ref, shallowRef } from "vue";
import { useClockOffset, useHeld } from "./context.ts";

function useTick(read: () => number): Readonly<Ref<number>> {
  const now = shallowRef(0);
  const look = () => (now.value = read());
  onScopeDispose(onTick(look));
  look();
  return now;
}

/** Milliseconds since the epoch by this machine's clock, to the second. */
export const useLocalNow = (): Readonly<Ref<number>> => useTick(lastTick);

/** The same to the minute, for what only needs to know the day. */
export const useLocalMinute = (): Readonly<Ref<number>> => useTick(lastMinute);

/** The same by the server's clock: what instants of the document are compared with. */
export function useNow(): ComputedRef<number> {
  const local = useLocalNow();
  const offset = useClockOffset();
  const held = useHeld();
  return computed((last) => (held.value && last !== undefined ? last : local.value - offset.value));
}
