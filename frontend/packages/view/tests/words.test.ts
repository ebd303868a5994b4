// What rows, timers, plans, cards and announcements say.
import { expect, test } from "vitest";
import { ADMIN, AGENT, USER } from "../../../app/dev/documents.ts";
import { leadBars, shareParts } from "../src/charts.ts";
import { createFormatter } from "../src/format.ts";
import { announcement, newBroadcasts, shownBroadcasts, versionOf } from "../src/notices.ts";
import { agentLine, planView } from "../src/plan.ts";
import { callLength, recentCallText, stateTone, taskKey, taskText, upcomingCallbackText, waitingCallText } from "../src/rows.ts";
import { agentActions, isRaised, rateText, summaryCards } from "../src/sections.ts";
import { dueView, sinceView, standingFor } from "../src/times.ts";
import type { ActiveSubscription, OwnAIAgent, SystemAlert } from "../src/types.ts";

const format = createFormatter({ locale: "en" });
const NOW = Date.parse("2026-03-02T12:00:00Z");

test("a row says who, and what else is known; nothing stands for what is not known", () => {
  const call = { id: 1, customer_name: null, phone_number: "+15550100", priority: 2, queued_at: "" };
  expect(waitingCallText(call)).toEqual({ main: "+15550100", sub: "Priority 2" });
  expect(waitingCallText({ ...call, customer_name: "Ines" })).toEqual({ main: "Ines", sub: "+15550100 · Priority 2" });
  const callback = { id: 1, customer_name: "", customer_phone: "+15550100", scheduled_datetime: "", reason: "Offer", priority_level: 1 };
  expect(upcomingCallbackText(callback)).toEqual({ main: "+15550100", sub: "Offer" });
  const recent = { id: 1, phone_number: "+15550100", call_type: "inbound", status: "busy", agent_name: null, duration: null };
  expect(recentCallText(recent)).toEqual({ main: "+15550100", sub: "Inbound" });
  expect([callLength(recent), callLength({ ...recent, duration: 0 })]).toEqual(["", "0s · "]);
  const task = { id: 7, kind: "callback" as const, title: "Lena", due_at: null, priority: 3, url: "/" };
  expect([taskText(task).sub, taskKey(task)]).toEqual(["Callback · Priority 3", "callback-7"]);
  expect([stateTone("past_due"), stateTone("unheard_of"), stateTone(null)]).toEqual(["warning", "quiet", "quiet"]);
});

test("timers count from instants and to them, and say when they are late", () => {
  expect(sinceView("2026-03-02T11:58:55Z", NOW)).toEqual({ text: "1:05", late: false });
  expect(sinceView("2026-03-02T11:58:55Z", NOW, 60)).toEqual({ text: "1:05", late: true });
  expect(dueView("2026-03-02T12:05:10Z", NOW)).toEqual({ text: "in 5m 10s", late: false });
  expect(dueView("2026-03-02T11:59:50Z", NOW)).toEqual({ text: "10s overdue", late: true });
  expect([sinceView("no date", NOW), dueView("no date", NOW)]).toEqual(Array(2).fill({ text: "—", late: false }));
  expect(standingFor("2026-03-02T11:56:00Z", NOW)).toBe("for 4 min");
});

test("a plan says how much of it is used, and whether that is much", () => {
  const plan = USER.subscription_info as ActiveSubscription;
  expect(planView(plan, format)).toMatchObject({ percent: 84.2, tone: "warning", minutes: "1,684 of 2,000" });
  expect(planView({ ...plan, minutes_used: 2000 }, format).tone).toBe("error");
  const unlimited = planView({ ...plan, limits: { ...plan.limits, max_minutes: null } }, format);
  expect(unlimited).toMatchObject({ percent: null, tone: "", minutes: "1,684 no limit" });
  const facts = (view: typeof unlimited) => view.facts.map(({ label, text }) => `${label} ${text}`);
  expect(facts(unlimited)).toEqual(expect.arrayContaining(["Price $199.00", "Call limit No limit", "Agent limit 3"]));
  expect(facts(planView({ ...plan, cancel_at_period_end: true }, format)).some((fact) => fact.startsWith("Ends "))).toBe(true);
  const agent = USER.ai_agent_info as OwnAIAgent;
  expect(agentLine(agent)).toBe("Friendly · 08:00–18:00 · ready for calls");
  expect(agentLine({ ...agent, working_hours: null, is_ready_for_calls: false })).toBe("Friendly · not ready for calls");
});

test("the cards of a header carry their trend, and an exception its tone and its way out", () => {
  const [users] = summaryCards(ADMIN, format);
  expect(users).toMatchObject({ title: "Users", value: "1,284", path: "summary_stats.total_users", trend: "up" });
  const overdue = (count: number) => summaryCards({ ...AGENT, summary_stats: { ...AGENT.summary_stats, overdue_callbacks: count } }, format)[3];
  expect(overdue(1)).toMatchObject({ color: "warning", url: "/callbacks?overdue=1" });
  expect(overdue(0)).not.toHaveProperty("color");
  expect(overdue(0)).not.toHaveProperty("url");
  expect([isRaised("error", 1), isRaised("error", 0), isRaised("error", null), isRaised(undefined, 1)]).toEqual([true, false, false, false]);
  expect([rateText(format, "seconds", 72.4), rateText(format, "percent", null)]).toEqual(["1:12", "—"]);
});

test("an agent may answer as soon as somebody of the team waits", () => {
  const enabled = (waiting: number) => agentActions(AGENT.quick_actions, waiting).map((action) => action.enabled);
  expect([enabled(0), enabled(2)]).toEqual([[false, true, true], [true, true, true]]);
});

test("the parts of a whole follow each other", () => {
  const parts = shareParts(leadBars(USER.customer_management));
  expect(parts.map(({ path, shade }) => [path, shade])).toEqual([
    ["customer_management.cold_leads", 1], ["customer_management.warm_leads", 2], ["customer_management.hot_leads", 3], ["customer_management.converted_customers", 4],
  ]);
  const last = parts.at(-1);
  expect((last?.start ?? 0) + (last?.share ?? 0)).toBeCloseTo(100);
});

test("of alerts only news are spoken, errors at once; on arrival errors alone", () => {
  const failed = { id: 1, type: "error" as const, title: "Failed payments", message: "6." };
  const overdue = { id: 2, type: "warning" as const, title: "Overdue", message: "2." };
  const first = announcement([failed, overdue], null);
  expect(first).toMatchObject({ urgent: "Error: Failed payments. 6.", polite: "" });
  expect(announcement([failed, overdue], first.known)).toMatchObject({ urgent: "", polite: "" });
  expect(announcement([overdue], new Set([1]))).toMatchObject({ urgent: "", polite: "Warning: Overdue. 2." });
});

test("a broadcast that was changed is shown again; toasts go with what was withdrawn", () => {
  const alert: SystemAlert = { id: 1, severity: "info", title: "Tonight", message: "Maintenance.", url: null, starts_at: "", expires_at: null };
  const changed = { ...alert, message: "Moved to tomorrow." };
  const dismissed = new Set([versionOf(alert)]);
  expect(newBroadcasts([alert], null)).toEqual([]);
  expect(newBroadcasts([changed], dismissed)).toEqual([changed]);
  expect(shownBroadcasts([alert], [alert], dismissed)).toEqual({ banners: [], toasts: [] });
  expect(shownBroadcasts([changed], [changed], dismissed)).toEqual({ banners: [changed], toasts: [changed] });
  expect(shownBroadcasts([], [changed], new Set())).toEqual({ banners: [], toasts: [] });
});
