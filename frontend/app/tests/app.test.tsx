// The page as a person meets it: the door, the lists, the way out.
import { act, cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { ADMIN } from "../dev/documents.ts";
import { App } from "../src/app.tsx";
import { navigate, placeOf, startRouter } from "../src/router.tsx";
import { Session } from "../src/session.ts";

const encode = (value: object) => btoa(JSON.stringify(value)).replaceAll("=", "");
const TOKEN = `x.${encode({ user_id: 1, iat: 1, exp: 901 })}.x`;

class Wire {
  static all: Wire[] = [];
  readyState = 1;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  constructor() {
    Wire.all.push(this);
  }
  send(): void {}
  close(): void {}
  receive(frame: object): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
}

let answers: Record<string, () => Response>;
let asked: { path: string; method: string; body: unknown }[];
let session: Session;

const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });
const refusal = (status: number, code: string, detail: string) => json({ type: "client_error", errors: [{ code, detail, attr: null }] }, status);

beforeAll(startRouter);
beforeEach(() => {
  localStorage.clear();
  history.replaceState(null, "", "/");
  Wire.all = [];
  asked = [];
  answers = {
    "POST /api/auth/token/": () => json({ access: TOKEN }),
    "POST /api/auth/refresh/": () => json({ access: TOKEN }),
    "POST /api/auth/logout/": () => new Response(null, { status: 204 }),
  };
  vi.stubGlobal("WebSocket", Wire);
  vi.stubGlobal("fetch", async (input: string, init?: RequestInit) => {
    const { pathname, search } = new URL(input);
    const method = init?.method ?? "GET";
    asked.push({ path: pathname + search, method, body: init?.body ? JSON.parse(String(init.body)) : null });
    return answers[`${method} ${pathname}`]?.() ?? refusal(404, "not_found", "Not found.");
  });
  session = new Session(() => navigate("/"));
});
afterEach(async () => {
  await act(() => session.leave());
  cleanup();
  document.getElementById("demo-accounts")?.remove();
});

async function arrive(): Promise<void> {
  await act(() => session.restore());
  render(<App session={session} />);
}

async function enter(email = "ada@example.com", password = "secret"): Promise<void> {
  fireEvent.change(screen.getByLabelText("Email"), { target: { value: email } });
  fireEvent.change(screen.getByLabelText("Password"), { target: { value: password } });
  await act(async () => void fireEvent.click(screen.getByRole("button", { name: "Sign in" })));
}

async function inside(): Promise<void> {
  await arrive();
  await enter();
  await waitFor(() => expect(Wire.all.length).toBe(1));
  await deliver();
}

async function deliver(version = 1): Promise<void> {
  await act(async () => {
    const wire = Wire.all.at(-1);
    const expires = new Date(Date.now() + 900_000).toISOString();
    wire?.receive({ type: "welcome", protocol: "dashboard.v1", connection: "c", user: { id: 1, role: "admin" }, scopes: ["role"], token_expires_at: expires, ping_interval: 20 });
    wire?.receive({ type: "snapshot", scope: "role", epoch: "e", version, generated_at: new Date().toISOString(), reason: "connect", data: ADMIN });
  });
}

describe("the door", () => {
  test("a first visitor sees the form, and nothing is asked of the server", async () => {
    await arrive();
    expect(screen.getByRole("heading", { name: "Sign in" })).toBeTruthy();
    expect(asked).toEqual([]);
    expect(document.title).toBe("Sign in · Switchboard");
  });

  test("signing in leads to the dashboard, live", async () => {
    await inside();
    expect(asked[0]).toEqual({ path: "/api/auth/token/", method: "POST", body: { email: "ada@example.com", password: "secret" } });
    expect(screen.getByRole("heading", { name: "Revenue" })).toBeTruthy();
    expect(document.querySelector("[data-status=live]")).not.toBeNull();
    expect(JSON.stringify({ ...localStorage })).not.toContain(TOKEN);
  });

  test("a refusal is told in the server's words, and the form stays", async () => {
    answers["POST /api/auth/token/"] = () => refusal(401, "authentication_failed", "No active account with these credentials.");
    await arrive();
    await enter();
    expect(screen.getByRole("alert").textContent).toContain("No active account with these credentials.");
    expect(screen.getByRole("button", { name: "Sign in" })).toHaveProperty("disabled", false);
  });

  test("too many attempts: how long to wait", async () => {
    answers["POST /api/auth/token/"] = () => new Response("{}", { status: 429, headers: { "Retry-After": "30" } });
    await arrive();
    await enter();
    expect(screen.getByRole("alert").textContent).toContain("Wait 30 seconds");
  });

  test("accounts of a demonstration are one click away; without one there are none", async () => {
    const accounts = document.createElement("script");
    accounts.type = "application/json";
    accounts.id = "demo-accounts";
    accounts.textContent = JSON.stringify([{ email: "demo@example.com", password: "pw", role: "agent", label: "Agent" }, { bad: 1 }]);
    document.head.append(accounts);
    await arrive();
    await act(async () => void fireEvent.click(screen.getByRole("button", { name: /Agent/ })));
    expect(asked[0]?.body).toEqual({ email: "demo@example.com", password: "pw" });
  });

  test("somebody who was here before comes back without the form", async () => {
    localStorage.setItem("switchboard.signed-in", "1");
    await arrive();
    expect(screen.queryByRole("heading", { name: "Sign in" })).toBeNull();
    expect(asked[0]?.path).toBe("/api/auth/refresh/");
  });

  test("a server that does not answer is said, and asked again", async () => {
    localStorage.setItem("switchboard.signed-in", "1");
    answers["POST /api/auth/refresh/"] = () => new Response(null, { status: 503 });
    vi.useFakeTimers();
    await arrive();
    expect(screen.getByRole("heading", { name: "The server cannot be reached" })).toBeTruthy();
    answers["POST /api/auth/refresh/"] = () => json({ access: TOKEN });
    await act(() => vi.advanceTimersByTimeAsync(5_000));
    vi.useRealTimers();
    expect(screen.queryByRole("heading", { name: "The server cannot be reached" })).toBeNull();
  });
});

