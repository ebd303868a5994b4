// What needs the browser's geometry: where a tooltip stands, and whether a region scrolls sideways.

const EDGE = 12; // px between a tooltip and the edge of the window
const TOOLTIP_WIDTH = 288;
const TOOLTIP_ROOM = 140; // px that are enough for most below its label; with less it stands above

export interface TooltipPlace {
  left: number;
  top: number;
  above: boolean;
}

/** In px of the window, beneath the label or above it. */
export function tooltipPlace(label: Element): TooltipPlace {
  const box = label.getBoundingClientRect();
  const above = box.bottom > window.innerHeight - TOOLTIP_ROOM;
  return {
    left: Math.max(EDGE, Math.min(box.left, window.innerWidth - TOOLTIP_WIDTH - EDGE)),
    top: above ? box.top - 8 : box.bottom + 8,
    above,
  };
}

/** Tells whether an element has more to show than its width, now and after each change; returns the way to stop that. */
export function watchOverflow(element: Element, tell: (scrolls: boolean) => void): () => void {
  if (typeof ResizeObserver === "undefined") return () => {};
  const resized = new ResizeObserver(() => tell(element.scrollWidth > element.clientWidth));
  resized.observe(element);
  for (const child of element.children) resized.observe(child);
  return () => resized.disconnect();
}
