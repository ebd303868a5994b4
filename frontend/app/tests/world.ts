// A server that tests play: what it answers, what it was asked, and the frames that it sends.
import { act } from "@testing-library/react";
import { afterEach, beforeEach, vi } from "vitest";
import { DOCUMENTS } from "../dev/documents.ts";

const encode = (value: object) => btoa(JSON.stringify(value)).replaceAll("=", "");
const TOKEN = `x.${encode({ user_id: 1, iat: 1, exp: 901 })}.x`;

export class Wire {
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

export const json = (body: unknown, status = 200): Response => new Response(JSON.stringify(body), { status });
export const page = (...results: object[]): Response => json({ count: results.length, next: null, previous: null, results });
export const refusal = (status: number, code: string, detail: string, attr: string | null = null): Response =>
  json({ type: "client_error", errors: [{ code, detail, attr }] }, status);

export interface Asked {
  path: string;
  method: string;
  body: unknown;
}

export const world: { answers: Record<string, (body: unknown) => Response>; asked: Asked[] } = { answers: {}, asked: [] };

/** The server of each test: signed in, and nothing else unless the test says so. */
export function playServer(): void {
  beforeEach(() => {
    localStorage.setItem("switchboard.signed-in", "1");
    history.replaceState(null, "", "/");
    Wire.all = [];
    world.asked = [];
    world.answers = { "POST /api/auth/refresh/": () => json({ access: TOKEN }), "POST /api/auth/logout/": () => new Response(null, { status: 204 }) };
    vi.stubGlobal("WebSocket", Wire);
    vi.stubGlobal("fetch", async (input: string, init?: RequestInit) => {
      const { pathname, search } = new URL(input);
      const method = init?.method ?? "GET";
      const body: unknown = init?.body ? JSON.parse(String(init.body)) : null;
      world.asked.push({ path: pathname + search, method, body });
      return world.answers[`${method} ${pathname}`]?.(body) ?? refusal(404, "not_found", "Not found.");
    });
  });
  afterEach(() => vi.unstubAllGlobals());
}

/** The whole document of a role, with changes to its parts. */
export async function deliver(role: keyof typeof DOCUMENTS, changes: object = {}, version = 1): Promise<void> {
  await act(async () => {
    const wire = Wire.all.at(-1);
    const data = { ...DOCUMENTS[role], ...changes };
    const { id } = data.user_info;
    const token_expires_at = new Date(Date.now() + 900_000).toISOString();
    wire?.receive({ type: "welcome", protocol: "dashboard.v1", connection: "c", user: { id, role }, scopes: ["user"], token_expires_at, ping_interval: 20 });
    wire?.receive({ type: "snapshot", scope: "user", epoch: "e", version, generated_at: new Date().toISOString(), reason: "connect", data });
  });
}

export const posted = (path: string): unknown[] =>
  world.asked.filter((each) => each.path === path && each.method !== "GET").map(({ body }) => body);
