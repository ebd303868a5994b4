// A line or columns over time, drawn on a canvas by uPlot, which is loaded with the first drawing.
import type uPlot from "uplot";
import type { Line } from "./charts.ts";
import { onTick } from "./ticks.ts";

export type PlotShape = "line" | "columns";

export interface PlotOptions {
  shape: PlotShape;
  /** What is drawn and how its numbers are written, at this moment. */
  latest: () => { line: Line; format: (value: number) => string; short?: ((value: number) => string) | undefined };
  /** Takes the words for the place under the pointer; empty when the pointer is gone. */
  say: (text: string) => void;
}

export interface Plot {
  /** Drawn with the next second: drawing anew, its labels above all, takes the time of several updates of the figures. */
  update(line: Line): void;
  destroy(): void;
}

const HEIGHT = 148;

/** Draws into an element until it is destroyed; nothing without a canvas (an old or a simulated browser). */
export function plot(element: HTMLElement, options: PlotOptions): Plot {
  let drawing: Plot | null = null;
  let gone = false;
  if (document.createElement("canvas").getContext("2d")) {
    void import("uplot").then(({ default: UPlot }) => {
      if (!gone) drawing = draw(UPlot, element, options);
    });
  }
  return {
    update: (line) => drawing?.update(line),
    destroy() {
      gone = true;
      drawing?.destroy();
      drawing = null;
    },
  };
}

function draw(UPlot: typeof uPlot, element: HTMLElement, { shape, latest, say }: PlotOptions): Plot {
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  let drawn: uPlot;
  const sayPlace = (index: number | null | undefined) => {
    const { line, format } = latest();
    const value = index === null || index === undefined ? undefined : line.y[index];
    say(value === undefined ? "" : `${line.labels[index as number]} · ${format(value ?? 0)}`);
  };
  const build = () => {
    const style = getComputedStyle(element);
    const color = (name: string) => style.getPropertyValue(name).trim();
    const axis = {
      stroke: color("--text-quiet"),
      font: `11px ${style.fontFamily}`,
      grid: { stroke: color("--line"), width: 1 },
      ticks: { show: false },
    };
    const bars = UPlot.paths.bars?.({ size: [0.62, 28], radius: 0.25 });
    drawn = new UPlot(
      {
        width: Math.max(element.clientWidth, 1),
        height: HEIGHT,
        legend: { show: false },
        padding: [8, 18, 0, 0],
        cursor: { y: false, drag: { x: false, y: false }, points: { show: shape === "line", size: 7 } },
        scales: {
          x: { time: false, range: (_, min, max) => (shape === "columns" ? [min - 0.6, max + 0.6] : [min, max]) },
          y: { range: (_, __, max) => [0, Math.max(max, 1) * 1.08] },
        },
        axes: [
          {
            ...axis,
            grid: { show: false },
            size: 26,
            space: 56,
            incrs: [1, 2, 3, 6, 7, 14],
            values: (_, places) => places.map((place) => latest().line.labels[place] ?? ""),
          },
          {
            ...axis,
            size: 52,
            space: 28,
            incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 5e5, 1e6, 5e6, 1e7],
            values: (_, values) => values.map((value) => (latest().short ?? latest().format)(value)),
          },
        ],
        series: [
          {},
          {
            stroke: color("--chart"),
            fill: color(shape === "columns" ? "--chart" : "--chart-fill"),
            width: shape === "columns" ? 0 : 2,
            points: { show: false },
            ...(shape === "columns" && bars ? { paths: bars } : {}),
          },
        ],
        hooks: { setCursor: [(self) => sayPlace(self.cursor.idx)] },
      },
      [latest().line.x, latest().line.y],
      element,
    );
  };
  build();
  const rebuild = () => {
    drawn.destroy();
    build();
  };
  scheme.addEventListener("change", rebuild);
  const resized = new ResizeObserver(() => drawn.setSize({ width: Math.max(element.clientWidth, 1), height: HEIGHT }));
  resized.observe(element);
  let newest: Line | undefined;
  const stopTicking = onTick(() => {
    if (newest) drawn.setData([newest.x, newest.y]);
    newest = undefined;
  });
  return {
    update(line) {
      newest = line;
    },
    destroy() {
      stopTicking();
      scheme.removeEventListener("change", rebuild);
      resized.disconnect();
      drawn.destroy();
    },
  };
}
