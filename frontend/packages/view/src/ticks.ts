// The present, for what ticks: one interval for everybody who listens, and none while nobody does.

const TICK_MS = 1000;
const listeners = new Set<() => void>();
let interval: ReturnType<typeof setInterval> | undefined;
let tick = Date.now();

/** Calls back each second; returns the way to stop that. */
export function onTick(listener: () => void): () => void {
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

/** The last second that ticked: milliseconds since the epoch, by this machine's clock. */
export const lastTick = (): number => tick;

/** The same to the minute, for what only needs to know the day. */
export const lastMinute = (): number => tick - (tick % 60_000);
