// A line or columns over time, drawn on a canvas; beside it a sentence and a table that say the same.
import { type LineChartProps, lineSummary, type Plot, plot } from "@switchboard/view";
import { memo, useEffect, useRef } from "react";
import { Term } from "./figure.tsx";

export const LineChart = memo(function LineChart({ title, path, line, format, short, shape, heads }: LineChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const readout = useRef<HTMLSpanElement>(null);
  const drawing = useRef<Plot | null>(null);
  const latest = useRef({ line, format, short });
  latest.current = { line, format, short };

  useEffect(() => {
    if (!box.current) return;
    const say = (text: string) => {
      if (readout.current) readout.current.textContent = text;
    };
    const drawn = plot(box.current, { shape, latest: () => latest.current, say });
    drawing.current = drawn;
    return () => drawn.destroy();
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
