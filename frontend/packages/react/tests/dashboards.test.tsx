import { act, cleanup, fireEvent, render, screen, within } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ADMIN, AGENT, ago, DEFINITIONS, USER } from "../../../app/dev/documents.ts";
import { AlertsPanel } from "../src/alerts-panel.tsx";
import { ConnectionBadge, PauseButton } from "../src/connection-badge.tsx";
import { DashboardProvider } from "../src/context.tsx";
import { AdminDashboard, ComprehensiveDashboard } from "../src/dashboards.tsx";
import { Metric } from "../src/figure.tsx";
import { QuickActionCard } from "../src/quick-actions.tsx";
import { Section } from "../src/section.tsx";
import { SummaryCard } from "../src/summary-card.tsx";
import { Board } from "./harness.tsx";

let board: Board;
beforeEach(() => {
  board = new Board();
});
afterEach(() => {
  cleanup();
  board.client.stop();
  vi.useRealTimers();
});

const headings = () => screen.getAllByRole("heading", { level: 2 }).map((heading) => heading.textContent?.replace(/\d+$/, ""));
const metric = (name: string) => screen.getAllByText(name).map((label) => label.closest(".metric"))[0] as HTMLElement;

describe("each role's dashboard", () => {
  test("an admin's: cards, alerts, quick actions, sections, activities, in this order", async () => {
    const { container } = await board.show(<ComprehensiveDashboard />, ADMIN);
    expect(container.querySelectorAll(".summary-card")).toHaveLength(4);
    expect(headings()).toEqual([
      "Alerts", "Quick actions", "Calls", "Callbacks", "Revenue", "Subscriptions", "Customers", "AI agents", "Trends", "Users", "System health", "Recent activities",
    ]);
    const blocks = [...container.querySelectorAll(".summary-cards, .alerts-panel, .quick-actions, .metrics-grid, .recent-activities")];
    expect(blocks.map((block) => block.className)).toEqual(["summary-cards", "alerts-panel", "quick-actions", "metrics-grid", "recent-activities"]);
  });

  test("a user's", async () => {
    await board.show(<ComprehensiveDashboard />, USER);
    expect(headings()).toEqual(["Alerts", "Quick actions", "Calls", "AI agent", "Plan", "Callbacks", "Customers", "Billing", "Trends", "Recent activities"]);
  });

  test("a user's without a plan or an AI agent is a normal one", async () => {
    await board.show(<ComprehensiveDashboard />, {
      ...USER,
      subscription_info: { status: "no_subscription", message: "You have no subscription yet." },
      ai_agent_info: { status: "no_agent", message: "You have no AI agent yet.", setup_required: true },
    });
    expect(screen.getByText("You have no subscription yet.")).toBeTruthy();
    expect(screen.getByText("You have no AI agent yet.")).toBeTruthy();
  });

  test("an agent's, where the team's queue enables answering", async () => {
    await board.show(<ComprehensiveDashboard />, AGENT);
    expect(headings()).toEqual(["Alerts", "Quick actions", "Queue", "My tasks", "My performance", "Trends"]);
    expect(screen.getByRole("link", { name: /Answer a call/ }).getAttribute("href")).toBe("/queue");
    await board.patch({ op: "replace", path: "/queue_information/total_queue", value: 0 });
    expect(screen.getByRole("button", { name: /Answer a call/ })).toHaveProperty("disabled", true);
  });

  test("works from data alone, without a client", () => {
    render(<AdminDashboard data={ADMIN} />);
    expect(screen.getByRole("heading", { name: "Revenue" })).toBeTruthy();
  });

  test("while there is no document, the page says that it is loading", () => {
    render(
      <DashboardProvider client={board.client}>
        <ComprehensiveDashboard />
      </DashboardProvider>,
    );
    expect(screen.getByText("The dashboard is loading.").closest("[aria-busy=true]")).not.toBeNull();
  });

  test("a part that the document does not have is left out, the rest stands", () => {
    const { billing_revenue: _, ...rest } = ADMIN;
    render(<AdminDashboard data={rest as typeof ADMIN} />);
    expect(screen.queryByRole("heading", { name: "Revenue" })).toBeNull();
    expect(screen.getByRole("heading", { name: "Calls", level: 2 })).toBeTruthy();
  });

  test("a section that cannot be drawn takes no other with it, and comes back with good data", () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const Broken = ({ fine }: { fine: boolean }) => {
      if (!fine) throw new Error("bad data");
      return <p>fine again</p>;
    };
    const { rerender } = render(<Section title="Calls"><Broken fine={false} /></Section>);
    expect(screen.getByText("“Calls” cannot be shown.")).toBeTruthy();
    rerender(<Section title="Calls"><Broken fine /></Section>);
    expect(screen.getByText("fine again")).toBeTruthy();
  });
});

