// A client without a server, for the tests of any kit: they deliver documents and patches to it.
import { DashboardClient, type JsonObject, type PatchOperation } from "@switchboard/client";
import type { DashboardData } from "../src/types.ts";

class Wire {
  static last: Wire;
  static told: () => void = () => {};
  readyState = 1;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  constructor() {
    Wire.last = this;
    Wire.told();
  }
  send(): void {}
  close(): void {}
}

export class FollowedBoard {
  readonly client = new DashboardClient<DashboardData>({
    tokens: { getAccessToken: async () => "t", refresh: async () => null },
    baseUrl: "https://board.example/",
    WebSocket: Wire as unknown as typeof WebSocket,
    fetch: async () => new Response(null, { status: 503 }),
  });
  #version = 1;

  /** Connects, unless it is connected, and delivers the document. */
  async follow(document: DashboardData): Promise<void> {
    const opened = new Promise<void>((resolve) => (Wire.told = resolve));
    this.client.start();
    if (this.client.getSnapshot().document === null) await opened;
    await Promise.resolve(); // its listeners are set
    const { id, role } = document.user_info;
    receive({
      type: "welcome", protocol: "dashboard.v1", connection: "c", user: { id, role },
      scopes: ["user"], token_expires_at: new Date(Date.now() + 900_000).toISOString(), ping_interval: 20,
    });
    const data = structuredClone(document) as unknown as JsonObject;
    receive({ type: "snapshot", scope: "user", epoch: "e", version: 1, generated_at: new Date().toISOString(), reason: "connect", data });
  }

  deliver(patch: PatchOperation[]): void {
    const from = this.#version++;
    receive({ type: "diff", scope: "user", epoch: "e", from, version: from + 1, generated_at: new Date().toISOString(), patch });
  }

  lose(code: number): void {
    Wire.last.onclose?.({ code });
  }
}

function receive(frame: object): void {
  Wire.last.onmessage?.({ data: JSON.stringify(frame) });
}
