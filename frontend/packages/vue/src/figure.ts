// A figure with its label and definition: the smallest part of every section, rendered alone when it alone changes.
import { figure, isRaised, markChanged, type MetricListProps, type MetricProps, type MetricSpec, onMoved, type TooltipPlace, tooltipPlace, unmark } from "@switchboard/view";
import { computed, defineComponent, h, onBeforeUnmount, shallowRef, Teleport, useId, watch } from "vue";
import { useDefinition, useFormat } from "./context.ts";
import { icon } from "./icon.ts";
import { part } from "./part.ts";

/** A text that is marked briefly when it changes. */
export const Changing = defineComponent(
  function Changing(props: { text: string }) {
    const shown = shallowRef<HTMLElement | null>(null);
    watch(() => props.text, () => shown.value && markChanged(shown.value), { flush: "post" });
    onBeforeUnmount(() => shown.value && unmark(shown.value));
    return () => h("span", { ref: shown, class: "figure" }, props.text);
  },
  { props: ["text"] },
);

export interface TermProps {
  /** The path of the definition. */
  path?: string | undefined;
}

/** A label; if its figure has a definition, that shows on hover and on keyboard focus, and Escape hides it. */
export const Term = defineComponent(
  function Term(props: TermProps, { slots }) {
    const definition = useDefinition(() => props.path);
    const id = useId();
    const label = shallowRef<HTMLElement | null>(null);
    const place = shallowRef<TooltipPlace | null>(null);
    const show = () => {
      if (label.value) place.value = tooltipPlace(label.value);
    };
    const hide = () => {
      place.value = null;
    };
    const shown = computed(() => place.value !== null);
    watch(shown, (is, _, onCleanup) => is && onCleanup(onMoved(show)));
    const keydown = ({ key }: KeyboardEvent) => {
      if (key === "Escape") hide();
    };
    const tooltip = ({ left, top, above }: TooltipPlace) =>
      h(
        "span",
        { role: "tooltip", class: above ? "tooltip tooltip--above" : "tooltip", style: { left: `${left}px`, top: `${top}px` } },
        definition.value,
      );
    return () => {
      if (definition.value === undefined) return h("span", { class: "term" }, slots.default?.());
      return [
        h(
          "button",
          {
            ref: label,
            type: "button",
            class: "term term--defined",
            "aria-describedby": id,
            onFocus: show,
            onBlur: hide,
            onMouseenter: show,
            onMouseleave: hide,
            onClick: show,
            onKeydown: keydown,
          },
          slots.default?.(),
        ),
        h("span", { id, hidden: true }, definition.value),
        place.value && h(Teleport, { to: "body" }, [tooltip(place.value)]),
      ];
    };
  },
  { props: ["path"] },
);

export const term = (path: string | undefined, label: string) => part(Term, { path }, () => label);

export const Metric = defineComponent(
  function Metric(props: MetricProps) {
    const format = useFormat();
    return () => {
      const { path, label, value, kind, exception, url } = props;
      const text = format.value.value(kind, value);
      const raised = exception !== undefined && isRaised(exception, value);
      const shown = part(Changing, { text });
      return h("div", { class: raised ? `metric metric--${exception}` : "metric" }, [
        h("dt", { class: "metric__label" }, [term(path, label)]),
        h("dd", { class: "metric__value" }, [
          raised && icon(exception),
          raised && url ? h("a", { href: url, "aria-label": `${label}: ${text}, show the list` }, [shown]) : shown,
        ]),
      ]);
    };
  },
  { props: ["path", "label", "value", "kind", "exception", "url"] },
);

/** The figures of a section, by their specification; only those that the document has. */
export const MetricList = defineComponent(
  function MetricList(props: MetricListProps) {
    return () => h("dl", { class: "metric-list" }, props.metrics.map((spec) => metric(props, spec)));
  },
  { props: ["section", "data", "metrics"] },
);

const metric = ({ section, data }: MetricListProps, { key, ...spec }: MetricSpec) =>
  part(Metric, { key, path: `${section}.${key}`, value: figure(data, key), ...spec });
