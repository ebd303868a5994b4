// A region that scrolls sideways when it must, by keyboard too: it takes the focus only while it has more to show.
import { type ReactNode, useEffect, useRef, useState } from "react";

export function Scroll({ label, children }: { label: string; children: ReactNode }) {
  const ref = useRef<HTMLDivElement>(null);
  const [scrolls, setScrolls] = useState(false);
  useEffect(() => {
    const element = ref.current;
    if (!element || typeof ResizeObserver === "undefined") return;
    const look = () => setScrolls(element.scrollWidth > element.clientWidth);
    const resized = new ResizeObserver(look);
    resized.observe(element);
    for (const child of element.children) resized.observe(child);
    return () => resized.disconnect();
  }, []);
  return (
    <div ref={ref} className="table-scroll" {...(scrolls && { tabIndex: 0, role: "group", "aria-label": label })}>
      {children}
    </div>
  );
}
