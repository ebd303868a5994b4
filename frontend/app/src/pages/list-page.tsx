// A list with its actions: where an alert or a quick action is resolved.
import { ApiError, type SignIn } from "@switchboard/client";
import { Icon, Moment, Scroll, StateWord, useDashboard, useFormat } from "@switchboard/react";
import { at, duration, NOTHING, words } from "@switchboard/view";
import { memo, type ReactNode, useCallback, useMemo, useState } from "react";
import { navigate } from "../router.tsx";
import type { Column, Resource, Row, RowAction } from "./resources.ts";
import { useList } from "./use-list.ts";

export interface ListPageProps {
  resource: Resource;
  /** The filters, as the link had them; they are the server's. */
  query: string;
  signIn: SignIn;
}

export function ListPage({ resource, query, signIn }: ListPageProps) {
  const { state, reload } = useList(signIn, resource.endpoint + (query ? `?${query}` : ""));
  const [said, setSaid] = useState<{ tone: "success" | "error"; text: string } | null>(null);
  const act = useCallback(
    async (label: string, path: string, body: object) => {
      try {
        await signIn.request(path, { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" } });
        setSaid({ tone: "success", text: `Done: ${label}.` });
      } catch (error) {
        setSaid({ tone: "error", text: `${label} failed. ${reason(error)}` });
      }
      await reload();
    },
    [signIn, reload],
  );
  return (
    <>
      <Search query={query} />
      <Filters query={query} />
      <div role="status" className="said">
        {said && (
          <p className={`said__text alert--${said.tone}`}>
            <Icon name={said.tone} /> {said.text}
          </p>
        )}
      </div>
      {state.phase === "loading" && <p className="empty">Loading …</p>}
      {state.phase === "missing" && <p className="empty">Not available on this server.</p>}
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
          <p className="quiet-line">{state.listing.count === 1 ? "1 entry" : `${state.listing.count} entries`}</p>
          {state.listing.results.length === 0 ? (
            <p className="empty">{resource.empty}</p>
          ) : (
            <Table resource={resource} rows={state.listing.results} act={act} />
          )}
          <Pager query={query} previous={state.listing.hasPrevious} next={state.listing.hasNext} />
        </>
      )}
    </>
  );
}

function reason(error: unknown): string {
  if (!(error instanceof ApiError)) return "The server cannot be reached.";
  return error.status === 404 ? "Not available on this server." : error.message;
}

/** Looks for a part of a name or a number; which fields are searched is the server's. */
function Search({ query }: { query: string }) {
  const search = (form: FormData) => {
    const params = new URLSearchParams(query);
    const text = String(form.get("search") ?? "").trim();
    params.delete("page");
    if (text) params.set("search", text);
    else params.delete("search");
    navigate(`${location.pathname}${params.size > 0 ? `?${params}` : ""}`);
  };
  return (
    <form
      role="search"
      className="search"
      onSubmit={(event) => {
        event.preventDefault();
        search(new FormData(event.currentTarget));
      }}
    >
      <label className="visually-hidden" htmlFor="search">
        Search
      </label>
      <input id="search" name="search" type="search" placeholder="Search" defaultValue={new URLSearchParams(query).get("search") ?? ""} />
      <button type="submit" className="button">
        Search
      </button>
    </form>
  );
}

/** A code in words; what somebody typed as they typed it. */
function filterText(key: string, value: string): string {
  if (key === "search") return `“${value}”`;
  return /^(1|true)$/.test(value) ? "yes" : words(value);
}

/** What the list is narrowed to, each filter removable. */
function Filters({ query }: { query: string }) {
  const filters = [...new URLSearchParams(query)].filter(([key]) => key !== "page");
  if (filters.length === 0) return null;
  const without = (name: string) => {
    const rest = new URLSearchParams(filters.filter(([key]) => key !== name));
    return rest.size > 0 ? `?${rest}` : location.pathname;
  };
  return (
    <ul className="filters" aria-label="Filters">
      {filters.map(([key, value]) => (
        <li key={key}>
          <a href={without(key)} className="filter">
            {words(key)}: {filterText(key, value)}
            <Icon name="close" />
            <span className="visually-hidden">, remove this filter</span>
          </a>
        </li>
      ))}
    </ul>
  );
}

