// The frames of `dashboard.v1`, as they go over the wire. Nothing but types: this file can be generated anew.

/** What goes by one of these names on the wire: the scopes of one connection. */
export type ScopeKind = "role" | "team" | "user";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

export type PatchOperation =
  | { op: "add"; path: string; value: Json }
  | { op: "replace"; path: string; value: Json }
  | { op: "remove"; path: string };

export interface Position {
  epoch: string;
  version: number;
}

export interface WelcomeUser {
  id: number;
  role: string;
}

export interface WelcomeFrame {
  type: "welcome";
  protocol: string;
  connection: string;
  user: WelcomeUser;
  scopes: string[];
  /** ISO 8601, UTC. */
  token_expires_at: string;
  /** Seconds. */
  ping_interval: number;
}

export interface SnapshotFrame {
  type: "snapshot";
  scope: string;
  epoch: string;
  version: number;
  generated_at: string;
  reason: "connect" | "gap" | "epoch" | "slow" | "resync";
  data: JsonObject;
}

export interface ResumedFrame {
  type: "resumed";
  scope: string;
  epoch: string;
  version: number;
}

export interface DiffFrame {
  type: "diff";
  scope: string;
  epoch: string;
  from: number;
  version: number;
  generated_at: string;
  patch: PatchOperation[];
}

export interface PingFrame {
  type: "ping";
  seq: string;
  heads: { [scope: string]: Position };
}

export interface PongFrame {
  type: "pong";
  id: string;
}

export interface AuthenticatedFrame {
  type: "authenticated";
  token_expires_at: string;
}

export interface GoodbyeFrame {
  type: "goodbye";
  reason: string;
  retry_after_ms: number;
}

export interface ErrorFrame {
  type: "error";
  code: string;
  message: string;
  fatal: boolean;
  retry: "never" | "refresh_token" | "backoff";
}

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

export type ClientFrame =
  | { type: "authenticate"; token: string }
  | { type: "pong"; seq: string }
  | { type: "resync"; scope: string }
  | { type: "ping"; id: string };
