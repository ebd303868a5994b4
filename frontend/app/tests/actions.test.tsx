// What a person does about what they see: the agent's desk, and the actions of the lists.
import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { beforeEach, describe, expect, test } from "vitest";
import { AGENT, ago } from "../dev/documents.ts";
import { navigate } from "../src/router.tsx";
import { dialog, fill, inside, leave, playVisits, press } from "./visit.tsx";
import { json, page, posted, refusal, Wire, world } from "./world.ts";

playVisits();

describe("an agent's desk", () => {
  const CALL = { id: 310, status: "in_progress", customer: 5, customer_name: "Otto Brandt", phone_number: "+15550100", answered_at: new Date().toISOString() };
  const desk = () => within(screen.getByRole("region", { name: "My desk" }));

  test("says the state, and changes it", async () => {
    world.answers["GET /api/agent-state/"] = () => json({ state: "available", since: new Date().toISOString() });
    world.answers["GET /api/calls/"] = () => page();
    world.answers["PUT /api/agent-state/"] = () => json({ state: "break", since: new Date().toISOString() });
    await inside("agent");
    await waitFor(() => expect(desk().getByRole("button", { name: "Available" }).getAttribute("aria-pressed")).toBe("true"));
    await press("Break");
    expect(posted("/api/agent-state/")).toEqual([{ state: "break" }]);
    expect(desk().getByRole("button", { name: "Break" }).getAttribute("aria-pressed")).toBe("true");
    expect(screen.getByText(/You are on a break/)).toBeTruthy();
  });

  test("a ringing call is answered, ended with what came of it, and the wrap-up left, each in one press", async () => {
    let state = "available";
    let calls: object[] = [];
    world.answers["GET /api/agent-state/"] = () => json({ state, since: new Date().toISOString() });
    world.answers["GET /api/calls/"] = () => page(...calls);
    world.answers["POST /api/calls/310/answer/"] = () => {
      [state, calls] = ["on_call", [CALL]];
      return json(CALL);
    };
    world.answers["POST /api/calls/310/end/"] = () => {
      [state, calls] = ["wrap_up", []];
      return json({ ...CALL, status: "completed", outcome: "callback_requested" });
    };
    world.answers["PUT /api/agent-state/"] = () => json({ state: "available", since: new Date().toISOString() });
    await inside("agent");
    await waitFor(() => desk().getByText("Rings at you"));
    await press(/^Answer/, desk());
    expect(screen.getByText(/Call answered: you are talking to Otto Brandt/)).toBeTruthy();
    await waitFor(() => desk().getByText(/My call/));
    expect(desk().getByRole("button", { name: "Available" })).toHaveProperty("disabled", true);

    fill("Outcome", "callback_requested", desk());
    fill("Satisfaction", "4", desk());
    fill("Notes", "Wants an offer.", desk());
    await press("End call", desk());
    expect(posted("/api/calls/310/end/")).toEqual([{ outcome: "callback_requested", satisfaction: 4, notes: "Wants an offer." }]);
    expect(screen.getByRole("link", { name: "Schedule the callback" }).getAttribute("href")).toBe("/customers?id=5");

    await waitFor(() => desk().getByText("Wrap up"));
    await press("Available", desk());
    expect(posted("/api/agent-state/")).toEqual([{ state: "available" }]);
  });

  test("somebody else was faster: the server's words, and no call", async () => {
    world.answers["GET /api/agent-state/"] = () => json({ state: "available", since: null });
    world.answers["GET /api/calls/"] = () => page();
    world.answers["POST /api/calls/300/answer/"] = () => refusal(409, "conflict", "Another agent has answered this call.");
    await inside("agent", "/", { queue_information: { ...AGENT.queue_information, assigned_tasks: [] } });
    await waitFor(() => desk().getByText("Next in the queue"));
    await press(/^Answer/, desk());
    expect(screen.getByText(/Another agent has answered this call/)).toBeTruthy();
    expect(desk().queryByText(/My call/)).toBeNull();
  });

  test("is on the agent's other pages, and on nobody else's", async () => {
    world.answers["GET /api/agent-state/"] = () => json({ state: "offline", since: null });
    world.answers["GET /api/calls/"] = () => page();
    await inside("agent", "/callbacks");
    expect(screen.getByRole("region", { name: "My desk" })).toBeTruthy();
    await leave();
    localStorage.setItem("switchboard.signed-in", "1");
    Wire.all = [];
    await inside("user");
    expect(screen.queryByRole("region", { name: "My desk" })).toBeNull();
  });
});

