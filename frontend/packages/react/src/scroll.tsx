// A region that scrolls sideways when it must, by keyboard too: it takes the focus only while it has more to show.
import { watchOverflow } from "@switchboard/view";
import { type ReactNode, useEffect, useRef, useState } from "react";

export function Scroll({ label, children }: { label: string; children: ReactNode }) {
  const ref = useRef<HTMLDivElement>(null);
  const [scrolls, setScrolls] = useState(false);
  useEffect(() => (ref.current ? watchOverflow(ref.current, setScrolls) : undefined), []);
  return (
    <div ref={ref} className="table-scroll" {...(scrolls && { tabIndex: 0, role: "group", "aria-label": label })}>
      {children}
    </div>
  );
}