describe("the way out", () => {
  test("signing out tells the server and takes everything off the screen", async () => {
    await inside();
    await act(async () => void fireEvent.click(screen.getByRole("button", { name: "Sign out" })));
    expect(screen.getByRole("heading", { name: "Sign in" })).toBeTruthy();
    expect(document.body.textContent).not.toContain("Ada Marsh");
    expect(asked.at(-1)?.path).toBe("/api/auth/logout/");
  });

  test("a sign-in that ends elsewhere leads to the form, with a word", async () => {
    await inside();
    answers["POST /api/auth/refresh/"] = () => refusal(401, "token_not_valid", "Revoked.");
    await act(async () => Wire.all.at(-1)?.onclose?.({ code: 4401 }));
    await waitFor(() => expect(screen.getByText("Your sign-in has ended. Please sign in again.")).toBeTruthy());
    expect(document.body.textContent).not.toContain("Ada Marsh");
  });

  test("a refusal for good says why, and can be tried again", async () => {
    await inside();
    await act(async () => {
      Wire.all.at(-1)?.receive({ type: "error", code: "account_disabled", message: "This account is disabled.", fatal: true, retry: "never" });
      Wire.all.at(-1)?.onclose?.({ code: 4403 });
    });
    expect(screen.getByRole("alert").textContent).toContain("This account is disabled.");
    await act(async () => void fireEvent.click(screen.getByRole("button", { name: "Try again" })));
    await waitFor(() => expect(Wire.all.length).toBe(2));
    await deliver();
    expect(screen.getByRole("heading", { name: "Revenue" })).toBeTruthy();
  });
});

