// The hooks: what components read from the client, and what they share (formatting, definitions).
import type { ClientSnapshot, DashboardClient } from "@switchboard/client";
import { createFormatter, type DashboardData, type Formatter } from "@switchboard/view";
import { createContext, type ReactNode, useContext, useMemo, useRef, useSyncExternalStore } from "react";
import { DismissalsProvider } from "./system-alerts.tsx";

export type Client = DashboardClient<DashboardData>;
/** What each figure means, by its path in the document (`call_statistics.calls_today`). */
export type Definitions = Readonly<Record<string, string>>;

const ClientContext = createContext<Client | null>(null);
const FormatContext = createContext<Formatter>(createFormatter());
const DefinitionsContext = createContext<Definitions>({});
const HeldContext = createContext(false);
const NO_DEFINITIONS: Definitions = {};

export interface DashboardProviderProps {
  client: Client;
  definitions?: Definitions;
  locale?: string;
  children: ReactNode;
}

/** Puts a client, and the viewer's way of writing figures, at the disposal of the components below. */
export function DashboardProvider({ client, definitions = NO_DEFINITIONS, locale, children }: DashboardProviderProps) {
  return (
    <ClientContext value={client}>
      <FromDocument locale={locale}>
        <DefinitionsContext value={definitions}>
          <DismissalsProvider>{children}</DismissalsProvider>
        </DefinitionsContext>
      </FromDocument>
    </ClientContext>
  );
}

function FromDocument({ locale, children }: { locale: string | undefined; children: ReactNode }) {
  const timeZone = useDashboard((data) => data.time_zone);
  const currency = useDashboard((data) => data.currency);
  const paused = useConnection((snapshot) => snapshot.paused);
  return (
    <HeldContext value={paused}>
      <FormatProvider timeZone={timeZone} currency={currency} locale={locale}>
        {children}
      </FormatProvider>
    </HeldContext>
  );
}

export interface FormatProviderProps {
  timeZone?: string | undefined;
  currency?: string | undefined;
  locale?: string | undefined;
  children: ReactNode;
}

/** Formatting alone, for components that are given their data without a client. */
export function FormatProvider({ timeZone, currency, locale, children }: FormatProviderProps) {
  const format = useMemo(
    () => createFormatter({ ...(timeZone && { timeZone }), ...(currency && { currency }), ...(locale && { locale }) }),
    [timeZone, currency, locale],
  );
  return <FormatContext value={format}>{children}</FormatContext>;
}

export function useClient(): Client {
  const client = useContext(ClientContext);
  if (!client) throw new Error("useClient needs a DashboardProvider above it");
  return client;
}

/** The client if there is one; components that are given their data work without. */
export const useOptionalClient = (): Client | null => useContext(ClientContext);
export const useFormat = (): Formatter => useContext(FormatContext);
export const useDefinition = (path: string | undefined): string | undefined => {
  const definitions = useContext(DefinitionsContext);
  return path === undefined ? undefined : definitions[path];
};
/** Is the screen held still by the pause? */
export const useHeld = (): boolean => useContext(HeldContext);

/**
 * A piece of the document; the component renders again only when that piece is another object or value. Undefined
 * while there is no document. `D` names the role's document where it is known.
 */
export function useDashboard<T, D extends DashboardData = DashboardData>(selector: (data: D) => T): T | undefined {
  return useConnection((snapshot) => (snapshot.document === null ? undefined : selector(snapshot.document as D)));
}

/** A piece of the client's snapshot: the status, the age of the data, the pause. */
export function useConnection<T>(selector: (snapshot: ClientSnapshot<DashboardData>) => T): T {
  const client = useClient();
  // A selector is asked once per snapshot, so that one that builds a new object each time cannot loop.
  const asked = useRef<{ snapshot: ClientSnapshot<DashboardData>; by: typeof selector; picked: T } | null>(null);
  const read = () => {
    const snapshot = client.getSnapshot();
    if (asked.current?.snapshot !== snapshot || asked.current.by !== selector) {
      asked.current = { snapshot, by: selector, picked: selector(snapshot) };
    }
    return asked.current.picked;
  };
  return useSyncExternalStore(client.subscribe, read);
}