test("a call says at whom it rings, and is offered to nobody else", async () => {
  const call = { status: "ringing", direction: "inbound", phone_number: "+15550100", agent_name: null };
  world.answers["GET /api/agent-state/"] = () => json({ state: "available", since: null });
  world.answers["GET /api/calls/"] = () =>
    page({ ...call, id: 310, customer_name: "Otto Brandt", ringing_agent: 21, ringing_agent_name: "Dana Reyes" }, { ...call, id: 311, customer_name: "Grace Hoang", ringing_agent: 9, ringing_agent_name: "Sam Rivera" });
  await inside("agent", "/calls"); // Dana Reyes
  await waitFor(() => within(screen.getByRole("table")).getByText("Grace Hoang"));
  expect(screen.getByRole("columnheader", { name: "Rings at" })).toBeTruthy();
  const row = (name: string) => within(within(screen.getByRole("table")).getByText(name).closest("tr") as HTMLElement);
  expect(row("Otto Brandt").getByText("Dana Reyes")).toBeTruthy();
  expect(row("Otto Brandt").getByRole("button", { name: "Answer" })).toBeTruthy();
  expect(row("Grace Hoang").getByText("Sam Rivera")).toBeTruthy();
  expect(row("Grace Hoang").queryByRole("button", { name: "Answer" })).toBeNull();
});

test("somebody in the queue waits by the clock", async () => {
  const entry = { customer_name: "Otto Brandt", priority: 1, queued_at: ago(75) };
  world.answers["GET /api/queue/"] = () => page({ ...entry, id: 1, status: "waiting" });
  await inside("admin", "/queue");
  await waitFor(() => expect(screen.getByText(/^1:\d\d$/).className).toContain("timer--late"));
});

describe("subscriptions", () => {
  const SUBSCRIPTION = { id: 12, user_email: "noor@haddad.example", status: "active", plan: 1, plan_name: "starter", plan_price: 49, plan_interval: "month", cancel_at_period_end: false };
  const ENDED = { ...SUBSCRIPTION, id: 13, user_email: "ended@haddad.example", status: "canceled" };

  beforeEach(() => {
    world.answers["GET /api/subscriptions/"] = () => page(SUBSCRIPTION, ENDED);
    world.answers["GET /api/plans/"] = () =>
      page({ id: 1, name: "starter", price: 49, currency: "USD", interval: "month" }, { id: 2, name: "pro", price: 199, currency: "USD", interval: "month" });
  });

  test("an admin moves a tenant to another plan, and cancels only when sure", async () => {
    world.answers["POST /api/subscriptions/12/plan/"] = () => json({ ...SUBSCRIPTION, plan: 2, plan_name: "pro" });
    world.answers["POST /api/subscriptions/12/cancel/"] = () => json({ ...SUBSCRIPTION, cancel_at_period_end: true });
    await inside("admin", "/subscriptions");
    await waitFor(() => screen.getByText("$49.00 per month", { selector: "tr:first-child td" }));
    await press("Change plan");
    await waitFor(() => dialog().getByRole("option", { name: "Pro, 199 USD per month" }));
    fill("Plan", "2", dialog());
    await press("Change", dialog());
    expect(posted("/api/subscriptions/12/plan/")).toEqual([{ plan: 2 }]);
    expect(screen.getByText(/noor@haddad\.example now has the plan Pro\./)).toBeTruthy();
    await press("Cancel");
    expect(posted("/api/subscriptions/12/cancel/")).toEqual([]);
    await press("Cancel, yes", dialog());
    expect(posted("/api/subscriptions/12/cancel/")).toHaveLength(1);
  });

  test("one that has ended is only shown", async () => {
    world.answers["GET /api/subscriptions/"] = () => page(ENDED);
    await inside("admin", "/subscriptions");
    await waitFor(() => screen.getByText("ended@haddad.example"));
    expect(within(screen.getByRole("table")).queryByRole("button")).toBeNull();
  });
});

