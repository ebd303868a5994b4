// Alerts and broadcasts: their words, what of them is new, and which of them the viewer has dismissed.
import type { IconName } from "./icons.ts";
import type { Severity, SystemAlert } from "./types.ts";

export const SEVERITY_WORDS: Readonly<Record<Severity, string>> = { error: "Error", warning: "Warning", info: "Info" };

/** How long a toast stays; the banner keeps saying it. */
export const TOAST_MS = 8_000;

export interface Announced {
  id: string | number;
  type: Severity;
  title: string;
  message: string;
}

type Ids = ReadonlySet<string | number>;

export interface Announcement {
  known: Ids;
  /** Of those that are to be spoken now. */
  fresh: Ids;
  urgent: string;
  polite: string;
}

/**
 * What is to be spoken of these items, given the ids of those that were known before (null: the page comes up).
 * Errors interrupt, the rest waits for a moment; an empty text means that there is nothing new.
 */
export function announcement(items: readonly Announced[], before: Ids | null): Announcement {
  // What stood there when the page came up is read in its place; only news are announced. Errors even then.
  const fresh = items.filter(({ id, type }) => (before === null ? type === "error" : !before.has(id)));
  const say = (some: readonly Announced[]) => some.map(({ type, title, message }) => `${SEVERITY_WORDS[type]}: ${title}. ${message}`).join(" ");
  return {
    known: new Set(items.map(({ id }) => id)),
    fresh: new Set(fresh.map(({ id }) => id)),
    urgent: say(fresh.filter(({ type }) => type === "error")),
    polite: say(fresh.filter(({ type }) => type !== "error")),
  };
}

/** Which version of a broadcast this is: one that was changed is shown again after it was dismissed. */
export const versionOf = ({ id, severity, title, message }: SystemAlert): string => JSON.stringify([id, severity, title, message]);

/** Broadcasts as the announcer takes them. */
export const spokenOf = (alerts: readonly SystemAlert[]): Announced[] =>
  alerts.map((alert) => ({ ...alert, id: versionOf(alert), type: alert.severity }));

/** The broadcasts that were not there before; none of those that the page came up with. */
export function newBroadcasts(alerts: readonly SystemAlert[], before: ReadonlySet<string> | null): SystemAlert[] {
  return before === null ? [] : alerts.filter((alert) => !before.has(versionOf(alert)));
}

export interface ShownBroadcasts {
  banners: SystemAlert[];
  toasts: SystemAlert[];
}

/** What is left of banners and toasts once the dismissed and the withdrawn ones are gone. */
export function shownBroadcasts(
  alerts: readonly SystemAlert[],
  toasts: readonly SystemAlert[],
  dismissed: ReadonlySet<string>,
): ShownBroadcasts {
  const banners = alerts.filter((alert) => !dismissed.has(versionOf(alert)));
  const standing = new Set(banners.map(versionOf));
  return { banners, toasts: toasts.filter((toast) => standing.has(versionOf(toast))) };
}

/** A broadcast for information has an icon of its own. */
export const bannerIcon = (severity: Severity): IconName => (severity === "info" ? "broadcast" : severity);
