// Answers that arrive when nobody asks for them any more: of a former run, of a former user, of a lost snapshot.
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
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

/** A request over REST that the test answers when it likes. */
function heldRequest(): (calls: number) => void {
  let answer: (response: Response) => void = () => {};
  world.rest.mockImplementationOnce(() => new Promise((resolve) => { answer = resolve; }));
  return (calls) => answer(new Response(JSON.stringify({ ...ROLE, summary: { calls_today: calls } }), { status: 200 }));
}

async function untilPolling(): Promise<void> {
  await world.pass(6_000);
  expect(world.rest).toHaveBeenCalled();
}

describe("a document that was asked for over REST", () => {
  test("by whoever was signed in before is not shown to the next", async () => {
    const answer = heldRequest();
    await world.start();
    await untilPolling();
    world.client.stop();
    world.tokens.current = jwt(8);
    await world.start();
    world.rest.mockImplementation(() => new Promise(() => {}));
    await untilPolling();
    answer(99);
    await world.pass(0);
    expect(world.now.document).toBeNull();
  });

  test("before the provider changed the user is not shown after", async () => {
    const answer = heldRequest();
    await world.start();
    await untilPolling();
    world.tokens.current = jwt(8);
    world.body(5);
    world.socket.drop(1006);
    await world.pass(501);
    answer(99);
    await world.pass(0);
    expect(world.now.document).toMatchObject({ summary: { calls_today: 5 } });
  });
});

test("a token that was asked for before a stop opens nothing after the next start", async () => {
  const answers: ((token: string | null) => void)[] = [];
  vi.spyOn(world.tokens, "getAccessToken").mockImplementation(() => new Promise((resolve) => answers.push(resolve)));
  await world.start();
  world.client.stop();
  await world.start();
  answers[0]?.(jwt(7));
  await world.pass(0);
  expect(world.sockets).toBe(0);
  answers[1]?.(jwt(8));
  await world.pass(0);
  expect(world.sockets).toBe(1);
});

test("another role of the same person: nothing of the former one stays", async () => {
  await world.live();
  world.socket.drop(4401);
  await world.pass(0);
  world.socket.receive({ ...welcome(), user: { id: 7, role: "agent" } } as Parameters<FakeSocket["receive"]>[0]);
  expect(world.now.document).toBeNull();
  world.socket.receive({ type: "resumed", scope: "role", epoch: "role-e1", version: 1 });
  expect(world.socket.sentOf("resync")).toEqual([{ type: "resync", scope: "role" }]);
});

test("a snapshot that was asked for and never came is asked for again", async () => {
  await world.live();
  const heads = { role: { epoch: "role-e1", version: 1 }, user: { epoch: "user-e1", version: 9 } };
  world.socket.receive(diff("user", 8, []));
  world.socket.receive({ type: "ping", seq: "early", heads });
  expect(world.socket.sentOf("resync")).toHaveLength(1); // it may be on its way
  await world.pass(20_000);
  world.socket.receive({ type: "ping", seq: "next", heads });
  expect(world.socket.sentOf("resync")).toHaveLength(2);
  world.socket.receive(snapshot("user", 9, { ...USER, summary: { calls_today: 9 } }));
  world.socket.receive({ type: "ping", seq: "last", heads });
  expect(world.socket.sentOf("resync")).toHaveLength(2);
});

test("a refreshed token that never met the server does not count as the one chance that a 4401 gives", async () => {
  await world.live();
  world.socket.drop(4401);
  await world.pass(0);
  world.socket.drop(1006); // the server restarts, for longer than the fresh token lives
  await world.reopened();
  world.socket.drop(4401);
  expect(world.now.status).not.toBe("signed_out");
  await world.reopened();
  expect(world.tokens.refreshes).toBe(2);
});

test("a listener that throws does not look like a token that could not be had", async () => {
  const unhandled = vi.fn();
  process.once("unhandledRejection", unhandled);
  await world.start();
  world.socket.receive(welcome({ expiresInS: 10 }));
  world.socket.receive(snapshot("role", 1, ROLE));
  world.socket.receive(snapshot("user", 1, USER));
  world.tokens.user = 8; // the document goes, and the listener hears of it
  world.client.subscribe(() => { throw new Error("a mistake on the page"); });
  await world.pass(8_000);
  vi.useRealTimers();
  await vi.waitFor(() => expect(unhandled).toHaveBeenCalled());
  expect(world.tokens.refreshes).toBe(1);
  expect(world.sockets).toBe(2);
});
