// The dashboards: header cards → alerts → quick actions → metrics → recent activities, for each role.
import {
  ADMIN_SECTIONS,
  type AdminDashboardData,
  agentActions,
  type AgentDashboardData,
  type DashboardData,
  type DashboardProps,
  summaryCards,
  USER_SECTIONS,
  type UserDashboardData,
} from "@switchboard/view";
import { memo, type ReactNode, useMemo } from "react";
import { AIAgentSection, CallSection, HealthSection, PeopleSection, RevenueSection, SubscriptionSection } from "./admin-sections.tsx";
import { PerformanceSection, QueueSection, TaskSection } from "./agent-sections.tsx";
import { AlertsPanel } from "./alerts-panel.tsx";
import { useDashboard, useFormat } from "./context.tsx";
import { QuickActions } from "./quick-actions.tsx";
import { RecentActivities } from "./recent-activities.tsx";
import { CallbackSection, CustomerSection, TrendsSection } from "./shared-sections.tsx";
import { SummaryCard } from "./summary-card.tsx";
import { SystemAlerts } from "./system-alerts.tsx";
import { AIAgentInfoSection, BillingSection, PlanSection, UserCallSection } from "./user-sections.tsx";

const SummaryCards = memo(function SummaryCards(props: Pick<DashboardData, "dashboard_type" | "summary_stats" | "performance_trends">) {
  const format = useFormat();
  return (
    <section className="summary-cards" aria-label="Summary">
      {summaryCards(props, format).map(({ key, ...card }) => (
        <SummaryCard key={key} {...card} />
      ))}
    </section>
  );
});

/** What all roles have, in the order of the screen; `children` are the sections of the metrics grid. */
function Layout({ data, role, children }: { data: DashboardData; role: string; children: ReactNode }) {
  return (
    <div className={`dashboard dashboard--${role}`}>
      {data.system_alerts && <SystemAlerts alerts={data.system_alerts} />}
      <SummaryCards dashboard_type={data.dashboard_type} summary_stats={data.summary_stats} performance_trends={data.performance_trends} />
      <div className="dashboard__top">
        {data.alerts && <AlertsPanel alerts={data.alerts} />}
        {data.quick_actions && <QuickActions actions={data.quick_actions} />}
      </div>
      <section className="metrics" aria-label="Metrics">
        <div className="metrics-grid">{children}</div>
      </section>
      {"recent_activities" in data && data.recent_activities && <RecentActivities activities={data.recent_activities} />}
    </div>
  );
}

/** A column of the grid: fixed, so that a card that grows never makes another jump. */
const Column = ({ children }: { children: ReactNode }) => <div className="metrics-grid__column">{children}</div>;

/** Beneath the columns, over all of them: what is low and wide. */
const Row = ({ children }: { children: ReactNode }) => <div className="metrics-grid__row">{children}</div>;

export const AdminDashboard = memo(function AdminDashboard({ data }: DashboardProps<AdminDashboardData>) {
  return (
    <Layout data={data} role="admin">
      <Column>
        {data.call_statistics && <CallSection data={data.call_statistics} />}
        {data.callback_management && (
          <CallbackSection data={data.callback_management} metrics={ADMIN_SECTIONS.callback_management.metrics} />
        )}
      </Column>
      <Column>
        {data.billing_revenue && <RevenueSection data={data.billing_revenue} />}
        {data.subscription_metrics && <SubscriptionSection data={data.subscription_metrics} />}
        {data.customer_management && (
          <CustomerSection data={data.customer_management} metrics={ADMIN_SECTIONS.customer_management.metrics} />
        )}
      </Column>
      <Column>
        {data.ai_agent_metrics && <AIAgentSection data={data.ai_agent_metrics} />}
        {data.performance_trends && <TrendsSection trends={data.performance_trends} />}
      </Column>
      <Row>
        {data.summary_stats && <PeopleSection data={data.summary_stats} />}
        {data.system_health && <HealthSection data={data.system_health} />}
      </Row>
    </Layout>
  );
});

export const UserDashboard = memo(function UserDashboard({ data }: DashboardProps<UserDashboardData>) {
  return (
    <Layout data={data} role="user">
      <Column>{data.call_statistics && <UserCallSection data={data.call_statistics} />}</Column>
      <Column>
        {data.ai_agent_info && <AIAgentInfoSection data={data.ai_agent_info} />}
        {data.subscription_info && <PlanSection data={data.subscription_info} />}
      </Column>
      <Column>
        {data.callback_management && (
          <CallbackSection data={data.callback_management} metrics={USER_SECTIONS.callback_management.metrics} />
        )}
        {data.customer_management && (
          <CustomerSection data={data.customer_management} metrics={USER_SECTIONS.customer_management.metrics} />
        )}
      </Column>
      <Row>
        {data.billing_info && <BillingSection data={data.billing_info} />}
        {data.performance_trends && <TrendsSection trends={data.performance_trends} />}
      </Row>
    </Layout>
  );
});

export const AgentDashboard = memo(function AgentDashboard({ data }: DashboardProps<AgentDashboardData>) {
  const waiting = data.queue_information?.total_queue ?? 0;
  const actions = useMemo(() => data.quick_actions && agentActions(data.quick_actions, waiting), [data.quick_actions, waiting]);
  return (
    <Layout data={{ ...data, quick_actions: actions }} role="agent">
      <Column>{data.queue_information && <QueueSection data={data.queue_information} />}</Column>
      <Column>
        {data.queue_information?.assigned_tasks && <TaskSection tasks={data.queue_information.assigned_tasks} />}
      </Column>
      <Column>
        {data.performance_metrics && <PerformanceSection data={data.performance_metrics} />}
        {data.performance_trends && <TrendsSection trends={data.performance_trends} />}
      </Column>
    </Layout>
  );
});

function Skeleton() {
  return (
    <div className="dashboard dashboard--waiting" aria-busy="true">
      <p className="visually-hidden">The dashboard is loading.</p>
      <div className="summary-cards">
        {[1, 2, 3, 4].map((card) => (
          <div key={card} className="summary-card skeleton" />
        ))}
      </div>
      <div className="skeleton skeleton--wide" />
      <div className="skeleton skeleton--tall" />
    </div>
  );
}

/** The dashboard of whoever is signed in; without `data`, the one that the provider's client follows. */
export function ComprehensiveDashboard({ data }: Partial<DashboardProps>) {
  return data ? <ByRole data={data} /> : <Followed />;
}

function Followed() {
  const data = useDashboard((document) => document);
  return data ? <ByRole data={data} /> : <Skeleton />;
}

function ByRole({ data }: { data: DashboardData }) {
  switch (data.dashboard_type) {
    case "admin_comprehensive":
      return <AdminDashboard data={data} />;
    case "user_comprehensive":
      return <UserDashboard data={data} />;
    case "agent_comprehensive":
      return <AgentDashboard data={data} />;
  }
}
