// The document of each scope, and what a frame does to it: replace, apply, ignore, or ask for a snapshot.
import type { DiffFrame, JsonObject, Position, SnapshotFrame } from "./frames.ts";
import { applyPatch } from "./patch.ts";
import { merge, share } from "./sharing.ts";

export interface ScopeDocument extends Position {
  readonly data: JsonObject;
}

export type Documents = Readonly<Record<string, ScopeDocument>>;

/** `resync`: the frame does not connect to what we have; only a snapshot helps. */
export type Applied = { outcome: "applied"; documents: Documents } | { outcome: "ignored" } | { outcome: "resync" };

export function applySnapshot(documents: Documents, frame: SnapshotFrame): Documents {
  const data = share(documents[frame.scope]?.data, frame.data);
  return { ...documents, [frame.scope]: { epoch: frame.epoch, version: frame.version, data } };
}

/** Applies a diff that starts at our own version; one that is behind us is ignored, anything else needs a resync. */
export function applyDiff(documents: Documents, frame: DiffFrame): Applied {
  const own = documents[frame.scope];
  if (!own || own.epoch !== frame.epoch) return { outcome: "resync" };
  if (frame.from !== own.version) return { outcome: frame.version <= own.version ? "ignored" : "resync" };
  try {
    const data = applyPatch(own.data, frame.patch);
    return {
      outcome: "applied",
      documents: { ...documents, [frame.scope]: { epoch: frame.epoch, version: frame.version, data } },
    };
  } catch {
    return { outcome: "resync" }; // the patch names a path we do not have: our document is in doubt
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

/** The one document that the screen shows, sharing every unchanged subtree with the one shown before. */
export function mergeDocuments(shown: JsonObject | null, documents: Documents): JsonObject {
  const scopes = Object.keys(documents).sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b));
  return share(shown ?? undefined, merge(scopes.map((scope) => (documents[scope] as ScopeDocument).data)));
}

/** `scope:epoch:version` of every document, for the `resume` parameters of the next connection. */
export function positions(documents: Documents): string[] {
  return Object.entries(documents).map(([scope, at]) => `${scope}:${at.epoch}:${at.version}`);
}
