// Somebody who is signed in to the page: what they open, press and fill in.
import { act, cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeAll, expect } from "vitest";
import { App } from "../src/app.tsx";
import { navigate, startRouter } from "../src/router.tsx";
import { Session } from "../src/session.ts";
import { deliver, playServer, Wire } from "./world.ts";

let session: Session;

/** The page and its server, anew for each test. */
export function playVisits(): void {
  beforeAll(startRouter);
  playServer();
  afterEach(leave);
}

export async function leave(): Promise<void> {
  await act(() => session.leave());
  cleanup();
}

export async function inside(role: "admin" | "user" | "agent", path = "/", changes: object = {}): Promise<void> {
  history.replaceState(null, "", path);
  session = new Session(() => navigate("/"));
  await act(() => session.restore());
  render(<App session={session} />);
  await waitFor(() => expect(Wire.all.length).toBe(1));
  await deliver(role, changes);
}

export const press = (name: string | RegExp, within_ = screen as Pick<typeof screen, "getByRole">) =>
  act(async () => void fireEvent.click(within_.getByRole("button", { name })));

export const fill = (label: string, value: string, within_ = screen as Pick<typeof screen, "getByLabelText">) =>
  fireEvent.change(within_.getByLabelText(label), { target: { value } });

export const dialog = () => within(screen.getByRole("dialog"));
