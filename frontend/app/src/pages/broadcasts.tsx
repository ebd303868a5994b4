// Broadcasts of the admins: write one, schedule it, withdraw it.
import { ApiError, type SignIn } from "@switchboard/client";
import { Icon, Moment, StateWord } from "@switchboard/react";
import { words } from "@switchboard/view";
import { type FormEvent, useRef, useState } from "react";
import type { Row } from "./resources.ts";
import { useList } from "./use-list.ts";

const ENDPOINT = "/api/system-alerts/";
const ROLES = ["admin", "user", "agent"] as const;
const SEVERITIES = ["info", "warning", "error"] as const;

/** A local date and time of the form as an instant; null when left empty. */
const instant = (value: FormDataEntryValue | null) => (value ? new Date(String(value)).toISOString() : null);

function request(form: FormData): object {
  const starts = instant(form.get("starts_at"));
  return {
    severity: form.get("severity"),
    title: form.get("title"),
    message: form.get("message"),
    target_roles: form.getAll("target_roles"),
    ...(starts && { starts_at: starts }),
    expires_at: instant(form.get("expires_at")),
  };
}

export function Broadcasts({ signIn }: { signIn: SignIn }) {
  const { state, reload } = useList(signIn, ENDPOINT);
  const [said, setSaid] = useState<{ tone: "success" | "error"; text: string } | null>(null);
  const form = useRef<HTMLFormElement>(null);
  const send = async (path: string, init: RequestInit, done: string): Promise<boolean> => {
    try {
      await signIn.request(path, { ...init, headers: { "Content-Type": "application/json" } });
      setSaid({ tone: "success", text: done });
      await reload();
      return true;
    } catch (error) {
      setSaid({ tone: "error", text: error instanceof ApiError ? error.errors.map(told).join(" ") : "The server cannot be reached." });
      return false;
    }
  };
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const body = JSON.stringify(request(new FormData(event.currentTarget)));
    if (await send(ENDPOINT, { method: "POST", body }, "The broadcast is on its way.")) form.current?.reset();
  };
  const withdraw = (row: Row) => void send(`${ENDPOINT}${row.id}/`, { method: "DELETE" }, "The broadcast is withdrawn.");
  if (state.phase === "missing") return <p className="empty">Not available on this server.</p>;
  return (
    <div className="broadcasts">
      <section className="section-card" aria-labelledby="write-title">
        <h2 id="write-title" className="section-card__title">
          Write a broadcast
        </h2>
        <form ref={form} className="form" onSubmit={(event) => void submit(event)}>
          <label className="field">
            <span className="field__label">Title</span>
            <input name="title" required maxLength={200} />
          </label>
          <label className="field">
            <span className="field__label">Message</span>
            <textarea name="message" rows={3} />
          </label>
          <fieldset className="field field--row">
            <legend className="field__label">Severity</legend>
            {SEVERITIES.map((severity) => (
              <label key={severity} className="choice">
                <input type="radio" name="severity" value={severity} defaultChecked={severity === "info"} />
                <Icon name={severity} /> {words(severity)}
              </label>
            ))}
          </fieldset>
          <fieldset className="field field--row">
            <legend className="field__label">For</legend>
            {ROLES.map((role) => (
              <label key={role} className="choice">
                <input type="checkbox" name="target_roles" value={role} defaultChecked /> {words(`${role}s`)}
              </label>
            ))}
          </fieldset>
          <div className="field-pair">
            <label className="field">
              <span className="field__label">Starts (now, if empty)</span>
              <input name="starts_at" type="datetime-local" />
            </label>
            <label className="field">
              <span className="field__label">Expires (never, if empty)</span>
              <input name="expires_at" type="datetime-local" />
            </label>
          </div>
          <button type="submit" className="button button--primary">
            <Icon name="broadcast" /> Broadcast
          </button>
        </form>
        <div role="status" className="said">
          {said && (
            <p className={`said__text alert--${said.tone}`}>
              <Icon name={said.tone} /> {said.text}
            </p>
          )}
        </div>
      </section>
      <section className="section-card" aria-labelledby="present-title">
        <h2 id="present-title" className="section-card__title">
          Broadcasts so far
        </h2>
        {state.phase === "ready" && state.listing.results.length === 0 && <p className="empty">None yet.</p>}
        {state.phase === "failed" && <p className="empty">{state.message}</p>}
        {state.phase === "ready" && (
          <ul className="row-list" aria-label="Broadcasts">
            {state.listing.results.map((row) => (
              <Broadcast key={row.id} row={row} onWithdraw={withdraw} />
            ))}
          </ul>
        )}
      </section>
    </div>
  );
}

const told = ({ attr, detail }: { attr: string | null; detail: string }) => (attr ? `${words(attr)}: ${detail}` : detail);

/** The state by the row's own word, else by its instants. */
function stateOf(row: Row): string {
  if (typeof row.status === "string") return row.status;
  if (typeof row.state === "string") return row.state;
  const now = Date.now();
  if (row.withdrawn_at) return "withdrawn";
  if (typeof row.expires_at === "string" && Date.parse(row.expires_at) <= now) return "expired";
  return typeof row.starts_at === "string" && Date.parse(row.starts_at) > now ? "scheduled" : "live";
}

function Broadcast({ row, onWithdraw }: { row: Row; onWithdraw: (row: Row) => void }) {
  const state = stateOf(row);
  const open = state === "live" || state === "scheduled";
  const roles = Array.isArray(row.target_roles) ? row.target_roles.map((role) => words(`${String(role)}s`)).join(", ") : "";
  return (
    <li className="row">
      <span className="row__text">
        <span className="row__main">{String(row.title)}</span>
        <span className="row__sub">
          {words(String(row.severity))} · {roles} · from <Moment instant={typeof row.starts_at === "string" ? row.starts_at : null} />
        </span>
      </span>
      <span className="row__end">
        <StateWord state={state} />
        {open && (
          <button type="button" className="button" onClick={() => onWithdraw(row)}>
            Withdraw<span className="visually-hidden">: {String(row.title)}</span>
          </button>
        )}
      </span>
    </li>
  );
}
