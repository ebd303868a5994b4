// The page's addresses: links of the documents lead to lists inside the page, without loading it anew.
import { useSyncExternalStore } from "react";

/** These paths are the server's own, or another page's; following one leaves this page. */
const SERVERS_OWN = /^\/(api|static|ws|vue|django-admin|swagger|asyncapi|health|metrics)(\/|$)/;

const listeners = new Set<() => void>();
const tell = () => {
  for (const listener of listeners) listener();
};

export interface Place {
  /** The first segment of the path: "" is the dashboard. */
  page: string;
  query: string;
}

export function placeOf(pathname: string, search: string): Place {
  return { page: pathname.split("/").find(Boolean) ?? "", query: search.replace(/^\?/, "") };
}

export function navigate(url: string): void {
  history.pushState(null, "", url);
  window.scrollTo(0, 0);
  tell();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const here = () => location.pathname + location.search;

export function usePlace(): Place {
  const url = new URL(useSyncExternalStore(subscribe, here), location.origin);
  return placeOf(url.pathname, url.search);
}

/** Takes over clicks on links of this page; whatever opens elsewhere is left to the browser. */
export function startRouter(): void {
  window.addEventListener("popstate", tell);
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (!link || link.origin !== location.origin || link.target || link.hasAttribute("download")) return;
    if (SERVERS_OWN.test(link.pathname) || (link.hash && link.pathname === location.pathname)) return;
    event.preventDefault();
    navigate(link.pathname + link.search);
  });
}
