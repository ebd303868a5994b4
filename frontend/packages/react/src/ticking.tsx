// Times that tick by themselves. They are not live regions: nobody wants to hear each second.
import { dueView, NOTHING, sinceView, type TimerView } from "@switchboard/view";
import { memo } from "react";
import { useFormat } from "./context.tsx";
import { useLocalMinute, useNow } from "./now.ts";

const Timer = ({ instant, text, late }: { instant: string } & TimerView) => (
  <time className={late ? "timer timer--late" : "timer"} dateTime={instant}>
    {text}
  </time>
);

/** A clock that runs since an instant: 1:23. */
export const Since = memo(function Since({ instant, warnAfter }: { instant: string; warnAfter?: number }) {
  return <Timer instant={instant} {...sinceView(instant, useNow(), warnAfter)} />;
});

/** How far an instant lies ahead, or behind: in 5m 10s, 12m 03s overdue. */
export const Due = memo(function Due({ instant }: { instant: string }) {
  return <Timer instant={instant} {...dueView(instant, useNow())} />;
});

/** An instant in the viewer's zone; the time alone if it is today. */
export const Moment = memo(function Moment({ instant }: { instant: string | null | undefined }) {
  const format = useFormat();
  const now = useLocalMinute();
  if (!instant) return <span>{NOTHING}</span>;
  return <time dateTime={instant}>{format.moment(instant, now)}</time>;
});
