// Signing in and out, and the access token between: held in memory only. The refresh token is an HttpOnly cookie that
// no script sees; the browser's storage keeps nothing but the fact that there is a sign-in to come back to.
import { ApiError, apiError, type ErrorItem } from "./errors.ts";
import { authorised, claims, type TokenProvider } from "./tokens.ts";
import { type Place, urlOf } from "./urls.ts";

/** A token with less life left than this is replaced before it is used. */
const LEAST_LIFE_MS = 5_000;
const TIMEOUT_MS = 10_000;
const REMEMBERED = "switchboard.signed-in";
const LOCK = "switchboard.refresh";
const SIGNED_OUT: ErrorItem = { code: "not_authenticated", detail: "Please sign in again.", attr: null };
const AS_COOKIE = { "X-Token-Transport": "cookie" };

export interface SignInOptions extends Place {
  fetch?: typeof fetch;
}

export class SignIn implements TokenProvider {
  readonly #options: SignInOptions;
  #access: string | null = null;
  /** When the token ends, by this machine's clock: from its own life, so that a wrong clock does no harm. */
  #expiresAt = 0;
  #refreshing: Promise<string | null> | null = null;
  /** Counts sign-ins and sign-outs, so that an answer that was overtaken by one is dropped. */
  #generation = 0;

  constructor(options: SignInOptions = {}) {
    this.#options = options;
  }

  /** Signs in; rejects with ApiError when refused. */
  async signIn(email: string, password: string): Promise<void> {
    const response = await this.#post("token/", { email, password }, AS_COOKIE);
    if (!response.ok) throw await apiError(response);
    this.#generation += 1;
    this.#keep(await accessOf(response));
    remember(true);
  }

  /** Comes back to a sign-in of an earlier visit, if there is one; rejects when the server cannot be reached. */
  async restore(): Promise<boolean> {
    return remembered() && (await this.refresh()) !== null;
  }

  async signOut({ everywhere = false } = {}): Promise<void> {
    const token = this.#access;
    this.#generation += 1;
    this.#keep(null);
    remember(false);
    const headers = token === null ? {} : { Authorization: `Bearer ${token}` };
    await this.#post(everywhere ? "logout/?all=1" : "logout/", {}, headers);
  }

  async getAccessToken(): Promise<string | null> {
    if (this.#access !== null && this.#expiresAt - Date.now() > LEAST_LIFE_MS) return this.#access;
    return remembered() || this.#access !== null ? this.refresh() : null;
  }

  /** Several callers share one refresh; several tabs take turns, for each one spends the cookie's token. */
  refresh(): Promise<string | null> {
    this.#refreshing ??= exclusively(() => this.#refresh()).finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  /** `fetch` as the one who is signed in; a 401 refreshes the token once. Rejects with ApiError on any refusal. */
  async request(path: string, init: RequestInit = {}): Promise<Response> {
    const response = await authorised(this, (authorization) => {
      const headers = new Headers(init.headers);
      headers.set("Authorization", authorization);
      return this.#fetch(path, { ...init, headers });
    });
    if (response?.ok) return response;
    throw response ? await apiError(response) : new ApiError(401, [SIGNED_OUT]);
  }

  async #refresh(): Promise<string | null> {
    const generation = this.#generation;
    const response = await this.#post("refresh/", {}, AS_COOKIE);
    if (!response.ok && response.status !== 400 && response.status !== 401) throw await apiError(response);
    const access = response.ok ? await accessOf(response) : null;
    if (generation !== this.#generation) return this.#access;
    this.#keep(access);
    if (access === null) remember(false);
    return access;
  }

  #keep(access: string | null): void {
    this.#access = access;
    const { exp = Number.POSITIVE_INFINITY, iat = 0 } = claims(access ?? "");
    this.#expiresAt = Date.now() + (exp - iat) * 1000;
  }

  #post(path: string, body: object, headers: Record<string, string>): Promise<Response> {
    return this.#fetch(`/api/auth/${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
  }

  #fetch(path: string, init: RequestInit): Promise<Response> {
    const request = this.#options.fetch ?? fetch;
    return request(urlOf(path, this.#options).href, { signal: AbortSignal.timeout(TIMEOUT_MS), ...init });
  }
}

const accessOf = async (response: Response): Promise<string> => ((await response.json()) as { access: string }).access;

function exclusively<T>(work: () => Promise<T>): Promise<T> {
  const locks = (globalThis as { navigator?: { locks?: LockManager } }).navigator?.locks;
  return locks ? (locks.request(LOCK, work) as Promise<T>) : work();
}

/** Undefined where storage is forbidden: then each visit begins with the form. */
function stored<T>(use: (storage: Storage) => T): T | undefined {
  try {
    return use(localStorage);
  } catch {
    return undefined;
  }
}

const remembered = (): boolean => Boolean(stored((storage) => storage.getItem(REMEMBERED)));
const remember = (signedIn: boolean): void =>
  stored((storage) => (signedIn ? storage.setItem(REMEMBERED, "1") : storage.removeItem(REMEMBERED)));
