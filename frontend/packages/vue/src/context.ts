// The composables: what components read from the client, and what they share (formatting, definitions).
import type { ClientSnapshot, DashboardClient } from "@switchboard/client";
import { createFormatter, type DashboardData, type Formatter } from "@switchboard/view";
import {
  computed,
  type ComputedRef,
  defineComponent,
  inject,
  type InjectionKey,
  onScopeDispose,
  provide,
  type Ref,
  shallowRef,
  type ShallowRef,
  toRaw,
  watch,
} from "vue";
import { part } from "./part.ts";

export type Client = DashboardClient<DashboardData>;
/** What each figure means, by its path in the document (`call_statistics.calls_today`). */
export type Definitions = Readonly<Record<string, string>>;

interface Followed {
  client: Client;
  snapshot: Readonly<ShallowRef<ClientSnapshot<DashboardData>>>;
}

type Readable<T> = Readonly<Ref<T>>;

const FOLLOWED: InjectionKey<Followed> = Symbol("followed");
const FORMAT: InjectionKey<Readable<Formatter>> = Symbol("format");
const DEFINITIONS: InjectionKey<Readable<Definitions>> = Symbol("definitions");
const DISMISSED: InjectionKey<Ref<ReadonlySet<string>>> = Symbol("dismissed");
const NO_DEFINITIONS: Definitions = {};
const DEFAULT_FORMAT = shallowRef(createFormatter());
const NOT_HELD = shallowRef(false);

export interface DashboardProviderProps {
  client: Client;
  definitions?: Definitions;
  locale?: string;
}

/** Puts a client, and the viewer's way of writing figures, at the disposal of the components below. */
export const DashboardProvider = defineComponent(
  function DashboardProvider(props: DashboardProviderProps, { slots }) {
    // Another client is another person's dashboard: everything below begins anew.
    let turn = 0;
    watch(() => props.client, () => (turn += 1), { flush: "sync" });
    return () => part(Follow, { key: turn, ...props }, () => slots.default?.());
  },
  { props: ["client", "definitions", "locale"] },
);

const Follow = defineComponent(
  function Follow(props: DashboardProviderProps, { slots }) {
    const client = toRaw(props.client); // its private fields are out of reach for a reactive stand-in
    const snapshot = shallowRef(client.getSnapshot());
    onScopeDispose(client.subscribe(() => (snapshot.value = client.getSnapshot())));
    provide(FOLLOWED, { client, snapshot });
    provideFormat(
      () => snapshot.value.document?.time_zone,
      () => snapshot.value.document?.currency,
      () => props.locale,
    );
    provide(DEFINITIONS, computed(() => props.definitions ?? NO_DEFINITIONS));
    provide(DISMISSED, shallowRef<ReadonlySet<string>>(new Set()));
    return () => slots.default?.();
  },
  { props: ["client", "definitions", "locale"] },
);

export interface FormatProviderProps {
  timeZone?: string | undefined;
  currency?: string | undefined;
  locale?: string | undefined;
}

/** Formatting alone, for components that are given their data without a client. */
export const FormatProvider = defineComponent(
  function FormatProvider(props: FormatProviderProps, { slots }) {
    provideFormat(
      () => props.timeZone,
      () => props.currency,
      () => props.locale,
    );
    return () => slots.default?.();
  },
  { props: ["timeZone", "currency", "locale"] },
);

type Maybe = () => string | undefined;

function provideFormat(...sources: [timeZone: Maybe, currency: Maybe, locale: Maybe]): void {
  // Picked apart first: a formatter is made for other words, not for every change of the document.
  const [timeZone, currency, locale] = sources.map((source) => computed(source));
  const format = computed(() =>
    createFormatter({
      ...(timeZone?.value && { timeZone: timeZone.value }),
      ...(currency?.value && { currency: currency.value }),
      ...(locale?.value && { locale: locale.value }),
    }),
  );
  provide(FORMAT, format);
}

function useFollowed(): Followed {
  const followed = inject(FOLLOWED, null);
  if (!followed) throw new Error("this needs a DashboardProvider above it");
  return followed;
}

export const useClient = (): Client => useFollowed().client;
export const useFormat = (): Readable<Formatter> => inject(FORMAT, DEFAULT_FORMAT);

export function useDefinition(path: () => string | undefined): ComputedRef<string | undefined> {
  const definitions = inject(DEFINITIONS, null);
  return computed(() => {
    const at = path();
    return at === undefined ? undefined : definitions?.value[at];
  });
}

/** Is the screen held still by the pause? Components that are given their data work without a client. */
export function useHeld(): Readable<boolean> {
  const followed = inject(FOLLOWED, null);
  return followed ? computed(() => followed.snapshot.value.paused) : NOT_HELD;
}

/** How far this machine's clock is ahead of the server's, in ms. */
export function useClockOffset(): Readable<number> {
  const followed = inject(FOLLOWED, null);
  return computed(() => followed?.snapshot.value.clockOffset ?? 0);
}

/** Which broadcasts the viewer has dismissed: remembered above the components that come and go, where there is a provider. */
export const useDismissed = (): Ref<ReadonlySet<string>> => inject(DISMISSED, () => shallowRef(new Set<string>()), true);

/**
 * A piece of the document; what reads it runs again only when that piece is another object or value. Undefined while
 * there is no document. `D` names the role's document where it is known.
 */
export function useDashboard<T, D extends DashboardData = DashboardData>(selector: (data: D) => T): ComputedRef<T | undefined> {
  return useConnection((snapshot) => (snapshot.document === null ? undefined : selector(snapshot.document as D)));
}

/** A piece of the client's snapshot: the status, the age of the data, the pause. */
export function useConnection<T>(selector: (snapshot: ClientSnapshot<DashboardData>) => T): ComputedRef<T> {
  const { snapshot } = useFollowed();
  return computed(() => selector(snapshot.value));
}
