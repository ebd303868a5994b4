// The frames of `dashboard.v1`, as they go over the wire. Generated from docs/schema/frames.schema.json by
// `npm run generate`; change the server's realtime/frames.py instead.

/**
 * A frame of dashboard.v1. Ignore members that are not listed: servers may add some.
 */
export type Frame = ServerFrame | ClientFrame;
/**
 * Whatever the server sends.
 */
export type ServerFrame =
  | WelcomeFrame
  | SnapshotFrame
  | ResumedFrame
  | DiffFrame
  | PingFrame
  | PongFrame
  | AuthenticatedFrame
  | GoodbyeFrame
  | ErrorFrame;
/**
 * Why a snapshot came instead of a diff.
 *
 * - `connect`: the first document of a connection that did not resume
 * - `gap`: the changes since the client's version are no longer known
 * - `epoch`: the client's document belongs to another epoch
 * - `slow`: the client fell behind, and the snapshot is the shorter way
 * - `resync`: the client asked
 */
export type Reason = "connect" | "gap" | "epoch" | "slow" | "resync";
/**
 * Any JSON value.
 */
export type Json = null | boolean | number | string | Json[] | JsonObject;
/**
 * One step of a patch (RFC 6902). Of its operations these three are used; `path` is a JSON Pointer (RFC 6901).
 */
export type PatchOperation =
  | {
      op: "add";
      path: string;
      value: Json;
    }
  | {
      op: "replace";
      path: string;
      value: Json;
    }
  | {
      op: "remove";
      path: string;
    };
/**
 * What an error tells the client to do before it tries again.
 *
 * - `never`: trying again does not help
 * - `refresh_token`: get a fresh access token first
 * - `backoff`: wait a while
 */
export type Retry = "never" | "refresh_token" | "backoff";
/**
 * Whatever a client may send.
 */
export type ClientFrame = AuthenticateFrame | ClientPongFrame | ResyncFrame | ClientPingFrame;

/**
 * The connection stands. Always the first frame after a successful sign-in, and sent once.
 */
export interface WelcomeFrame {
  type: "welcome";
  /**
   * The protocol that is spoken: `dashboard.v1`.
   */
  protocol: string;
  /**
   * A name of this connection, for logs and reports.
   */
  connection: string;
  /**
   * Who the token belongs to.
   */
  user: WelcomeUser;
  /**
   * The kinds of documents that follow, one of each.
   */
  scopes: string[];
  /**
   * When the access token ends, and with it the connection, unless renewed.
   */
  token_expires_at: string;
  /**
   * Seconds between two pings of the server, at most.
   */
  ping_interval: number;
}
/**
 * Who the token belongs to.
 */
export interface WelcomeUser {
  /**
   * The user's id.
   */
  id: number;
  /**
   * The role whose dashboard this is.
   */
  role: string;
}
/**
 * The whole document of a scope: on connect, and whenever a chain of diffs cannot be proven.
 */
export interface SnapshotFrame {
  type: "snapshot";
  /**
   * The kind of the document, one of the welcome's `scopes`.
   */
  scope: string;
  /**
   * The document's history: random; versions of two epochs are never compared.
   */
  epoch: string;
  /**
   * Where the document stands with this frame.
   */
  version: number;
  /**
   * The instant whose state of the database this is.
   */
  generated_at: string;
  /**
   * Why it is not a diff.
   */
  reason: Reason;
  /**
   * The document. It replaces whatever the client has of this scope.
   */
  data: JsonObject;
}
/**
 * Any JSON object.
 */
export interface JsonObject {
  [k: string]: Json;
}
/**
 * The resume position was honoured; at most one composed diff up to the present follows.
 */
export interface ResumedFrame {
  type: "resumed";
  /**
   * The kind of the document, one of the welcome's `scopes`.
   */
  scope: string;
  /**
   * The document's history: random; versions of two epochs are never compared.
   */
  epoch: string;
  /**
   * The version that the client said it has.
   */
  version: number;
}
/**
 * The document changed: `patch` (RFC 6902) leads from version `from` to `version`.
 */
export interface DiffFrame {
  type: "diff";
  /**
   * The kind of the document, one of the welcome's `scopes`.
   */
  scope: string;
  /**
   * The document's history: random; versions of two epochs are never compared.
   */
  epoch: string;
  /**
   * The version that the patch applies to.
   */
  from: number;
  /**
   * Where the document stands with this frame.
   */
  version: number;
  /**
   * The instant whose state of the database this is.
   */
  generated_at: string;
  /**
   * Operations, to be applied in order, all or none. The patch of one step is never empty; one that was composed over several steps may be.
   */
  patch: PatchOperation[];
}
/**
 * Answer with `pong` and the same `seq`, after everything before it has been processed.
 *
 * Comes at least every `ping_interval`, and earlier when much is unacknowledged.
 */
export interface PingFrame {
  type: "ping";
  /**
   * To be repeated in the `pong`. Cannot be guessed.
   */
  seq: string;
  /**
   * By scope, where a client that has received every frame so far now stands; one that stands elsewhere asks for a `resync`.
   */
  heads: {
    [k: string]: Position;
  };
}
/**
 * `version` counts the changes within `epoch`; together they name one document for ever.
 */
export interface Position {
  /**
   * The document's history: random.
   */
  epoch: string;
  /**
   * Plus one for each change.
   */
  version: number;
}
/**
 * The answer to a client's `ping`.
 */
export interface PongFrame {
  type: "pong";
  /**
   * The `id` of that `ping`.
   */
  id: number | string;
}
/**
 * The fresh token of an open connection was accepted.
 */
export interface AuthenticatedFrame {
  type: "authenticated";
  /**
   * When the access token ends, and with it the connection, unless renewed.
   */
  token_expires_at: string;
}
/**
 * The server is about to restart; close code 4012 follows.
 */
export interface GoodbyeFrame {
  type: "goodbye";
  /**
   * In a word, for logs.
   */
  reason: string;
  /**
   * How long to wait before reconnecting. It differs by connection, so that not all clients come back at once.
   */
  retry_after_ms: number;
}
/**
 * Something was refused; after a fatal one the close follows.
 */
export interface ErrorFrame {
  type: "error";
  /**
   * In a word, for logs and for texts of one's own. New ones may be added.
   */
  code: string;
  /**
   * In English, for whoever reads the log.
   */
  message: string;
  /**
   * Whether the server closes the connection after this frame.
   */
  fatal: boolean;
  /**
   * What to do before trying again.
   */
  retry: Retry;
}
/**
 * The first authentication, or a fresh token of the same user on an open connection.
 */
export interface AuthenticateFrame {
  type: "authenticate";
  /**
   * An access token.
   */
  token: string;
}
/**
 * Everything up to that `ping` has been processed.
 */
export interface ClientPongFrame {
  type: "pong";
  /**
   * The `seq` of the server's `ping`.
   */
  seq: string;
}
/**
 * My document is in doubt: send a snapshot. At most one per scope in 5 s; more are coalesced.
 */
export interface ResyncFrame {
  type: "resync";
  /**
   * The kind of the document, one of the welcome's `scopes`.
   */
  scope: string;
}
/**
 * Is the server there? Answered with `pong` and the same `id`.
 */
export interface ClientPingFrame {
  type: "ping";
  /**
   * To be repeated in the `pong`; an integer or a string.
   */
  id: number | string;
}
