// What needs the browser's geometry: where a tooltip stands, and whether a region scrolls sideways.

const EDGE = 12; // px between a tooltip and the edge of the window
const TOOLTIP_WIDTH = 288;
const TOOLTIP_ROOM = 140; // px that are enough for most above its label; with less it stands below, where the figure is

export interface TooltipPlace {
  left: number;
  top: number;
  above: boolean;
}

/** In px of the window, above the label or beneath it. */
export function tooltipPlace(label: Element): TooltipPlace {
  const box = label.getBoundingClientRect();
  const above = box.top > TOOLTIP_ROOM;
  return {
    left: Math.max(EDGE, Math.min(box.left, window.innerWidth - TOOLTIP_WIDTH - EDGE)),
    top: above ? box.top - 8 : box.bottom + 8,
    above,
  };
}

/** Calls back whenever what is fixed to the window may have left its place; returns the way to stop that. */
export function onMoved(callback: () => void): () => void {
  const stop = new AbortController();
  window.addEventListener("resize", callback, { signal: stop.signal });
  window.addEventListener("scroll", callback, { signal: stop.signal, capture: true, passive: true });
  return () => stop.abort();
}

/** Tells whether an element has more to show than its width, now and after each change; returns the way to stop that. */
export function watchOverflow(element: Element, tell: (scrolls: boolean) => void): () => void {
  if (typeof ResizeObserver === "undefined") return () => {};
  const resized = new ResizeObserver(() => tell(element.scrollWidth > element.clientWidth));
  resized.observe(element);
  for (const child of element.children) resized.observe(child);
  return () => resized.disconnect();
}
