// A row of a list: two lines of words, and at its end what stands behind them.
import { stateTone, words } from "@switchboard/view";
import { defineComponent, h, type VNodeChild } from "vue";

export interface RowParts {
  main: VNodeChild;
  sub: VNodeChild;
  end: VNodeChild;
  /** The row's end is a clock. */
  timer?: boolean;
}

export const row = ({ main, sub, end, timer = false }: RowParts) =>
  h("li", { class: "row" }, [
    h("span", { class: "row__text" }, [
      // A main line of its own making (a link) keeps its element.
      typeof main === "string" ? h("span", { class: "row__main" }, main) : main,
      h("span", { class: "row__sub" }, [sub]),
    ]),
    h("span", { class: timer ? "row__end row__end--timer" : "row__end" }, [end]),
  ]);

/** A state in words, with the colour only as company. */
export const StateWord = defineComponent(
  function StateWord(props: { state: string | null | undefined }) {
    return () => h("span", { class: `state state--${stateTone(props.state)}` }, words(props.state));
  },
  { props: ["state"] },
);
