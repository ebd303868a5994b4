// The rows of a list, and what can be done with each.
import { Due, Moment, Scroll, Since, StateWord, useFormat } from "@switchboard/react";
import { clock, duration, LONG_WAIT_S, NOTHING, words } from "@switchboard/view";
import { memo, type ReactNode, useMemo, useState } from "react";
import type { Action, Column, Resource, Row, Viewer } from "./resources/types.ts";

type Act = (action: Action, row: Row) => Promise<void>;

interface ListTableProps {
  resource: Resource;
  rows: readonly Row[];
  viewer: Viewer;
  act: Act;
}

export function ListTable({ resource, rows, viewer, act }: ListTableProps) {
  const [first] = rows;
  const columns = useMemo(
    () => resource.columns.filter(({ key, roles }) => first?.[key] !== undefined && (roles?.includes(viewer.role) ?? true)),
    [resource, first, viewer],
  );
  const actions = useMemo(() => (resource.actions ?? []).filter(({ roles }) => roles.includes(viewer.role)), [resource, viewer]);
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
            <ListRow key={row.id} row={row} columns={columns} actions={actions} viewer={viewer} act={act} />
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

interface ListRowProps {
  row: Row;
  columns: readonly Column[];
  actions: readonly Action[];
  viewer: Viewer;
  act: Act;
}

const ListRow = memo(function ListRow({ row, columns, actions, viewer, act }: ListRowProps) {
  const [busy, setBusy] = useState(false);
  const possible = actions.filter(({ when }) => when?.(row, viewer) ?? true);
  const run = async (action: Action) => {
    setBusy(true);
    await act(action, row);
    setBusy(false);
  };
  return (
    <tr>
      {columns.map((column) => (
        <td key={column.label} data-label={column.label} className={isEmpty(row, column) ? "table__empty" : undefined}>
          <Cell row={row} column={column} />
        </td>
      ))}
      {actions.length > 0 && (
        <td className="table__actions">
          {possible.map((action) => (
            <button
              key={action.label}
              type="button"
              className={action.primary ? "button button--primary" : "button"}
              aria-disabled={busy}
              onClick={() => !busy && void run(action)}
            >
              {action.label}
            </button>
          ))}
        </td>
      )}
    </tr>
  );
});

/** Nothing to say; on a phone, where each value has a line of its own, it has none. */
function isEmpty(row: Row, { key, format }: Column): boolean {
  const value = row[key];
  if (format === "talk" && !row.ended_at) return !row.answered_at; // it runs
  return value === undefined || value === null || value === "" || (format === "talk" && !row.answered_at);
}

function Cell({ row, column }: { row: Row; column: Column }): ReactNode {
  const { key, format: kind } = column;
  const format = useFormat();
  const value = row[key];
  if (kind === "talk" && typeof row.answered_at === "string" && !row.ended_at) return <Since instant={row.answered_at} />;
  if (isEmpty(row, column)) return NOTHING;
  switch (kind) {
    case "state":
      return <StateWord state={String(value)} />;
    case "words":
      return words(String(value));
    case "money":
      return format.money(Number(value));
    case "moment":
      return <Moment instant={String(value)} />;
    case "due":
      return row.status === "scheduled" ? <Due instant={String(value)} /> : <Moment instant={String(value)} />;
    case "wait":
      return row.status === "waiting" || row.status === "assigned" ? <Since instant={String(value)} warnAfter={LONG_WAIT_S} /> : <Moment instant={String(value)} />;
    case "price":
      return `${format.money(Number(value))} per ${String(row.plan_interval)}`;
    case "hours":
      return [value, row.working_hours_end].map((time) => String(time).slice(0, 5)).join("–");
    case "seconds":
      return duration(Number(value));
    case "talk":
      return clock(Number(value)); // as it ran
    case "percent":
      return format.percent(Number(value));
    case "yes":
      return value === true ? "Yes" : "No";
    case "text":
      return String(value);
  }
}
