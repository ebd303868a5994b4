// The REST fallback: one request for the whole document, with the entity tag of the last one.
import { parseErrors, retryAfterMs } from "./errors.ts";
import type { JsonObject } from "./frames.ts";
import type { PollResult } from "./state.ts";
import { authorised, type TokenProvider } from "./tokens.ts";

const TIMEOUT_MS = 10_000;

export async function pollOnce(
  request: typeof fetch,
  url: string,
  tokens: TokenProvider,
  etag: string | null,
): Promise<PollResult> {
  try {
    const response = await authorised(tokens, (authorization) =>
      request(url, {
        headers: { Authorization: authorization, ...(etag !== null && { "If-None-Match": etag }) },
        cache: "no-store", // the tag is ours to send: a cached 200 would look like a change
        signal: AbortSignal.timeout(TIMEOUT_MS),
      }),
    );
    if (response === null || response.status === 401) return { outcome: "signed_out" };
    if (response.status === 304) return { outcome: "unchanged" };
    if (response.status === 403) {
      const [error] = await parseErrors(response);
      return { outcome: "refused", problem: { code: error.code, message: error.detail } };
    }
    if (!response.ok) return { outcome: "failed", retryAfterMs: retryAfterMs(response) };
    return { outcome: "document", body: (await response.json()) as JsonObject, etag: response.headers.get("ETag") };
  } catch {
    return { outcome: "failed", retryAfterMs: null };
  }
}
