// Mounts components, alone or below a provider whose client has no server: tests deliver documents and patches to it.
import type { PatchOperation } from "@switchboard/client";
import type { DashboardData } from "@switchboard/view";
import { type App, createApp, h, nextTick, shallowRef, type VNodeChild } from "vue";
import { FollowedBoard } from "../../view/tests/board.ts";
import { DashboardProvider, type Definitions } from "../src/context.ts";
import { part } from "../src/part.ts";

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

export class Board extends FollowedBoard {
  async show(draw: Draw, document: DashboardData, definitions: Definitions = {}) {
    await this.follow(document);
    return mount(() => part(DashboardProvider, { client: this.client, definitions, locale: "en-GB" }, draw));
  }

  async patch(...patch: PatchOperation[]): Promise<void> {
    this.deliver(patch);
    await nextTick();
  }

  async drop(code: number): Promise<void> {
    this.lose(code);
    await nextTick();
  }
}

/** A component without props, for what a test says about the composables. */
export const using = (setup: () => Draw) => h({ setup });
