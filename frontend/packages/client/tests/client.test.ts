import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { JsonObject } from "../src/frames.ts";
import { diff, FakeSocket, jwt, ROLE, snapshot, USER, welcome, World } from "./harness.ts";

let world: World;
beforeEach(() => {
  vi.useFakeTimers();
  world = new World();
});
afterEach(() => {
  World.stopAll();
  vi.useRealTimers();
});

const calls = () => (world.now.document?.summary as JsonObject | undefined)?.calls_today;
const setCalls = (value: number) => [{ op: "replace" as const, path: "/summary/calls_today", value }];

describe("connecting", () => {
  test("offers the protocol and the token as subprotocols, never in the URL", async () => {
    await world.start();
    expect(world.now.status).toBe("connecting");
    expect(world.socket.url).toBe("wss://board.example/ws/dashboard/");
    expect(world.socket.protocols).toEqual(["dashboard.v1", `bearer.${world.tokens.current}`]);
  });

  test("is live once every scope of the welcome stands, and not before", async () => {
    await world.start();
    world.socket.receive(welcome());
    world.socket.receive(snapshot("role", 1, ROLE));
    expect(world.now).toMatchObject({ status: "connecting", document: null });
    world.socket.receive(snapshot("user", 1, USER));
    expect(world.now).toMatchObject({ status: "live", user: { id: 7, role: "user" } });
    expect(world.now.document).toEqual({ ...ROLE, ...USER });
  });

  test("nobody signed in: signed out, no socket", async () => {
    world.tokens.current = null;
    await world.start();
    expect(world.now.status).toBe("signed_out");
    expect(world.sockets).toBe(0);
  });

  test("a socket that opens but never delivers is given up after ten seconds", async () => {
    await world.start();
    world.socket.receive(welcome());
    const [first] = FakeSocket.all;
    await world.pass(10_000);
    expect(first?.closedBy).toBe("client");
    await world.pass(501);
    expect(world.sockets).toBe(2);
  });

  test("starting twice is starting once", async () => {
    await world.start();
    await world.start();
    expect(world.sockets).toBe(1);
  });

  test("stopping closes, forgets, and ignores whatever still arrives", async () => {
    await world.live();
    const { socket } = world;
    world.client.stop();
    expect(socket.closedBy).toBe("client");
    expect(world.now.document).toBeNull();
    socket.receive(diff("user", 1, setCalls(9)));
    socket.drop(1006);
    await world.pass(600_000);
    expect(world.sockets).toBe(1);
    expect(world.now.document).toBeNull();
  });
});

