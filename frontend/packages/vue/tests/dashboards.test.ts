// The components as a person meets them: words, links, announcements, the pause.
import { fireEvent, screen, within } from "@testing-library/dom";
import { nextTick } from "vue";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ADMIN, AGENT, ago, DEFINITIONS, USER } from "../../../app/dev/documents.ts";
import { AlertsPanel } from "../src/alerts-panel.ts";
import { ConnectionBadge, ConnectionNotice, PauseButton } from "../src/connection-badge.ts";
import { DashboardProvider, FormatProvider } from "../src/context.ts";
import { AdminDashboard, ComprehensiveDashboard } from "../src/dashboards.ts";
import { Metric } from "../src/figure.ts";
import { part } from "../src/part.ts";
import { QuickActionCard } from "../src/quick-actions.ts";
import { Section } from "../src/section.ts";
import { SummaryCard } from "../src/summary-card.ts";
import { Board, mount, unmountAll, using } from "./harness.ts";

let board: Board;
beforeEach(() => {
  board = new Board();
});
afterEach(() => {
  unmountAll();
  board.client.stop();
  vi.useRealTimers();
});

const dashboard = () => part(ComprehensiveDashboard, {});
const pausable = () => [part(PauseButton, {}), dashboard()];
const headings = () => screen.getAllByRole("heading", { level: 2 }).map((heading) => heading.textContent?.replace(/\d+$/, ""));
const metric = (name: string) => screen.getAllByText(name).map((label) => label.closest(".metric"))[0] as HTMLElement;
const all = (selector: string) => [...document.querySelectorAll<HTMLElement>(selector)];

async function click(element: HTMLElement): Promise<void> {
  fireEvent.click(element);
  await nextTick();
}

describe("each role's dashboard", () => {
  test("an admin's: cards, alerts, quick actions, sections, activities, in this order", async () => {
    await board.show(dashboard, ADMIN);
    expect(all(".summary-card")).toHaveLength(4);
    expect(headings()).toEqual([
      "Alerts", "Quick actions", "Calls", "Callbacks", "Revenue", "Subscriptions", "Customers", "AI agents", "Trends", "Users", "System health", "Recent activities",
    ]);
    const blocks = all(".summary-cards, .alerts-panel, .quick-actions, .metrics-grid, .recent-activities");
    expect(blocks.map((block) => block.className)).toEqual(["summary-cards", "alerts-panel", "quick-actions", "metrics-grid", "recent-activities"]);
  });

  test("a user's", async () => {
    await board.show(dashboard, USER);
    expect(headings()).toEqual(["Alerts", "Quick actions", "Calls", "AI agent", "Plan", "Callbacks", "Customers", "Billing", "Trends", "Recent activities"]);
    expect(metric("Price").textContent).toBe("PriceUS$199.00");
    expect(screen.getByText("Minutes used").closest(".bar")?.className).toBe("bar bar--warning");
  });

  test("a user's without a plan or an AI agent is a normal one", async () => {
    await board.show(dashboard, {
      ...USER,
      subscription_info: { status: "no_subscription", message: "You have no subscription yet." },
      ai_agent_info: { status: "no_agent", message: "You have no AI agent yet.", setup_required: true },
    });
    expect(screen.getByText("You have no subscription yet.")).toBeTruthy();
    expect(screen.getByText("You have no AI agent yet.")).toBeTruthy();
  });

  test("an agent's, where the team's queue enables answering", async () => {
    await board.show(dashboard, AGENT);
    expect(headings()).toEqual(["Alerts", "Quick actions", "Queue", "My tasks", "My performance", "Trends"]);
    expect(screen.getByRole("link", { name: /Answer a call/ }).getAttribute("href")).toBe("/queue");
    await board.patch({ op: "replace", path: "/queue_information/total_queue", value: 0 });
    expect(screen.getByRole("button", { name: /Answer a call/ })).toHaveProperty("disabled", true);
  });

  test("works from data alone, without a client, in the words of a given place", () => {
    mount(() => part(FormatProvider, { currency: "EUR", locale: "de-DE" }, () => part(AdminDashboard, { data: ADMIN })));
    expect(screen.getByRole("heading", { name: "Revenue" })).toBeTruthy();
    expect(metric("This month").closest(".section-card")?.textContent).toContain("15.874");
    expect(screen.getAllByText(/1\.284\.370,50\s€/).length).toBeGreaterThan(0);
  });

  test("while there is no document, the page says that it is loading", () => {
    mount(() => part(DashboardProvider, { client: board.client }, dashboard));
    expect(screen.getByText("The dashboard is loading.").closest("[aria-busy=true]")).not.toBeNull();
  });

  test("a part that the document does not have is left out, the rest stands", () => {
    const { billing_revenue: _, ...rest } = ADMIN;
    mount(() => part(AdminDashboard, { data: rest as typeof ADMIN }));
    expect(screen.queryByRole("heading", { name: "Revenue" })).toBeNull();
    expect(screen.getByRole("heading", { name: "Calls", level: 2 })).toBeTruthy();
  });

  test("a section that cannot be drawn takes no other with it, and comes back with good data", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    vi.spyOn(console, "warn").mockImplementation(() => {});
    const draw = (fine: boolean) => () =>
      part(Section, { title: "Calls" }, () =>
        using(() => () => {
          if (!fine) throw new Error("bad data");
          return "fine again";
        }),
      );
    const { redraw } = mount(draw(false));
    await nextTick();
    expect(screen.getByText("“Calls” cannot be shown.")).toBeTruthy();
    await redraw(draw(true));
    expect(screen.getByText("fine again")).toBeTruthy();
    expect(screen.queryByText("“Calls” cannot be shown.")).toBeNull();
  });

  test("a piece of bad data takes its own section away and no other", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    vi.spyOn(console, "warn").mockImplementation(() => {});
    mount(() => part(AdminDashboard, { data: { ...ADMIN, call_statistics: { ...ADMIN.call_statistics, calls_by_outcome: null as never } } }));
    await nextTick();
    expect(screen.getByText("“Calls” cannot be shown.")).toBeTruthy();
    expect(metric("Pending payments").textContent).toBe("Pending payments12");
  });
});

