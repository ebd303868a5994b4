// What the screen says about the connection: one word, the age of the data, and how serious it is.
import type { Status } from "@switchboard/client";
import { age } from "./format.ts";
import type { Tone } from "./sections.ts";

export interface ConnectionFacts {
  status: Status;
  changedAt: number | null;
  confirmedAt: number | null;
  retryAt: number | null;
  problem: { message: string } | null;
}

export interface ConnectionView {
  word: string;
  /** The age of the data, to stand behind the word; empty while there is none. */
  detail: string;
  tone: Tone | "neutral";
  /** A sentence for those who want to know more. */
  explanation: string;
}

const TONES: Record<Status, ConnectionView["tone"]> = {
  connecting: "neutral",
  live: "success",
  reconnecting: "warning",
  polling: "warning",
  stale: "error",
  signed_out: "neutral",
  refused: "error",
};

const EXPLANATIONS: Record<Status, string> = {
  connecting: "The first connection is being made.",
  live: "Every change arrives as it happens.",
  reconnecting: "The connection was lost and is being made again; the figures are the last ones known.",
  polling: "Live updates do not get through; the figures are fetched every 15 seconds meanwhile.",
  stale: "Nothing has confirmed these figures for a while; they may be out of date.",
  signed_out: "The sign-in has ended.",
  refused: "The server refused this connection.",
};

const WORDS: Record<Status, string> = {
  connecting: "Connecting",
  live: "Live",
  reconnecting: "Reconnecting",
  polling: "Polling",
  stale: "Stale",
  signed_out: "Signed out",
  refused: "Refused",
};

export function connectionView(facts: ConnectionFacts, now: number): ConnectionView {
  const { status, changedAt, confirmedAt, retryAt, problem } = facts;
  const since = status === "live" ? changedAt : confirmedAt;
  let detail = "";
  if (since !== null) {
    const old = age(now - since);
    const ago = old === "now" ? "just now" : `${old} ago`;
    detail = status === "live" ? `updated ${ago}` : `data from ${ago}`;
  }
  const wait = retryAt === null ? 0 : Math.ceil((retryAt - now) / 1000);
  const retry = wait > 0 && status !== "live" ? ` Next attempt in ${wait} s.` : "";
  const reason = problem && status !== "live" ? ` ${problem.message}` : "";
  return { word: WORDS[status], detail, tone: TONES[status], explanation: EXPLANATIONS[status] + reason + retry };
}
