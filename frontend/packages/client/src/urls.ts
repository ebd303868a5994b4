// Where the server is.

export interface Place {
  /** The page's own origin if not given. */
  baseUrl?: string;
}

export const urlOf = (path: string, { baseUrl }: Place): URL => new URL(path, baseUrl ?? location.href);
