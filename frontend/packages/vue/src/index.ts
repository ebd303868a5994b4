// Everything that the package offers.
export { AIAgentSection, CallSection, HealthSection, PeopleSection, RevenueSection, SubscriptionSection } from "./admin-sections.ts";
export { PerformanceSection, QueueSection, TaskSection } from "./agent-sections.ts";
export { AlertsPanel, Announcer } from "./alerts-panel.ts";
export { BarList, Meter, ShareBar } from "./bars.ts";
export { ConnectionBadge, ConnectionNotice, PauseButton } from "./connection-badge.ts";
export {
  type Client,
  DashboardProvider,
  type DashboardProviderProps,
  type Definitions,
  FormatProvider,
  type FormatProviderProps,
  useClient,
  useConnection,
  useDashboard,
  useFormat,
} from "./context.ts";
export { AdminDashboard, AgentDashboard, ComprehensiveDashboard, UserDashboard } from "./dashboards.ts";
export { Changing, Metric, MetricList, Term, type TermProps } from "./figure.ts";
export { Icon } from "./icon.ts";
export { LineChart } from "./line-chart.ts";
export { useLocalNow, useNow } from "./now.ts";
export { QuickActionCard, QuickActions } from "./quick-actions.ts";
export { RecentActivities } from "./recent-activities.ts";
export { StateWord } from "./row.ts";
export { Rows, type RowsProps } from "./rows.ts";
export { Scroll } from "./scroll.ts";
export { Section, type SectionProps } from "./section.ts";
export { CallbackSection, CustomerSection, type SectionOf, TrendsSection } from "./shared-sections.ts";
export { SummaryCard } from "./summary-card.ts";
export { SystemAlerts } from "./system-alerts.ts";
export { AgentsTable, RatesTable, type RatesTableProps, TrendsTable } from "./tables.ts";
export { Due, Moment, Since } from "./ticking.ts";
export { AIAgentInfoSection, BillingSection, PlanSection, UserCallSection } from "./user-sections.ts";
export type * from "@switchboard/view";
