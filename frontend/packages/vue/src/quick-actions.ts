// The quick actions: where to go from here.
import { actionIcon, type QuickAction, type QuickActionCardProps } from "@switchboard/view";
import { defineComponent, h } from "vue";
import { useFormat } from "./context.ts";
import { Changing } from "./figure.ts";
import { icon as drawIcon } from "./icon.ts";
import { part } from "./part.ts";
import { rows } from "./rows.ts";

export const QuickActionCard = defineComponent(
  function QuickActionCard(props: QuickActionCardProps) {
    const format = useFormat();
    return () => {
      const { id = "", title, description, icon, count, enabled, color = "secondary", onClick, url } = props;
      const className = `quick-action-card quick-action-card--${color}`;
      const content = [
        h("span", { class: "quick-action-card__icon" }, [drawIcon(actionIcon(id, icon))]),
        h("span", { class: "quick-action-card__text" }, [
          h("span", { class: "quick-action-card__title" }, title),
          h("span", { class: "quick-action-card__description" }, description),
        ]),
        count !== null &&
          count !== undefined &&
          h("span", { class: "quick-action-card__count" }, [part(Changing, { text: format.value.compact(count) })]),
      ];
      return url !== undefined && enabled
        ? h("a", { class: className, href: url, onClick }, content)
        : h("button", { type: "button", class: className, disabled: !enabled, onClick }, content);
    };
  },
  {
    props: {
      ...{ title: null, description: null, icon: null, count: null, color: null, onClick: null, url: null, id: null },
      enabled: { type: Boolean, default: true },
    },
  },
);

const drawAction = (action: QuickAction) => h("li", [part(QuickActionCard, action)]);

export const QuickActions = defineComponent(
  function QuickActions(props: { actions: readonly QuickAction[] }) {
    return () =>
      h("section", { class: "quick-actions", "aria-labelledby": "quick-actions-title" }, [
        h("h2", { id: "quick-actions-title", class: "block-title" }, "Quick actions"),
        rows({
          items: props.actions,
          render: drawAction,
          empty: "There is nothing to do here.",
          class: "quick-actions__list",
          label: "Quick actions",
        }),
      ]);
  },
  { props: ["actions"] },
);
