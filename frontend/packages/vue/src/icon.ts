// An icon: decoration beside a word, hidden from assistive technology.
import { ICONS, type IconName } from "@switchboard/view";
import { defineComponent, h } from "vue";
import { part } from "./part.ts";

export const Icon = defineComponent(
  function Icon(props: { name: IconName }) {
    return () =>
      h("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false" }, [h("path", { d: ICONS[props.name] })]);
  },
  { props: ["name"] },
);

export const icon = (name: IconName) => part(Icon, { name });
