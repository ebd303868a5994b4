// The alerts: what needs somebody, worst first, each with the way to resolve it.
import { type Alert, type Announced, announcement, SEVERITY_WORDS, standingFor } from "@switchboard/view";
import { memo, useEffect, useRef, useState } from "react";
import { Icon } from "./icon.tsx";
import { useNow } from "./now.ts";
import { Rows } from "./rows.tsx";

const For = memo(function For({ since }: { since: string }) {
  const text = standingFor(since, useNow());
  return <time dateTime={since} className="alert__since">{text}</time>;
});

const drawAlert = ({ type, title, message, since, action_text, action_url }: Alert) => (
  <li className={`alert alert--${type}`}>
    <Icon name={type} />
    <div className="alert__text">
      <p className="alert__title">
        <span className="alert__word">{SEVERITY_WORDS[type]}</span> {title}
      </p>
      <p className="alert__message">
        {message} {since && <For since={since} />}
      </p>
    </div>
    {action_url && (
      <a className="alert__action" href={action_url}>
        {action_text || "Show"}
        <span className="visually-hidden">: {title}</span>
        <Icon name="arrow" />
      </a>
    )}
  </li>
);

export const AlertsPanel = memo(function AlertsPanel({ alerts }: { alerts: readonly Alert[] }) {
  return (
    <section className="alerts-panel" aria-labelledby="alerts-title">
      <h2 id="alerts-title" className="block-title">
        Alerts
        {alerts.length > 0 && <span className="block-title__count">{alerts.length}</span>}
      </h2>
      {alerts.length === 0 ? (
        <p className="alerts-panel__calm">
          <Icon name="success" /> Nothing needs attention.
        </p>
      ) : (
        <Rows items={alerts} render={drawAlert} empty="" className="alerts-panel__list" label="Alerts" />
      )}
      <Announcer items={alerts} />
    </section>
  );
});

/** Speaks what is new, without moving the focus: errors at once, the rest when there is a moment. */
export function Announcer({ items }: { items: readonly Announced[] }) {
  const known = useRef<ReadonlySet<string | number> | null>(null);
  const spoken = useRef<ReadonlySet<string | number>>(new Set());
  const [urgent, setUrgent] = useState("");
  const [polite, setPolite] = useState("");
  useEffect(() => {
    const said = announcement(items, known.current);
    known.current = said.known;
    // What was said stays to be read again, until something else is said or one of it is no longer so.
    if (said.fresh.size === 0 && [...spoken.current].every((id) => said.known.has(id))) return;
    spoken.current = said.fresh;
    setUrgent(said.urgent);
    setPolite(said.polite);
  }, [items]);
  return (
    <div className="visually-hidden">
      <div role="alert">{urgent}</div>
      <div role="status">{polite}</div>
    </div>
  );
}
