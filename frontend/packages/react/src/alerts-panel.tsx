// The alerts: what needs somebody, worst first, each with the way to resolve it.
import type { Alert, Severity } from "@switchboard/view";
import { age } from "@switchboard/view";
import { memo, useEffect, useRef, useState } from "react";
import { Icon } from "./icon.tsx";
import { useNow } from "./now.ts";
import { Rows } from "./rows.tsx";

const WORDS: Record<Severity, string> = { error: "Error", warning: "Warning", info: "Info" };

const For = memo(function For({ since }: { since: string }) {
  const ms = useNow() - Date.parse(since);
  return <time dateTime={since} className="alert__since">{`for ${age(Math.max(ms, 2000))}`}</time>;
});

const drawAlert = ({ type, title, message, since, action_text, action_url }: Alert) => (
  <li className={`alert alert--${type}`}>
    <Icon name={type} />
    <div className="alert__text">
      <p className="alert__title">
        <span className="alert__word">{WORDS[type]}</span> {title}
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

interface Announced {
  id: string | number;
  type: Severity;
  title: string;
  message: string;
}

/** Speaks what is new, without moving the focus: errors at once, the rest when there is a moment. */
export function Announcer({ items }: { items: readonly Announced[] }) {
  const known = useRef<ReadonlySet<string | number> | null>(null);
  const [urgent, setUrgent] = useState("");
  const [polite, setPolite] = useState("");
  useEffect(() => {
    const before = known.current;
    known.current = new Set(items.map(({ id }) => id));
    // What stood there when the page came up is read in its place; only news are announced. Errors even then.
    const fresh = items.filter(({ id, type }) => (before === null ? type === "error" : !before.has(id)));
    const say = (some: readonly Announced[]) => some.map(({ type, title, message }) => `${WORDS[type]}: ${title}. ${message}`).join(" ");
    const errors = fresh.filter(({ type }) => type === "error");
    const others = fresh.filter(({ type }) => type !== "error");
    if (errors.length > 0) setUrgent(say(errors));
    if (others.length > 0) setPolite(say(others));
  }, [items]);
  return (
    <div className="visually-hidden">
      <div role="alert">{urgent}</div>
      <div role="status">{polite}</div>
    </div>
  );
}
