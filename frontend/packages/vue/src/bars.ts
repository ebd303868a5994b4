// Bars that are also a list: each says its label, its number and its share, with or without the drawing.
import { type Bar, type BarListProps, type MeterProps, type ShareBarProps, shareParts } from "@switchboard/view";
import { defineComponent, h, type VNodeChild } from "vue";
import { useFormat } from "./context.ts";
import { Changing, term } from "./figure.ts";
import { part } from "./part.ts";

const heading = (path: string | undefined, title: string) => h("h3", { class: "bars__title" }, [term(path, title)]);

/** A drawing that says nothing which the words beside it do not say. */
const track = (className: string, inside: VNodeChild[]) =>
  h("svg", { class: className, viewBox: "0 0 100 1", preserveAspectRatio: "none", "aria-hidden": "true", focusable: "false" }, inside);

const fill = (length: number) => track("bar__track", [h("rect", { class: "bar__fill", width: length, height: "1" })]);

const toned = (tone: string | undefined) => (tone ? `bar bar--${tone}` : "bar");

/** One bar below the other, each as long as its share of the longest. */
export const BarList = defineComponent(
  function BarList(props: BarListProps) {
    return () => {
      const { title, path, bars, tones, empty = "Nothing yet." } = props;
      const longest = Math.max(...bars.map(({ value }) => value), 1);
      const draw = ({ id, label, value, share }: Bar) =>
        part(BarRow, { key: id, label, value, share, length: (100 * value) / longest, tone: tones?.[id] });
      return h("div", { class: "bars" }, [
        heading(path, title),
        bars.length === 0 ? h("p", { class: "empty" }, empty) : h("ul", { class: "bars__list" }, bars.map(draw)),
      ]);
    };
  },
  { props: ["title", "path", "bars", "tones", "empty"] },
);

interface BarRowProps {
  label: string;
  value: number;
  share: number | null;
  length: number;
  tone: string | undefined;
}

/** A number and its share of the whole. */
const Amount = defineComponent(
  function Amount(props: { value: number; share: number | null }) {
    const format = useFormat();
    return () =>
      h("span", { class: "bar__value" }, [
        part(Changing, { text: format.value.count(props.value) }),
        " ",
        h("span", { class: "bar__share" }, format.value.percent(props.share)),
      ]);
  },
  { props: ["value", "share"] },
);

const BarRow = defineComponent(
  function BarRow(props: BarRowProps) {
    return () => {
      const { label, value, share, length, tone } = props;
      return h("li", { class: toned(tone) }, [h("span", { class: "bar__label" }, label), part(Amount, { value, share }), fill(length)]);
    };
  },
  { props: ["label", "value", "share", "length", "tone"] },
);

/** A single bar of parts, with its legend: shares of one whole. */
export const ShareBar = defineComponent(
  function ShareBar(props: ShareBarProps) {
    return () => {
      const parts = shareParts(props.bars);
      return h("div", { class: "shares" }, [
        heading(props.path, props.title),
        track(
          "shares__track",
          parts.map(({ id, share, start, shade }) =>
            h("rect", { key: id, class: `shares__part shares__part--${shade}`, x: start, width: share ?? 0, height: "1" }),
          ),
        ),
        h(
          "ul",
          { class: "shares__legend" },
          parts.map(({ id, label, value, share, shade, path }) =>
            h("li", { key: id }, [
              h("span", { class: `shares__key shares__key--${shade}`, "aria-hidden": "true" }),
              term(path, label),
              part(Amount, { value, share }),
            ]),
          ),
        ),
      ]);
    };
  },
  { props: ["title", "path", "bars"] },
);

/** How much of a limit is used; the words say what the bar shows. */
export const Meter = defineComponent(
  function Meter(props: MeterProps) {
    return () => {
      const { label, path, text, percent, tone } = props;
      const length = Math.min(100, Math.max(0, percent ?? 0));
      return h("div", { class: toned(tone) }, [term(path, label), h("span", { class: "bar__value" }, text), fill(length)]);
    };
  },
  { props: ["label", "path", "text", "percent", "tone"] },
);