describe("lists", () => {
  const payments = () => json({ count: 1, next: null, previous: null, results: [{ id: 4, invoice_id: "in_4", amount: 199, status: "failed" }] });

  test("an alert's link opens its list inside the page, filtered", async () => {
    answers["GET /api/payments/"] = payments;
    await inside();
    await act(async () => void fireEvent.click(screen.getByRole("link", { name: /Review payments/ })));
    await waitFor(() => expect(screen.getByText("in_4")).toBeTruthy());
    expect(asked.some(({ path }) => path === "/api/payments/?status=failed")).toBe(true);
    expect(location.pathname + location.search).toBe("/payments?status=failed");
    expect(screen.getByRole("link", { name: /State: Failed/ })).toBeTruthy();
    expect(document.title).toBe("Payments · Switchboard");
    expect(Wire.all).toHaveLength(1);
  });

  test("an action is sent, told, and the list is loaded again", async () => {
    answers["GET /api/payments/"] = payments;
    answers["POST /api/payments/4/retry/"] = () => json({ id: 4, invoice_id: "in_4", status: "paid" });
    await inside();
    await act(async () => navigate("/payments"));
    await waitFor(() => screen.getByRole("button", { name: "Retry payment" }));
    answers["GET /api/payments/"] = () => json({ count: 0, next: null, previous: null, results: [] });
    await act(async () => void fireEvent.click(screen.getByRole("button", { name: "Retry payment" })));
    await waitFor(() => expect(screen.getByText("No payments here.")).toBeTruthy());
    expect(screen.getByText(/Invoice in_4 was charged again: paid\./)).toBeTruthy();
    expect(screen.getByRole("link", { name: "Show the payment" }).getAttribute("href")).toBe("/payments?id=4");
  });

  test("a refused action says why and changes nothing", async () => {
    answers["GET /api/payments/"] = payments;
    answers["POST /api/payments/4/retry/"] = () => refusal(409, "illegal_transition", "A paid payment cannot be retried.");
    await inside();
    await act(async () => navigate("/payments"));
    await waitFor(() => screen.getByRole("button", { name: "Retry payment" }));
    await act(async () => void fireEvent.click(screen.getByRole("button", { name: "Retry payment" })));
    await waitFor(() => expect(screen.getByText(/A paid payment cannot be retried/)).toBeTruthy());
    expect(screen.getByText("in_4")).toBeTruthy();
  });

  test("a server without such a list says so, honestly", async () => {
    await inside();
    await act(async () => navigate("/queue"));
    await waitFor(() => expect(screen.getByText("Not available on this server.")).toBeTruthy());
  });

  test("a search narrows the list and stands in the address; removing it widens the list again", async () => {
    answers["GET /api/payments/"] = payments;
    await inside();
    await act(async () => navigate("/payments?status=failed"));
    fireEvent.change(screen.getByRole("searchbox"), { target: { value: "in_4" } });
    await act(async () => void fireEvent.click(screen.getByRole("button", { name: "Search" })));
    expect(location.search).toBe("?status=failed&search=in_4");
    await act(async () => void fireEvent.click(screen.getByRole("link", { name: /Search: “in_4”/ })));
    expect(location.pathname + location.search).toBe("/payments?status=failed");
  });

  test("what one's role may not do is not offered", async () => {
    answers["GET /api/queue/"] = () => json({ count: 1, next: null, previous: null, results: [{ id: 9, phone_number: "+15550100", status: "waiting" }] });
    await inside();
    await act(async () => navigate("/queue"));
    await waitFor(() => expect(screen.getByText("+15550100")).toBeTruthy());
    expect(screen.queryByRole("button", { name: "Answer" })).toBeNull();
  });

  test("an address that leads nowhere leads back", async () => {
    await inside();
    await act(async () => navigate("/nowhere"));
    await act(async () => void fireEvent.click(screen.getByRole("link", { name: "Back to the dashboard" })));
    expect(screen.getByRole("heading", { name: "Revenue" })).toBeTruthy();
  });

  test("addresses are taken apart", () => {
    expect(placeOf("/", "")).toEqual({ page: "", query: "" });
    expect(placeOf("/callbacks/", "?overdue=1")).toEqual({ page: "callbacks", query: "overdue=1" });
  });
});

test("a broadcast is written, changed and withdrawn", async () => {
  const first = {
    id: 3, severity: "warning", title: "Outage", message: "", url: "", target_roles: ["agent"], status: "live", starts_at: "2026-01-01T00:00:07.123456Z",
    expires_at: null, created_by_email: "ada@example.com",
  };
  let rows: object[] = [];
  answers["GET /api/system-alerts/"] = () => json({ count: rows.length, next: null, previous: null, results: rows });
  answers["POST /api/system-alerts/"] = () => {
    rows = [first];
    return json(first, 201);
  };
  answers["PATCH /api/system-alerts/3/"] = () => {
    rows = [{ ...first, title: "Outage is over" }];
    return json(rows[0]);
  };
  answers["DELETE /api/system-alerts/3/"] = () => {
    rows = [];
    return new Response(null, { status: 204 });
  };
  await inside();
  await act(async () => navigate("/broadcasts"));
  fireEvent.change(screen.getByLabelText("Title"), { target: { value: "Outage" } });
  fireEvent.click(screen.getByLabelText("Warning"));
  fireEvent.click(screen.getByLabelText("Admins"));
  fireEvent.click(screen.getByLabelText("Users"));
  await act(async () => void fireEvent.click(screen.getByRole("button", { name: "Broadcast" })));
  await waitFor(() => screen.getByRole("button", { name: /Withdraw/ }));
  const sent = asked.find(({ path, method }) => path === "/api/system-alerts/" && method === "POST");
  expect(sent?.body).toEqual({ severity: "warning", title: "Outage", message: "", url: "", target_roles: ["agent"], expires_at: null });
  expect(screen.getByText(/“Outage” is on the screens/)).toBeTruthy();
  expect(screen.getByText(/by ada@example.com/)).toBeTruthy();

  await act(async () => void fireEvent.click(screen.getByRole("button", { name: /Edit.*Outage/ })));
  const dialog = within(screen.getByRole("dialog"));
  fireEvent.change(dialog.getByLabelText("Title"), { target: { value: "Outage is over" } });
  await act(async () => void fireEvent.click(dialog.getByRole("button", { name: "Save" })));
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  // To the microsecond: an instant that nobody touched has not changed.
  expect(asked.find(({ method }) => method === "PATCH")?.body).toMatchObject({ title: "Outage is over", starts_at: "2026-01-01T00:00:07.123456Z" });

  await act(async () => void fireEvent.click(screen.getByRole("button", { name: /Withdraw/ })));
  await waitFor(() => expect(screen.getByText("None yet.")).toBeTruthy());
  expect(screen.getByText(/“Outage is over” is withdrawn/)).toBeTruthy();
});