describe("figures", () => {
  test("null is a dash, zero is zero", () => {
    render(<dl><Metric label="Rate" value={null} kind="percent" /><Metric label="Count" value={0} kind="count" /></dl>);
    expect(metric("Rate").textContent).toBe("Rate—");
    expect(metric("Count").textContent).toBe("Count0");
  });

  test("an exception above zero carries an icon, a tone and the way to resolve it; at zero it is a figure like others", () => {
    const { rerender } = render(<dl><Metric label="Overdue" value={2} kind="count" exception="error" url="/callbacks?overdue=1" /></dl>);
    expect(metric("Overdue").className).toBe("metric metric--error");
    expect(screen.getByRole("link", { name: "Overdue: 2, show the list" }).getAttribute("href")).toBe("/callbacks?overdue=1");
    rerender(<dl><Metric label="Overdue" value={0} kind="count" exception="error" url="/callbacks?overdue=1" /></dl>);
    expect(metric("Overdue").className).toBe("metric");
    expect(screen.queryByRole("link")).toBeNull();
  });

  test("a change is marked, the first value is not", async () => {
    await board.show(<ComprehensiveDashboard />, ADMIN);
    expect(document.querySelectorAll(".figure--changed")).toHaveLength(0);
    await board.patch({ op: "replace", path: "/billing_revenue/pending_payments", value: 13 });
    expect([...document.querySelectorAll(".figure--changed")].map((element) => element.textContent)).toEqual(["13"]);
  });

  test("definitions are reached by keyboard, and left with Escape", async () => {
    await board.show(<ComprehensiveDashboard />, ADMIN, DEFINITIONS);
    const [term] = screen.getAllByRole("button", { name: "Overdue" });
    act(() => term?.focus());
    expect(screen.getByRole("tooltip").textContent).toBe(DEFINITIONS["callback_management.overdue_callbacks"]);
    vi.spyOn(term as HTMLElement, "getBoundingClientRect").mockReturnValue(new DOMRect(40, 500, 80, 20));
    fireEvent.scroll(window);
    expect(screen.getByRole("tooltip").style.top).toBe("492px"); // it goes along with its label
    fireEvent.keyDown(term as HTMLElement, { key: "Escape" });
    expect(screen.queryByRole("tooltip")).toBeNull();
    expect(document.getElementById(term?.getAttribute("aria-describedby") ?? "")?.textContent).toContain("Scheduled");
  });

  test("every chart has a table that says the same", async () => {
    await board.show(<ComprehensiveDashboard />, ADMIN);
    for (const chart of document.querySelectorAll(".chart")) {
      expect(chart.querySelector("[role=img]")?.getAttribute("aria-label")).toMatch(/in all, most at/);
      expect(chart.querySelectorAll("tbody tr").length).toBeGreaterThan(20);
    }
  });
});

test("a summary card: value, change, direction in words", () => {
  render(<SummaryCard title="Users" value={1200} change={-3.5} trend="down" icon="users" />);
  expect(document.querySelector(".summary-card")?.textContent).toBe("Users1,200Down3.5%week on week");
});

test("a quick action without a link is a button; one that is disabled does nothing", () => {
  const onClick = vi.fn();
  const { rerender } = render(<QuickActionCard title="Call" description="d" icon="phone" count={3} onClick={onClick} />);
  fireEvent.click(screen.getByRole("button"));
  rerender(<QuickActionCard title="Call" description="d" icon="phone" enabled={false} url="/x" onClick={onClick} />);
  fireEvent.click(screen.getByRole("button"));
  expect(onClick).toHaveBeenCalledTimes(1);
});

describe("alerts", () => {
  const [failed, overdue] = ADMIN.alerts as [(typeof ADMIN.alerts)[0], (typeof ADMIN.alerts)[0]];

  test("say by word what they are, and link to what resolves them", () => {
    render(<AlertsPanel alerts={ADMIN.alerts} />);
    const list = screen.getByRole("list", { name: "Alerts" });
    expect([...list.children].map((item) => item.className)).toEqual(["alert alert--error", "alert alert--warning", "alert alert--warning"]);
    expect(within(list).getByText("Error")).toBeTruthy();
    expect(within(list).getByRole("link", { name: /Review payments/ }).getAttribute("href")).toBe("/payments?status=failed");
  });

  test("errors are announced at once, the rest politely, what stood there before not again", () => {
    const { rerender } = render(<AlertsPanel alerts={[overdue]} />);
    expect(screen.getByRole("alert").textContent).toBe("");
    rerender(<AlertsPanel alerts={[failed, overdue]} />);
    expect(screen.getByRole("alert").textContent).toContain("Failed payments");
    expect(screen.getByRole("status").textContent).toBe("");
    rerender(<AlertsPanel alerts={[failed, overdue, { ...overdue, id: "new", title: "Service level" }]} />);
    expect(screen.getByRole("status").textContent).toContain("Warning: Service level");
  });

  test("what is no longer so is not there to be read either", () => {
    const { rerender } = render(<AlertsPanel alerts={[overdue]} />);
    rerender(<AlertsPanel alerts={[failed, overdue]} />);
    rerender(<AlertsPanel alerts={[overdue]} />);
    expect(screen.getByRole("alert").textContent).toBe("");
  });

  test("none is said too", () => {
    render(<AlertsPanel alerts={[]} />);
    expect(screen.getByText("Nothing needs attention.")).toBeTruthy();
  });
});

