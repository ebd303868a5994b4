// Only what changed renders again.
import { cleanup, screen } from "@testing-library/react";
import type { AdminDashboardData, DashboardData } from "@switchboard/view";
import { Profiler, type ReactNode } from "react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ADMIN } from "../../../app/dev/documents.ts";
import { useConnection, useDashboard } from "../src/context.tsx";
import { ComprehensiveDashboard } from "../src/dashboards.tsx";
import { Rows } from "../src/rows.tsx";
import { Board } from "./harness.tsx";

let board: Board;
beforeEach(() => {
  board = new Board();
});
afterEach(() => {
  cleanup();
  board.client.stop();
});

const HUNDRED = Array.from({ length: 100 }, (_, id) => ({ id, n: id }));
const document = { ...ADMIN, rows: HUNDRED } as unknown as DashboardData;
type WithRows = DashboardData & { rows: typeof HUNDRED };

test("one patched row of a hundred renders one row", async () => {
  const draw = vi.fn((item: { id: number; n: number }): ReactNode => <li>{`row ${item.id}: ${item.n}`}</li>);
  function List() {
    const rows = useDashboard((data: WithRows) => data.rows);
    return rows ? <Rows items={rows} render={draw} empty="none" label="rows" /> : null;
  }
  await board.show(<List />, document);
  expect(draw).toHaveBeenCalledTimes(100);
  draw.mockClear();
  await board.patch({ op: "replace", path: "/rows/41/n", value: 4100 });
  expect(draw).toHaveBeenCalledExactlyOnceWith({ id: 41, n: 4100 });
  expect(screen.getByText("row 41: 4100")).toBeTruthy();
});

test("a row that is inserted, moved or removed renders no other", async () => {
  const draw = vi.fn((item: { id: number; n: number }): ReactNode => <li>{item.id}</li>);
  function List() {
    const rows = useDashboard((data: WithRows) => data.rows);
    return rows ? <Rows items={rows} render={draw} empty="none" label="rows" /> : null;
  }
  await board.show(<List />, document);
  draw.mockClear();
  await board.patch({ op: "add", path: "/rows/0", value: { id: 500, n: 0 } });
  expect(draw).toHaveBeenCalledTimes(1);
  draw.mockClear();
  await board.patch({ op: "remove", path: "/rows/7" });
  expect(draw).not.toHaveBeenCalled();
});

test("a selector's component sleeps through changes elsewhere", async () => {
  const rendered = vi.fn();
  function Calls() {
    rendered(useDashboard((data: AdminDashboardData) => data.call_statistics));
    return null;
  }
  await board.show(<Calls />, ADMIN);
  rendered.mockClear();
  await board.patch({ op: "replace", path: "/billing_revenue/revenue_today", value: 1 });
  expect(rendered).not.toHaveBeenCalled();
  await board.patch({ op: "replace", path: "/call_statistics/calls_today", value: 1 });
  expect(rendered).toHaveBeenCalledTimes(1);
});

test("a selector that makes a new object each time does not loop", async () => {
  const rendered = vi.fn();
  function Fresh() {
    const { word } = useConnection((snapshot) => ({ word: snapshot.status }));
    rendered();
    return <p>{word}</p>;
  }
  await board.show(<Fresh />, ADMIN);
  expect(screen.getByText("live")).toBeTruthy();
  expect(rendered.mock.calls.length).toBeLessThan(4);
});

test("a selector follows what it closes over", async () => {
  function Pick({ name }: { name: "calls_today" | "total_calls" }) {
    return <p>{String(useDashboard((data: AdminDashboardData) => data.call_statistics[name]))}</p>;
  }
  const { rerender } = await board.show(<Pick name="calls_today" />, ADMIN);
  expect(screen.getByText("651")).toBeTruthy();
  const { DashboardProvider } = await import("../src/context.tsx");
  rerender(
    <DashboardProvider client={board.client} locale="en-GB">
      <Pick name="total_calls" />
    </DashboardProvider>,
  );
  expect(screen.getByText("482113")).toBeTruthy();
});

test("one changed figure of the whole dashboard touches one figure of the page", async () => {
  const commits = vi.fn();
  const { container } = await board.show(
    <Profiler id="all" onRender={commits}>
      <ComprehensiveDashboard />
    </Profiler>,
    ADMIN,
  );
  const touched = new Set<string>();
  const watch = new MutationObserver((records) => {
    for (const { target } of records) {
      const element = target instanceof Element ? target : target.parentElement;
      touched.add(element?.closest(".metric, .summary-card, .section-card")?.querySelector("dt")?.textContent ?? "elsewhere");
    }
  });
  watch.observe(container, { subtree: true, childList: true, characterData: true, attributes: true });
  await board.patch({ op: "replace", path: "/billing_revenue/pending_payments", value: 77 });
  await vi.waitFor(() => expect(touched).toEqual(new Set(["Pending payments"])));
  watch.disconnect();
});
