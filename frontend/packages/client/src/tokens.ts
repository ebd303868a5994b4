// Where a client gets its access tokens from, the little it reads in them, and requests that carry them.

export interface TokenProvider {
  /** A token that is good now, or null when nobody is signed in. Rejects when it cannot be known (no network). */
  getAccessToken(): Promise<string | null>;
  /** A fresh token, or null when the sign-in has ended. Rejects when it cannot be known (no network). */
  refresh(): Promise<string | null>;
}

export interface Claims {
  user_id?: number | string | undefined;
  /** Seconds since the epoch. */
  exp?: number;
  iat?: number;
}

/** The claims of a JWT, unverified (that is the server's part); empty if it is no JWT. */
export function claims(token: string): Claims {
  try {
    const payload = (token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
    return Object(JSON.parse(atob(payload))) as Claims;
  } catch {
    return {};
  }
}

/** The answer to a request with an access token; a 401 refreshes it, once. Null when the sign-in has ended. */
export async function authorised(
  tokens: TokenProvider,
  send: (authorization: string) => Promise<Response>,
): Promise<Response | null> {
  let token = await tokens.getAccessToken();
  let response: Response | null = null;
  for (let attempt = 0; attempt < 2 && token !== null; attempt += 1) {
    response = await send(`Bearer ${token}`);
    if (response.status !== 401) return response;
    if (attempt === 0) token = await tokens.refresh();
  }
  return response;
}
