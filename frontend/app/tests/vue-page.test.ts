// The page at /vue/ as a person meets it: the door, the dashboard, the way out.
import { fireEvent, screen, waitFor } from "@testing-library/dom";
import { createApp, h } from "vue";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Session } from "../src/session.ts";
import { Page } from "../vue/page.ts";
import { deliver, json, playServer, refusal, Wire, world } from "./world.ts";

playServer();

let leave: () => Promise<void>;
beforeEach(() => history.replaceState(null, "", "/vue/"));
afterEach(() => leave());

async function arrive(): Promise<void> {
  const session = new Session();
  const app = createApp({ render: () => h(Page, { session }) });
  app.mount(document.body.appendChild(document.createElement("div")));
  leave = async () => {
    await session.leave();
    app.unmount();
    document.body.replaceChildren();
    document.getElementById("demo-accounts")?.remove();
  };
  await session.restore();
}

async function inside(): Promise<void> {
  await arrive();
  await waitFor(() => expect(Wire.all.length).toBe(1));
  await deliver("admin");
  await screen.findByRole("heading", { name: "Revenue" });
}

const asAStranger = () => localStorage.removeItem("switchboard.signed-in");

async function enter(): Promise<void> {
  fireEvent.input(await screen.findByLabelText("Email"), { target: { value: "ada@example.com" } });
  fireEvent.input(screen.getByLabelText("Password"), { target: { value: "secret" } });
  fireEvent.submit(screen.getByLabelText("Email").closest("form") as HTMLFormElement);
}

describe("the door", () => {
  test("a first visitor sees the form, and nothing is asked of the server", async () => {
    asAStranger();
    await arrive();
    expect(await screen.findByRole("heading", { name: "Sign in" })).toBeTruthy();
    expect(world.asked).toEqual([]);
    expect(document.title).toBe("Sign in · Switchboard");
  });

  test("signing in leads to the dashboard, live, at the same address", async () => {
    asAStranger();
    world.answers["POST /api/auth/token/"] = () => world.answers["POST /api/auth/refresh/"]?.(null) as Response;
    await arrive();
    await enter();
    await waitFor(() => expect(Wire.all.length).toBe(1));
    await deliver("admin");
    expect(await screen.findByRole("heading", { name: "Revenue" })).toBeTruthy();
    expect(world.asked[0]).toEqual({ path: "/api/auth/token/", method: "POST", body: { email: "ada@example.com", password: "secret" } });
    expect(document.querySelector("[data-status=live]")).not.toBeNull();
    expect([document.title, location.pathname]).toEqual(["Dashboard · Switchboard", "/vue/"]);
  });

  test("a refusal is told in the server's words, and the form stays", async () => {
    asAStranger();
    world.answers["POST /api/auth/token/"] = () => refusal(401, "authentication_failed", "No active account with these credentials.");
    await arrive();
    await enter();
    await waitFor(() => expect(screen.getByRole("alert").textContent).toContain("No active account with these credentials."));
    expect(screen.getByRole("button", { name: "Sign in" })).toHaveProperty("disabled", false);
    expect(document.activeElement).toBe(screen.getByLabelText("Email"));
  });

  test("accounts of a demonstration are one click away", async () => {
    asAStranger();
    const accounts = document.createElement("script");
    accounts.type = "application/json";
    accounts.id = "demo-accounts";
    accounts.textContent = JSON.stringify([{ email: "demo@example.com", password: "pw", role: "agent", label: "Agent" }]);
    document.head.append(accounts);
    await arrive();
    fireEvent.click(await screen.findByRole("button", { name: /Agent/ }));
    await waitFor(() => expect(world.asked[0]?.body).toEqual({ email: "demo@example.com", password: "pw" }));
  });

  test("a server that does not answer is said, and asked again", async () => {
    vi.useFakeTimers();
    const { "POST /api/auth/refresh/": answer } = world.answers;
    world.answers["POST /api/auth/refresh/"] = () => json({}, 503);
    await arrive();
    await vi.advanceTimersByTimeAsync(0);
    expect(screen.getByRole("heading", { name: "The server cannot be reached" })).toBeTruthy();
    world.answers["POST /api/auth/refresh/"] = answer as () => Response;
    await vi.advanceTimersByTimeAsync(5_000);
    vi.useRealTimers();
    expect(screen.queryByRole("heading", { name: "The server cannot be reached" })).toBeNull();
  });
});

describe("inside", () => {
  test("definitions stand behind the figures", async () => {
    world.answers["GET /api/dashboard/definitions/"] = () => json({ "billing_revenue.revenue_today": "Paid today." });
    await inside();
    await waitFor(() => expect(document.querySelectorAll(".term--defined")).toHaveLength(1));
  });

  test("alerts and actions lead to the pages that resolve them", async () => {
    await inside();
    expect(screen.getByRole("link", { name: /Review payments/ }).getAttribute("href")).toBe("/payments?status=failed");
    expect(screen.getByRole("link", { name: "All pages" }).getAttribute("href")).toBe("/");
  });

  test("signing out tells the server, takes everything off the screen and stays at the address", async () => {
    await inside();
    fireEvent.click(screen.getByRole("button", { name: "Sign out" }));
    expect(await screen.findByRole("heading", { name: "Sign in" })).toBeTruthy();
    expect(document.body.textContent).not.toContain("Ada Marsh");
    expect(world.asked.at(-1)?.path).toBe("/api/auth/logout/");
    expect(location.pathname).toBe("/vue/");
  });

  test("a sign-in that ends elsewhere leads to the form, with a word", async () => {
    await inside();
    world.answers["POST /api/auth/refresh/"] = () => refusal(401, "token_not_valid", "Revoked.");
    Wire.all.at(-1)?.onclose?.({ code: 4401 });
    expect(await screen.findByText("Your sign-in has ended. Please sign in again.")).toBeTruthy();
    expect(document.body.textContent).not.toContain("Ada Marsh");
  });

  test("a refusal for good says why, and can be tried again", async () => {
    await inside();
    Wire.all.at(-1)?.receive({ type: "error", code: "account_disabled", message: "This account is disabled.", fatal: true, retry: "never" });
    Wire.all.at(-1)?.onclose?.({ code: 4403 });
    await waitFor(() => expect(screen.getByRole("alert").textContent).toContain("This account is disabled."));
    fireEvent.click(screen.getByRole("button", { name: "Try again" }));
    await waitFor(() => expect(Wire.all.length).toBe(2));
    await deliver("admin");
    expect(await screen.findByRole("heading", { name: "Revenue" })).toBeTruthy();
  });
});
