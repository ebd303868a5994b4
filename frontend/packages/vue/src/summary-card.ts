// A card of the header: one figure, large, with its trend.
import { changeText, DIRECTIONS, type SummaryCardProps, TREND_SPAN } from "@switchboard/view";
import { defineComponent, h } from "vue";
import { useFormat } from "./context.ts";
import { Changing, term } from "./figure.ts";
import { icon as drawIcon } from "./icon.ts";
import { part } from "./part.ts";

export const SummaryCard = defineComponent(
  function SummaryCard(props: SummaryCardProps, { slots }) {
    const format = useFormat();
    return () => {
      const { title, value, change, trend, trendOf, icon, color, path, url } = props;
      const text = typeof value === "string" ? value : format.value.count(value);
      const exception = color === "error" || color === "warning" ? color : undefined;
      const shown = part(Changing, { text });
      return h("div", { class: color ? `summary-card summary-card--${color}` : "summary-card" }, [
        h("div", { class: "summary-card__head" }, [
          term(path, title),
          icon && h("span", { class: "summary-card__icon" }, [drawIcon(exception ?? icon)]),
        ]),
        h("div", { class: "summary-card__value", style: { "--chars": Math.max(text.length, 4) } }, [
          url ? h("a", { href: url, "aria-label": `${title}: ${text}, show the list` }, [shown]) : shown,
        ]),
        trend &&
          h("div", { class: `trend trend--${trend}` }, [
            drawIcon(trend),
            h("span", { class: "visually-hidden" }, DIRECTIONS[trend]),
            h("span", { class: "trend__change" }, changeText(format.value, change)),
            trendOf && h("span", { class: "trend__of" }, trendOf),
            h("span", { class: "trend__against" }, TREND_SPAN),
          ]),
        slots.default?.(),
      ]);
    };
  },
  { props: ["title", "value", "change", "trend", "trendOf", "icon", "color", "path", "url"] },
);