describe("broadcasts", () => {
  const news = { id: 9, severity: "error" as const, title: "Outage", message: "Calls fail.", url: null, starts_at: ago(0), expires_at: null };

  test("a new one comes as banner and toast, is announced, and can be dismissed", async () => {
    await board.show(<ComprehensiveDashboard />, ADMIN);
    expect(document.querySelectorAll(".toast")).toHaveLength(0);
    await board.patch({ op: "add", path: "/system_alerts/-", value: news });
    expect(document.querySelectorAll(".banner")).toHaveLength(2);
    expect(document.querySelector(".toast")?.textContent).toContain("Outage");
    expect(screen.getAllByRole("alert").some((region) => region.textContent?.includes("Error: Outage. Calls fail."))).toBe(true);
    fireEvent.click(screen.getByRole("button", { name: "Dismiss: Outage" }));
    expect(document.querySelectorAll(".banner")).toHaveLength(1);
    expect(document.querySelectorAll(".toast")).toHaveLength(0);
    await board.patch({ op: "replace", path: "/system_alerts/1/message", value: "Calls fail for everybody." });
    expect(document.querySelectorAll(".banner")).toHaveLength(2);
  });

  test("each toast goes after its own time, whatever else is announced meanwhile", async () => {
    await board.show(<ComprehensiveDashboard />, ADMIN);
    vi.useFakeTimers({ now: Date.now() });
    const toasts = () => [...document.querySelectorAll(".toast")].map((toast) => toast.querySelector(".alert__title")?.textContent);
    await board.patch({ op: "add", path: "/system_alerts/-", value: news });
    await act(() => vi.advanceTimersByTimeAsync(5_000));
    await board.patch({ op: "add", path: "/system_alerts/-", value: { ...news, id: 10, title: "Again" } });
    expect(toasts()).toEqual(["Outage", "Again"]);
    await act(() => vi.advanceTimersByTimeAsync(5_000));
    expect(toasts()).toEqual(["Again"]);
    await act(() => vi.advanceTimersByTimeAsync(5_000));
    expect(toasts()).toEqual([]);
  });

  test("a withdrawn one goes by itself, also from what is read aloud", async () => {
    await board.show(<ComprehensiveDashboard />, ADMIN);
    await board.patch({ op: "add", path: "/system_alerts/-", value: news });
    await board.patch({ op: "remove", path: "/system_alerts/1" });
    await board.patch({ op: "remove", path: "/system_alerts/0" });
    expect(document.querySelectorAll(".banner")).toHaveLength(0);
    expect(document.body.textContent).not.toContain("Outage");
  });
});

describe("the connection", () => {
  test("is named, and a loss is said at once", async () => {
    await board.show(<ConnectionBadge />, ADMIN);
    expect(document.querySelector("[data-status=live]")?.textContent).toMatch(/^Liveupdated/);
    await board.drop(1006);
    expect(document.querySelector("[data-status=reconnecting]")?.textContent).toMatch(/^Reconnectingdata from/);
  });

  test("the pause holds the figures and counts what waits", async () => {
    await board.show(<><PauseButton /><ComprehensiveDashboard /></>, ADMIN);
    fireEvent.click(screen.getByRole("button", { name: "Pause" }));
    await board.patch({ op: "replace", path: "/billing_revenue/pending_payments", value: 13 });
    expect(metric("Pending payments").textContent).toBe("Pending payments12");
    fireEvent.click(screen.getByRole("button", { name: "Resume 1 update waiting" }));
    expect(metric("Pending payments").textContent).toBe("Pending payments13");
  });

  test("clocks tick from the instants, and stand still during the pause", async () => {
    await board.show(<><PauseButton /><ComprehensiveDashboard /></>, AGENT);
    vi.useFakeTimers({ now: Date.now() });
    cleanup();
    await board.show(<><PauseButton /><ComprehensiveDashboard /></>, AGENT);
    const wait = () => document.querySelector(".row time")?.textContent;
    const before = wait();
    await act(async () => vi.advanceTimersByTime(5_000));
    const after = wait();
    expect(after).not.toBe(before);
    fireEvent.click(screen.getByRole("button", { name: /Pause/ }));
    await act(async () => vi.advanceTimersByTime(5_000));
    expect(wait()).toBe(after);
  });
});
