// One's own pages: the plan and its bills, the profile, and an admin's settings.
import {
  BillingSection,
  Icon,
  Moment,
  PerformanceSection,
  PlanSection,
  RecentActivities,
  Section,
  useDashboard,
  type UserDashboardData,
  type AgentDashboardData,
} from "@switchboard/react";
import { words } from "@switchboard/view";
import { type ReactNode, useMemo, useState } from "react";

export function Billing() {
  const plan = useDashboard((data: UserDashboardData) => data.subscription_info);
  const billing = useDashboard((data: UserDashboardData) => data.billing_info);
  const payments = useMemo(() => billing && { recent_payments: billing.recent_payments }, [billing]);
  if (!plan || !billing || !payments) return <p className="empty">Only the owner of a business has a plan.</p>;
  return (
    <div className="broadcasts">
      <PlanSection data={plan} />
      <BillingSection data={billing} />
      <RecentActivities activities={payments} />
      <p>
        <a href="/payments">All payments</a>
      </p>
    </div>
  );
}

/** What one may do about one's sign-ins. */
function SignIns({ onLeaveEverywhere }: { onLeaveEverywhere: () => void }) {
  const [sure, setSure] = useState(false);
  return (
    <Section title="Sign-ins">
      <p className="quiet-line">Signing out everywhere ends every sign-in of this account, on all devices, at once.</p>
      <p>
        <button type="button" className="button" onClick={() => (sure ? onLeaveEverywhere() : setSure(true))}>
          <Icon name="signout" /> {sure ? "Really sign out everywhere" : "Sign out everywhere"}
        </button>
      </p>
    </Section>
  );
}

function Facts({ facts }: { facts: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className="facts">
      {facts.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value || "—"}</dd>
        </div>
      ))}
    </dl>
  );
}

export function Profile({ onLeaveEverywhere }: { onLeaveEverywhere: () => void }) {
  const user = useDashboard((data) => data.user_info);
  const zone = useDashboard((data) => data.time_zone);
  const profile = useDashboard((data: UserDashboardData) => data.user_profile);
  const agent = useDashboard((data: AgentDashboardData) => data.agent_info);
  const performance = useDashboard((data: AgentDashboardData) => data.performance_metrics);
  if (!user) return <p className="empty">Loading …</p>;
  return (
    <div className="broadcasts">
      <Section title="Account">
        <Facts
          facts={[
            ["Name", user.full_name],
            ["Email", user.email],
            ["Role", words(user.role)],
            ["Time zone", zone],
            ...(profile
              ? ([
                  ["Phone", profile.phone],
                  ["Verified", profile.is_verified ? "Yes" : "No"],
                  ["State", words(profile.account_status)],
                  ["Since", <Moment key="since" instant={profile.date_joined} />],
                ] as const)
              : []),
            ...(agent
              ? ([
                  ["Employee", agent.employee_id],
                  ["State", words(agent.status)],
                ] as const)
              : []),
          ]}
        />
      </Section>
      {performance && <PerformanceSection data={performance} />}
      <SignIns onLeaveEverywhere={onLeaveEverywhere} />
    </div>
  );
}

const TOOLS = [
  ["/broadcasts", "Broadcasts", "Write to everybody of a role, now or at a set time."],
  ["/django-admin/", "Data", "Every record of the platform, in Django's admin."],
  ["/swagger/", "REST interface", "What programs may ask and do."],
  ["/asyncapi/", "WebSocket interface", "The frames that bring this page its figures."],
] as const;

export function Settings({ onLeaveEverywhere }: { onLeaveEverywhere: () => void }) {
  return (
    <div className="broadcasts">
      <Section title="Platform">
        <ul className="row-list">
          {TOOLS.map(([url, title, text]) => (
            <li key={url} className="row">
              <span className="row__text">
                <a className="row__main" href={url}>
                  {title}
                </a>
                <span className="row__sub">{text}</span>
              </span>
            </li>
          ))}
        </ul>
      </Section>
      <SignIns onLeaveEverywhere={onLeaveEverywhere} />
    </div>
  );
}