describe("following", () => {
  beforeEach(() => world.live());

  test("a diff changes what it names and keeps every other subtree", () => {
    const before = world.now.document;
    world.socket.receive(diff("user", 1, setCalls(4)));
    expect(calls()).toBe(4);
    expect(world.now.document?.rows).toBe(before?.rows);
    expect(world.now.document?.system_alerts).toBe(before?.system_alerts);
  });

  test("one patched row of a list is the only new object in it", () => {
    const before = world.now.document?.rows as JsonObject[];
    world.socket.receive(diff("user", 1, [{ op: "replace", path: "/rows/1/n", value: 5 }]));
    const after = world.now.document?.rows as JsonObject[];
    expect(after[0]).toBe(before[0]);
    expect(after[1]).toEqual({ id: 2, n: 5 });
  });

  test("an old diff is ignored, a gap asks once for a snapshot, and diffs wait for it", () => {
    world.socket.receive(diff("user", 0, setCalls(99)));
    expect(calls()).toBe(3);
    world.socket.receive(diff("user", 3, setCalls(5)));
    world.socket.receive(diff("user", 4, setCalls(6)));
    expect(world.socket.sentOf("resync")).toEqual([{ type: "resync", scope: "user" }]);
    expect(world.now.status).toBe("live");
    world.socket.receive(snapshot("user", 5, { ...USER, summary: { calls_today: 6 } }, { reason: "resync" }));
    world.socket.receive(diff("user", 5, setCalls(7)));
    expect(calls()).toBe(7);
    expect(world.socket.sentOf("resync")).toHaveLength(1);
  });

  test("a patch that does not fit asks for a snapshot instead of guessing", () => {
    world.socket.receive(diff("user", 1, [{ op: "replace", path: "/nothing/here", value: 1 }]));
    expect(world.socket.sentOf("resync")).toHaveLength(1);
    expect(calls()).toBe(3);
  });

  test("a ping at our positions is answered", () => {
    const heads = { role: { epoch: "role-e1", version: 1 }, user: { epoch: "user-e1", version: 1 } };
    world.socket.receive({ type: "ping", seq: "s-1", heads });
    expect(world.socket.sent).toEqual([{ type: "pong", seq: "s-1" }]);
  });

  test("a ping elsewhere asks for a snapshot of that scope, and is answered too", () => {
    const heads = { role: { epoch: "role-e1", version: 1 }, user: { epoch: "user-e1", version: 2 } };
    world.socket.receive({ type: "ping", seq: "s-2", heads });
    expect(world.socket.sent).toEqual([{ type: "resync", scope: "user" }, { type: "pong", seq: "s-2" }]);
  });

  test("frames of an unknown type are a newer server's; what is no frame at all ends the socket", async () => {
    world.socket.onmessage?.({ data: '{"type":"news"}' });
    expect(world.now.status).toBe("live");
    const { socket } = world;
    socket.onmessage?.({ data: "<html>" });
    expect(socket.closedBy).toBe("client");
    await world.pass(501);
    expect(world.sockets).toBe(2);
  });

  test("a non-fatal error is told and changes nothing", () => {
    world.socket.receive({ type: "error", code: "bad_message", message: "what?", fatal: false, retry: "never" });
    expect(world.now).toMatchObject({ status: "live", problem: { code: "bad_message" } });
  });

  test("listeners hear of changes, selectors only of theirs", () => {
    const all = vi.fn();
    const rows = vi.fn();
    world.client.subscribe(all);
    const off = world.client.select((snapshot) => snapshot.document?.rows, rows);
    world.socket.receive(diff("user", 1, setCalls(4)));
    expect(all).toHaveBeenCalledTimes(1);
    expect(rows).not.toHaveBeenCalled();
    world.socket.receive(diff("user", 2, [{ op: "remove", path: "/rows/0" }]));
    expect(rows).toHaveBeenCalledExactlyOnceWith([{ id: 2, n: 2 }]);
    off();
    world.socket.receive(diff("user", 3, [{ op: "remove", path: "/rows/0" }]));
    expect(rows).toHaveBeenCalledTimes(1);
  });

  test("the age of the data: when it changed, and when it was last known to be true", async () => {
    const start = Date.now();
    await world.pass(3_000);
    world.socket.receive({ type: "ping", seq: "s", heads: {} });
    expect(world.now.changedAt).toBe(start);
    expect(world.now.confirmedAt).toBe(start + 3_000);
  });

  test("a wrong clock of this machine is noticed, a small difference is not", () => {
    const behind = (ms: number) => ({ generated_at: new Date(Date.now() - ms).toISOString() });
    world.socket.receive(diff("user", 1, setCalls(4), behind(400)));
    expect(world.now.clockOffset).toBe(0);
    world.socket.receive(diff("user", 2, setCalls(5), behind(-90_000)));
    expect(world.now.clockOffset).toBe(-90_000);
  });
});

