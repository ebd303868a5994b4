// Looking into JSON values of which nothing is known yet.
import type { JsonObject } from "./frames.ts";

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What stands under `key`; undefined too where there is no object. */
export const member = (value: unknown, key: string): unknown => (isObject(value) ? value[key] : undefined);

/** The parsed text; undefined if it is no JSON. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
