// The one shape of the server's errors, and what a failed request becomes.

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

const isItem = (value: unknown): value is ErrorItem =>
  typeof value === "object" && value !== null && "detail" in value && typeof value.detail === "string";

/** The errors in a body `{type, errors: [{code, detail, attr}]}`; one made up from the status if there is none. */
export async function parseErrors(response: Response): Promise<[ErrorItem, ...ErrorItem[]]> {
  const fallback: ErrorItem = {
    code: `http_${response.status}`,
    detail: `The server answered ${response.status}${response.statusText ? ` ${response.statusText}` : ""}.`,
    attr: null,
  };
  try {
    const body: unknown = await response.json();
    const errors =
      typeof body === "object" && body !== null && "errors" in body && Array.isArray(body.errors)
        ? body.errors.filter(isItem)
        : [];
    return [errors[0] ?? fallback, ...errors.slice(1)];
  } catch {
    return [fallback];
  }
}

/** What a `Retry-After` in seconds asks for; null without one. */
export function retryAfterMs(response: Response): number | null {
  const seconds = Number(response.headers.get("Retry-After") ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : null;
}

export async function apiError(response: Response): Promise<ApiError> {
  return new ApiError(response.status, await parseErrors(response), retryAfterMs(response));
}
