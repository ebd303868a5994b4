// A paginated list of the REST interface, which loads itself again when the dashboard changes.
import { ApiError, type SignIn } from "@switchboard/client";
import { useClient, useConnection } from "@switchboard/react";
import { useCallback, useEffect, useRef, useState } from "react";
import type { Row } from "./resources/types.ts";

export interface Listing {
  count: number;
  results: Row[];
  hasNext: boolean;
  hasPrevious: boolean;
}

export type ListState =
  | { phase: "loading" }
  | { phase: "ready"; listing: Listing }
  /** This server has no such list. */
  | { phase: "missing" }
  | { phase: "failed"; message: string };

/** However fast the dashboard changes, the list is loaded again at most this often. */
const SETTLE_MS = 1_500;

function listing(body: unknown): Listing {
  const page = body as { count?: number; results?: Row[]; next?: string | null; previous?: string | null };
  // The address of a single row answers with that row.
  const results = page.results ?? [body as Row];
  return { count: page.count ?? results.length, results, hasNext: Boolean(page.next), hasPrevious: Boolean(page.previous) };
}

export function useList(signIn: SignIn, url: string): { state: ListState; reload: () => Promise<void> } {
  const [state, setState] = useState<ListState>({ phase: "loading" });
  const asked = useRef(0);
  const reload = useCallback(async () => {
    const mine = ++asked.current;
    let next: ListState;
    try {
      next = { phase: "ready", listing: listing(await (await signIn.request(url)).json()) };
    } catch (error) {
      const missing = error instanceof ApiError && error.status === 404;
      next = missing ? { phase: "missing" } : { phase: "failed", message: error instanceof ApiError ? error.message : "The server cannot be reached." };
    }
    if (mine === asked.current) setState(next);
  }, [signIn, url]);

  useEffect(() => {
    void reload();
    return () => {
      asked.current += 1; // what is still under way is nobody's any more
    };
  }, [reload]);

  const paused = useConnection((snapshot) => snapshot.paused);
  const changedAt = useConnection((snapshot) => snapshot.changedAt);
  const client = useClient();
  const loadedFor = useRef(client.getSnapshot().changedAt);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  useEffect(() => {
    // A timer that runs is left running: changes that never stop must not put off the loading for ever.
    if (paused || changedAt === loadedFor.current || timer.current !== null) return;
    timer.current = setTimeout(() => {
      timer.current = null;
      loadedFor.current = client.getSnapshot().changedAt;
      void reload();
    }, SETTLE_MS);
  }, [client, changedAt, paused, reload]);
  useEffect(
    () => () => {
      if (timer.current !== null) clearTimeout(timer.current);
      timer.current = null;
    },
    [reload, paused],
  );
  return { state, reload };
}
