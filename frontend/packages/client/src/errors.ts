// The one shape of the server's errors, and what a failed request becomes.
import { member, parsed } from "./json.ts";

export interface ErrorItem {
  code: string;
  detail: string;
  /** The field of the request that it concerns. */
  attr: string | null;
}

/** An answer of the server that is not a success. */
export class ApiError extends Error {
  override name = "ApiError";

  constructor(
    readonly status: number,
    readonly errors: readonly [ErrorItem, ...ErrorItem[]],
    readonly retryAfterMs: number | null = null,
  ) {
    super(errors[0].detail);
  }

  get code(): string {
    return this.errors[0].code;
  }
}

const isItem = (value: unknown): value is ErrorItem => typeof member(value, "detail") === "string";

/** The errors in a body `{type, errors: [{code, detail, attr}]}`; one made up from the status if there is none. */
export async function parseErrors(response: Response): Promise<[ErrorItem, ...ErrorItem[]]> {
  const errors = member(parsed(await response.text().catch(() => "")), "errors");
  const [first, ...more] = Array.isArray(errors) ? errors.filter(isItem) : [];
  const { status } = response;
  return [first ?? { code: `http_${status}`, detail: `The server answered ${status}.`, attr: null }, ...more];
}

/** What a `Retry-After` in seconds asks for; null without one. */
export function retryAfterMs(response: Response): number | null {
  const seconds = Number.parseFloat(response.headers.get("Retry-After") ?? "");
  return seconds >= 0 ? seconds * 1000 : null;
}

export async function apiError(response: Response): Promise<ApiError> {
  return new ApiError(response.status, await parseErrors(response), retryAfterMs(response));
}
