// Broadcasts of the admins: a banner while they last, a toast when one comes, each dismissed by the viewer.
import type { SystemAlert } from "@switchboard/view";
import { createContext, memo, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from "react";
import { Announcer } from "./alerts-panel.tsx";
import { Icon } from "./icon.tsx";

const TOAST_MS = 8_000; // the banner keeps saying it
const WORDS = { error: "Error", warning: "Warning", info: "Info" } as const;

/** Which version of a broadcast was dismissed: one that was changed is shown again. */
const versionOf = ({ id, severity, title, message }: SystemAlert) => JSON.stringify([id, severity, title, message]);

type Dismissals = readonly [ReadonlySet<string>, (change: (before: ReadonlySet<string>) => ReadonlySet<string>) => void];
const DismissalsContext = createContext<Dismissals | null>(null);

/** Remembers what was dismissed while its children come and go; as long as one person is signed in. */
export function DismissalsProvider({ children }: { children: ReactNode }) {
  return <DismissalsContext value={useState<ReadonlySet<string>>(new Set())}>{children}</DismissalsContext>;
}

export const SystemAlerts = memo(function SystemAlerts({ alerts }: { alerts: readonly SystemAlert[] }) {
  const own = useState<ReadonlySet<string>>(new Set());
  const [dismissed, setDismissed] = useContext(DismissalsContext) ?? own;
  const [toasts, setToasts] = useState<readonly SystemAlert[]>([]);
  const known = useRef<ReadonlySet<string> | null>(null);

  useEffect(() => {
    const before = known.current;
    known.current = new Set(alerts.map(versionOf));
    const fresh = before === null ? [] : alerts.filter((alert) => !before.has(versionOf(alert)));
    if (fresh.length === 0) return;
    setToasts((shown) => [...shown, ...fresh]);
    // Not cleared by the next change: each toast has its own time. On a screen that is gone it does nothing.
    setTimeout(() => setToasts((shown) => shown.filter((toast) => !fresh.includes(toast))), TOAST_MS);
  }, [alerts]);

  const dismiss = (alert: SystemAlert) => {
    setDismissed((before) => new Set([...before, versionOf(alert)]));
    setToasts((shown) => shown.filter((toast) => toast !== alert));
  };
  const standing = alerts.filter((alert) => !dismissed.has(versionOf(alert)));
  const shownToasts = toasts.filter((toast) => standing.some((alert) => versionOf(alert) === versionOf(toast)));
  const spoken = useMemo(() => alerts.map((alert) => ({ ...alert, id: versionOf(alert), type: alert.severity })), [alerts]);
  return (
    <>
      {standing.length > 0 && (
        <section className="banners" aria-label="Announcements">
          {standing.map((alert) => (
            <Notice key={alert.id} alert={alert} className="banner" onDismiss={dismiss} />
          ))}
        </section>
      )}
      {shownToasts.length > 0 && (
        <div className="toasts" aria-hidden="true">
          {shownToasts.map((alert) => (
            <div key={versionOf(alert)} className={`toast alert--${alert.severity}`}>
              <Icon name={alert.severity} />
              <div className="alert__text">
                <p className="alert__title">{alert.title}</p>
                <p className="alert__message">{alert.message}</p>
              </div>
            </div>
          ))}
        </div>
      )}
      <Announcer items={spoken} />
    </>
  );
});

interface NoticeProps {
  alert: SystemAlert;
  className: string;
  onDismiss: (alert: SystemAlert) => void;
}

function Notice({ alert, className, onDismiss }: NoticeProps) {
  const { severity, title, message, url } = alert;
  return (
    <div className={`${className} alert--${severity}`}>
      <Icon name={severity === "info" ? "broadcast" : severity} />
      <div className="alert__text">
        <p className="alert__title">
          <span className="alert__word">{WORDS[severity]}</span> {title}
        </p>
        {message && <p className="alert__message">{message}</p>}
      </div>
      {url && (
        <a className="alert__action" href={url}>
          More<span className="visually-hidden"> about: {title}</span>
          <Icon name="arrow" />
        </a>
      )}
      <button type="button" className="icon-button" onClick={() => onDismiss(alert)}>
        <Icon name="close" />
        <span className="visually-hidden">Dismiss: {title}</span>
      </button>
    </div>
  );
}
