// What a change costs: the pieces that did not change are not rendered again.
import { screen } from "@testing-library/dom";
import type { AdminDashboardData, DashboardData } from "@switchboard/view";
import { defineComponent, h, nextTick, reactive, ref, type VNodeChild } from "vue";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ADMIN, USER } from "../../../app/dev/documents.ts";
import { DashboardProvider, useConnection, useDashboard } from "../src/context.ts";
import { ComprehensiveDashboard } from "../src/dashboards.ts";
import { part } from "../src/part.ts";
import { rows } from "../src/rows.ts";
import { Board, mount, unmountAll, using } from "./harness.ts";

let board: Board;
beforeEach(() => {
  board = new Board();
});
afterEach(() => {
  unmountAll();
  board.client.stop();
});

const HUNDRED = Array.from({ length: 100 }, (_, id) => ({ id, n: id }));
const withRows = { ...ADMIN, rows: HUNDRED } as unknown as DashboardData;
type WithRows = DashboardData & { rows: typeof HUNDRED };

const listOf = (draw: (item: { id: number; n: number }) => VNodeChild) =>
  using(() => {
    const items = useDashboard((data: WithRows) => data.rows);
    return () => items.value && rows({ items: items.value, render: draw, empty: "none", label: "rows" });
  });

test("one patched row of a hundred renders one row", async () => {
  const draw = vi.fn((item: { id: number; n: number }) => h("li", `row ${item.id}: ${item.n}`));
  await board.show(() => listOf(draw), withRows);
  expect(draw).toHaveBeenCalledTimes(100);
  draw.mockClear();
  await board.patch({ op: "replace", path: "/rows/41/n", value: 4100 });
  expect(draw).toHaveBeenCalledExactlyOnceWith({ id: 41, n: 4100 });
  expect(screen.getByText("row 41: 4100")).toBeTruthy();
});

test("a row that is inserted, moved or removed renders no other", async () => {
  const draw = vi.fn((item: { id: number; n: number }) => h("li", item.id));
  await board.show(() => listOf(draw), withRows);
  draw.mockClear();
  await board.patch({ op: "add", path: "/rows/0", value: { id: 500, n: 0 } });
  expect(draw).toHaveBeenCalledTimes(1);
  draw.mockClear();
  await board.patch({ op: "remove", path: "/rows/7" });
  expect(draw).not.toHaveBeenCalled();
});

test("a selector's component sleeps through changes elsewhere", async () => {
  const rendered = vi.fn();
  const calls = () =>
    using(() => {
      const piece = useDashboard((data: AdminDashboardData) => data.call_statistics);
      return () => rendered(piece.value);
    });
  await board.show(calls, ADMIN);
  rendered.mockClear();
  await board.patch({ op: "replace", path: "/billing_revenue/revenue_today", value: 1 });
  expect(rendered).not.toHaveBeenCalled();
  await board.patch({ op: "replace", path: "/call_statistics/calls_today", value: 1 });
  expect(rendered).toHaveBeenCalledTimes(1);
});

test("a selector that makes a new object each time renders once for each snapshot, no more", async () => {
  const rendered = vi.fn();
  const fresh = () =>
    using(() => {
      const state = useConnection((snapshot) => ({ word: snapshot.status }));
      return () => {
        rendered();
        return h("p", state.value.word);
      };
    });
  await board.show(fresh, ADMIN);
  expect(screen.getByText("live")).toBeTruthy();
  await board.patch({ op: "replace", path: "/billing_revenue/revenue_today", value: 1 });
  expect(rendered.mock.calls.length).toBeLessThan(4);
});

test("a selector follows what it closes over", async () => {
  const picked = ref<"calls_today" | "total_calls">("calls_today");
  const pick = () =>
    using(() => {
      const value = useDashboard((data: AdminDashboardData) => data.call_statistics[picked.value]);
      return () => h("p", String(value.value));
    });
  await board.show(pick, ADMIN);
  expect(screen.getByText("651")).toBeTruthy();
  picked.value = "total_calls";
  await nextTick();
  expect(screen.getByText("482113")).toBeTruthy();
});

test("one changed figure of the whole dashboard touches one figure of the page", async () => {
  const { container } = await board.show(() => part(ComprehensiveDashboard, {}), ADMIN);
  const touched = new Set<string>();
  const watch = new MutationObserver((records) => {
    for (const { target } of records) {
      const element = target instanceof Element ? target : target.parentElement;
      touched.add(element?.closest(".metric, .summary-card, .section-card")?.querySelector("dt")?.textContent ?? "elsewhere");
    }
  });
  watch.observe(container, { subtree: true, childList: true, characterData: true, attributes: true });
  await board.patch({ op: "replace", path: "/billing_revenue/pending_payments", value: 77 });
  await vi.waitFor(() => expect(touched).toEqual(new Set(["Pending payments"])), { timeout: 30_000 });
  watch.disconnect();
});

test("another client begins everything anew", async () => {
  const other = new Board();
  await board.follow(ADMIN);
  await other.follow(USER);
  const whose = () =>
    using(() => {
      const name = useDashboard((data) => data.user_info.full_name);
      return () => h("p", name.value);
    });
  const draw = ({ client }: Board) => () => part(DashboardProvider, { client }, whose);
  const { redraw } = mount(draw(board));
  expect(screen.getByText("Ada Marsh")).toBeTruthy();
  await redraw(draw(other));
  expect(screen.getByText("Nils Northwind")).toBeTruthy();
  expect(screen.queryByText("Ada Marsh")).toBeNull();
  other.client.stop();
});

test("a client that lies in reactive state serves all the same", async () => {
  const state = reactive({ client: board.client });
  await board.follow(ADMIN);
  mount(() => part(DashboardProvider, { client: state.client as typeof board.client }, () => part(ComprehensiveDashboard, {})));
  expect(screen.getByRole("heading", { name: "Revenue" })).toBeTruthy();
});

test("outside a provider the composables say what is missing", () => {
  vi.spyOn(console, "warn").mockImplementation(() => {});
  const Lost = defineComponent(() => {
    const status = useConnection((snapshot) => snapshot.status);
    return () => status.value;
  });
  expect(() => mount(() => h(Lost))).toThrow("DashboardProvider");
});
