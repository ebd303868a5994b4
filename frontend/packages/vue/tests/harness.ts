// Mounts components, and a client without a server: tests deliver documents and patches to it.
import { DashboardClient, type JsonObject, type PatchOperation } from "@switchboard/client";
import type { DashboardData } from "@switchboard/view";
import { type App, createApp, h, nextTick, shallowRef, type VNodeChild } from "vue";
import { type Client, DashboardProvider, type Definitions } from "../src/context.ts";
import { part } from "../src/part.ts";

class Wire {
  static last: Wire;
  readyState = 1;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  constructor() {
    Wire.last = this;
  }
  send(): void {}
  close(): void {}
}

type Draw = () => VNodeChild;

const mounted: App[] = [];

/** Mounts what `draw` returns; `redraw` puts something else in its place, as a parent would. */
export function mount(draw: Draw) {
  const drawn = shallowRef(draw);
  const container = document.body.appendChild(document.createElement("div"));
  const app = createApp({ render: () => drawn.value() });
  app.mount(container);
  mounted.push(app);
  const redraw = async (next: Draw) => {
    drawn.value = next;
    await nextTick();
  };
  return { container, redraw };
}

export function unmountAll(): void {
  for (const app of mounted.splice(0)) app.unmount();
  document.body.replaceChildren();
}

export class Board {
  readonly client: Client;
  #version = 1;

  constructor() {
    this.client = new DashboardClient<DashboardData>({
      tokens: { getAccessToken: async () => "t", refresh: async () => null },
      baseUrl: "https://board.example/",
      WebSocket: Wire as unknown as typeof WebSocket,
      fetch: async () => new Response(null, { status: 503 }),
    });
  }

  /** What `draw` returns, below a provider whose client is live with this document. */
  async show(draw: Draw, document: DashboardData, definitions: Definitions = {}) {
    await this.follow(document);
    return mount(() => part(DashboardProvider, { client: this.client, definitions, locale: "en-GB" }, draw));
  }

  async follow(document: DashboardData): Promise<void> {
    this.client.start();
    await nextTick();
    await nextTick();
    const { id, role } = document.user_info;
    this.#receive({
      type: "welcome", protocol: "dashboard.v1", connection: "c", user: { id, role },
      scopes: ["user"], token_expires_at: new Date(Date.now() + 900_000).toISOString(), ping_interval: 20,
    });
    const data = structuredClone(document) as unknown as JsonObject;
    this.#receive({ type: "snapshot", scope: "user", epoch: "e", version: 1, generated_at: new Date().toISOString(), reason: "connect", data });
  }

  async patch(...patch: PatchOperation[]): Promise<void> {
    const from = this.#version++;
    this.#receive({ type: "diff", scope: "user", epoch: "e", from, version: from + 1, generated_at: new Date().toISOString(), patch });
    await nextTick();
  }

  async drop(code: number): Promise<void> {
    Wire.last.onclose?.({ code });
    await nextTick();
  }

  #receive(frame: object): void {
    Wire.last.onmessage?.({ data: JSON.stringify(frame) });
  }
}

/** A component without props, for what a test says about the composables. */
export const using = (setup: () => Draw) => h({ setup });
