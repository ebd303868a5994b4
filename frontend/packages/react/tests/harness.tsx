// A client without a server: tests deliver documents and patches to it.
import { act, render } from "@testing-library/react";
import { DashboardClient, type JsonObject, type PatchOperation } from "@switchboard/client";
import type { DashboardData } from "@switchboard/view";
import type { ReactNode } from "react";
import { type Client, DashboardProvider, type Definitions } from "../src/context.tsx";

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

  async show(ui: ReactNode, document: DashboardData, definitions: Definitions = {}) {
    this.client.start();
    await act(async () => {});
    this.#receive({
      type: "welcome", protocol: "dashboard.v1", connection: "c", user: { id: document.user_info.id, role: document.user_info.role },
      scopes: ["user"], token_expires_at: new Date(Date.now() + 900_000).toISOString(), ping_interval: 20,
    });
    const data = structuredClone(document) as unknown as JsonObject;
    this.#receive({ type: "snapshot", scope: "user", epoch: "e", version: 1, generated_at: new Date().toISOString(), reason: "connect", data });
    return render(
      <DashboardProvider client={this.client} definitions={definitions} locale="en-GB">
        {ui}
      </DashboardProvider>,
    );
  }

  async patch(...patch: PatchOperation[]): Promise<void> {
    const from = this.#version++;
    await act(async () =>
      this.#receive({ type: "diff", scope: "user", epoch: "e", from, version: from + 1, generated_at: new Date().toISOString(), patch }),
    );
  }

  async drop(code: number): Promise<void> {
    await act(async () => Wire.last.onclose?.({ code }));
  }

  #receive(frame: object): void {
    Wire.last.onmessage?.({ data: JSON.stringify(frame) });
  }
}
