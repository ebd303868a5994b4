// Broadcasts of the admins: a banner while they last, a toast when one comes, each dismissed by the viewer.
import { bannerIcon, newBroadcasts, SEVERITY_WORDS, shownBroadcasts, spokenOf, type SystemAlert, TOAST_MS, versionOf } from "@switchboard/view";
import { defineComponent, h, shallowRef, watch } from "vue";
import { Announcer } from "./alerts-panel.ts";
import { useDismissed } from "./context.ts";
import { icon } from "./icon.ts";
import { derived, part } from "./part.ts";

export const SystemAlerts = defineComponent(
  function SystemAlerts(props: { alerts: readonly SystemAlert[] }) {
    const dismissed = useDismissed();
    const toasts = shallowRef<readonly SystemAlert[]>([]);
    const spoken = derived(() => props.alerts, spokenOf);
    let known: ReadonlySet<string> | null = null;
    const greet = (alerts: readonly SystemAlert[]) => {
      const fresh = newBroadcasts(alerts, known);
      known = new Set(alerts.map(versionOf));
      if (fresh.length === 0) return;
      toasts.value = [...toasts.value, ...fresh];
      // Not cleared by the next change: each toast has its own time. On a screen that is gone it does nothing.
      setTimeout(() => (toasts.value = toasts.value.filter((toast) => !fresh.includes(toast))), TOAST_MS);
    };
    watch(() => props.alerts, greet, { immediate: true });
    const dismiss = (alert: SystemAlert) => {
      dismissed.value = new Set([...dismissed.value, versionOf(alert)]);
      toasts.value = toasts.value.filter((toast) => toast !== alert);
    };
    return () => {
      const shown = shownBroadcasts(props.alerts, toasts.value, dismissed.value);
      return [
        shown.banners.length > 0 &&
          h("section", { class: "banners", "aria-label": "Announcements" }, shown.banners.map((alert) => drawBanner(alert, dismiss))),
        shown.toasts.length > 0 && h("div", { class: "toasts", "aria-hidden": "true" }, shown.toasts.map(drawToast)),
        part(Announcer, { items: spoken.value }),
      ];
    };
  },
  { props: ["alerts"] },
);

const drawToast = (alert: SystemAlert) =>
  h("div", { key: versionOf(alert), class: `toast alert--${alert.severity}` }, [
    icon(alert.severity),
    h("div", { class: "alert__text" }, [
      h("p", { class: "alert__title" }, alert.title),
      h("p", { class: "alert__message" }, alert.message),
    ]),
  ]);

function drawBanner(alert: SystemAlert, dismiss: (alert: SystemAlert) => void) {
  const { id, severity, title, message, url } = alert;
  return h("div", { key: id, class: `banner alert--${severity}` }, [
    icon(bannerIcon(severity)),
    h("div", { class: "alert__text" }, [
      h("p", { class: "alert__title" }, [h("span", { class: "alert__word" }, SEVERITY_WORDS[severity]), ` ${title}`]),
      message && h("p", { class: "alert__message" }, message),
    ]),
    url &&
      h("a", { class: "alert__action", href: url }, ["More", h("span", { class: "visually-hidden" }, ` about: ${title}`), icon("arrow")]),
    h("button", { type: "button", class: "icon-button", onClick: () => dismiss(alert) }, [
      icon("close"),
      h("span", { class: "visually-hidden" }, `Dismiss: ${title}`),
    ]),
  ]);
}