describe("coming back", () => {
  beforeEach(async () => {
    await world.live();
    await world.pass(15_000);
  });

  test("with resume: the document stays, the composed diff is applied", async () => {
    const before = world.now.document;
    world.socket.drop(1006);
    expect(world.now.document).toBe(before);
    await world.pass(501);
    world.socket.receive(welcome());
    world.socket.receive({ type: "resumed", scope: "role", epoch: "role-e1", version: 1 });
    world.socket.receive({ type: "resumed", scope: "user", epoch: "user-e1", version: 1 });
    world.socket.receive(diff("user", 1, setCalls(8), { version: 6 }));
    expect(world.now.status).toBe("live");
    expect(calls()).toBe(8);
    expect(world.now.document?.rows).toBe(before?.rows);
  });

  test("a resume at a position that is not ours asks for a snapshot", async () => {
    world.socket.drop(1006);
    await world.pass(501);
    world.socket.receive(welcome());
    world.socket.receive({ type: "resumed", scope: "user", epoch: "user-e1", version: 9 });
    expect(world.socket.sentOf("resync")).toEqual([{ type: "resync", scope: "user" }]);
  });

  test("a snapshot that brings nothing new wakes no one", async () => {
    const before = world.now.document;
    world.socket.drop(1006);
    await world.pass(501);
    world.deliver(9);
    expect(world.now.document).toBe(before);
  });

  test("a scope that is no longer ours leaves the document", async () => {
    world.socket.drop(1006);
    await world.pass(501);
    world.socket.receive(welcome({ scopes: ["user"] }));
    world.socket.receive(snapshot("user", 2, USER));
    expect(world.now.document).toEqual(USER);
  });

  test("failures are forgotten only once a connection has lasted", async () => {
    const waits: number[] = [];
    for (let round = 0; round < 4; round += 1) {
      world.socket.drop(1006);
      const from = Date.now();
      await world.reopened();
      waits.push(Date.now() - from);
      world.deliver(); // live for a moment, then gone again
    }
    expect(waits).toEqual([500, 1000, 2000, 4000]);
    await world.pass(10_000);
    world.socket.drop(1006);
    await world.pass(501);
    expect(world.sockets).toBe(6);
  });

  test("coming online or to the front ends a wait of our own making", async () => {
    for (const signal of [() => window.dispatchEvent(new Event("online")), () => document.dispatchEvent(new Event("visibilitychange"))]) {
      world.socket.drop(1006);
      await world.pass(10);
      const had = world.sockets;
      signal();
      await world.pass(0);
      expect(world.sockets).toBe(had + 1);
    }
  });
});

describe("silence", () => {
  beforeEach(() => world.live());

  test("after two ping intervals the client asks; an answer settles it", async () => {
    await world.pass(40_000);
    const [ping] = world.socket.sentOf("ping");
    world.socket.receive({ type: "pong", id: ping?.id ?? "" });
    await world.pass(6_000);
    expect(world.now.status).toBe("live");
    expect(world.sockets).toBe(1);
  });

  test("no answer: the socket is half-open, and replaced", async () => {
    const { socket } = world;
    await world.pass(40_000);
    expect(world.now.status).toBe("live");
    await world.pass(5_000);
    expect(socket.closedBy).toBe("client");
    expect(world.now.status).not.toBe("live");
    await world.pass(501);
    expect(world.sockets).toBe(2);
    socket.receive(diff("user", 1, setCalls(99)));
    expect(calls()).toBe(3);
  });

  test("any frame counts as a sign of life", async () => {
    for (let round = 1; round <= 5; round += 1) {
      await world.pass(30_000);
      world.socket.receive(diff("user", round, setCalls(round)));
    }
    expect(world.socket.sentOf("ping")).toHaveLength(0);
  });

  test("a page that comes to the front after a quiet while asks at once; so does going offline", async () => {
    await world.pass(6_000);
    document.dispatchEvent(new Event("visibilitychange"));
    expect(world.socket.sentOf("ping")).toHaveLength(1);
    world.socket.receive({ type: "pong", id: "x" });
    window.dispatchEvent(new Event("offline"));
    expect(world.socket.sentOf("ping")).toHaveLength(2);
  });
});

