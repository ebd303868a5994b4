// The alerts: what needs somebody, worst first, each with the way to resolve it.
import { type Alert, type Announced, announcement, SEVERITY_WORDS, standingFor } from "@switchboard/view";
import { defineComponent, h, onMounted, ref, watch } from "vue";
import { icon } from "./icon.ts";
import { useNow } from "./now.ts";
import { part } from "./part.ts";
import { rows } from "./rows.ts";

const For = defineComponent(
  function For(props: { since: string }) {
    const now = useNow();
    return () => h("time", { datetime: props.since, class: "alert__since" }, standingFor(props.since, now.value));
  },
  { props: ["since"] },
);

const drawAlert = ({ type, title, message, since, action_text, action_url }: Alert) =>
  h("li", { class: `alert alert--${type}` }, [
    icon(type),
    h("div", { class: "alert__text" }, [
      h("p", { class: "alert__title" }, [h("span", { class: "alert__word" }, SEVERITY_WORDS[type]), ` ${title}`]),
      h("p", { class: "alert__message" }, [`${message} `, since && part(For, { since })]),
    ]),
    action_url &&
      h("a", { class: "alert__action", href: action_url }, [
        action_text || "Show",
        h("span", { class: "visually-hidden" }, `: ${title}`),
        icon("arrow"),
      ]),
  ]);

export const AlertsPanel = defineComponent(
  function AlertsPanel(props: { alerts: readonly Alert[] }) {
    return () => {
      const { alerts } = props;
      return h("section", { class: "alerts-panel", "aria-labelledby": "alerts-title" }, [
        h("h2", { id: "alerts-title", class: "block-title" }, [
          "Alerts",
          alerts.length > 0 && h("span", { class: "block-title__count" }, alerts.length),
        ]),
        alerts.length === 0
          ? h("p", { class: "alerts-panel__calm" }, [icon("success"), " Nothing needs attention."])
          : rows({ items: alerts, render: drawAlert, empty: "", class: "alerts-panel__list", label: "Alerts" }),
        part(Announcer, { items: alerts }),
      ]);
    };
  },
  { props: ["alerts"] },
);

/** Speaks what is new, without moving the focus: errors at once, the rest when there is a moment. */
export const Announcer = defineComponent(
  function Announcer(props: { items: readonly Announced[] }) {
    const urgent = ref("");
    const polite = ref("");
    let known: ReadonlySet<string | number> | null = null;
    let spoken: ReadonlySet<string | number> = new Set();
    const speak = () => {
      const said = announcement(props.items, known);
      known = said.known;
      // What was said stays to be read again, until something else is said or one of it is no longer so.
      if (said.fresh.size === 0 && [...spoken].every((id) => said.known.has(id))) return;
      spoken = said.fresh;
      urgent.value = said.urgent;
      polite.value = said.polite;
    };
    onMounted(speak); // not before: a region that comes with its words in it is not announced
    watch(() => props.items, speak);
    return () =>
      h("div", { class: "visually-hidden" }, [h("div", { role: "alert" }, urgent.value), h("div", { role: "status" }, polite.value)]);
  },
  { props: ["items"] },
);