describe("figures", () => {
  test("null is a dash, zero is zero", () => {
    mount(() => [part(Metric, { label: "Rate", value: null, kind: "percent" }), part(Metric, { label: "Count", value: 0, kind: "count" })]);
    expect(metric("Rate").textContent).toBe("Rate—");
    expect(metric("Count").textContent).toBe("Count0");
  });

  test("an exception above zero carries an icon, a tone and the way to resolve it; at zero it is a figure like others", async () => {
    const draw = (value: number) => () => part(Metric, { label: "Overdue", value, kind: "count", exception: "error", url: "/callbacks?overdue=1" });
    const { redraw } = mount(draw(2));
    expect(metric("Overdue").className).toBe("metric metric--error");
    expect(screen.getByRole("link", { name: "Overdue: 2, show the list" }).getAttribute("href")).toBe("/callbacks?overdue=1");
    await redraw(draw(0));
    expect(metric("Overdue").className).toBe("metric");
    expect(screen.queryByRole("link")).toBeNull();
  });

  test("a change is marked, the first value is not", async () => {
    await board.show(dashboard, ADMIN);
    expect(all(".figure--changed")).toHaveLength(0);
    await board.patch({ op: "replace", path: "/billing_revenue/pending_payments", value: 13 });
    expect(all(".figure--changed").map((element) => element.textContent)).toEqual(["13"]);
  });

  test("definitions are reached by keyboard, and left with Escape", async () => {
    await board.show(dashboard, ADMIN, DEFINITIONS);
    const [term] = screen.getAllByRole("button", { name: "Overdue" }) as [HTMLElement];
    term.focus();
    await nextTick();
    expect(screen.getByRole("tooltip").textContent).toBe(DEFINITIONS["callback_management.overdue_callbacks"]);
    vi.spyOn(term, "getBoundingClientRect").mockReturnValue(new DOMRect(40, 500, 80, 20));
    fireEvent.scroll(window);
    await nextTick();
    expect(screen.getByRole("tooltip").style.top).toBe("492px"); // it goes along with its label
    fireEvent.keyDown(term, { key: "Escape" });
    await nextTick();
    expect(screen.queryByRole("tooltip")).toBeNull();
    expect(document.getElementById(term.getAttribute("aria-describedby") ?? "")?.textContent).toContain("Scheduled");
  });

  test("every chart has a table that says the same", async () => {
    await board.show(dashboard, ADMIN);
    expect(all(".chart")).toHaveLength(2);
    for (const chart of all(".chart")) {
      expect(chart.querySelector("[role=img]")?.getAttribute("aria-label")).toMatch(/in all, most at/);
      expect(chart.querySelectorAll("tbody tr").length).toBeGreaterThan(20);
    }
  });

  test("bars say their number and their share", async () => {
    await board.show(dashboard, ADMIN);
    const outcomes = within(screen.getByRole("heading", { name: "Outcomes" }).parentElement as HTMLElement);
    expect(outcomes.getByText("Converted").closest("li")?.textContent).toBe("Converted61,204 15.3%");
    expect(outcomes.getByText("Converted").closest("li")?.className).toBe("bar bar--success");
  });
});

