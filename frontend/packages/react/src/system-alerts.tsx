// Broadcasts of the admins: a banner while they last, a toast when one comes, each dismissed by the viewer.
import { bannerIcon, newBroadcasts, SEVERITY_WORDS, shownBroadcasts, spokenOf, type SystemAlert, TOAST_MS, versionOf } from "@switchboard/view";
import { createContext, memo, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from "react";
import { Announcer } from "./alerts-panel.tsx";
import { Icon } from "./icon.tsx";

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
    const fresh = newBroadcasts(alerts, known.current);
    known.current = new Set(alerts.map(versionOf));
    if (fresh.length === 0) return;
    setToasts((shown) => [...shown, ...fresh]);
    // Not cleared by the next change: each toast has its own time. On a screen that is gone it does nothing.
    setTimeout(() => setToasts((shown) => shown.filter((toast) => !fresh.includes(toast))), TOAST_MS);
  }, [alerts]);

  const dismiss = (alert: SystemAlert) => {
    setDismissed((before) => new Set([...before, versionOf(alert)]));
    setToasts((shown) => shown.filter((toast) => toast !== alert));
  };
  const shown = shownBroadcasts(alerts, toasts, dismissed);
  const spoken = useMemo(() => spokenOf(alerts), [alerts]);
  return (
    <>
      {shown.banners.length > 0 && (
        <section className="banners" aria-label="Announcements">
          {shown.banners.map((alert) => (
            <Notice key={alert.id} alert={alert} className="banner" onDismiss={dismiss} />
          ))}
        </section>
      )}
      {shown.toasts.length > 0 && (
        <div className="toasts" aria-hidden="true">
          {shown.toasts.map((alert) => (
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
      <Icon name={bannerIcon(severity)} />
      <div className="alert__text">
        <p className="alert__title">
          <span className="alert__word">{SEVERITY_WORDS[severity]}</span> {title}
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