describe("the token", () => {
  test("is refreshed in place a minute before its end", async () => {
    await world.live();
    for (let minute = 0; minute < 14; minute += 1) {
      expect(world.socket.sentOf("authenticate")).toHaveLength(0);
      await world.idle(60_000);
    }
    expect(world.socket.sentOf("authenticate")).toEqual([{ type: "authenticate", token: world.tokens.current }]);
    world.socket.receive({ type: "authenticated", token_expires_at: new Date(Date.now() + 100_000).toISOString() });
    await world.idle(80_000);
    expect(world.socket.sentOf("authenticate")).toHaveLength(2);
    expect(world.sockets).toBe(1);
  });

  test("is tried again when the network fails, and the connection stays", async () => {
    await world.start();
    world.socket.receive(welcome({ expiresInS: 50 }));
    world.socket.receive(snapshot("role", 1, ROLE));
    world.socket.receive(snapshot("user", 1, USER));
    world.tokens.mode = "no_network";
    await world.idle(41_000);
    expect(world.now.status).toBe("live");
    world.tokens.mode = "good";
    await world.pass(5_000);
    expect(world.socket.sentOf("authenticate")).toHaveLength(1);
  });

  test("of another user: the documents, the positions and the socket of the former are dropped", async () => {
    await world.live();
    world.tokens.user = 8;
    await world.pass(35_000);
    world.socket.receive({ type: "ping", seq: "s", heads: {} });
    world.socket.drop(4401);
    await world.pass(501);
    expect(world.now.document).toBeNull();
    expect(world.socket.resume).toEqual([]);
    world.socket.receive(welcome({ user: 8 }));
    expect(world.now.user?.id).toBe(8);
  });

  test("of another user, on refresh in place: a new connection, nothing shown meanwhile", async () => {
    await world.start();
    world.socket.receive(welcome({ expiresInS: 50 }));
    world.socket.receive(snapshot("role", 1, ROLE));
    world.socket.receive(snapshot("user", 1, USER));
    world.tokens.user = 8;
    const [first] = FakeSocket.all;
    await world.idle(40_000);
    expect(first?.closedBy).toBe("client");
    expect(first?.sentOf("authenticate")).toHaveLength(0);
    expect(world.sockets).toBe(2);
    expect(world.now.document).toBeNull();
    expect(world.socket.resume).toEqual([]);
  });

  test("an unreadable token is left to the server: a welcome for another user drops the documents too", async () => {
    world.tokens.current = "opaque";
    await world.live();
    await world.pass(15_000);
    world.socket.drop(1006);
    await world.pass(501);
    world.socket.receive(welcome({ user: 8 }));
    expect(world.now.document).toBeNull();
    world.socket.receive({ type: "resumed", scope: "role", epoch: "role-e1", version: 1 });
    expect(world.socket.sentOf("resync")).toEqual([{ type: "resync", scope: "role" }]);
  });
});

describe("where WebSockets do not get through", () => {
  async function blocked(): Promise<void> {
    await world.start();
    for (let round = 0; round < 2; round += 1) {
      world.socket.drop(1006);
      await world.pass(1_001);
    }
  }

  test("the document comes over REST, and the screen says so", async () => {
    world.body(3);
    await blocked();
    expect(world.now.status).toBe("polling");
    expect(world.now.document).toEqual({ ...ROLE, ...USER });
    const [url, init] = world.rest.mock.calls[0] ?? [];
    expect(url).toBe("https://board.example/api/dashboard/comprehensive/");
    expect(new Headers(init?.headers).get("Authorization")).toBe(`Bearer ${world.tokens.current}`);
  });

  test("polls carry the entity tag; an unchanged document is still a confirmed one", async () => {
    world.body(3);
    await blocked();
    const { document, confirmedAt } = world.now;
    await world.pass(15_000);
    expect(new Headers(world.rest.mock.calls[1]?.[1]?.headers).get("If-None-Match")).toBe('"3"');
    expect(world.now.document).toBe(document);
    expect(world.now.confirmedAt).toBeGreaterThan(confirmedAt ?? 0);
    world.body(4);
    await world.pass(15_000);
    expect(calls()).toBe(4);
    expect(world.now.document?.rows).toBe(document?.rows);
  });

  test("it goes on trying, and returns to live by itself without a jump back", async () => {
    world.body(5, 4);
    await blocked();
    expect(calls()).toBe(5);
    const seen: unknown[] = [];
    world.client.subscribe(() => seen.push(calls()));
    world.socket.receive(welcome());
    world.socket.receive(snapshot("role", 4, ROLE));
    world.socket.receive(snapshot("user", 3, { ...USER, summary: { calls_today: 1 } })); // older than what was polled
    expect(world.now.status).toBe("polling");
    world.socket.receive(diff("user", 3, setCalls(5)));
    expect(world.now.status).toBe("live");
    world.socket.receive(diff("user", 4, setCalls(6)));
    expect(new Set(seen)).toEqual(new Set([5, 6]));
    const polls = world.rest.mock.calls.length;
    await world.idle(60_000);
    expect(world.rest.mock.calls).toHaveLength(polls);
  });

  test("a server that never reaches the polled position is believed at last", async () => {
    world.body(5, 40);
    await blocked();
    world.deliver(3);
    expect(world.now.status).toBe("polling");
    world.rest.mockImplementation(async () => new Response(null, { status: 503 }));
    await world.reopened(); // the handshake took too long
    world.deliver(3);
    expect(world.now.status).toBe("live");
  });

  test("nothing gets through: reconnecting, then stale", async () => {
    await world.live();
    world.socket.drop(1006);
    await world.pass(1_000);
    expect(world.now.status).toBe("reconnecting");
    await world.pass(30_000);
    expect(world.now.status).toBe("stale");
    expect(world.now.document).not.toBeNull();
    world.deliver();
    expect(world.now.status).toBe("live");
  });

  test("a connection that stays away for six seconds is reason enough to ask over REST", async () => {
    await world.live();
    world.body(4, 2);
    await world.pass(12_000);
    world.socket.receive({ type: "goodbye", reason: "restart", retry_after_ms: 20_000 });
    world.socket.drop(4012);
    await world.pass(5_900);
    expect(world.rest).not.toHaveBeenCalled();
    await world.pass(200);
    expect(world.now.status).toBe("polling");
  });

  test("401 refreshes once; a refused refresh signs out", async () => {
    world.body(3);
    const good = world.rest.getMockImplementation();
    const stale = world.tokens.current;
    world.rest.mockImplementation(async (url, init) =>
      new Headers(init?.headers).get("Authorization") === `Bearer ${stale}`
        ? new Response(null, { status: 401 })
        : (good as typeof fetch)(url, init),
    );
    await blocked();
    expect(world.tokens.refreshes).toBe(1);
    expect(world.now.status).toBe("polling");
    world.rest.mockImplementation(async () => new Response(null, { status: 401 }));
    world.tokens.mode = "signed_out";
    await world.pass(15_000);
    expect(world.now).toMatchObject({ status: "signed_out", document: null });
  });

  test("403 is final and says why", async () => {
    const errors = [{ code: "account_disabled", detail: "This account is disabled.", attr: null }];
    world.rest.mockImplementation(async () => new Response(JSON.stringify({ type: "client_error", errors }), { status: 403 }));
    await blocked();
    expect(world.now).toMatchObject({ status: "refused", problem: { code: "account_disabled", message: "This account is disabled." } });
  });

  test("a server that asks for time gets it", async () => {
    world.rest.mockImplementation(async () => new Response(null, { status: 429, headers: { "Retry-After": "100" } }));
    await blocked();
    await world.pass(98_000);
    expect(world.rest).toHaveBeenCalledTimes(1);
    await world.pass(2_000);
    expect(world.rest).toHaveBeenCalledTimes(2);
  });

  test("a page in the background asks less often, and at once when it comes to the front", async () => {
    const hidden = vi.spyOn(document, "hidden", "get").mockReturnValue(true);
    document.dispatchEvent(new Event("visibilitychange"));
    world.body(3);
    world.client.stop();
    await blocked();
    await world.pass(45_000);
    expect(world.rest).toHaveBeenCalledTimes(1);
    hidden.mockReturnValue(false);
    document.dispatchEvent(new Event("visibilitychange"));
    await world.pass(0);
    expect(world.rest).toHaveBeenCalledTimes(2);
    expect(world.now.status).toBe("polling");
  });
});

