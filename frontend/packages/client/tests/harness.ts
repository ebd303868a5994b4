// A fake server for the client's tests: sockets that the test opens, fills and closes, and a REST end.
import { vi } from "vitest";
import { DashboardClient } from "../src/client.ts";
import type { ClientFrame, DiffFrame, JsonObject, ServerFrame, SnapshotFrame } from "../src/frames.ts";
import type { TokenProvider } from "../src/tokens.ts";

export class FakeSocket {
  static all: FakeSocket[] = [];
  readyState = 0;
  sent: ClientFrame[] = [];
  closedBy: "client" | "server" | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;

  constructor(
    readonly url: string,
    readonly protocols: string[],
  ) {
    FakeSocket.all.push(this);
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text) as ClientFrame);
  }

  close(): void {
    this.readyState = 3;
    this.closedBy ??= "client";
  }

  receive(frame: ServerFrame): void {
    this.readyState = 1;
    this.onmessage?.({ data: JSON.stringify(frame) });
  }

  drop(code: number): void {
    this.readyState = 3;
    this.closedBy = "server";
    this.onclose?.({ code });
  }

  get resume(): string[] {
    return new URL(this.url).searchParams.getAll("resume");
  }

  sentOf<T extends ClientFrame["type"]>(type: T): Extract<ClientFrame, { type: T }>[] {
    return this.sent.filter((frame) => frame.type === type) as Extract<ClientFrame, { type: T }>[];
  }
}

const base64 = (value: object) => btoa(JSON.stringify(value)).replaceAll("=", "");

export function jwt(user: number, lifeS = 900, serial = 0): string {
  const iat = Math.floor(Date.now() / 1000);
  return `${base64({ alg: "none" })}.${base64({ user_id: user, iat, exp: iat + lifeS, serial })}.x`;
}

export class FakeTokens implements TokenProvider {
  user = 7;
  refreshes = 0;
  /** What the next refreshes do. */
  mode: "good" | "signed_out" | "no_network" = "good";
  current: string | null = jwt(7);

  async getAccessToken(): Promise<string | null> {
    return this.current;
  }

  async refresh(): Promise<string | null> {
    if (this.mode === "no_network") throw new TypeError("Failed to fetch");
    this.refreshes += 1;
    this.current = this.mode === "good" ? jwt(this.user, 900, this.refreshes) : null;
    return this.current;
  }
}

export function welcome(over: { user?: number; scopes?: string[]; expiresInS?: number } = {}): ServerFrame {
  return {
    type: "welcome",
    protocol: "dashboard.v1",
    connection: "c1",
    user: { id: over.user ?? 7, role: "user" },
    scopes: over.scopes ?? ["role", "user"],
    token_expires_at: new Date(Date.now() + (over.expiresInS ?? 900) * 1000).toISOString(),
    ping_interval: 20,
  };
}

export function snapshot(scope: string, version: number, data: JsonObject, over: Partial<SnapshotFrame> = {}): ServerFrame {
  const generated_at = new Date().toISOString();
  return { type: "snapshot", scope, epoch: `${scope}-e1`, version, generated_at, reason: "connect", data, ...over };
}

export function diff(scope: string, from: number, patch: DiffFrame["patch"], over: Partial<DiffFrame> = {}): ServerFrame {
  const generated_at = new Date().toISOString();
  return { type: "diff", scope, epoch: `${scope}-e1`, from, version: from + 1, generated_at, patch, ...over };
}

export const ROLE = { dashboard_type: "user_comprehensive", system_alerts: [] };
export const USER = { summary: { calls_today: 3 }, rows: [{ id: 1, n: 1 }, { id: 2, n: 2 }] };

export class World {
  static #all: World[] = [];

  /** Nothing of one test listens to the page of the next. */
  static stopAll(): void {
    for (const world of World.#all.splice(0)) world.client.stop();
  }

  readonly tokens = new FakeTokens();
  readonly rest = vi.fn<typeof fetch>(async () => new Response(null, { status: 503 }));
  /** Every draw: 1 makes each backoff as long as it can be. */
  luck = 0.999999;
  readonly client: DashboardClient;

  constructor() {
    FakeSocket.all = [];
    World.#all.push(this);
    this.client = new DashboardClient({
      tokens: this.tokens,
      baseUrl: "https://board.example/",
      WebSocket: FakeSocket as unknown as typeof WebSocket,
      fetch: this.rest,
      random: () => this.luck,
    });
  }

  get socket(): FakeSocket {
    const last = FakeSocket.all.at(-1);
    if (!last) throw new Error("no socket was opened");
    return last;
  }

  get sockets(): number {
    return FakeSocket.all.length;
  }

  get now() {
    return this.client.getSnapshot();
  }

  async start(): Promise<void> {
    this.client.start();
    await this.pass(0);
  }

  async pass(ms: number): Promise<void> {
    await vi.advanceTimersByTimeAsync(ms);
  }

  /** Time passes on a healthy connection, where nothing changes and the server pings. */
  async idle(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 20_000) {
      await this.pass(Math.min(left, 20_000));
      this.socket.receive({ type: "ping", seq: "s", heads: {} });
    }
  }

  /** Until the client has opened another socket. */
  async reopened(): Promise<void> {
    const had = this.sockets;
    while (this.sockets === had) await this.pass(50);
  }

  /** A connection with both documents at version 1. */
  async live(): Promise<void> {
    await this.start();
    this.deliver();
  }

  deliver(version = 1): void {
    this.socket.receive(welcome());
    this.socket.receive(snapshot("role", version, ROLE));
    this.socket.receive(snapshot("user", version, USER));
  }

  body(calls: number, version = 1, etag = `"${calls}"`): void {
    const body = {
      ...ROLE, ...USER, summary: { calls_today: calls },
      generated_at: new Date().toISOString(), data_freshness: "real_time",
      positions: { role: { epoch: "role-e1", version }, user: { epoch: "user-e1", version } },
    };
    this.rest.mockImplementation(async (_url, init) =>
      new Headers(init?.headers).get("If-None-Match") === etag
        ? new Response(null, { status: 304 })
        : new Response(JSON.stringify(body), { status: 200, headers: { ETag: etag } }),
    );
  }
}
