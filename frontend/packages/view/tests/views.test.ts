import { expect, test } from "vitest";
import { bars, barsSummary, dailyLine, hourlyLine, lineSummary } from "../src/charts.ts";
import { connectionView } from "../src/connection.ts";
import { createFormatter } from "../src/format.ts";
import { actionIcon } from "../src/icons.ts";
import { ADMIN_SECTIONS, AGENT_SECTIONS, at, figure, summaryCards, SUMMARY_CARDS, USER_SECTIONS } from "../src/sections.ts";
import { ADMIN, AGENT, USER } from "../../../app/dev/documents.ts";

const NOW = 1_000_000;
const facts = { status: "live" as const, changedAt: NOW - 4_000, confirmedAt: NOW - 1_000, retryAt: null, problem: null };

test("the connection is a word, an age and a tone", () => {
  expect(connectionView(facts, NOW)).toMatchObject({ word: "Live", detail: "updated 4 s ago", tone: "success" });
  expect(connectionView({ ...facts, status: "stale" }, NOW + 90_000)).toMatchObject({ word: "Stale", detail: "data from 1 min ago", tone: "error" });
  expect(connectionView({ ...facts, status: "polling" }, NOW)).toMatchObject({ word: "Polling", tone: "warning" });
  expect(connectionView({ ...facts, status: "connecting", changedAt: null, confirmedAt: null }, NOW)).toMatchObject({ detail: "", tone: "neutral" });
});

test("a fallback is explained, with the reason and the next attempt", () => {
  const view = connectionView({ ...facts, status: "reconnecting", retryAt: NOW + 2_500, problem: { message: "Too many connections." } }, NOW);
  expect(view.explanation).toContain("Too many connections. Next attempt in 3 s.");
});

test("every figure of the sections is one that the documents have", () => {
  for (const [sections, document] of [[ADMIN_SECTIONS, ADMIN], [USER_SECTIONS, USER], [AGENT_SECTIONS, AGENT]] as const) {
    for (const { id, metrics } of Object.values(sections)) {
      for (const { key } of metrics) expect(at(document, `${id}.${key}`), `${id}.${key}`).not.toBeUndefined();
    }
  }
  for (const document of [ADMIN, USER, AGENT]) {
    const cards = SUMMARY_CARDS[document.dashboard_type];
    expect(cards).toHaveLength(4);
    for (const { key } of cards) expect(at(document.summary_stats, key), key).not.toBeUndefined();
  }
});

test("a card's trend says of what it is, where that is not what the card shows", () => {
  const cards = summaryCards(ADMIN, createFormatter({ locale: "en" }));
  expect(cards.map(({ title, trend, trendOf }) => [title, trend, trendOf])).toEqual([
    ["Users", "up", "new users"],
    ["Active subscriptions", undefined, undefined],
    ["Revenue", "down", undefined],
    ["Calls in progress", "up", "calls"],
  ]);
});

test("a figure is a number, a text or nothing", () => {
  expect(figure({ a: { b: 0 } }, "a.b")).toBe(0);
  expect(figure({ a: null }, "a.b")).toBeNull();
  expect(figure({ a: [] }, "a")).toBeNull();
});

test("bars have shares, unless the whole is nothing", () => {
  const some = bars([{ k: "not_interested", n: 3 }, { k: "converted", n: 1 }], (item) => item.k, (item) => item.n);
  expect(some).toMatchObject([{ label: "Not interested", share: 75 }, { label: "Converted", share: 25 }]);
  expect(bars([{ k: "a", n: 0 }], (item) => item.k, (item) => item.n)[0]?.share).toBeNull();
  expect(barsSummary(some, createFormatter({ locale: "en" }))).toBe("Not interested 3 (75%), Converted 1 (25%)");
});

test("a line says in a sentence what it draws", () => {
  const line = hourlyLine([0, 4, 1]);
  expect(line.labels).toEqual(["00:00", "01:00", "02:00"]);
  expect(lineSummary(line, String)).toBe("5 in all, most at 01:00: 4.");
  expect(lineSummary(hourlyLine([]), String)).toBe("Nothing yet.");
  expect(dailyLine([{ date: "2026-03-02", amount: 5 }, { date: "odd", amount: 1 }]).labels).toEqual([expect.stringContaining("2"), "odd"]);
});

test("an action's icon follows from its id, else from its name, else it is a dot", () => {
  expect([actionIcon("answer_call", "x"), actionIcon("new", "wallet"), actionIcon("new", "fa-star")]).toEqual(["answer", "wallet", "dot"]);
});
