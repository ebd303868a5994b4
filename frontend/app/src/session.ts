// Who uses the page: coming back, signing in and out, and the client that follows their dashboard.
import { DashboardClient, SignIn } from "@switchboard/client";
import type { DashboardData } from "@switchboard/view";
import { sentence } from "./api.ts";

type Client = DashboardClient<DashboardData>;

export type SessionState =
  | { phase: "restoring" }
  /** The server could not be asked whether there is a sign-in to come back to. */
  | { phase: "unreachable" }
  | { phase: "signed_out"; notice: string | null }
  | { phase: "signed_in"; client: Client };

const RETRY_MS = 5_000;
const ENDED = "Your sign-in has ended. Please sign in again.";

export class Session {
  readonly signIn = new SignIn();
  #state: SessionState = { phase: "restoring" };
  readonly #listeners = new Set<() => void>();
  readonly #goHome: () => void;

  /** `goHome` leads to where whoever is next begins. */
  constructor(goHome: () => void = () => {}) {
    this.#goHome = goHome;
  }

  readonly getSnapshot = (): SessionState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  async restore(): Promise<void> {
    try {
      if (await this.signIn.restore()) this.#follow();
      else this.#set({ phase: "signed_out", notice: null });
    } catch {
      this.#set({ phase: "unreachable" });
      setTimeout(() => void this.restore(), RETRY_MS);
    }
  }

  /** Rejects with a sentence for the person at the form. */
  async enter(email: string, password: string): Promise<void> {
    try {
      await this.signIn.signIn(email, password);
    } catch (error) {
      throw new Error(sentence(error), { cause: error });
    }
    this.#follow();
  }

  async leave({ everywhere = false, notice = null }: { everywhere?: boolean; notice?: string | null } = {}): Promise<void> {
    this.#end(notice);
    if (notice === null) this.#goHome();
    // Whether or not the server hears of it: here the sign-in is over.
    await this.signIn.signOut({ everywhere }).catch(() => undefined);
  }

  #follow(): void {
    const client = new DashboardClient<DashboardData>({ tokens: this.signIn });
    client.select(
      (snapshot) => snapshot.status,
      (status) => status === "signed_out" && this.#end(ENDED),
    );
    this.#set({ phase: "signed_in", client });
    client.start();
  }

  #end(notice: string | null): void {
    const before = this.#state;
    this.#set({ phase: "signed_out", notice });
    if (before.phase === "signed_in") before.client.stop();
  }

  #set(state: SessionState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}
