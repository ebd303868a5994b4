// What a tenant has bought: the plans to choose from, and what one allows.
import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, test } from "vitest";
import { USER } from "../dev/documents.ts";
import { dialog, fill, inside, playVisits, press } from "./visit.tsx";
import { deliver, json, page, posted, refusal, world } from "./world.ts";

playVisits();

const STARTER = { id: 1, name: "starter", price: 49, interval: "month", call_minutes_limit: 3_000, call_limit: 1_000, agents_allowed: 1, features: ["E-mail support"] };
const PRO = { id: 2, name: "pro", price: 199, interval: "month", call_minutes_limit: null, call_limit: null, agents_allowed: 12, features: [] };
const SUBSCRIPTION = { id: 3, status: "active", plan: 2, current_period_end: "2026-04-01T00:00:00Z", cancel_at_period_end: false };
const ENDED = { ...SUBSCRIPTION, id: 2, status: "canceled", plan: 1 };
const NONE = { subscription_info: { status: "no_subscription", message: "You have no subscription yet." } };
const TOO_MANY = "Agents with an open account: 3; the plan allows 1.";
const WAY_OUT = /the plan allows 1\. Disable an agent's account first, or choose a plan that allows more\./;

/** The page of plans; the server's subscriptions are those of the last call of `has`. */
async function billing(...subscriptions: object[]): Promise<void> {
  world.answers["GET /api/plans/"] = () => page(STARTER, PRO);
  has(...subscriptions);
  await inside("user", "/billing", subscriptions.includes(SUBSCRIPTION) ? {} : NONE);
  await waitFor(() => offer("Pro"));
}
const has = (...subscriptions: object[]) => {
  world.answers["GET /api/subscriptions/"] = () => page(...subscriptions);
};
const offer = (name: string) => {
  const list = screen.getByRole("list", { name: "Plans" });
  return within(within(list).getByText(new RegExp(`^${name} · `)).closest("li") as HTMLElement);
};

describe("plans", () => {
  test("each says what it costs and allows; the agents are the people with an open account", async () => {
    await billing(SUBSCRIPTION);
    expect(offer("Starter").getByText("Starter · $49.00 per month")).toBeTruthy();
    expect(offer("Starter").getByText("1 agent with an open account · 3,000 minutes · 1,000 calls")).toBeTruthy();
    expect(offer("Starter").getByText("E-mail support")).toBeTruthy();
    expect(offer("Pro").getByText("12 agents with an open account · minutes without limit · calls without limit")).toBeTruthy();
    expect(offer("Pro").getByText("Your plan")).toBeTruthy();
    expect(offer("Starter").queryByText("Your plan")).toBeNull();
  });

  test("whose subscription has ended takes one, once they are sure", async () => {
    await billing(ENDED);
    expect(screen.queryByText("Your plan")).toBeNull();
    world.answers["POST /api/subscriptions/"] = () => {
      has(SUBSCRIPTION, ENDED);
      return json(SUBSCRIPTION, 201);
    };
    await press(/^Take.*Pro$/);
    expect(dialog().getByText("Take Pro for $199.00 per month? It is paid for from now on.")).toBeTruthy();
    expect(posted("/api/subscriptions/")).toEqual([]);
    await press("Take, yes", dialog());
    expect(posted("/api/subscriptions/")).toEqual([{ plan: 2 }]);
    expect(screen.getByText(/Pro is your plan now: active\./)).toBeTruthy();
    await waitFor(() => offer("Pro").getByText("Your plan"));
  });

  test("another is switched to", async () => {
    await billing(SUBSCRIPTION);
    world.answers["POST /api/subscriptions/3/plan/"] = () => {
      has({ ...SUBSCRIPTION, plan: 1 });
      return json({ ...SUBSCRIPTION, plan: 1 });
    };
    await press(/^Switch.*Starter$/);
    expect(dialog().getByText(/Its limits hold at once, its price from the next period on\.$/)).toBeTruthy();
    await press("Switch, yes", dialog());
    expect(posted("/api/subscriptions/3/plan/")).toEqual([{ plan: 1 }]);
    await waitFor(() => offer("Starter").getByText("Your plan"));
    expect(screen.getByText(/Starter is your plan now\./)).toBeTruthy();
  });

  test("it is cancelled, and resumed; the keyboard stays at its button", async () => {
    await billing(SUBSCRIPTION);
    const cancelled = { ...SUBSCRIPTION, cancel_at_period_end: true };
    world.answers["POST /api/subscriptions/3/cancel/"] = () => {
      has(cancelled);
      return json(cancelled);
    };
    world.answers["POST /api/subscriptions/3/resume/"] = () => {
      has(SUBSCRIPTION);
      return json(SUBSCRIPTION);
    };
    const button = offer("Pro").getByRole("button");
    await press(/^Cancel.*Pro$/);
    await press("No", dialog());
    expect(posted("/api/subscriptions/3/cancel/")).toEqual([]);
    await press(/^Cancel.*Pro$/);
    await press("Cancel, yes", dialog());
    expect(screen.getByText(/Pro is cancelled, and ends on/)).toBeTruthy();
    await waitFor(() => offer("Pro").getByRole("button", { name: /^Resume.*Pro$/ }));
    expect(offer("Pro").getByRole("button")).toBe(button);

    await press(/^Switch.*Starter$/);
    expect(dialog().getByText(/It is cancelled like the present one/)).toBeTruthy();
    await press("No", dialog());
    await press(/^Resume.*Pro$/);
    await press("Resume, yes", dialog());
    expect(posted("/api/subscriptions/3/resume/")).toHaveLength(1);
    expect(screen.getByText(/Pro goes on, and renews on/)).toBeTruthy();
    await waitFor(() => offer("Pro").getByRole("button", { name: /^Cancel.*Pro$/ }));
  });

  test("the plan that somebody else chose, or the provider, is shown when the dashboard says that it changed", async () => {
    await billing(SUBSCRIPTION);
    has({ ...SUBSCRIPTION, plan: 1 });
    await deliver("user", { subscription_info: { ...USER.subscription_info, plan_name: "starter" } }, 2);
    await waitFor(() => offer("Starter").getByText("Your plan"));
  });

  test("a smaller one waits until there are few enough agents", async () => {
    await billing(SUBSCRIPTION);
    world.answers["POST /api/subscriptions/3/plan/"] = () => refusal(409, "limit_reached", TOO_MANY);
    await press(/^Switch.*Starter$/);
    await press("Switch, yes", dialog());
    expect(dialog().getByText(WAY_OUT)).toBeTruthy();
    expect(offer("Pro").getByText("Your plan")).toBeTruthy();
  });

  test("a server without a payment provider says so, whatever is asked", async () => {
    await billing(SUBSCRIPTION);
    const none = () => refusal(409, "not_configured", "No payment provider is set up to keep subscriptions.");
    for (const what of ["cancel", "plan"]) world.answers[`POST /api/subscriptions/3/${what}/`] = none;
    for (const [name, label] of [["Pro", "Cancel"], ["Starter", "Switch"]]) {
      await press(new RegExp(`^${label}.*${name}$`));
      await press(`${label}, yes`, dialog());
      expect(dialog().getByText(/No payment provider is set up to keep subscriptions\. Whoever operates this server can set one up\./)).toBeTruthy();
      await press("No", dialog());
    }
  });

  test("what cannot be loaded is said", async () => {
    world.answers["GET /api/subscriptions/"] = () => page(SUBSCRIPTION);
    world.answers["GET /api/plans/"] = () => refusal(503, "unavailable", "The database cannot be reached.");
    await inside("user", "/billing");
    await waitFor(() => screen.getByText("The database cannot be reached."));
  });
});

