// Every row of the protocol's table of close codes: the verdict, and what the client then really does.
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { verdict } from "../src/close-codes.ts";
import type { ErrorFrame } from "../src/frames.ts";
import { snapshot, USER, ROLE, welcome, World } from "./harness.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  World.stopAll();
  vi.useRealTimers();
});

const fatal = (code: string, retry: ErrorFrame["retry"]): ErrorFrame => ({
  type: "error", code, message: `because of ${code}`, fatal: true, retry,
});

async function stableWorld(): Promise<World> {
  const world = new World();
  world.rest.mockImplementation(() => new Promise(() => {})); // these tests are about the socket
  await world.live();
  await world.pass(15_000);
  return world;
}

describe("lost", () => {
  test.each([1000, 1001, 1005, 1006, 1009, 1011, 1012, 1013, 1002, 3008])("%i reconnects, with resume, after a jittered backoff", async (code) => {
    const world = await stableWorld();
    world.socket.drop(code);
    expect(world.now.status).toBe("reconnecting");
    expect(world.now.document).not.toBeNull();
    await world.pass(499);
    expect(world.sockets).toBe(1);
    await world.pass(2);
    expect(world.sockets).toBe(2);
    expect(world.socket.resume).toEqual(["role:role-e1:1", "user:user-e1:1"]);
    world.socket.drop(code);
    await world.pass(999);
    expect(world.sockets).toBe(2);
    await world.pass(2);
    expect(world.sockets).toBe(3);
  });
});

test("4012 after goodbye reconnects when the server said, not before", async () => {
  const world = await stableWorld();
  world.socket.receive({ type: "goodbye", reason: "restart", retry_after_ms: 3_000 });
  expect(world.now.status).toBe("live");
  world.socket.drop(4012);
  await world.pass(2_999);
  window.dispatchEvent(new Event("online"));
  expect(world.sockets).toBe(1);
  await world.pass(2);
  expect(world.sockets).toBe(2);
  expect(world.socket.resume).toHaveLength(2);
});

test("a goodbye counts too when the close that follows is an ordinary loss", async () => {
  const world = await stableWorld();
  world.socket.receive({ type: "goodbye", reason: "restart", retry_after_ms: 3_000 });
  world.socket.drop(1006);
  await world.pass(2_999);
  expect(world.sockets).toBe(1);
  await world.pass(2);
  expect(world.sockets).toBe(2);
});

test("4012 without a goodbye reconnects after a backoff", async () => {
  const world = await stableWorld();
  world.socket.drop(4012);
  await world.pass(501);
  expect(world.sockets).toBe(2);
});

test.each([
  [4400, "bad_protocol"],
  [4403, "account_disabled"],
])("%i gives up, says why, and shows nothing any more", async (code, reason) => {
  const world = await stableWorld();
  world.socket.receive(fatal(reason, "never"));
  world.socket.drop(code);
  expect(world.now).toMatchObject({ status: "refused", document: null, problem: { code: reason, message: `because of ${reason}` } });
  await world.pass(600_000);
  expect(world.sockets).toBe(1);
  world.client.start();
  await world.pass(0);
  expect(world.sockets).toBe(2);
});

test("a refusal without a word still says something", async () => {
  const world = await stableWorld();
  world.socket.drop(4403);
  expect(world.now.problem?.code).toBe("4403");
});

describe("4401", () => {
  test("refreshes the token once, reconnects with it, and keeps the document", async () => {
    const world = await stableWorld();
    world.socket.receive(fatal("token_expired", "refresh_token"));
    world.socket.drop(4401);
    await world.pass(0);
    expect(world.tokens.refreshes).toBe(1);
    expect(world.sockets).toBe(2);
    expect(world.socket.protocols).toEqual(["dashboard.v1", `bearer.${world.tokens.current}`]);
    expect(world.socket.resume).toHaveLength(2);
    world.socket.receive(welcome());
    expect(world.now.document).not.toBeNull();
  });

  test("a second time in a row signs out and forgets the document", async () => {
    const world = await stableWorld();
    world.socket.drop(4401);
    await world.pass(0);
    world.socket.drop(4401);
    expect(world.now).toMatchObject({ status: "signed_out", document: null, user: null });
    await world.pass(600_000);
    expect(world.sockets).toBe(2);
    expect(world.tokens.refreshes).toBe(1);
  });

  test("again after a welcome refreshes again, but no faster than the backoff", async () => {
    const world = await stableWorld();
    world.socket.drop(4401);
    await world.pass(0);
    world.deliver();
    world.socket.drop(4401);
    await world.pass(900);
    expect(world.sockets).toBe(2);
    await world.pass(200);
    expect(world.sockets).toBe(3);
    expect(world.tokens.refreshes).toBe(2);
  });

  test("signs out when the refresh is refused", async () => {
    const world = await stableWorld();
    world.tokens.mode = "signed_out";
    world.socket.drop(4401);
    await world.pass(0);
    expect(world.now.status).toBe("signed_out");
    expect(world.sockets).toBe(1);
  });

  test("keeps trying to refresh while the network is away", async () => {
    const world = await stableWorld();
    world.tokens.mode = "no_network";
    world.socket.drop(4401);
    await world.pass(10_000);
    expect(world.now.status).toBe("reconnecting");
    world.tokens.mode = "good";
    await world.pass(30_000);
    expect(world.sockets).toBe(2);
    expect(world.tokens.refreshes).toBe(1);
  });
});

test.each([4408, 4503])("%i reconnects with backoff", async (code) => {
  const world = await stableWorld();
  world.socket.receive(fatal("busy", "backoff"));
  world.socket.drop(code);
  expect(world.now).toMatchObject({ status: "reconnecting", problem: { code: "busy" } });
  await world.pass(501);
  expect(world.sockets).toBe(2);
  world.socket.receive(welcome());
  world.socket.receive(snapshot("role", 1, ROLE));
  world.socket.receive(snapshot("user", 1, USER));
  expect(world.now).toMatchObject({ status: "live", problem: null });
});

test("4429 reconnects after a long backoff, which coming online does not shorten", async () => {
  const world = await stableWorld();
  world.luck = 0;
  world.socket.receive(fatal("too_many_connections", "backoff"));
  world.socket.drop(4429);
  await world.pass(7_400);
  window.dispatchEvent(new Event("online"));
  await world.pass(0);
  expect(world.sockets).toBe(1);
  await world.pass(200);
  expect(world.sockets).toBe(2);
});

test("a code of a newer server: its error frame decides", () => {
  expect(verdict(4999)).toBe("reconnect");
  expect(verdict(4999, fatal("x", "never"))).toBe("give_up");
  expect(verdict(4999, fatal("x", "refresh_token"))).toBe("refresh_token");
  expect(verdict(4999, fatal("x", "backoff"))).toBe("reconnect");
});
