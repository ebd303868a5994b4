// Times that tick by themselves. They are not live regions: nobody wants to hear each second.
import { clock, duration } from "@switchboard/view";
import { memo } from "react";
import { useFormat } from "./context.tsx";
import { useLocalMinute, useNow } from "./now.ts";

/** A clock that runs since an instant: 1:23. */
export const Since = memo(function Since({ instant, warnAfter }: { instant: string; warnAfter?: number }) {
  const seconds = (useNow() - Date.parse(instant)) / 1000;
  const late = warnAfter !== undefined && seconds > warnAfter;
  return (
    <time className={late ? "timer timer--late" : "timer"} dateTime={instant}>
      {Number.isNaN(seconds) ? "—" : clock(seconds)}
    </time>
  );
});

/** How far an instant lies ahead, or behind: in 5m 10s, 12m 03s overdue. */
export const Due = memo(function Due({ instant }: { instant: string }) {
  const seconds = (Date.parse(instant) - useNow()) / 1000;
  if (Number.isNaN(seconds)) return <span>—</span>;
  return (
    <time className={seconds < 0 ? "timer timer--late" : "timer"} dateTime={instant}>
      {seconds < 0 ? `${duration(-seconds)} overdue` : `in ${duration(seconds)}`}
    </time>
  );
});

/** An instant in the viewer's zone; the time alone if it is today. */
export const Moment = memo(function Moment({ instant }: { instant: string | null | undefined }) {
  const format = useFormat();
  const now = useLocalMinute();
  if (!instant) return <span>—</span>;
  return <time dateTime={instant}>{format.moment(instant, now)}</time>;
});
