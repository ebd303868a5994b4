// The REST interface as the pages use it: JSON in, JSON out, and refusals sorted by the field they are about.
import { ApiError, type SignIn } from "@switchboard/client";

export class Api {
  constructor(readonly signIn: SignIn) {}

  get = <T>(path: string): Promise<T> => this.#ask<T>("GET", path);
  post = <T>(path: string, body: object = {}): Promise<T> => this.#ask<T>("POST", path, body);
  put = <T>(path: string, body: object): Promise<T> => this.#ask<T>("PUT", path, body);
  patch = <T>(path: string, body: object): Promise<T> => this.#ask<T>("PATCH", path, body);
  remove = (path: string): Promise<void> => this.#ask<void>("DELETE", path);

  async #ask<T>(method: string, path: string, body?: object): Promise<T> {
    const init = body && { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } };
    const response = await this.signIn.request(path, { method, ...init });
    return (response.status === 204 ? undefined : await response.json()) as T;
  }
}

export interface Problems {
  /** What is about no field of the form. */
  rest: string;
  /** By the field's name. */
  fields: Readonly<Record<string, string>>;
}

/** One sentence for whoever asked. */
export function sentence(error: unknown): string {
  if (!(error instanceof ApiError)) return "The server cannot be reached. Check the connection and try again.";
  if (error.status === 429) {
    const wait = error.retryAfterMs === null ? "a moment" : `${Math.ceil(error.retryAfterMs / 1000)} seconds`;
    return `Too many attempts. Wait ${wait}, then try again.`;
  }
  switch (error.code) {
    case "not_configured":
      return `${error.message} Whoever operates this server can set one up.`;
    case "limit_reached":
      return `${error.message} Disable an agent's account first, or choose a plan that allows more.`;
    case "not_found":
      return "It is not there any more.";
    default:
      return error.errors.map(({ detail }) => detail).join(" ");
  }
}

/** Each refusal beside its field; those of no field, or of one that the form does not have, together. */
export function problemsOf(error: unknown, names: readonly string[]): Problems {
  if (!(error instanceof ApiError)) return { rest: sentence(error), fields: {} };
  const mine = error.errors.filter(({ attr }) => attr !== null && names.includes(attr));
  const others = error.errors.filter((item) => !mine.includes(item));
  const [first, ...more] = others;
  return {
    rest: first ? sentence(new ApiError(error.status, [first, ...more], error.retryAfterMs)) : "",
    fields: Object.fromEntries(mine.map(({ attr, detail }) => [attr, detail])),
  };
}
