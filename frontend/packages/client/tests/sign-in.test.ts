import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ApiError } from "../src/errors.ts";
import { SignIn } from "../src/sign-in.ts";
import { jwt } from "./harness.ts";

type Answer = { status?: number; body?: unknown; headers?: Record<string, string> };

/** A server of three paths, which remembers what it was asked. */
class Server {
  asked: { path: string; headers: Headers; body: unknown }[] = [];
  answers: Record<string, (headers: Headers) => Answer> = {};
  readonly fetch: typeof fetch = async (input, init) => {
    const { pathname, search } = new URL(String(input));
    const headers = new Headers(init?.headers);
    this.asked.push({ path: pathname + search, headers, body: init?.body ? JSON.parse(String(init.body)) : null });
    const { status = 200, body = {}, headers: extra = {} } = this.answers[pathname]?.(headers) ?? { status: 404 };
    return new Response(JSON.stringify(body), { status, headers: extra });
  };
  count(path: string): number {
    return this.asked.filter((request) => request.path.startsWith(path)).length;
  }
}

let server: Server;
let signIn: SignIn;
let serial = 0;

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
  server = new Server();
  server.answers["/api/auth/token/"] = () => ({ body: { access: jwt(7, 900, ++serial) } });
  server.answers["/api/auth/refresh/"] = () => ({ body: { access: jwt(7, 900, ++serial) } });
  server.answers["/api/auth/logout/"] = () => ({ status: 200 });
  signIn = new SignIn({ baseUrl: "https://board.example/", fetch: server.fetch });
});
afterEach(() => void vi.useRealTimers());

test("signing in asks for the refresh token as a cookie and keeps the access token out of storage", async () => {
  await signIn.signIn("ada@example.com", "secret");
  expect(server.asked[0]).toMatchObject({ path: "/api/auth/token/", body: { email: "ada@example.com", password: "secret" } });
  expect(server.asked[0]?.headers.get("X-Token-Transport")).toBe("cookie");
  const token = await signIn.getAccessToken();
  expect(token).not.toBeNull();
  expect(JSON.stringify({ ...localStorage, ...sessionStorage })).not.toContain(token);
  expect(server.count("/api/auth/refresh/")).toBe(0);
});

test("a wrong password is told in the server's words", async () => {
  const errors = [{ code: "authentication_failed", detail: "No active account with these credentials.", attr: null }];
  server.answers["/api/auth/token/"] = () => ({ status: 401, body: { type: "client_error", errors } });
  const refused = await signIn.signIn("ada@example.com", "wrong").catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(ApiError);
  expect(refused).toMatchObject({ status: 401, code: "authentication_failed", message: errors[0]?.detail });
  expect(await signIn.getAccessToken()).toBeNull();
});

test("a throttled sign-in says how long to wait; an answer that is no JSON is still an error", async () => {
  server.answers["/api/auth/token/"] = () => ({ status: 429, headers: { "Retry-After": "12" } });
  await expect(signIn.signIn("a", "b")).rejects.toMatchObject({ status: 429, retryAfterMs: 12_000, code: "http_429" });
});

describe("coming back", () => {
  test("a first visit asks nothing of the server", async () => {
    expect(await signIn.restore()).toBe(false);
    expect(server.asked).toEqual([]);
  });

  test("a later visit takes the cookie's token", async () => {
    await signIn.signIn("a", "b");
    const later = new SignIn({ baseUrl: "https://board.example/", fetch: server.fetch });
    expect(await later.restore()).toBe(true);
    expect(server.asked.at(-1)).toMatchObject({ path: "/api/auth/refresh/", body: {} });
  });

  test("an ended sign-in is over for good", async () => {
    await signIn.signIn("a", "b");
    server.answers["/api/auth/refresh/"] = () => ({ status: 401 });
    const later = new SignIn({ baseUrl: "https://board.example/", fetch: server.fetch });
    expect(await later.restore()).toBe(false);
    expect(await later.restore()).toBe(false);
    expect(server.count("/api/auth/refresh/")).toBe(1);
  });

  test("a server that cannot answer is not a sign-out", async () => {
    await signIn.signIn("a", "b");
    server.answers["/api/auth/refresh/"] = () => ({ status: 503 });
    await expect(signIn.refresh()).rejects.toMatchObject({ status: 503 });
    server.answers["/api/auth/refresh/"] = () => ({ body: { access: jwt(7) } });
    expect(await signIn.refresh()).not.toBeNull();
  });
});

