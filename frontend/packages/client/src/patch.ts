// Applies an RFC 6902 patch (add, remove, replace) without touching the original: only the containers on the way to a
// change are copied, once per patch. Strict: a path that does not exist is an error, never a silent no-op, because a
// patch that does not fit means that our document is not the one the server thinks we have.
import type { Json, JsonObject, PatchOperation } from "./frames.ts";

type Container = Json[] | JsonObject;

export class PatchError extends Error {
  override name = "PatchError";
}

/** Goes on only where the patch fits; `where` is the part of its path that does not. */
function must(fits: boolean, where: string): asserts fits {
  if (!fits) throw new PatchError(`the patch does not fit: ${where}`);
}

const isContainer = (value: Json | undefined): value is Container => typeof value === "object" && value !== null;

function segments(pointer: string): string[] {
  const [before, ...parts] = pointer.split("/");
  must(before === "", pointer);
  return parts.map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** The place in a list that `key` names; `end` is the first index that is too large. */
function index(key: string, end: number): number {
  must(/^(0|[1-9]\d*)$/.test(key) && Number(key) < end, key);
  return Number(key);
}

function child(container: Container, key: string): Json {
  if (Array.isArray(container)) return container[index(key, container.length)] as Json;
  must(Object.hasOwn(container, key), key);
  return container[key] as Json;
}

/** The patched document; subtrees that no operation touches are the very objects of `document`. Throws PatchError. */
export function applyPatch(document: JsonObject, patch: readonly PatchOperation[]): JsonObject {
  const own = new Set<Container>(); // containers that this patch has already copied
  const copy = (container: Container): Container => {
    if (own.has(container)) return container;
    const copied = Array.isArray(container) ? [...container] : { ...container };
    own.add(copied);
    return copied;
  };

  let root: Json = document;
  for (const operation of patch) {
    const path = segments(operation.path);
    const last = path.pop();
    if (last === undefined) {
      must(operation.op !== "remove", "the whole document");
      root = operation.value;
      continue;
    }
    must(isContainer(root), operation.path);
    root = copy(root);
    let parent: Container = root;
    for (const key of path) {
      const next = child(parent, key);
      must(isContainer(next), operation.path);
      const copied = copy(next);
      if (Array.isArray(parent)) parent[index(key, parent.length)] = copied;
      else parent[key] = copied;
      parent = copied;
    }
    change(parent, last, operation);
  }
  must(isContainer(root) && !Array.isArray(root), "the whole document");
  return root;
}

function change(parent: Container, key: string, operation: PatchOperation): void {
  if (Array.isArray(parent)) {
    if (operation.op === "add") {
      parent.splice(key === "-" ? parent.length : index(key, parent.length + 1), 0, operation.value);
    } else {
      const at = index(key, parent.length);
      if (operation.op === "remove") parent.splice(at, 1);
      else parent[at] = operation.value;
    }
    return;
  }
  must(operation.op === "add" || Object.hasOwn(parent, key), key);
  if (operation.op === "remove") delete parent[key];
  else parent[key] = operation.value;
}
