// A figure with its label and definition: the smallest part of every section, rendered alone when it alone changes.
import { figure, isRaised, markChanged, type MetricListProps, type MetricProps, onMoved, type TooltipPlace, tooltipPlace, unmark } from "@switchboard/view";
import { memo, type ReactNode, useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { useDefinition, useFormat } from "./context.tsx";
import { Icon } from "./icon.tsx";

/** A text that is marked briefly when it changes. */
export const Changing = memo(function Changing({ text }: { text: string }) {
  const shown = useRef<HTMLSpanElement>(null);
  const last = useRef(text);
  // With the text, before it is drawn: a mark that came after it would be a second frame.
  useLayoutEffect(() => {
    if (text === last.current) return;
    last.current = text;
    if (shown.current) markChanged(shown.current);
  }, [text]);
  useLayoutEffect(() => {
    const element = shown.current;
    return () => {
      if (element) unmark(element);
    };
  }, []);
  return (
    <span ref={shown} className="figure">
      {text}
    </span>
  );
});

/** A label; if its figure has a definition, that shows on hover and on keyboard focus, and Escape hides it. */
export function Term({ path, children }: { path?: string | undefined; children: ReactNode }) {
  const definition = useDefinition(path);
  const id = useId();
  const ref = useRef<HTMLButtonElement>(null);
  const [place, setPlace] = useState<TooltipPlace | null>(null);
  const shown = place !== null;
  useEffect(() => (shown ? onMoved(() => ref.current && setPlace(tooltipPlace(ref.current))) : undefined), [shown]);
  if (definition === undefined) return <span className="term">{children}</span>;
  const show = () => ref.current && setPlace(tooltipPlace(ref.current));
  const hide = () => setPlace(null);
  return (
    <>
      <button
        ref={ref}
        type="button"
        className="term term--defined"
        aria-describedby={id}
        onFocus={show}
        onBlur={hide}
        onMouseEnter={show}
        onMouseLeave={hide}
        onClick={show}
        onKeyDown={(event) => event.key === "Escape" && hide()}
      >
        {children}
      </button>
      <span id={id} hidden>
        {definition}
      </span>
      {place &&
        createPortal(
          <span
            role="tooltip"
            className={place.above ? "tooltip tooltip--above" : "tooltip"}
            style={{ left: place.left, top: place.top }}
          >
            {definition}
          </span>,
          document.body,
        )}
    </>
  );
}

export const Metric = memo(function Metric({ path, label, value, kind, exception, url }: MetricProps) {
  const format = useFormat();
  const text = format.value(kind, value);
  const raised = isRaised(exception, value);
  const shown = <Changing text={text} />;
  return (
    <div className={raised ? `metric metric--${exception}` : "metric"}>
      <dt className="metric__label">
        <Term path={path}>{label}</Term>
      </dt>
      <dd className="metric__value">
        {raised && exception && <Icon name={exception} />}
        {raised && url ? (
          <a href={url} aria-label={`${label}: ${text}, show the list`}>
            {shown}
          </a>
        ) : (
          shown
        )}
      </dd>
    </div>
  );
});

/** The figures of a section, by their specification; only those that the document has. */
export const MetricList = memo(function MetricList({ section, data, metrics }: MetricListProps) {
  return (
    <dl className="metric-list">
      {metrics.map(({ key, label, kind, exception, url }) => (
        <Metric
          key={key}
          path={`${section}.${key}`}
          label={label}
          kind={kind}
          value={figure(data, key)}
          exception={exception}
          url={url}
        />
      ))}
    </dl>
  );
});
