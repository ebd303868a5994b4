// Structural sharing: a new JSON value that keeps every subtree of the old one that did not change.
import type { Json, JsonObject } from "./frames.ts";
import { isObject } from "./json.ts";

/** `next`, built from the subtrees of `previous` wherever they are equal; `previous` itself if all of it is. */
export function share<T extends Json>(previous: Json | undefined, next: T): T {
  if (previous === next) return next;
  if (Array.isArray(previous) && Array.isArray(next)) return shareList(previous, next) as T;
  if (isObject(previous) && isObject(next)) return shareObject(previous, next) as T;
  return next;
}

function shareObject(previous: JsonObject, next: JsonObject): JsonObject {
  const shared: JsonObject = {};
  let same = Object.keys(previous).length === Object.keys(next).length;
  for (const [key, value] of Object.entries(next)) {
    const item = (shared[key] = share(previous[key], value));
    same &&= Object.hasOwn(previous, key) && item === previous[key];
  }
  return same ? previous : shared;
}

function shareList(previous: Json[], next: Json[]): Json[] {
  // Items that carry an id are the same item wherever they moved to; others are compared place by place.
  const idOf = (item: Json): Json | undefined => (isObject(item) ? item.id : undefined);
  const byId = new Map(previous.map((item) => [idOf(item), item]));
  const shared = next.map((item, index) => share(idOf(item) === undefined ? previous[index] : byId.get(idOf(item)), item));
  return shared.length === previous.length && shared.every((item, index) => item === previous[index]) ? previous : shared;
}

/** One document out of several: objects recursively; no leaf stands in two of them. Untouched subtrees stay identical. */
export function merge(documents: readonly JsonObject[]): JsonObject {
  const merged: JsonObject = {};
  for (const document of documents) {
    for (const [key, value] of Object.entries(document)) {
      const present = merged[key];
      merged[key] = isObject(present) && isObject(value) ? merge([present, value]) : value;
    }
  }
  return merged;
}
