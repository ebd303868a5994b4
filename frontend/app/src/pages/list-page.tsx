// A list with its actions: where an alert or a quick action is resolved.
import { useDashboard, useFormat } from "@switchboard/react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { type Api, sentence } from "../api.ts";
import { Dialog } from "../forms/dialog.tsx";
import { FieldForm } from "../forms/field-form.tsx";
import type { Values } from "../forms/fields.ts";
import { useSay } from "../said.tsx";
import { Filters, Narrow, Pager } from "./list-filters.tsx";
import { ListTable } from "./list-table.tsx";
import { type Action, type Resource, type Row, type Viewer, whom } from "./resources/types.ts";
import { useList } from "./use-list.ts";

export interface ListPageProps {
  resource: Resource;
  /** The filters, as the link had them; they are the server's. */
  query: string;
  api: Api;
}

/** Links of tasks name one row: `?id=81`, and `?call=310` in the queue. */
function addressOf(endpoint: string, query: string): string {
  const params = new URLSearchParams(query);
  const one = params.get("id") ?? params.get("call");
  return one !== null && /^\d+$/.test(one) ? `${endpoint}${one}/` : endpoint + (query ? `?${query}` : "");
}

const NO_ROW: Row = { id: "" };

export function ListPage({ resource, query, api }: ListPageProps) {
  const { state, reload } = useList(api.signIn, addressOf(resource.endpoint, query));
  const say = useSay();
  const [asked, setAsked] = useState<{ action: Action; row: Row } | null>(null);
  const id = useDashboard((data) => data.user_info?.id);
  const role = useDashboard((data) => data.user_info?.role);
  const viewer = useMemo<Viewer | null>(() => (id !== undefined && role !== undefined ? { id, role } : null), [id, role]);

  const format = useFormat();
  const counted = useRef<HTMLParagraphElement>(null);
  const acted = useRef(false);
  useEffect(() => {
    // The button that was pressed may have left with its row: go on reading at the list, not at the top of the page.
    if (acted.current && document.activeElement === document.body) counted.current?.focus();
    acted.current = false;
  });

  const run = useCallback(
    async (action: Action, row: Row, values: Values) => {
      try {
        say(await action.run(api, row, values));
      } finally {
        // Also after a refusal: what one saw was probably out of date.
        await reload();
        acted.current = true;
      }
    },
    [api, say, reload],
  );
  const act = useCallback(
    async (action: Action, row: Row) => {
      say(null);
      if (action.fields || action.confirm) return setAsked({ action, row });
      await run(action, row, {}).catch((error: unknown) => say({ tone: "error", text: `Not done: “${action.label}”. ${sentence(error)}` }));
    },
    [run, say],
  );
  const listActions = (resource.listActions ?? []).filter(({ roles }) => viewer && roles.includes(viewer.role));
  return (
    <>
      <div className="list-tools">
        <Narrow query={query} filters={resource.filters} />
        {listActions.map((action) => (
          <button key={action.label} type="button" className="button button--primary" onClick={() => void act(action, NO_ROW)}>
            {action.label}
          </button>
        ))}
      </div>
      <Filters query={query} />
      {state.phase === "loading" && <p className="empty">Loading …</p>}
      {state.phase === "missing" && <Missing narrowed={query !== ""} />}
      {state.phase === "failed" && (
        <p className="empty">
          {state.message}{" "}
          <button type="button" className="button" onClick={() => void reload()}>
            Try again
          </button>
        </p>
      )}
      {state.phase === "ready" && (
        <>
          <p ref={counted} tabIndex={-1} className="quiet-line">
            {state.listing.count === 1 ? "1 entry" : `${format.count(state.listing.count)} entries`}
          </p>
          {state.listing.results.length === 0 ? (
            <p className="empty">{resource.empty}</p>
          ) : (
            viewer && <ListTable resource={resource} rows={state.listing.results} viewer={viewer} act={act} />
          )}
          <Pager query={query} previous={state.listing.hasPrevious} next={state.listing.hasNext} />
        </>
      )}
      {asked && viewer && <Asked api={api} action={asked.action} row={asked.row} viewer={viewer} run={run} onClose={() => setAsked(null)} />}
    </>
  );
}

function Missing({ narrowed }: { narrowed: boolean }) {
  if (!narrowed) return <p className="empty">Not available on this server.</p>;
  return (
    <p className="empty">
      It is not there any more. <a href={location.pathname}>Show all</a>
    </p>
  );
}

interface AskedProps {
  api: Api;
  action: Action;
  row: Row;
  viewer: Viewer;
  run: (action: Action, row: Row, values: Values) => Promise<void>;
  onClose: () => void;
}

/** The form or the question before an action; a refusal is told in it. */
function Asked({ api, action, row, viewer, run, onClose }: AskedProps) {
  // The fields as they were when it was opened: a list that loads itself again leaves what is being typed alone.
  const [fields] = useState(() => action.fields?.(row, viewer) ?? []);
  const submit = async (values: Values) => {
    await run(action, row, values);
    onClose();
  };
  return (
    <Dialog title={row === NO_ROW ? action.label : `${action.label}: ${whom(row)}`} onClose={onClose}>
      {action.confirm && <p>{action.confirm(row)}</p>}
      <FieldForm api={api} fields={fields} submit={action.confirm ? `${action.label}, yes` : (action.submit ?? action.label)} onSubmit={submit}>
        <button type="button" className="button" onClick={onClose}>
          {action.confirm ? "No" : "Not now"}
        </button>
      </FieldForm>
    </Dialog>
  );
}
