// Renders components below a provider whose client has no server: tests deliver documents and patches to it.
import { act, render } from "@testing-library/react";
import type { PatchOperation } from "@switchboard/client";
import type { DashboardData } from "@switchboard/view";
import type { ReactNode } from "react";
import { FollowedBoard } from "../../view/tests/board.ts";
import { DashboardProvider, type Definitions } from "../src/context.tsx";

export class Board extends FollowedBoard {
  async show(ui: ReactNode, document: DashboardData, definitions: Definitions = {}) {
    await act(() => this.follow(document));
    return render(
      <DashboardProvider client={this.client} definitions={definitions} locale="en-GB">
        {ui}
      </DashboardProvider>,
    );
  }

  patch = (...patch: PatchOperation[]): Promise<void> => act(async () => this.deliver(patch));
  drop = (code: number): Promise<void> => act(async () => this.lose(code));
}
