// A list with its actions: where an alert or a quick action is resolved.
import { useFormat } from "@switchboard/react";
import { useCallback, useEffect, useRef, useState } from "react";
import { type Api, sentence } from "../api.ts";
import type { Values } from "../forms/fields.ts";
import { useSay } from "../said.tsx";
import { Asked } from "./asked.tsx";
import { Filters, Narrow, Pager } from "./list-filters.tsx";
import { ListTable } from "./list-table.tsx";
import { type Action, NO_ROW, type Resource, type Row } from "./resources/types.ts";
import { useList } from "./use-list.ts";
import { useViewer } from "./use-viewer.ts";

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

export function ListPage({ resource, query, api }: ListPageProps) {
  const { state, reload } = useList(api.signIn, addressOf(resource.endpoint, query));
  const say = useSay();
  const [asked, setAsked] = useState<{ action: Action; row: Row } | null>(null);
  const viewer = useViewer();

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
  const filters = (resource.filters ?? []).filter(({ roles }) => !roles || (viewer && roles.includes(viewer.role)));
  const listActions = (resource.listActions ?? []).filter(({ roles }) => viewer && roles.includes(viewer.role));
  return (
    <>
      <div className="list-tools">
        <Narrow query={query} filters={filters} />
        {listActions.map((action) => (
          <button key={action.label} type="button" className="button button--primary" onClick={() => void act(action, NO_ROW)}>
            {action.label}
          </button>
        ))}
      </div>
      <Filters query={query} filters={filters} />
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
