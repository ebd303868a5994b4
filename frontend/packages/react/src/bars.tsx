// Bars that are also a list: each says its label, its number and its share, with or without the drawing.
import { type BarListProps, type MeterProps, type ShareBarProps, shareParts } from "@switchboard/view";
import { memo } from "react";
import { useFormat } from "./context.tsx";
import { Changing, Term } from "./figure.tsx";

/** One bar below the other, each as long as its share of the longest. */
export const BarList = memo(function BarList({ title, path, bars, tones, empty = "Nothing yet." }: BarListProps) {
  const longest = Math.max(...bars.map(({ value }) => value), 1);
  return (
    <div className="bars">
      <h3 className="bars__title">
        <Term path={path}>{title}</Term>
      </h3>
      {bars.length === 0 ? (
        <p className="empty">{empty}</p>
      ) : (
        <ul className="bars__list">
          {bars.map(({ id, label, value, share }) => (
            <BarRow key={id} label={label} value={value} share={share} length={(100 * value) / longest} tone={tones?.[id]} />
          ))}
        </ul>
      )}
    </div>
  );
});

interface BarRowProps {
  label: string;
  value: number;
  share: number | null;
  length: number;
  tone: string | undefined;
}

const BarRow = memo(function BarRow({ label, value, share, length, tone }: BarRowProps) {
  const format = useFormat();
  return (
    <li className={tone ? `bar bar--${tone}` : "bar"}>
      <span className="bar__label">{label}</span>
      <span className="bar__value">
        <Changing text={format.count(value)} /> <span className="bar__share">{format.percent(share)}</span>
      </span>
      <svg className="bar__track" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true" focusable="false">
        <rect className="bar__fill" width={length} height="1" />
      </svg>
    </li>
  );
});

/** A single bar of parts, with its legend: shares of one whole. */
export const ShareBar = memo(function ShareBar({ title, path, bars }: ShareBarProps) {
  const format = useFormat();
  const parts = shareParts(bars);
  return (
    <div className="shares">
      <h3 className="bars__title">
        <Term path={path}>{title}</Term>
      </h3>
      <svg className="shares__track" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true" focusable="false">
        {parts.map(({ id, share, start, shade }) => (
          <rect key={id} className={`shares__part shares__part--${shade}`} x={start} width={share ?? 0} height="1" />
        ))}
      </svg>
      <ul className="shares__legend">
        {parts.map(({ id, label, value, share, shade, path: own }) => (
          <li key={id}>
            <span className={`shares__key shares__key--${shade}`} aria-hidden="true" />
            <Term path={own}>{label}</Term>
            <span className="bar__value">
              <Changing text={format.count(value)} /> <span className="bar__share">{format.percent(share)}</span>
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
});

/** How much of a limit is used; the words say what the bar shows. */
export const Meter = memo(function Meter(props: MeterProps) {
  const { label, path, text, percent, tone } = props;
  const length = Math.min(100, Math.max(0, percent ?? 0));
  return (
    <div className={tone ? `bar bar--${tone}` : "bar"}>
      <Term path={path}>{label}</Term>
      <span className="bar__value">{text}</span>
      <svg className="bar__track" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true" focusable="false">
        <rect className="bar__fill" width={length} height="1" />
      </svg>
    </div>
  );
});
