// The document of each scope, and what a frame does to it: replace, apply, ignore, or ask for a snapshot.
import type { DiffFrame, JsonObject, Position, SnapshotFrame } from "./frames.ts";
import { applyPatch } from "./patch.ts";
import { merge, share } from "./sharing.ts";

export interface ScopeDocument extends Position {
  readonly data: JsonObject;
}

export type Documents = Readonly<Record<string, ScopeDocument>>;

const put = (documents: Documents, { scope, epoch, version }: SnapshotFrame | DiffFrame, data: JsonObject): Documents => ({
  ...documents,
  [scope]: { epoch, version, data },
});

export const applySnapshot = (documents: Documents, frame: SnapshotFrame): Documents =>
  put(documents, frame, share(documents[frame.scope]?.data, frame.data));

/**
 * The documents after a diff that starts at our own version; the same ones after a diff that is behind us; null where it
 * does not connect to what we have, so that only a snapshot helps.
 */
export function applyDiff(documents: Documents, frame: DiffFrame): Documents | null {
  const own = documents[frame.scope];
  if (!own || own.epoch !== frame.epoch) return null;
  if (frame.from !== own.version) return frame.version <= own.version ? documents : null;
  try {
    return put(documents, frame, applyPatch(own.data, frame.patch));
  } catch {
    return null; // the patch names a path we do not have: our document is in doubt
  }
}

export function stands(documents: Documents, scope: string, at: Position): boolean {
  const own = documents[scope];
  return own !== undefined && own.epoch === at.epoch && own.version === at.version;
}

/** Is our document at least as new as `floor`? A different epoch counts as newer: it came from the live server. */
export function reaches(documents: Documents, floor: Readonly<Record<string, Position>>): boolean {
  return Object.entries(floor).every(([scope, at]) => {
    const own = documents[scope];
    return own !== undefined && (own.epoch !== at.epoch || own.version >= at.version);
  });
}

const ORDER = ["role", "team", "user"];

/** The one document that the screen shows. */
export function mergeDocuments(documents: Documents): JsonObject {
  const scopes = Object.keys(documents).sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b));
  return merge(scopes.map((scope) => (documents[scope] as ScopeDocument).data));
}

/** `scope:epoch:version` of every document, for the `resume` parameters of the next connection. */
export function positions(documents: Documents): string[] {
  return Object.entries(documents).map(([scope, at]) => `${scope}:${at.epoch}:${at.version}`);
}
