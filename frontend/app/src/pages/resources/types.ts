// What describes a list: what it shows, what it can be narrowed to, what can be done with it and with a row.
import type { Role } from "@switchboard/react";
import type { Api } from "../../api.ts";
import type { Field, Option, Values } from "../../forms/fields.ts";
import type { Said } from "../../said.tsx";

export type Row = Readonly<Record<string, unknown>> & { readonly id: number | string };

/** What an action about the whole list is about. */
export const NO_ROW: Row = { id: "" };

export type Format = "text" | "words" | "state" | "money" | "moment" | "seconds" | "percent" | "yes" | "due" | "wait" | "talk" | "price" | "hours";

export interface Column {
  key: string;
  label: string;
  format: Format;
  /** Whom it tells something; everybody if not given. */
  roles?: readonly Role[];
}

export interface Viewer {
  id: number;
  role: Role;
}

export interface Action {
  label: string;
  primary?: boolean;
  roles: readonly Role[];
  /** May this be done with the row? The server decides in the end. */
  when?: (row: Row, viewer: Viewer) => boolean;
  /** Asked for before. */
  fields?: (row: Row, viewer: Viewer) => readonly Field[];
  /** What the form's button says, if not the label. */
  submit?: string;
  /** The question before something that is not taken back easily. */
  confirm?: (row: Row) => string;
  /** Does it; says what happened. */
  run: (api: Api, row: Row, values: Values) => Promise<Said>;
}

export interface FilterChoice {
  name: string;
  label: string;
  options: readonly Option[];
  /** For whom there is a choice; for everybody if not given. */
  roles?: readonly Role[];
}

export interface Resource {
  title: string;
  /** Where a role calls it otherwise. */
  titles?: Partial<Record<Role, string>>;
  endpoint: string;
  roles: readonly Role[];
  columns: readonly Column[];
  /** What the navigation shows of it at first, as the query of its address. */
  opensAt?: string;
  filters?: readonly FilterChoice[];
  /** About the list, not about a row of it; the row is empty. */
  listActions?: readonly Action[];
  actions?: readonly Action[];
  empty: string;
}

export const column = (label: string, format: Format, key: string, roles?: readonly Role[]): Column => ({ label, format, key, ...(roles && { roles }) });
export const is = (...states: string[]) => (row: Row): boolean => states.includes(String(row.status));

/** A subscription that is over for good. */
export const hasEnded = (status: string): boolean => status === "canceled" || status === "incomplete_expired";

export const EVERYONE: readonly Role[] = ["admin", "user", "agent"];
export const YES_NO: readonly Option[] = [
  { value: "1", label: "Yes" },
  { value: "0", label: "No" },
];

/** Whom a row is about, for a sentence. */
export function whom(row: Row): string {
  const name = [row.customer_name, row.name, row.full_name, row.phone_number, row.customer_phone, row.phone, row.email, row.user_email].find(Boolean);
  return name === undefined ? "them" : String(name);
}

/** The agents of a tenant who can be given work, by name. */
export function agentsOf(row: Row, { role }: Viewer): (api: Api) => Promise<readonly Option[]> {
  const owner = role === "admin" ? `&owner=${String(row.owner)}` : "";
  return async (api) => {
    const { results } = await api.get<{ results: { id: number; full_name: string; email: string }[] }>(
      `/api/users/?role=agent&is_active=1&page_size=100${owner}`,
    );
    return results.map(({ id, full_name, email }) => ({ value: String(id), label: full_name || email }));
  };
}
