import { describe, expect, test } from "vitest";
import { applyDiff, applySnapshot, type Documents, mergeDocuments, positions, reaches, stands } from "../src/documents.ts";
import type { DiffFrame, JsonObject, SnapshotFrame } from "../src/frames.ts";
import { merge, share } from "../src/sharing.ts";

const documents: Documents = { user: { epoch: "e", version: 5, data: { n: 1, list: [{ id: 1 }, { id: 2 }] } } };
const frame = (over: Partial<DiffFrame>): DiffFrame => ({
  type: "diff", scope: "user", epoch: "e", from: 5, version: 6, generated_at: "2026-01-01T00:00:00Z",
  patch: [{ op: "replace", path: "/n", value: 2 }], ...over,
});

describe("a diff", () => {
  test("from our version is applied", () => {
    expect(applyDiff(documents, frame({}))).toMatchObject({ user: { version: 6, data: { n: 2 } } });
  });
  test("over several steps is applied, also an empty one", () => {
    expect(applyDiff(documents, frame({ version: 9, patch: [] }))).toMatchObject({ user: { version: 9 } });
  });
  test.each([
    ["behind us", { from: 3, version: 4 }],
    ["up to us", { from: 4, version: 5 }],
    ["over us, not beyond", { from: 2, version: 5 }],
  ])("%s is ignored", (_, over) => expect(applyDiff(documents, frame(over))).toBe(documents));
  test.each([
    ["after a gap", { from: 6, version: 7 }],
    ["from before us to beyond us", { from: 4, version: 6 }],
    ["of another epoch", { epoch: "other" }],
    ["of a scope that we have not", { scope: "team" }],
    ["that does not fit", { patch: [{ op: "remove" as const, path: "/none" }] }],
  ])("%s needs a resync", (_, over) => expect(applyDiff(documents, frame(over))).toBeNull());
});

test("a snapshot replaces the document and keeps what is equal in it", () => {
  const snapshot: SnapshotFrame = {
    type: "snapshot", scope: "user", epoch: "e2", version: 1, generated_at: "", reason: "epoch",
    data: { n: 9, list: [{ id: 2 }, { id: 1 }] },
  };
  const next = applySnapshot(documents, snapshot);
  expect(next.user).toMatchObject({ epoch: "e2", version: 1, data: { n: 9 } });
  const [before, after] = [documents, next].map((all) => all.user?.data.list as JsonObject[]);
  expect(after?.[0]).toBe(before?.[1]);
  expect(after?.[1]).toBe(before?.[0]);
});

test("sharing keeps equal subtrees and gives back the old value when nothing changed", () => {
  const old = { a: { b: [1, 2] }, c: 1 };
  expect(share(old, { a: { b: [1, 2] }, c: 1 })).toBe(old);
  const next = share<JsonObject>(old, { a: { b: [1, 2] }, c: 2 });
  expect(next).not.toBe(old);
  expect(next.a).toBe(old.a);
  expect(share<JsonObject>({ a: 1 }, { b: 1 })).toEqual({ b: 1 });
  expect(share<JsonObject>({ a: null }, { a: {} })).toEqual({ a: {} });
  expect(share<JsonObject>({ a: [] }, { a: {} })).toEqual({ a: {} });
  expect(share([1, 2], [1])).toEqual([1]);
});

test("scopes merge into one document, objects recursively", () => {
  const team = { queue_information: { total_queue: 3 }, own: { x: 1 } };
  const user = { queue_information: { my_queue: 1 }, alerts: [] };
  expect(merge([team, user])).toEqual({ queue_information: { total_queue: 3, my_queue: 1 }, own: { x: 1 }, alerts: [] });
  expect(team.queue_information).toEqual({ total_queue: 3 });
});

test("what is shown shares every unchanged subtree with what was shown before", () => {
  const role = { epoch: "r", version: 1, data: { q: { a: [1] }, r: { x: 1 } } };
  const shown = mergeDocuments({ ...documents, role });
  const merged = (user: JsonObject) => share(shown, mergeDocuments({ user: { epoch: "e", version: 6, data: user }, role }));
  const next = merged({ n: 2, list: documents.user?.data.list ?? [] });
  expect(next).not.toBe(shown);
  expect(next.r).toBe(shown.r);
  expect(next.q).toBe(shown.q);
  expect(next.list).toBe(shown.list);
  expect(merged({ n: 1, list: [{ id: 1 }, { id: 2 }] })).toBe(shown);
});

test("positions, and comparing with them", () => {
  expect(positions(documents)).toEqual(["user:e:5"]);
  expect(stands(documents, "user", { epoch: "e", version: 5 })).toBe(true);
  expect(stands(documents, "user", { epoch: "e", version: 6 })).toBe(false);
  expect(stands(documents, "role", { epoch: "e", version: 5 })).toBe(false);
  expect(reaches(documents, {})).toBe(true);
  expect(reaches(documents, { user: { epoch: "e", version: 6 } })).toBe(false);
  expect(reaches(documents, { user: { epoch: "newer", version: 60 } })).toBe(true);
  expect(reaches(documents, { role: { epoch: "e", version: 1 } })).toBe(false);
});
