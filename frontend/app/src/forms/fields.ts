// The fields of a form as values: what they ask, what they hold at first, and what is sent of them.
import { fromWallClock, toWallClock, words } from "@switchboard/view";
import type { Api } from "../api.ts";

export interface Option {
  value: string;
  label: string;
}

export interface Field {
  name: string;
  label: string;
  kind: "text" | "textarea" | "number" | "datetime" | "time" | "tel" | "email" | "password" | "checkbox" | "select" | "radio" | "checkboxes";
  /** At first; of checkboxes all that are ticked. */
  value?: string | number | boolean | readonly string[] | null | undefined;
  required?: boolean;
  hint?: string;
  min?: number;
  max?: number;
  maxLength?: number;
  autoComplete?: string;
  options?: readonly Option[];
  /** Options that the server knows. */
  load?: (api: Api) => Promise<readonly Option[]>;
  /** The value is an id, or another number. */
  numeric?: boolean;
  /** Left empty, null is sent: for what can be taken back. */
  nullable?: boolean;
}

export type Values = Readonly<Record<string, unknown>>;

/** What the form says, fit for a request; what was left empty and is no text is left out. */
export function valuesOf(fields: readonly Field[], form: FormData, timeZone: string): Values {
  const values: Record<string, unknown> = {};
  for (const field of fields) {
    const value = valueOf(field, form, timeZone);
    if (value !== undefined) values[field.name] = value;
    else if (field.nullable) values[field.name] = null;
  }
  return values;
}

function valueOf({ name, kind, numeric, value }: Field, form: FormData, timeZone: string): unknown {
  const text = String(form.get(name) ?? "");
  switch (kind) {
    case "checkbox":
      return form.has(name);
    case "checkboxes":
      return form.getAll(name);
    case "datetime":
      // What was left alone stays as exact as it was; the field knows no seconds.
      if (typeof value === "string" && value && text === toWallClock(value, timeZone)) return value;
      return fromWallClock(text, timeZone) ?? undefined;
    case "number":
      return text === "" ? undefined : Number(text);
    case "select":
    case "radio":
    case "time":
      return text === "" ? undefined : numeric ? Number(text) : text;
    case "password":
      return text;
    default:
      return text.trim();
  }
}

/** Codes as options, in words. */
export const choices = (codes: readonly string[]): Option[] => codes.map((value) => ({ value, label: words(value) }));
