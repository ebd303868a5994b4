// The text behind every figure, from the server; a server without it means labels without tooltips.
import type { SignIn } from "@switchboard/client";
import type { Definitions } from "@switchboard/react";

export async function loadDefinitions(signIn: SignIn): Promise<Definitions> {
  try {
    const body: unknown = await (await signIn.request("/api/dashboard/definitions/")).json();
    if (typeof body !== "object" || body === null) return {};
    return Object.fromEntries(Object.entries(body).filter((entry): entry is [string, string] => typeof entry[1] === "string"));
  } catch {
    return {};
  }
}
