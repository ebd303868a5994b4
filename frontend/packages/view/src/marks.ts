// The mark of a figure that has just changed. It is taken off with a second that ticks anyway, for all figures at once:
// a mark that fades or ends on its own would have the browser draw frames in which nothing else happens.
import { onTick } from "./ticks.ts";

const MARK = "figure--changed";
/** How long a mark is seen at least; at most a second longer. */
const MARK_MS = 1_000;

const marked = new Map<Element, number>();
let stop: (() => void) | undefined;

/** Marks an element for a moment. One that never rests is not marked anew while its mark is seen. */
export function markChanged(element: Element): void {
  if (marked.has(element)) return;
  marked.set(element, performance.now());
  element.classList.add(MARK);
  stop ??= onTick(sweep);
}

/** For an element that leaves the page. */
export function unmark(element: Element): void {
  element.classList.remove(MARK);
  marked.delete(element);
  if (marked.size > 0) return;
  stop?.();
  stop = undefined;
}

function sweep(): void {
  const now = performance.now();
  for (const [element, at] of marked) if (now - at >= MARK_MS) unmark(element);
}
