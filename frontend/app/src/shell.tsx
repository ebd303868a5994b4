// The frame around every page of somebody who is signed in: where one is, who one is, and whether it is live.
import { ConnectionBadge, ConnectionNotice, Icon, PauseButton, SystemAlerts, useDashboard, useFormat } from "@switchboard/react";
import { ROLE_WORDS } from "@switchboard/view";
import { type ReactNode, useEffect, useRef } from "react";
import type { Api } from "./api.ts";
import { Brand } from "./brand.tsx";
import { Desk } from "./desk.tsx";
import { linksFor } from "./pages/resources/index.ts";
import { usePlace } from "./router.tsx";

export interface ShellProps {
  api: Api;
  onLeave: () => void;
  children: ReactNode;
}

export function Shell({ api, onLeave, children }: ShellProps) {
  const main = useRef<HTMLElement>(null);
  const { page } = usePlace();
  const user = useDashboard((data) => data.user_info);
  const alerts = useDashboard((data) => data.system_alerts);
  const first = useRef(true);
  const tabs = useRef<HTMLElement>(null);
  const role = user?.role;
  useEffect(() => {
    // On a phone not all pages have room at once: the present one is in sight.
    const list = tabs.current?.firstElementChild;
    const present = list?.querySelector<HTMLElement>("[aria-current]");
    if (list && present) list.scrollLeft = present.offsetLeft - (list.clientWidth - present.offsetWidth) / 2;
  }, [page, role]);
  useEffect(() => {
    // A new page begins at its top, for those who read by keyboard too; the first load moves nothing.
    if (!first.current) main.current?.focus({ preventScroll: true });
    first.current = false;
  }, [page]);
  return (
    <>
      <a className="skip-link" href="#main">
        Skip to the content
      </a>
      <header className="topbar">
        <div className="topbar__inner">
          <a href="/" className="topbar__home" aria-label="Switchboard, the dashboard">
            <Brand />
          </a>
          <div className="topbar__state">
            <ConnectionBadge />
            <PauseButton />
          </div>
          <div className="topbar__user">
            {user && (
              <span className="topbar__who">
                <span className="row__main">{user.full_name || user.email}</span>
                <span className="row__sub">{ROLE_WORDS[user.role]}</span>
              </span>
            )}
            <button type="button" className="icon-button" onClick={onLeave}>
              <Icon name="signout" />
              <span className="visually-hidden">Sign out</span>
            </button>
          </div>
        </div>
        {user && (
          <nav ref={tabs} className="tabs" aria-label="Pages">
            <ul>
              {linksFor(user.role).map(({ page: to, title, query }) => (
                <li key={to}>
                  <a href={query ? `/${to}?${query}` : `/${to}`} aria-current={page === to ? "page" : undefined}>
                    {title}
                  </a>
                </li>
              ))}
            </ul>
          </nav>
        )}
      </header>
      <main id="main" ref={main} tabIndex={-1} className="page">
        <ConnectionNotice />
        {page !== "" && alerts && <SystemAlerts alerts={alerts} />}
        {user?.role === "agent" && <Desk api={api} />}
        {children}
      </main>
      <Footer />
    </>
  );
}

function Footer() {
  const format = useFormat();
  const known = useDashboard((data) => data.time_zone);
  return <footer className="footer">{known && `Times are in ${format.timeZone.replaceAll("_", " ")}, money in ${format.currency}.`}</footer>;
}