describe("the pause", () => {
  beforeEach(() => world.live());

  test("holds the screen still and counts; the end of it shows the present", () => {
    world.client.pause();
    const held = world.now.document;
    world.socket.receive(diff("user", 1, setCalls(4)));
    world.socket.receive(diff("user", 2, setCalls(5)));
    expect(world.now).toMatchObject({ paused: true, waiting: 2, status: "live" });
    expect(world.now.document).toBe(held);
    world.client.unpause();
    expect(world.now).toMatchObject({ paused: false, waiting: 0 });
    expect(calls()).toBe(5);
  });

  test("survives a reconnection, not a sign-out", async () => {
    world.client.pause();
    await world.pass(15_000);
    world.socket.drop(1006);
    await world.pass(501);
    world.socket.receive(welcome());
    world.socket.receive({ type: "resumed", scope: "role", epoch: "role-e1", version: 1 });
    world.socket.receive({ type: "resumed", scope: "user", epoch: "user-e1", version: 1 });
    world.socket.receive(diff("user", 1, setCalls(8), { version: 4 }));
    expect(world.now).toMatchObject({ paused: true, waiting: 1 });
    expect(calls()).toBe(3);
    world.client.stop();
    expect(world.now).toMatchObject({ paused: false, document: null });
  });
});

test("a JWT that cannot be read has no claims", async () => {
  const { claims } = await import("../src/tokens.ts");
  expect(claims("nonsense")).toEqual({});
  expect(claims("a.bnVsbA.c")).toEqual({});
  expect(claims(jwt(7)).user_id).toBe(7);
});
