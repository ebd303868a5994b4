// Broadcasts of the admins: write one, schedule it, change it, withdraw it; and who did so.
import { Icon, Moment, Section, StateWord } from "@switchboard/react";
import { words } from "@switchboard/view";
import { useState } from "react";
import { type Api, sentence } from "../api.ts";
import { Dialog } from "../forms/dialog.tsx";
import { FieldForm } from "../forms/field-form.tsx";
import { choices, type Field, type Values } from "../forms/fields.ts";
import { useSay } from "../said.tsx";
import { History } from "./broadcast-history.tsx";
import type { Row } from "./resources/types.ts";
import { useList } from "./use-list.ts";

const ENDPOINT = "/api/system-alerts/";
const ROLES = ["admin", "user", "agent"];
const text = (value: unknown) => (typeof value === "string" ? value : "");

const fields = (row: Row | null): readonly Field[] => [
  { name: "title", label: "Title", kind: "text", required: true, maxLength: 120, value: text(row?.title) },
  { name: "message", label: "Message", kind: "textarea", maxLength: 1000, value: text(row?.message) },
  { name: "severity", label: "Severity", kind: "radio", value: text(row?.severity) || "info", options: choices(["info", "warning", "error"]) },
  {
    name: "target_roles", label: "For", kind: "checkboxes", value: (row?.target_roles as string[] | undefined) ?? ROLES,
    options: ROLES.map((role) => ({ value: role, label: words(`${role}s`) })),
  },
  { name: "url", label: "Leads to", kind: "text", maxLength: 500, value: text(row?.url), hint: "A page of this site, such as /calls, or an https address. May stay empty." },
  { name: "starts_at", label: row ? "Starts" : "Starts (now, if empty)", kind: "datetime", value: text(row?.starts_at) },
  { name: "expires_at", label: "Expires (never, if empty)", kind: "datetime", value: text(row?.expires_at), nullable: true },
];
const NEW = fields(null);

export function Broadcasts({ api }: { api: Api }) {
  const { state, reload } = useList(api.signIn, ENDPOINT);
  const say = useSay();
  const [edited, setEdited] = useState<Row | null>(null);
  const [traced, setTraced] = useState<Row | null>(null);
  if (state.phase === "missing") return <p className="empty">Not available on this server.</p>;
  const write = async (values: Values) => {
    const row = await api.post<Row>(ENDPOINT, values);
    const scheduled = row.status === "scheduled";
    say({ text: scheduled ? `“${text(row.title)}” is scheduled.` : `“${text(row.title)}” is on the screens of those it is for.` });
    await reload();
  };
  const withdraw = async (row: Row) => {
    try {
      await api.remove(`${ENDPOINT}${row.id}/`);
      say({ text: `“${text(row.title)}” is withdrawn; it has left every screen.` });
    } catch (error) {
      say({ tone: "error", text: `Not withdrawn. ${sentence(error)}` });
    }
    await reload();
  };
  return (
    <div className="broadcasts">
      <Section title="Write a broadcast">
        <FieldForm api={api} fields={NEW} submit="Broadcast" onSubmit={write} resets />
      </Section>
      <Section title="Broadcasts so far">
        {state.phase === "ready" && state.listing.results.length === 0 && <p className="empty">None yet.</p>}
        {state.phase === "failed" && <p className="empty">{state.message}</p>}
        {state.phase === "ready" && state.listing.results.length > 0 && (
          <ul className="row-list" aria-label="Broadcasts">
            {state.listing.results.map((row) => (
              <Broadcast key={row.id} row={row} onEdit={setEdited} onTrace={setTraced} onWithdraw={(gone) => void withdraw(gone)} />
            ))}
          </ul>
        )}
      </Section>
      {edited && <Edit key={edited.id} api={api} row={edited} onClose={() => setEdited(null)} onSaved={reload} />}
      {traced && <History key={traced.id} api={api} id={traced.id} title={text(traced.title)} onClose={() => setTraced(null)} />}
    </div>
  );
}

interface EditProps {
  api: Api;
  row: Row;
  onClose: () => void;
  onSaved: () => Promise<void>;
}

function Edit({ api, row, onClose, onSaved }: EditProps) {
  const say = useSay();
  const [shown] = useState(() => fields(row));
  const save = async (values: Values) => {
    const saved = await api.patch<Row>(`${ENDPOINT}${row.id}/`, values);
    say({ text: `“${text(saved.title)}” is changed on every screen.` });
    await onSaved();
    onClose();
  };
  return (
    <Dialog title="Change the broadcast" onClose={onClose}>
      <FieldForm api={api} fields={shown} submit="Save" onSubmit={save} />
    </Dialog>
  );
}

interface BroadcastProps {
  row: Row;
  onEdit: (row: Row) => void;
  onTrace: (row: Row) => void;
  onWithdraw: (row: Row) => void;
}

function Broadcast({ row, onEdit, onTrace, onWithdraw }: BroadcastProps) {
  const open = row.status === "live" || row.status === "scheduled";
  const roles = Array.isArray(row.target_roles) ? row.target_roles.map((role) => words(`${String(role)}s`)).join(", ") : "";
  return (
    <li className="row">
      <span className="row__text">
        <span className="row__main">
          <Icon name={row.severity === "error" || row.severity === "warning" ? row.severity : "info"} /> {text(row.title)}
        </span>
        {row.message !== "" && <span className="row__sub">{text(row.message)}</span>}
        <span className="row__sub">
          {words(text(row.severity))} · {roles} · from <Moment instant={text(row.starts_at)} />
          {row.expires_at !== null && (
            <>
              {" "}
              until <Moment instant={text(row.expires_at)} />
            </>
          )}{" "}
          · by {text(row.created_by_email) || "the operator"}
        </span>
      </span>
      <span className="row__end row__end--actions">
        <StateWord state={text(row.status)} />
        <button type="button" className="button" onClick={() => onTrace(row)}>
          History<span className="visually-hidden">: {text(row.title)}</span>
        </button>
        {open && (
          <>
            <button type="button" className="button" onClick={() => onEdit(row)}>
              Edit<span className="visually-hidden">: {text(row.title)}</span>
            </button>
            <button type="button" className="button" onClick={() => onWithdraw(row)}>
              Withdraw<span className="visually-hidden">: {text(row.title)}</span>
            </button>
          </>
        )}
      </span>
    </li>
  );
}