describe("callbacks", () => {
  const CALLBACK = { id: 81, status: "scheduled", customer_name: "Lena Fischer", customer_phone: "+15550101", due_at: "2026-03-02T14:30:00Z", priority: 2, reason: "Offer" };

  test("one press completes what was not started yet", async () => {
    world.answers["GET /api/callbacks/"] = () => page(CALLBACK);
    world.answers["POST /api/callbacks/81/start/"] = () => json({ ...CALLBACK, status: "in_progress" });
    world.answers["POST /api/callbacks/81/complete/"] = () => json({ ...CALLBACK, status: "completed" });
    await inside("user", "/callbacks");
    await waitFor(() => screen.getByText("Lena Fischer"));
    await press("Complete");
    expect(world.asked.filter(({ method, path }) => method === "POST" && path.includes("/81/")).map(({ path }) => path)).toEqual([
      "/api/callbacks/81/start/",
      "/api/callbacks/81/complete/",
    ]);
    expect(screen.getByText(/Callback to Lena Fischer completed\./)).toBeTruthy();
  });

  test("a time is in the zone of the dashboard; one in the past is refused beside its field", async () => {
    world.answers["GET /api/callbacks/"] = () => page(CALLBACK);
    world.answers["POST /api/callbacks/81/reschedule/"] = () => refusal(400, "invalid", "A callback cannot be promised for the past.", "due_at");
    await inside("user", "/callbacks"); // in Europe/Berlin
    await waitFor(() => screen.getByText("Lena Fischer"));
    await press("Reschedule");
    fill("When instead", "2020-07-01T10:00", dialog());
    await press("Reschedule", dialog());
    expect(posted("/api/callbacks/81/reschedule/")).toEqual([{ due_at: "2020-07-01T08:00:00.000Z", reason: "Offer" }]);
    const field = dialog().getByLabelText("When instead");
    expect(field.getAttribute("aria-invalid")).toBe("true");
    expect(document.activeElement).toBe(field);
    const described = field.getAttribute("aria-describedby")?.split(" ").map((id) => document.getElementById(id)?.textContent) ?? [];
    expect(described.join(" ")).toContain("cannot be promised for the past");
  });

  test("cancelling asks first", async () => {
    world.answers["GET /api/callbacks/"] = () => page(CALLBACK);
    world.answers["POST /api/callbacks/81/cancel/"] = () => json({ ...CALLBACK, status: "cancelled" });
    await inside("user", "/callbacks");
    await waitFor(() => screen.getByText("Lena Fischer"));
    await press("Cancel");
    expect(posted("/api/callbacks/81/cancel/")).toEqual([]);
    await press("Cancel, yes", dialog());
    expect(posted("/api/callbacks/81/cancel/")).toHaveLength(1);
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  test("a tenant gives one to another agent, or to nobody in particular", async () => {
    world.answers["GET /api/callbacks/"] = () => page({ ...CALLBACK, owner: 7, assigned_agent: 9, assigned_agent_name: "Sam Rivera" });
    world.answers["GET /api/users/"] = () => page({ id: 9, full_name: "Sam Rivera" }, { id: 10, full_name: "Dana Reyes" });
    world.answers["POST /api/callbacks/81/assign/"] = (body) => {
      const { agent } = body as { agent: number | null };
      return json({ ...CALLBACK, assigned_agent: agent, assigned_agent_name: agent && "Dana Reyes" });
    };
    await inside("user", "/callbacks");
    await waitFor(() => screen.getByText("Lena Fischer"));
    await press("Assign");
    await waitFor(() => dialog().getByRole("option", { name: "Dana Reyes" }));
    expect(dialog().getByLabelText("Assigned to")).toHaveProperty("value", "9");
    fill("Assigned to", "10", dialog());
    await press("Assign", dialog());
    expect(screen.getByText(/Callback to Lena Fischer is now Dana Reyes's\./)).toBeTruthy();
    await press("Assign");
    await waitFor(() => dialog().getByRole("option", { name: "Nobody in particular" }));
    fill("Assigned to", "0", dialog());
    await press("Assign", dialog());
    expect(screen.getByText(/Callback to Lena Fischer is nobody's in particular now\./)).toBeTruthy();
    expect(posted("/api/callbacks/81/assign/")).toEqual([{ agent: 10 }, { agent: null }]);
  });

  test("an admin gives one to an agent of its tenant alone; what was completed meanwhile is refused in the form", async () => {
    world.answers["GET /api/callbacks/"] = () => page({ ...CALLBACK, owner: 7, assigned_agent: null });
    world.answers["GET /api/users/"] = () => page({ id: 10, full_name: "Dana Reyes" });
    world.answers["POST /api/callbacks/81/assign/"] = () => refusal(409, "conflict", "This callback is completed.");
    await inside("admin", "/callbacks");
    await waitFor(() => screen.getByText("Lena Fischer"));
    await press("Assign");
    await waitFor(() => dialog().getByRole("option", { name: "Dana Reyes" }));
    expect(world.asked.find(({ path }) => path.startsWith("/api/users/"))?.path).toContain("owner=7");
    fill("Assigned to", "10", dialog());
    await press("Assign", dialog());
    expect(dialog().getByText(/This callback is completed\./)).toBeTruthy();
  });

  test("an agent makes theirs more urgent, and gives none away; what is over stays as it was", async () => {
    world.answers["GET /api/agent-state/"] = () => json({ state: "offline", since: null });
    world.answers["GET /api/calls/"] = () => page();
    world.answers["GET /api/callbacks/"] = () => page(CALLBACK, { ...CALLBACK, id: 82, customer_name: "Ines Okafor", status: "completed" });
    world.answers["POST /api/callbacks/81/priority/"] = () => json({ ...CALLBACK, priority: 1 });
    await inside("agent", "/callbacks");
    await waitFor(() => screen.getByText("Lena Fischer"));
    expect(screen.queryByRole("button", { name: "Assign" })).toBeNull();
    await press("Change priority"); // one button: there is none for what is completed
    expect(dialog().getByLabelText("Priority")).toHaveProperty("value", "2");
    fill("Priority", "1", dialog());
    await press("Change priority", dialog());
    expect(posted("/api/callbacks/81/priority/")).toEqual([{ priority: 1 }]);
    expect(screen.getByText(/Callback to Lena Fischer now has priority 1\./)).toBeTruthy();
  });

  test("a task's link shows its callback alone", async () => {
    world.answers["GET /api/callbacks/81/"] = () => json(CALLBACK);
    await inside("user", "/callbacks?id=81");
    await waitFor(() => screen.getByText("Lena Fischer"));
    expect(screen.getByText("1 entry")).toBeTruthy();
    expect(screen.getByRole("link", { name: /Id: 81/ }).getAttribute("href")).toBe("/callbacks");
  });
});

describe("a tenant", () => {
  const CUSTOMER = { id: 31, owner: 7, name: "Grace Hoang", phone: "+14155550123", interest: "warm", is_do_not_call: false };

  test("a server that places no calls says so", async () => {
    world.answers["GET /api/customers/"] = () => page(CUSTOMER);
    world.answers["POST /api/calls/"] = () => refusal(409, "not_configured", "No telephony provider is set up to place calls.");
    await inside("user", "/customers");
    await waitFor(() => screen.getByText("Grace Hoang"));
    await press("Call");
    expect(posted("/api/calls/")).toEqual([{ customer: 31 }]);
    expect(screen.getByText(/No telephony provider is set up to place calls\. Whoever operates this server/)).toBeTruthy();
  });

  test("nobody who asked not to be called is offered a call; the rest can be changed", async () => {
    world.answers["GET /api/customers/"] = () => page({ ...CUSTOMER, is_do_not_call: true });
    world.answers["PATCH /api/customers/31/"] = () => json(CUSTOMER);
    await inside("user", "/customers");
    await waitFor(() => screen.getByText("Grace Hoang"));
    expect(screen.queryByRole("button", { name: "Call" })).toBeNull();
    await press("Allow calls");
    expect(posted("/api/customers/31/")).toEqual([{ is_do_not_call: false }]);
  });

  test("a callback is scheduled for one of one's agents", async () => {
    world.answers["GET /api/customers/"] = () => page(CUSTOMER);
    world.answers["GET /api/users/"] = () => page({ id: 9, full_name: "Sam Rivera", email: "sam@example.com" });
    world.answers["POST /api/callbacks/"] = () => json({ id: 82, customer_name: "Grace Hoang" }, 201);
    await inside("user", "/customers");
    await waitFor(() => screen.getByText("Grace Hoang"));
    await press("Schedule a callback");
    await waitFor(() => dialog().getByRole("option", { name: "Sam Rivera" }));
    fill("When", "2030-01-02T10:00", dialog());
    fill("Assigned to", "9", dialog());
    await press("Schedule a callback", dialog());
    expect(posted("/api/callbacks/")).toEqual([{ customer: 31, due_at: "2030-01-02T09:00:00.000Z", reason: "", priority: 3, assigned_agent: 9 }]);
  });

  test("an invited agent's password is shown", async () => {
    world.answers["GET /api/users/"] = () => page();
    world.answers["POST /api/users/invite/"] = () => json({ id: 9, email: "sam@example.com", initial_password: "x0Vb1sQk" }, 201);
    await inside("user", "/users");
    expect(screen.getByRole("heading", { name: "Agents" })).toBeTruthy();
    await press("Invite an agent");
    fill("Email", "sam@example.com", dialog());
    fill("Employee id", "E-9", dialog());
    await press("Invite an agent", dialog());
    expect(screen.getByText(/x0Vb1sQk/)).toBeTruthy();
  });

  test("a changed password leads to the form, with a word", async () => {
    const profile = { email: "owner@example.com", role: "user", first_name: "", last_name: "", user_name: "", phone: "", timezone: "Europe/Berlin", owner_email: null, is_verified: true, created_at: "2026-01-01T00:00:00Z" };
    world.answers["GET /api/profile/"] = () => json(profile);
    world.answers["POST /api/profile/password/"] = () => refusal(400, "invalid", "That is not your present password.", "current_password");
    await inside("user", "/profile");
    await waitFor(() => screen.getByLabelText("Present password"));
    fill("Present password", "wrong");
    fill("New password", "battery staple 17");
    await press("Change password");
    expect(screen.getByLabelText("Present password").getAttribute("aria-invalid")).toBe("true");
    world.answers["POST /api/profile/password/"] = () => new Response(null, { status: 204 });
    await press("Change password");
    expect(screen.getByText("Your password is changed. Sign in with the new one.")).toBeTruthy();
  });
});

describe("an admin", () => {
  test("narrows the users by role, gives another role, and cannot disable themselves", async () => {
    const me = { id: 1, email: "ada@example.com", full_name: "Ada", role: "admin", account_status: "active", owner: null, employee_id: null };
    world.answers["GET /api/users/"] = () => page(me, { ...me, id: 9, email: "sam@example.com", full_name: "Sam", role: "user" });
    world.answers["POST /api/users/9/role/"] = () => json({ id: 9, full_name: "Sam", role: "admin" });
    await inside("admin", "/users");
    await waitFor(() => screen.getByText("sam@example.com"));
    expect(screen.getAllByRole("button", { name: "Disable" })).toHaveLength(1);
    await press("Change role");
    fill("Role", "admin", dialog());
    await press("Change role", dialog());
    expect(posted("/api/users/9/role/")).toEqual([{ role: "admin" }]);
    expect(screen.getByText(/Sam is now: admin\./)).toBeTruthy();
    await act(async () => void fireEvent.change(screen.getByLabelText("Role"), { target: { value: "agent" } }));
    expect(location.search).toBe("?role=agent");
  });

  test("reads how the platform is set up", async () => {
    world.answers["GET /api/settings/"] = () =>
      json({ currency: "USD", time_zone: "UTC", places_calls: false, charges_cards: true, limits: { page_size: 25, max_page_size: 200, access_token_seconds: 900, refresh_token_seconds: 1_209_600, rates: {} } });
    await inside("admin", "/settings");
    await waitFor(() => screen.getByText("No, no telephony provider is set up"));
  });

  test("sees a broadcast on every page; dismissed on one, it is gone from all", async () => {
    world.answers["GET /api/calls/"] = () => page();
    await inside("admin", "/calls");
    await press(/Dismiss: Maintenance tonight/);
    await act(async () => navigate("/"));
    expect(screen.queryByRole("button", { name: /Dismiss: Maintenance tonight/ })).toBeNull();
  });
});