test("a summary card: value, change, direction in words", () => {
  mount(() => part(SummaryCard, { title: "Users", value: 1200, change: -3.5, trend: "down", icon: "users" }));
  expect(document.querySelector(".summary-card")?.textContent).toBe("Users1,200Down3.5%week on week");
});

test("a quick action without a link is a button; one that is disabled does nothing", async () => {
  const onClick = vi.fn();
  const card = { title: "Call", description: "d", icon: "phone", onClick };
  const { redraw } = mount(() => part(QuickActionCard, { ...card, count: 3 }));
  await click(screen.getByRole("button"));
  await redraw(() => part(QuickActionCard, { ...card, enabled: false, url: "/x" }));
  await click(screen.getByRole("button"));
  expect(onClick).toHaveBeenCalledTimes(1);
});

describe("alerts", () => {
  const [failed, overdue] = ADMIN.alerts as [(typeof ADMIN.alerts)[0], (typeof ADMIN.alerts)[0]];
  const panel = (alerts: typeof ADMIN.alerts) => () => part(AlertsPanel, { alerts });

  test("say by word what they are, and link to what resolves them", () => {
    mount(panel(ADMIN.alerts));
    const list = screen.getByRole("list", { name: "Alerts" });
    expect([...list.children].map((item) => item.className)).toEqual(["alert alert--error", "alert alert--warning", "alert alert--warning"]);
    expect(within(list).getByText("Error")).toBeTruthy();
    expect(within(list).getByRole("link", { name: /Review payments/ }).getAttribute("href")).toBe("/payments?status=failed");
  });

  test("errors are announced at once, the rest politely, what stood there before not again", async () => {
    const { redraw } = mount(panel([overdue]));
    expect(screen.getByRole("alert").textContent).toBe("");
    await redraw(panel([failed, overdue]));
    expect(screen.getByRole("alert").textContent).toContain("Failed payments");
    expect(screen.getByRole("status").textContent).toBe("");
    await redraw(panel([failed, overdue, { ...overdue, id: "new", title: "Service level" }]));
    expect(screen.getByRole("status").textContent).toContain("Warning: Service level");
  });

  test("what is no longer so is not there to be read either", async () => {
    const { redraw } = mount(panel([overdue]));
    await redraw(panel([failed, overdue]));
    await redraw(panel([overdue]));
    expect(screen.getByRole("alert").textContent).toBe("");
  });

  test("none is said too", () => {
    mount(panel([]));
    expect(screen.getByText("Nothing needs attention.")).toBeTruthy();
  });
});

