// Times that tick by themselves. They are not live regions: nobody wants to hear each second.
import { dueView, NOTHING, sinceView, type TimerView } from "@switchboard/view";
import { defineComponent, h } from "vue";
import { useFormat } from "./context.ts";
import { useLocalMinute, useNow } from "./now.ts";

const timer = (instant: string, { text, late }: TimerView) => h("time", { class: late ? "timer timer--late" : "timer", datetime: instant }, text);

/** A clock that runs since an instant: 1:23. */
export const Since = defineComponent(
  function Since(props: { instant: string; warnAfter?: number }) {
    const now = useNow();
    return () => timer(props.instant, sinceView(props.instant, now.value, props.warnAfter));
  },
  { props: ["instant", "warnAfter"] },
);

/** How far an instant lies ahead, or behind: in 5m 10s, 12m 03s overdue. */
export const Due = defineComponent(
  function Due(props: { instant: string }) {
    const now = useNow();
    return () => timer(props.instant, dueView(props.instant, now.value));
  },
  { props: ["instant"] },
);

/** An instant in the viewer's zone; the time alone if it is today. */
export const Moment = defineComponent(
  function Moment(props: { instant: string | null | undefined }) {
    const format = useFormat();
    const now = useLocalMinute();
    return () =>
      props.instant ? h("time", { datetime: props.instant }, format.value.moment(props.instant, now.value)) : h("span", NOTHING);
  },
  { props: ["instant"] },
);