describe("the agents that a plan allows", () => {
  const AGENT = { id: 9, email: "sam@example.com", full_name: "Sam", role: "agent", account_status: "disabled", owner: 7, employee_id: "E-9" };

  test("one more is not invited: the form says why, and the way out", async () => {
    world.answers["GET /api/users/"] = () => page();
    world.answers["POST /api/users/invite/"] = () => refusal(409, "limit_reached", TOO_MANY);
    await inside("user", "/users");
    await press("Invite an agent");
    fill("Email", "sam@example.com", dialog());
    fill("Employee id", "E-9", dialog());
    await press("Invite an agent", dialog());
    expect(dialog().getByText(WAY_OUT)).toBeTruthy();
    expect(dialog().getByLabelText("Email")).toHaveProperty("value", "sam@example.com");
  });

  test("nor is an account opened again", async () => {
    world.answers["GET /api/users/"] = () => page(AGENT);
    world.answers["POST /api/users/9/enable/"] = () => refusal(409, "limit_reached", TOO_MANY);
    await inside("user", "/users");
    await waitFor(() => screen.getByText("sam@example.com"));
    await press("Enable");
    expect(screen.getByText(/Not done: “Enable”\./).textContent).toMatch(WAY_OUT);
  });

  test("nor does somebody become an agent", async () => {
    world.answers["GET /api/users/"] = () => page({ ...AGENT, role: "user", owner: null, employee_id: null }, { id: 7, email: "owner@example.com" });
    world.answers["POST /api/users/9/role/"] = () => refusal(409, "limit_reached", TOO_MANY);
    await inside("admin", "/users");
    await waitFor(() => screen.getByText("sam@example.com"));
    await press("Change role", within(screen.getByText("sam@example.com").closest("tr") as HTMLElement));
    await waitFor(() => dialog().getByRole("option", { name: "owner@example.com" }));
    fill("Role", "agent", dialog());
    fill("Works for", "7", dialog());
    fill("Employee id", "E-9", dialog());
    await press("Change role", dialog());
    expect(posted("/api/users/9/role/")).toEqual([{ role: "agent", owner: 7, employee_id: "E-9" }]);
    expect(dialog().getByText(WAY_OUT)).toBeTruthy();
  });
});
