// Everything that the package offers.
export { AIAgentSection, CallSection, HealthSection, PeopleSection, RevenueSection, SubscriptionSection } from "./admin-sections.tsx";
export { PerformanceSection, QueueSection, TaskSection } from "./agent-sections.tsx";
export { AlertsPanel, Announcer } from "./alerts-panel.tsx";
export { BarList, Meter, ShareBar } from "./bars.tsx";
export { ConnectionBadge, ConnectionNotice, PauseButton } from "./connection-badge.tsx";
export {
  type Client,
  DashboardProvider,
  type DashboardProviderProps,
  type Definitions,
  FormatProvider,
  useClient,
  useConnection,
  useDashboard,
  useFormat,
} from "./context.tsx";
export { AdminDashboard, AgentDashboard, ComprehensiveDashboard, UserDashboard } from "./dashboards.tsx";
export { Changing, Metric, MetricList, Term } from "./figure.tsx";
export { Icon } from "./icon.tsx";
export { LineChart } from "./line-chart.tsx";
export { useLocalNow, useNow } from "./now.ts";
export { QuickActionCard, QuickActions } from "./quick-actions.tsx";
export { RecentActivities, StateWord } from "./recent-activities.tsx";
export { Rows, type RowsProps } from "./rows.tsx";
export { Scroll } from "./scroll.tsx";
export { Section } from "./section.tsx";
export { CallbackSection, CustomerSection, TrendsSection } from "./shared-sections.tsx";
export { SummaryCard, type SummaryCardProps } from "./summary-card.tsx";
export { SystemAlerts } from "./system-alerts.tsx";
export { AgentsTable, RatesTable, TrendsTable } from "./tables.tsx";
export { Due, Moment, Since } from "./ticking.tsx";
export { AIAgentInfoSection, BillingSection, PlanSection, UserCallSection } from "./user-sections.tsx";
export type * from "@switchboard/view";