describe("broadcasts", () => {
  const news = { id: 9, severity: "error" as const, title: "Outage", message: "Calls fail.", url: null, starts_at: ago(0), expires_at: null };

  test("a new one comes as banner and toast, is announced, and can be dismissed", async () => {
    await board.show(dashboard, ADMIN);
    expect(all(".toast")).toHaveLength(0);
    await board.patch({ op: "add", path: "/system_alerts/-", value: news });
    expect(all(".banner")).toHaveLength(2);
    expect(document.querySelector(".toast")?.textContent).toContain("Outage");
    expect(screen.getAllByRole("alert").some((region) => region.textContent?.includes("Error: Outage. Calls fail."))).toBe(true);
    await click(screen.getByRole("button", { name: "Dismiss: Outage" }));
    expect(all(".banner")).toHaveLength(1);
    expect(all(".toast")).toHaveLength(0);
    await board.patch({ op: "replace", path: "/system_alerts/1/message", value: "Calls fail for everybody." });
    expect(all(".banner")).toHaveLength(2);
  });

  test("each toast goes after its own time, whatever else is announced meanwhile", async () => {
    await board.show(dashboard, ADMIN);
    vi.useFakeTimers({ now: Date.now() });
    const toasts = () => all(".toast").map((toast) => toast.querySelector(".alert__title")?.textContent);
    await board.patch({ op: "add", path: "/system_alerts/-", value: news });
    await vi.advanceTimersByTimeAsync(5_000);
    await board.patch({ op: "add", path: "/system_alerts/-", value: { ...news, id: 10, title: "Again" } });
    expect(toasts()).toEqual(["Outage", "Again"]);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(toasts()).toEqual(["Again"]);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(toasts()).toEqual([]);
  });

  test("a withdrawn one goes by itself, also from what is read aloud", async () => {
    await board.show(dashboard, ADMIN);
    await board.patch({ op: "add", path: "/system_alerts/-", value: news });
    await board.patch({ op: "remove", path: "/system_alerts/1" });
    await board.patch({ op: "remove", path: "/system_alerts/0" });
    expect(all(".banner")).toHaveLength(0);
    expect(document.body.textContent).not.toContain("Outage");
  });

  test("a dismissed one stays away while the dashboard comes and goes", async () => {
    await board.follow(ADMIN);
    const provided = (inside: () => unknown) => () => part(DashboardProvider, { client: board.client }, inside as typeof dashboard);
    const { redraw } = mount(provided(dashboard));
    await click(screen.getByRole("button", { name: "Dismiss: Maintenance tonight" }));
    await redraw(provided(() => "elsewhere"));
    await redraw(provided(dashboard));
    expect(headings()).toContain("Revenue");
    expect(all(".banner")).toHaveLength(0);
  });
});

describe("the connection", () => {
  test("is named, and a loss is said at once", async () => {
    await board.show(() => [part(ConnectionBadge, {}), part(ConnectionNotice, {})], ADMIN);
    expect(document.querySelector("[data-status=live]")?.textContent).toMatch(/^Liveupdated/);
    expect(all(".connection-notice")).toHaveLength(0);
    await board.drop(1006);
    expect(document.querySelector("[data-status=reconnecting]")?.textContent).toMatch(/^Reconnectingdata from/);
    expect(document.querySelector(".connection-notice")?.textContent).toContain("The connection was lost");
  });

  test("the pause holds the figures and counts what waits", async () => {
    await board.show(pausable, ADMIN);
    await click(screen.getByRole("button", { name: "Pause" }));
    await board.patch({ op: "replace", path: "/billing_revenue/pending_payments", value: 13 });
    expect(metric("Pending payments").textContent).toBe("Pending payments12");
    await click(screen.getByRole("button", { name: /Resume\s*1 update waiting/ }));
    expect(metric("Pending payments").textContent).toBe("Pending payments13");
  });

  test("clocks tick from the instants, and stand still during the pause", async () => {
    vi.useFakeTimers({ now: Date.now() });
    await board.show(pausable, AGENT);
    const wait = () => document.querySelector(".row time")?.textContent;
    const before = wait();
    await vi.advanceTimersByTimeAsync(5_000);
    const after = wait();
    expect(after).not.toBe(before);
    await click(screen.getByRole("button", { name: /Pause/ }));
    await vi.advanceTimersByTimeAsync(5_000);
    expect(wait()).toBe(after);
    await click(screen.getByRole("button", { name: /Resume/ }));
    expect(wait()).not.toBe(after);
  });
});
