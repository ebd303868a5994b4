// What became of a broadcast: who sent, changed and withdrew it, when, and what it said before.
import { Moment } from "@switchboard/react";
import { NOTHING, words } from "@switchboard/view";
import type { ReactNode } from "react";
import type { Api } from "../api.ts";
import { Dialog } from "../forms/dialog.tsx";
import { useFetched } from "./use-fetched.ts";

interface Change {
  id: number;
  action: "sent" | "changed" | "withdrawn";
  at: string;
  /** Null: the operator of the server. */
  by_email: string | null;
  /** Of each field that changed: what it was (null when it was sent) and what it is. */
  values: Record<string, [unknown, unknown]>;
}

/** The fields in the words and the order of their form. */
const LABELS: Readonly<Record<string, string>> = {
  title: "Title",
  message: "Message",
  severity: "Severity",
  target_roles: "For",
  url: "Leads to",
  starts_at: "Starts",
  expires_at: "Expires",
};

interface HistoryProps {
  api: Api;
  id: number | string;
  title: string;
  onClose: () => void;
}

export function History({ api, id, title, onClose }: HistoryProps) {
  const { value, problem } = useFetched<{ results: Change[] }>(api, `/api/system-alerts/${id}/history/?page_size=100`);
  return (
    <Dialog title={`History: ${title}`} onClose={onClose}>
      {problem && <p className="empty">{problem}</p>}
      {!problem && !value && <p className="empty">Loading …</p>}
      {value && (
        <ul className="row-list" aria-label="History">
          {value.results.map((change) => (
            <Deed key={change.id} change={change} />
          ))}
        </ul>
      )}
    </Dialog>
  );
}

function Deed({ change: { action, at, by_email, values } }: { change: Change }) {
  const sent = action === "sent";
  const fields = Object.keys(LABELS).flatMap((field) => {
    const [before, after] = values[field] ?? [null, null];
    return isEmpty(before) && isEmpty(after) ? [] : [{ field, before, after }];
  });
  return (
    <li className="row">
      <span className="row__text">
        <span className="row__main">{words(action)}</span>
        {fields.map(({ field, before, after }) => (
          <span key={field} className="row__sub">
            {LABELS[field]}: {!sent && <>{said(field, before)} → </>}
            {said(field, after)}
          </span>
        ))}
        <span className="row__sub">
          by {by_email ?? "the operator"} · <Moment instant={at} />
        </span>
      </span>
    </li>
  );
}

const isEmpty = (value: unknown) => value === null || value === "";

/** What a field said, as the list says it. */
function said(field: string, value: unknown): ReactNode {
  if (isEmpty(value)) return field === "expires_at" ? "never" : NOTHING;
  if (Array.isArray(value)) return value.map((role) => words(`${String(role)}s`)).join(", ");
  if (field.endsWith("_at")) return <Moment instant={String(value)} />;
  return field === "severity" ? words(String(value)) : `“${String(value)}”`;
}