describe("refreshing", () => {
  test("callers at the same time share one request", async () => {
    await signIn.signIn("a", "b");
    const tokens = await Promise.all([signIn.refresh(), signIn.refresh(), signIn.refresh()]);
    expect(new Set(tokens).size).toBe(1);
    expect(server.count("/api/auth/refresh/")).toBe(1);
  });

  test("tabs take turns, where the browser has locks: one at a time spends the cookie's token", async () => {
    let turn: Promise<unknown> = Promise.resolve();
    const request = vi.fn((_name: string, work: () => Promise<unknown>) => (turn = turn.then(work, work)));
    vi.stubGlobal("navigator", { locks: { request } });
    let underWay = 0;
    let most = 0;
    const slow: typeof fetch = async (...args) => {
      most = Math.max(most, ++underWay);
      await new Promise((done) => setTimeout(done, 50));
      underWay -= 1;
      return server.fetch(...args);
    };
    const tabs = [1, 2, 3].map(() => new SignIn({ baseUrl: "https://board.example/", fetch: slow }));
    const tokens = Promise.all(tabs.map((tab) => tab.refresh()));
    await vi.advanceTimersByTimeAsync(500);
    expect(new Set(await tokens).size).toBe(3); // each tab has one of its own
    expect(most).toBe(1);
    expect(request).toHaveBeenCalledWith("switchboard.refresh", expect.any(Function));
  });

  test("a token near its end is replaced before it is used", async () => {
    await signIn.signIn("a", "b");
    const first = await signIn.getAccessToken();
    vi.advanceTimersByTime(896_000);
    const second = await signIn.getAccessToken();
    expect(second).not.toBe(first);
    expect(server.count("/api/auth/refresh/")).toBe(1);
  });

  test("a sign-out while a refresh is on its way wins", async () => {
    await signIn.signIn("a", "b");
    const refreshing = signIn.refresh();
    await signIn.signOut();
    expect(await refreshing).toBeNull();
    expect(await signIn.getAccessToken()).toBeNull();
  });
});

test("signing out tells the server, here or everywhere, and forgets even if it does not answer", async () => {
  await signIn.signIn("a", "b");
  await signIn.signOut({ everywhere: true });
  expect(server.asked.at(-1)?.path).toBe("/api/auth/logout/?all=1");
  expect(server.asked.at(-1)?.headers.get("Authorization")).toMatch(/^Bearer /);
  await signIn.signIn("a", "b");
  const offline = signIn.signOut();
  await offline;
  expect(await signIn.getAccessToken()).toBeNull();
  expect(await signIn.restore()).toBe(false);
});

describe("requests as the one who is signed in", () => {
  beforeEach(() => signIn.signIn("a", "b"));

  test("carry the token", async () => {
    server.answers["/api/calls/"] = () => ({ body: { count: 0 } });
    const response = await signIn.request("/api/calls/?status=queued");
    expect(await response.json()).toEqual({ count: 0 });
    expect(server.asked.at(-1)?.headers.get("Authorization")).toBe(`Bearer ${await signIn.getAccessToken()}`);
  });

  test("refresh once on 401, then go through", async () => {
    const old = await signIn.getAccessToken();
    server.answers["/api/calls/"] = (headers) => ({ status: headers.get("Authorization") === `Bearer ${old}` ? 401 : 200 });
    expect((await signIn.request("/api/calls/")).status).toBe(200);
  });

  test("give up on a second 401, and on any other refusal", async () => {
    server.answers["/api/calls/"] = () => ({ status: 401 });
    await expect(signIn.request("/api/calls/")).rejects.toMatchObject({ status: 401 });
    expect(server.count("/api/calls/")).toBe(2);
    await expect(signIn.request("/api/none/")).rejects.toMatchObject({ status: 404 });
  });
});
