// The thin shell around the state machine: sockets, timers, fetch and the page's signals. It decides nothing.
import type { ClientFrame, JsonObject, ServerFrame } from "./frames.ts";
import { step } from "./machine.ts";
import { pollOnce } from "./poll.ts";
import { type ClientSnapshot, type Effect, type Event, INITIAL, type State, snapshotOf, type Timer } from "./state.ts";
import { claims, type TokenProvider } from "./tokens.ts";

export interface ClientOptions {
  tokens: TokenProvider;
  /** Where the server is; the page's own origin if not given. */
  baseUrl?: string;
  /** Stand-ins for the browser's, for tests and other hosts. */
  WebSocket?: typeof WebSocket;
  fetch?: typeof fetch;
  random?: () => number;
}

const PROTOCOL = "dashboard.v1";
const SOCKET_PATH = "/ws/dashboard/";
const DOCUMENT_PATH = "/api/dashboard/comprehensive/";

/** Follows the dashboard of whoever is signed in. `D` is the type of the merged document. */
export class DashboardClient<D extends object = JsonObject> {
  #state: State = INITIAL;
  #snapshot: ClientSnapshot<D> = snapshotOf<D>(INITIAL);
  #socket: WebSocket | null = null;
  readonly #timers = new Map<Timer, ReturnType<typeof setTimeout>>();
  readonly #listeners = new Set<() => void>();
  readonly #options: ClientOptions;
  #stopListening: (() => void) | null = null;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  /** Begins to follow; also the way back after `refused`. Does nothing while it already follows. */
  start(): void {
    this.#stopListening ??= this.#listenToPage();
    this.#dispatch({ type: "start" });
  }

  /** Ends everything and forgets the document. */
  stop(): void {
    this.#stopListening?.();
    this.#stopListening = null;
    this.#dispatch({ type: "stop" });
  }

  /** Holds the screen still; the document is followed underneath and the updates are counted. */
  pause(): void {
    this.#dispatch({ type: "pause" });
  }

  unpause(): void {
    this.#dispatch({ type: "unpause" });
  }

  readonly getSnapshot = (): ClientSnapshot<D> => this.#snapshot;

  /** Calls back after each change; returns the way to stop that. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Calls back when what `selector` picks from the snapshot changes, and only then. */
  select<T>(selector: (snapshot: ClientSnapshot<D>) => T, listener: (value: T) => void): () => void {
    let last = selector(this.#snapshot);
    return this.subscribe(() => {
      const value = selector(this.#snapshot);
      if (Object.is(value, last)) return;
      last = value;
      listener(value);
    });
  }

  #dispatch(event: Event): void {
    const env = { now: Date.now(), random: this.#options.random ?? Math.random };
    const { state, effects } = step(this.#state, event, env);
    this.#state = state;
    for (const effect of effects) this.#run(effect);
    const next = snapshotOf<D>(this.#state);
    const previous = this.#snapshot;
    if ((Object.keys(next) as (keyof ClientSnapshot)[]).every((key) => Object.is(next[key], previous[key]))) return;
    this.#snapshot = next;
    for (const listener of [...this.#listeners]) listener();
  }

  #run(effect: Effect): void {
    switch (effect.type) {
      case "token":
        void this.#token(effect);
        return;
      case "open":
        this.#open(effect);
        return;
      case "send":
        this.#send(effect.frame);
        return;
      case "close":
        this.#socket?.close(1000);
        this.#socket = null;
        return;
      case "timer":
        clearTimeout(this.#timers.get(effect.name));
        this.#timers.set(
          effect.name,
          setTimeout(() => this.#dispatch({ type: "timer", name: effect.name }), effect.ms),
        );
        return;
      case "cancel":
        clearTimeout(this.#timers.get(effect.name));
        this.#timers.delete(effect.name);
        return;
      case "poll":
        void this.#poll(effect.etag);
        return;
    }
  }

  async #token({ purpose, refresh }: Effect & { type: "token" }): Promise<void> {
    const { tokens } = this.#options;
    try {
      const token = await (refresh ? tokens.refresh() : tokens.getAccessToken());
      if (token === null) return this.#dispatch({ type: "no_token", purpose, signedOut: true });
      const user = claims(token).user_id;
      this.#dispatch({ type: "token", purpose, token, user: user === undefined ? null : String(user) });
    } catch {
      this.#dispatch({ type: "no_token", purpose, signedOut: false });
    }
  }

  #open({ socket, token, positions }: Effect & { type: "open" }): void {
    const url = new URL(SOCKET_PATH, this.#options.baseUrl ?? location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    for (const position of positions) url.searchParams.append("resume", position);
    const Socket = this.#options.WebSocket ?? WebSocket;
    // The token travels as a subprotocol: never in the URL, which logs keep.
    const opened = new Socket(url.href, [PROTOCOL, `bearer.${token}`]);
    this.#socket = opened;
    opened.onmessage = ({ data }) => {
      const frame = parse(data);
      this.#dispatch(frame ? { type: "frame", socket, frame } : { type: "bad_frame", socket });
    };
    opened.onclose = ({ code }) => this.#dispatch({ type: "closed", socket, code });
  }

  #send(frame: ClientFrame): void {
    if (this.#socket?.readyState === 1) this.#socket.send(JSON.stringify(frame)); // 1: OPEN
  }

  async #poll(etag: string | null): Promise<void> {
    const { baseUrl, tokens } = this.#options;
    const request = this.#options.fetch ?? fetch;
    const url = new URL(DOCUMENT_PATH, baseUrl ?? location.href).href;
    this.#dispatch({ type: "polled", result: await pollOnce(request, url, tokens, etag) });
  }

  #listenToPage(): () => void {
    if (typeof document === "undefined") return () => {};
    const visibility = () => this.#dispatch({ type: "visibility", hidden: document.hidden });
    const online = () => this.#dispatch({ type: "online" });
    const offline = () => this.#dispatch({ type: "offline" });
    document.addEventListener("visibilitychange", visibility);
    window.addEventListener("online", online);
    window.addEventListener("offline", offline);
    visibility();
    return () => {
      document.removeEventListener("visibilitychange", visibility);
      window.removeEventListener("online", online);
      window.removeEventListener("offline", offline);
    };
  }
}

function parse(data: unknown): ServerFrame | null {
  if (typeof data !== "string") return null;
  try {
    const frame: unknown = JSON.parse(data);
    const valid = typeof frame === "object" && frame !== null && "type" in frame && typeof frame.type === "string";
    return valid ? (frame as ServerFrame) : null;
  } catch {
    return null;
  }
}
