// A line or columns over time, drawn on a canvas; beside it a sentence and a table that say the same.
import { type LineChartProps, lineSummary, type Plot, plot } from "@switchboard/view";
import { defineComponent, h, onBeforeUnmount, onMounted, shallowRef, watch } from "vue";
import { term } from "./figure.ts";

export const LineChart = defineComponent(
  function LineChart(props: LineChartProps) {
    const box = shallowRef<HTMLElement | null>(null);
    const readout = shallowRef<HTMLElement | null>(null);
    let drawing: Plot | undefined;
    const say = (text: string) => {
      if (readout.value) readout.value.textContent = text;
    };
    const draw = () => {
      drawing?.destroy();
      if (box.value) drawing = plot(box.value, { shape: props.shape, latest: () => props, say });
    };
    onMounted(draw);
    onBeforeUnmount(() => drawing?.destroy());
    watch(() => props.shape, draw);
    watch(() => props.line, (line) => drawing?.update(line));
    return () => {
      const { title, path, line, format, heads } = props;
      return h("figure", { class: "chart" }, [
        h("figcaption", { class: "chart__caption" }, [
          term(path, title),
          h("span", { ref: readout, class: "chart__readout", "aria-hidden": "true" }),
        ]),
        h("div", { ref: box, class: "chart__canvas", role: "img", "aria-label": `${title}: ${lineSummary(line, format)}` }),
        h("details", { class: "chart__table" }, [
          h("summary", "Table"),
          h("table", [
            h("caption", { class: "visually-hidden" }, title),
            h("thead", [h("tr", heads.map((head) => h("th", { scope: "col" }, head)))]),
            h(
              "tbody",
              line.labels.map((label, index) =>
                h("tr", { key: label }, [h("th", { scope: "row" }, label), h("td", format(line.y[index] ?? 0))]),
              ),
            ),
          ]),
        ]),
      ]);
    };
  },
  { props: ["title", "path", "line", "format", "short", "shape", "heads"] },
);
