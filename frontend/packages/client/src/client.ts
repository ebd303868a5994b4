// The thin shell around the state machine: sockets, timers, fetch and the page's signals. It decides nothing.
import type { JsonObject, ServerFrame } from "./frames.ts";
import { member, parsed } from "./json.ts";
import { step } from "./machine.ts";
import { pollOnce } from "./poll.ts";
import { type ClientSnapshot, type Effect, type Event, INITIAL, type State, snapshotOf, type Timer } from "./state.ts";
import { claims, type TokenProvider } from "./tokens.ts";
import { type Place, urlOf } from "./urls.ts";

export interface ClientOptions extends Place {
  tokens: TokenProvider;
  /** Stand-ins for the browser's, for tests and other hosts. */
  WebSocket?: typeof WebSocket;
  fetch?: typeof fetch;
  random?: () => number;
}

const OPEN = 1; // of WebSocket.readyState
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
        if (this.#socket?.readyState === OPEN) this.#socket.send(JSON.stringify(effect.frame));
        return;
      case "close":
        this.#socket?.close(1000);
        this.#socket = null;
        return;
      case "timer": {
        const { name, ms } = effect;
        clearTimeout(this.#timers.get(name));
        if (ms !== null) this.#timers.set(name, setTimeout(() => this.#dispatch({ type: "timer", name }), ms));
        return;
      }
      case "poll":
        void this.#poll(effect);
        return;
    }
  }

  async #token({ run, purpose, refresh }: Effect & { type: "token" }): Promise<void> {
    const { tokens } = this.#options;
    let token: string | null | undefined;
    try {
      token = await (refresh ? tokens.refresh() : tokens.getAccessToken());
    } catch {
      // It cannot be known: undefined.
    }
    if (!token) return this.#dispatch({ type: "no_token", run, purpose, signedOut: token === null });
    this.#dispatch({ type: "token", run, purpose, token, user: claims(token).user_id });
  }

  #open({ socket, token, positions }: Effect & { type: "open" }): void {
    const url = urlOf(SOCKET_PATH, this.#options);
    url.protocol = url.protocol.replace("http", "ws");
    for (const position of positions) url.searchParams.append("resume", position);
    const Socket = this.#options.WebSocket ?? WebSocket;
    // The token travels as a subprotocol: never in the URL, which logs keep.
    const opened = new Socket(url.href, [PROTOCOL, `bearer.${token}`]);
    this.#socket = opened;
    opened.onmessage = ({ data }) => {
      const frame = parsed(String(data));
      const valid = typeof member(frame, "type") === "string";
      this.#dispatch({ type: "frame", socket, frame: valid ? (frame as ServerFrame) : null });
    };
    opened.onclose = ({ code }) => this.#dispatch({ type: "closed", socket, code });
  }

  async #poll({ run, etag }: Effect & { type: "poll" }): Promise<void> {
    const request = this.#options.fetch ?? fetch;
    const result = await pollOnce(request, urlOf(DOCUMENT_PATH, this.#options).href, this.#options.tokens, etag);
    this.#dispatch({ type: "polled", run, result });
  }

  #listenToPage(): () => void {
    const stop = new AbortController();
    if (typeof document !== "undefined") {
      const visibility = () => this.#dispatch({ type: "visibility", hidden: document.hidden });
      document.addEventListener("visibilitychange", visibility, stop);
      for (const type of ["online", "offline"] as const) addEventListener(type, () => this.#dispatch({ type }), stop);
      visibility();
    }
    return () => stop.abort();
  }
}
