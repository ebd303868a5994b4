import { describe, expect, test } from "vitest";
import type { JsonObject, PatchOperation } from "../src/frames.ts";
import { applyPatch, PatchError } from "../src/patch.ts";

const document = { a: { b: 1 }, list: [{ id: 1 }, { id: 2 }, { id: 3 }], "x/y~z": 0, untouched: { deep: [1] } };

describe("a patch", () => {
  test.each<[string, PatchOperation[], JsonObject]>([
    ["replaces", [{ op: "replace", path: "/a/b", value: 2 }], { ...document, a: { b: 2 } }],
    ["adds a key", [{ op: "add", path: "/a/c", value: [1] }], { ...document, a: { b: 1, c: [1] } }],
    ["removes a key", [{ op: "remove", path: "/a/b" }], { ...document, a: {} }],
    ["inserts", [{ op: "add", path: "/list/1", value: 9 }], { ...document, list: [{ id: 1 }, 9, { id: 2 }, { id: 3 }] }],
    ["appends", [{ op: "add", path: "/list/-", value: 9 }], { ...document, list: [...document.list, 9] }],
    ["adds at the end by number", [{ op: "add", path: "/list/3", value: 9 }], { ...document, list: [...document.list, 9] }],
    ["removes an item", [{ op: "remove", path: "/list/0" }], { ...document, list: [{ id: 2 }, { id: 3 }] }],
    ["reads escapes", [{ op: "replace", path: "/x~1y~0z", value: 5 }], { ...document, "x/y~z": 5 }],
    ["replaces the whole", [{ op: "replace", path: "", value: { n: 1 } }], { n: 1 }],
    ["of nothing changes nothing", [], document],
    [
      "applies in order",
      [{ op: "remove", path: "/list/0" }, { op: "replace", path: "/list/0/id", value: 7 }, { op: "add", path: "/list/0", value: 8 }],
      { ...document, list: [8, { id: 7 }, { id: 3 }] },
    ],
  ])("%s", (_, patch, expected) => {
    const before = structuredClone(document);
    expect(applyPatch(document, patch)).toEqual(expected);
    expect(document).toEqual(before);
  });

  test("keeps every subtree that it does not touch, the very object", () => {
    const patched = applyPatch(document, [{ op: "replace", path: "/list/1/id", value: 9 }]);
    const list = patched.list as JsonObject[];
    expect(patched.untouched).toBe(document.untouched);
    expect(patched.a).toBe(document.a);
    expect(list[0]).toBe(document.list[0]);
    expect(list[2]).toBe(document.list[2]);
    expect(list[1]).not.toBe(document.list[1]);
    expect(applyPatch(document, [])).toBe(document);
  });

  test("does not write into the values that it carries", () => {
    const value = { n: 1 };
    applyPatch(document, [{ op: "add", path: "/new", value }, { op: "replace", path: "/new/n", value: 2 }]);
    expect(value).toEqual({ n: 1 });
  });

  test.each<[string, PatchOperation]>([
    ["replaces a missing key", { op: "replace", path: "/nope", value: 1 }],
    ["removes a missing key", { op: "remove", path: "/nope" }],
    ["adds under a missing parent", { op: "add", path: "/nope/x", value: 1 }],
    ["adds beyond the end", { op: "add", path: "/list/4", value: 1 }],
    ["removes beyond the end", { op: "remove", path: "/list/3" }],
    ["replaces at the end", { op: "replace", path: "/list/-", value: 1 }],
    ["has a leading zero", { op: "replace", path: "/list/01", value: 1 }],
    ["goes below a number", { op: "add", path: "/a/b/c", value: 1 }],
    ["has no slash", { op: "add", path: "a", value: 1 }],
    ["inherits a key", { op: "replace", path: "/toString", value: 1 }],
    ["removes the whole", { op: "remove", path: "" }],
    ["makes the whole a list", { op: "replace", path: "", value: [] }],
  ])("that %s is refused", (_, operation) => {
    expect(() => applyPatch(document, [operation])).toThrow(PatchError);
  });
});
