// Where a client gets its access tokens from, and the little it reads in them.

export interface TokenProvider {
  /** A token that is good now, or null when nobody is signed in. Rejects when it cannot be known (no network). */
  getAccessToken(): Promise<string | null>;
  /** A fresh token, or null when the sign-in has ended. Rejects when it cannot be known (no network). */
  refresh(): Promise<string | null>;
}

export interface Claims {
  user_id?: number | string;
  /** Seconds since the epoch. */
  exp?: number;
  iat?: number;
}

/** The claims of a JWT, unverified (that is the server's part); empty if it is no JWT. */
export function claims(token: string): Claims {
  try {
    const payload = (token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
    const parsed: unknown = JSON.parse(atob(payload));
    return typeof parsed === "object" && parsed !== null ? parsed : {};
  } catch {
    return {};
  }
}
