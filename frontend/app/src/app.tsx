// The live page: the form at the door, or the dashboard of whoever is signed in.
import { type Client, ComprehensiveDashboard, DashboardProvider, type Definitions, Icon, useConnection, useDashboard } from "@switchboard/react";
import { useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { Brand } from "./brand.tsx";
import { loadDefinitions } from "./definitions.ts";
import { Api } from "./api.ts";
import { Failure } from "./failure.tsx";
import { Billing } from "./pages/billing.tsx";
import { Broadcasts } from "./pages/broadcasts.tsx";
import { ListPage } from "./pages/list-page.tsx";
import { Profile } from "./pages/profile.tsx";
import { RESOURCES, titleFor } from "./pages/resources/index.ts";
import { Settings } from "./pages/settings.tsx";
import { usePlace } from "./router.tsx";
import { SaidProvider } from "./said.tsx";
import type { Session } from "./session.ts";
import { Shell } from "./shell.tsx";
import { SignInForm } from "./sign-in-form.tsx";

export function App({ session }: { session: Session }) {
  const state = useSyncExternalStore(session.subscribe, session.getSnapshot);
  switch (state.phase) {
    case "restoring":
      return null; // a moment; whatever stood here would only flash
    case "unreachable":
      return (
        <main className="door">
          <div className="door__card" role="status">
            <Brand />
            <h1 className="door__title">The server cannot be reached</h1>
            <p>It is asked again every few seconds.</p>
          </div>
        </main>
      );
    case "signed_out":
      return <SignInForm notice={state.notice} onEnter={(email, password) => session.enter(email, password)} />;
    case "signed_in":
      return <SignedIn session={session} client={state.client} />;
  }
}

function SignedIn({ session, client }: { session: Session; client: Client }) {
  const [definitions, setDefinitions] = useState<Definitions>({});
  useEffect(() => {
    let gone = false;
    void loadDefinitions(session.signIn).then((loaded) => gone || setDefinitions(loaded));
    return () => {
      gone = true;
    };
  }, [session]);
  return (
    <DashboardProvider client={client} definitions={definitions}>
      <Pages session={session} client={client} />
    </DashboardProvider>
  );
}

function Pages({ session, client }: { session: Session; client: Client }) {
  const refused = useConnection((snapshot) => snapshot.status === "refused");
  const leave = () => void session.leave();
  return refused ? <Refused client={client} onLeave={leave} /> : <Inside session={session} onLeave={leave} />;
}

const TITLES: Readonly<Record<string, string>> = {
  "": "Dashboard",
  broadcasts: "Broadcasts",
  billing: "Plan and billing",
  profile: "Profile",
  settings: "Settings",
};

const PASSWORD_CHANGED = "Your password is changed. Sign in with the new one.";

function Inside({ session, onLeave }: { session: Session; onLeave: () => void }) {
  const { page } = usePlace();
  const api = useMemo(() => new Api(session.signIn), [session]);
  const role = useDashboard((data) => data.user_info?.role);
  const resource = RESOURCES[page];
  const title = TITLES[page] ?? (resource ? titleFor(resource, role) : "No such page");
  useEffect(() => {
    document.title = `${title} · Switchboard`;
  }, [title]);
  return (
    <SaidProvider>
      <Shell api={api} onLeave={onLeave}>
        <h1 className={page === "" ? "visually-hidden" : "page__title"}>{title}</h1>
        <Failure key={page}>
          <Content api={api} session={session} />
        </Failure>
      </Shell>
    </SaidProvider>
  );
}

function Content({ api, session }: { api: Api; session: Session }) {
  const { page, query } = usePlace();
  const role = useDashboard((data) => data.user_info?.role);
  const leaveEverywhere = () => void session.leave({ everywhere: true });
  switch (page) {
    case "":
      return <ComprehensiveDashboard />;
    case "broadcasts":
      return <Broadcasts api={api} />;
    case "billing":
      return <Billing api={api} />;
    case "profile":
      return <Profile api={api} onLeaveEverywhere={leaveEverywhere} onPasswordChanged={() => void session.leave({ notice: PASSWORD_CHANGED })} />;
    case "settings":
      return <Settings api={api} onLeaveEverywhere={leaveEverywhere} />;
  }
  const resource = RESOURCES[page];
  if (resource && (role === undefined || resource.roles.includes(role))) return <ListPage key={`${page}?${query}`} resource={resource} query={query} api={api} />;
  return (
    <p className="empty">
      There is nothing at this address. <a href="/">Back to the dashboard</a>
    </p>
  );
}

function Refused({ client, onLeave }: { client: Client; onLeave: () => void }) {
  const problem = useConnection((snapshot) => snapshot.problem);
  return (
    <main className="door">
      <div className="door__card" role="alert">
        <Brand />
        <h1 className="door__title">
          <Icon name="error" /> No access
        </h1>
        <p>{problem?.message}</p>
        <div className="form__buttons">
          <button type="button" className="button button--primary" onClick={() => client.start()}>
            Try again
          </button>
          <button type="button" className="button" onClick={onLeave}>
            Sign out
          </button>
        </div>
      </div>
    </main>
  );
}
