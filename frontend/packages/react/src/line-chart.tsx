// A line or columns over time, drawn on a canvas; beside it a sentence and a table that say the same.
import type { Line } from "@switchboard/view";
import { lineSummary } from "@switchboard/view";
import { memo, useEffect, useRef } from "react";
import type uPlot from "uplot";
import { Term } from "./figure.tsx";

export interface LineChartProps {
  title: string;
  /** The path of the definition. */
  path?: string;
  line: Line;
  format: (value: number) => string;
  shape: "line" | "columns";
  /** Heads of the table's two columns. */
  heads: readonly [string, string];
}

const HEIGHT = 148;

export const LineChart = memo(function LineChart({ title, path, line, format, shape, heads }: LineChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const readout = useRef<HTMLSpanElement>(null);
  const drawing = useRef<Drawing | null>(null);
  const latest = useRef({ line, format });
  latest.current = { line, format };

  useEffect(() => {
    const element = box.current;
    // Without a canvas (an old or a simulated browser) the sentence and the table do.
    if (!element || !document.createElement("canvas").getContext("2d")) return;
    let gone = false;
    void import("uplot").then(({ default: Plot }) => {
      if (!gone) drawing.current = draw(Plot, element, shape, latest, readout);
    });
    return () => {
      gone = true;
      drawing.current?.destroy();
      drawing.current = null;
    };
  }, [shape]);

  useEffect(() => drawing.current?.update(line), [line]);

  return (
    <figure className="chart">
      <figcaption className="chart__caption">
        <Term path={path}>{title}</Term>
        <span ref={readout} className="chart__readout" aria-hidden="true" />
      </figcaption>
      <div ref={box} className="chart__canvas" role="img" aria-label={`${title}: ${lineSummary(line, format)}`} />
      <details className="chart__table">
        <summary>Table</summary>
        <table>
          <caption className="visually-hidden">{title}</caption>
          <thead>
            <tr>
              <th scope="col">{heads[0]}</th>
              <th scope="col">{heads[1]}</th>
            </tr>
          </thead>
          <tbody>
            {line.labels.map((label, index) => (
              <tr key={label}>
                <th scope="row">{label}</th>
                <td>{format(line.y[index] ?? 0)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
});

interface Drawing {
  update(line: Line): void;
  destroy(): void;
}

type Latest = { readonly current: { line: Line; format: (value: number) => string } };
type Readout = { readonly current: HTMLSpanElement | null };

function draw(
  Plot: typeof uPlot,
  element: HTMLElement,
  shape: LineChartProps["shape"],
  latest: Latest,
  readout: Readout,
): Drawing {
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  let plot: uPlot;
  const say = (index: number | null | undefined) => {
    if (!readout.current) return;
    const { line, format } = latest.current;
    const value = index === null || index === undefined ? undefined : line.y[index];
    readout.current.textContent = value === undefined ? "" : `${line.labels[index as number]} · ${format(value ?? 0)}`;
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
    const bars = Plot.paths.bars?.({ size: [0.62, 28], radius: 0.25 });
    plot = new Plot(
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
            values: (_, places) => places.map((place) => latest.current.line.labels[place] ?? ""),
          },
          {
            ...axis,
            size: 46,
            space: 28,
            incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 5e5, 1e6, 5e6, 1e7],
            values: (_, values) => values.map((value) => short.format(value)),
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
        hooks: { setCursor: [(self) => say(self.cursor.idx)] },
      },
      [latest.current.line.x, latest.current.line.y],
      element,
    );
  };
  build();
  const rebuild = () => {
    plot.destroy();
    build();
  };
  scheme.addEventListener("change", rebuild);
  const resized = new ResizeObserver(() => plot.setSize({ width: Math.max(element.clientWidth, 1), height: HEIGHT }));
  resized.observe(element);
  return {
    update: (line) => plot.setData([line.x, line.y]),
    destroy() {
      scheme.removeEventListener("change", rebuild);
      resized.disconnect();
      plot.destroy();
    },
  };
}

const short = new Intl.NumberFormat(undefined, { notation: "compact" });
