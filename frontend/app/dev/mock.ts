// A server inside the page, for development without one: `npm run dev:mock`. Never part of a build.
import type { ClientFrame, Json, JsonObject, PatchOperation, ServerFrame } from "@switchboard/client";
import { ADMIN, DEFINITIONS, DOCUMENTS } from "./documents.ts";

type Role = keyof typeof DOCUMENTS;
const role = (): Role => (sessionStorage.getItem("mock.role") ?? "admin") as Role;
const ROLE_KEYS = ["dashboard_type", "system_alerts"];

const encode = (value: object) => btoa(JSON.stringify(value)).replaceAll("=", "");
function token(): string {
  const iat = Math.floor(Date.now() / 1000);
  return `x.${encode({ user_id: DOCUMENTS[role()].user_info.id, iat, exp: iat + 900 })}.x`;
}

const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });
const realFetch = window.fetch.bind(window);

window.fetch = async (input, init) => {
  const url = new URL(input instanceof Request ? input.url : input, location.href);
  if (!url.pathname.startsWith("/api/")) return realFetch(input, init);
  switch (url.pathname) {
    case "/api/auth/token/": {
      const { email } = JSON.parse(String(init?.body)) as { email: string };
      const known = (Object.keys(DOCUMENTS) as Role[]).find((each) => DOCUMENTS[each].user_info.email === email);
      const errors = [{ code: "authentication_failed", detail: "No active account with this email and password.", attr: null }];
      if (!known) return json({ type: "client_error", errors }, 401);
      sessionStorage.setItem("mock.role", known);
      return json({ access: token() });
    }
    case "/api/auth/refresh/":
      return json({ access: token() });
    case "/api/auth/logout/":
      return new Response(null, { status: 204 });
    case "/api/dashboard/definitions/":
      return json(DEFINITIONS);
    case "/api/payments/":
      return json({
        count: 6, next: null, previous: null,
        results: [1, 2, 3, 4, 5, 6].map((id) => ({ id, invoice_id: `in_10${id}`, user_email: "owner@example.com", amount: 199, status: "failed", attempt_count: 1, created_at: ADMIN.recent_activities.recent_calls?.[0]?.started_at })),
      });
    default:
      return json({ type: "client_error", errors: [{ code: "not_found", detail: "Not found.", attr: null }] }, 404);
  }
};

class MockSocket {
  readyState = 0;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  #version = 1;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor() {
    setTimeout(() => this.#open(), 50);
  }

  #open(): void {
    this.readyState = 1;
    const document = structuredClone(DOCUMENTS[role()]) as unknown as JsonObject;
    const generated_at = new Date().toISOString();
    const part = (mine: boolean) => Object.fromEntries(Object.entries(document).filter(([key]) => ROLE_KEYS.includes(key) === mine));
    this.#emit({
      type: "welcome", protocol: "dashboard.v1", connection: "mock", user: { id: DOCUMENTS[role()].user_info.id, role: role() },
      scopes: ["role", "user"], token_expires_at: new Date(Date.now() + 900_000).toISOString(), ping_interval: 20,
    });
    this.#emit({ type: "snapshot", scope: "role", epoch: "r", version: 1, generated_at, reason: "connect", data: part(true) });
    this.#emit({ type: "snapshot", scope: "user", epoch: "u", version: 1, generated_at, reason: "connect", data: part(false) });
    this.#timer = setInterval(() => this.#change(document), 1500);
  }

  #change(document: JsonObject): void {
    const stats = document.summary_stats as Record<string, number>;
    const patch: PatchOperation[] = [];
    for (const key of ["calls_today", "active_calls"]) {
      if (typeof stats[key] !== "number") continue;
      stats[key] += Math.random() < 0.6 ? 1 : 0;
      patch.push({ op: "replace", path: `/summary_stats/${key}`, value: stats[key] as Json });
    }
    const version = ++this.#version;
    this.#emit({ type: "diff", scope: "user", epoch: "u", from: version - 1, version, generated_at: new Date().toISOString(), patch });
  }

  #emit(frame: ServerFrame): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }

  send(text: string): void {
    const frame = JSON.parse(text) as ClientFrame;
    if (frame.type === "ping") this.#emit({ type: "pong", id: frame.id });
  }

  close(): void {
    clearInterval(this.#timer);
    this.readyState = 3;
  }
}

const RealSocket = window.WebSocket;
// The development server's own socket (reloading) stays what it is.
window.WebSocket = function (url: string | URL, protocols?: string | string[]) {
  return String(url).includes("/ws/dashboard/") ? new MockSocket() : new RealSocket(url, protocols);
} as unknown as typeof WebSocket;

const accounts = document.createElement("script");
accounts.type = "application/json";
accounts.id = "demo-accounts";
accounts.textContent = JSON.stringify(
  (Object.keys(DOCUMENTS) as Role[]).map((each) => ({
    email: DOCUMENTS[each].user_info.email, password: "demo", role: each,
    label: { admin: "Administrator of the platform", user: "Owner of a business", agent: "Agent on the phone" }[each],
  })),
);
document.head.append(accounts);