type Act = (label: string, path: string, body: object) => Promise<void>;

function Table({ resource, rows, act }: { resource: Resource; rows: readonly Row[]; act: Act }) {
  const role = useDashboard((data) => data.user_info?.role);
  const [first] = rows;
  const columns = useMemo(
    () => resource.columns.filter(({ keys }) => first && keys.some((key) => at(first, key) !== undefined)),
    [resource, first],
  );
  const actions = useMemo(
    () => (resource.actions ?? []).filter(({ roles }) => role !== undefined && roles.includes(role)),
    [resource, role],
  );
  return (
    <Scroll label={resource.title}>
      <table className="table table--list">
        <thead>
          <tr>
            {columns.map(({ label }) => (
              <th key={label} scope="col">
                {label}
              </th>
            ))}
            {actions.length > 0 && (
              <th scope="col">
                <span className="visually-hidden">Actions</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <ListRow key={row.id} row={row} columns={columns} actions={actions} act={act} />
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

const ListRow = memo(function ListRow(props: { row: Row; columns: readonly Column[]; actions: readonly RowAction[]; act: Act }) {
  const { row, columns, actions, act } = props;
  const possible = actions.filter(({ when }) => when(row));
  return (
    <tr>
      {columns.map((column) => (
        <td key={column.label} data-label={column.label}>
          <Cell row={row} column={column} />
        </td>
      ))}
      {actions.length > 0 && (
        <td className="table__actions">
          {possible.map((action) => (
            <ActionButtons key={action.label} row={row} action={action} act={act} />
          ))}
        </td>
      )}
    </tr>
  );
});

function Cell({ row, column }: { row: Row; column: Column }): ReactNode {
  const format = useFormat();
  const value = column.keys.map((key) => at(row, key)).find((found) => found !== undefined && found !== null && found !== "");
  if (value === undefined) return NOTHING;
  switch (column.format) {
    case "state":
      return <StateWord state={String(value)} />;
    case "words":
      return words(String(value));
    case "money":
      return format.money(Number(value));
    case "moment":
      return <Moment instant={String(value)} />;
    case "seconds":
      return duration(Number(value));
    case "percent":
      return format.percent(Number(value));
    case "yes":
      return value === true ? "Yes" : "No";
    case "text":
      return typeof value === "object" ? NOTHING : String(value);
  }
}

function ActionButtons({ row, action, act }: { row: Row; action: RowAction; act: Act }) {
  const [busy, setBusy] = useState(false);
  const run = async (label: string, body: object) => {
    setBusy(true);
    await act(label, action.path(row), body);
    setBusy(false);
  };
  if (action.choices) {
    return (
      <select
        className="button"
        aria-label={`${action.label} …`}
        disabled={busy}
        value=""
        onChange={(event) => {
          const choice = action.choices?.find(({ label }) => label === event.target.value);
          if (choice) void run(`${action.label} ${words(choice.label).toLowerCase()}`, choice.body);
        }}
      >
        <option value="" disabled>
          {action.label} …
        </option>
        {action.choices.map(({ label }) => (
          <option key={label} value={label}>
            {words(label)}
          </option>
        ))}
      </select>
    );
  }
  return (
    <button
      type="button"
      className={action.primary ? "button button--primary" : "button"}
      disabled={busy}
      onClick={() => void run(action.label, action.body?.(row) ?? {})}
    >
      {action.label}
    </button>
  );
}

function Pager({ query, previous, next }: { query: string; previous: boolean; next: boolean }) {
  if (!previous && !next) return null;
  const page = Number(new URLSearchParams(query).get("page") ?? 1);
  const go = (to: number) => {
    const params = new URLSearchParams(query);
    params.set("page", String(to));
    navigate(`?${params}`);
  };
  return (
    <nav className="pager" aria-label="Pages of the list">
      <button type="button" className="button" disabled={!previous} onClick={() => go(page - 1)}>
        Previous
      </button>
      <span>Page {page}</span>
      <button type="button" className="button" disabled={!next} onClick={() => go(page + 1)}>
        Next
      </button>
    </nav>
  );
}
