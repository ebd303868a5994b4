// The dashboards' documents as types, under the names that existing front ends know. A rate or an average is null
// when there is nothing to divide by; money is a number with the document's `currency`; instants are ISO 8601, UTC.

export type Instant = string;
export type Role = "admin" | "user" | "agent";

export interface UserInfo {
  id: number;
  email: string;
  role: Role;
  full_name: string;
}

export type Severity = "error" | "warning" | "info";

export interface SystemAlert {
  id: number;
  severity: Severity;
  title: string;
  message: string;
  url: string | null;
  starts_at: Instant;
  expires_at: Instant | null;
}

export interface Alert {
  id: string | number;
  type: Severity;
  title: string;
  message: string;
  count?: number | null;
  since?: Instant | null;
  action_text?: string | null;
  action_url?: string | null;
}

export type ActionColor = "primary" | "success" | "warning" | "info" | "danger" | "secondary" | "dark";

export interface QuickAction {
  id: string;
  title: string;
  description: string;
  icon: string;
  count?: number | null;
  url: string;
  color: ActionColor;
  enabled?: boolean;
}

export interface Trend {
  today: number;
  week: number;
  month: number;
  current: number;
  previous: number;
  change_pct: number | null;
  trend: "up" | "down" | "stable";
}

/** A rate over each window; null where nothing happened. */
export interface Windowed {
  today: number | null;
  week: number | null;
  month: number | null;
  all: number | null;
}

export interface WindowedRates {
  service_level: Windowed;
  asa_seconds: Windowed;
  aht_seconds: Windowed;
  abandonment_rate: Windowed;
}

/** What every document holds. */
export interface CommonData {
  system_alerts: SystemAlert[];
  user_info: UserInfo;
  time_zone: string;
  currency: string;
  generated_at?: Instant;
  data_freshness?: string;
}

export interface SummaryStats {
  total_users: number;
  active_users: number;
  new_users_today: number;
  new_users_this_week: number;
  new_users_this_month: number;
  active_subscriptions: number;
  total_revenue: number;
  active_calls: number;
}

export interface SubscriptionMetrics {
  total_subscriptions: number;
  active_subscriptions: number;
  inactive_subscriptions: number;
  cancelled_subscriptions: number;
  new_subscriptions_today: number;
  new_subscriptions_this_week: number;
  new_subscriptions_this_month: number;
  subscription_by_plans: { id: number; plan__name: string; plan__price: number; count: number }[];
  trialing: number;
  past_due: number;
  mrr: number;
  churn_rate: number | null;
}

export interface BillingRevenue {
  total_revenue: number;
  revenue_today: number;
  revenue_this_week: number;
  revenue_this_month: number;
  pending_payments: number;
  failed_payments: number;
  daily: { date: string; amount: number }[];
}

export interface CallStatistics extends WindowedRates {
  total_calls: number;
  calls_today: number;
  calls_this_week: number;
  calls_this_month: number;
  successful_calls: number;
  converted_calls: number;
  active_calls: number;
  queued_calls: number;
  calls_by_type: { call_type: string; count: number }[];
  calls_by_status: { status: string; count: number }[];
  calls_by_outcome: { outcome: string; count: number }[];
  /** Calls of today by wall-clock hour: 24 numbers. */
  hourly: number[];
  oldest_waiting_since: Instant | null;
}

export interface AgentRow {
  id: number;
  name: string;
  owner_email: string;
  status: string;
  training_level: number;
  calls: number;
  conversion_rate: number | null;
}

export interface AIAgentMetrics {
  total_agents: number;
  active_agents: number;
  training_agents: number;
  learning_agents: number;
  paused_agents: number;
  agents_ready_for_calls: number;
  performance: {
    total_calls_handled: number;
    total_conversions: number;
    avg_conversion_rate: number | null;
    avg_customer_satisfaction: number | null;
  };
  agents: AgentRow[];
}

export interface CustomerManagement {
  total_customers: number;
  hot_leads: number;
  warm_leads: number;
  cold_leads: number;
  converted_customers: number;
  new_customers_today: number;
  new_customers_this_week?: number;
  do_not_call_list?: number;
  conversion_rate?: number | null;
}

export interface UpcomingCallback {
  id: number;
  customer_phone: string;
  customer_name: string;
  scheduled_datetime: Instant;
  reason: string;
  priority_level: number;
}

export interface CallbackManagement {
  total_callbacks: number;
  scheduled_callbacks: number;
  completed_callbacks: number;
  overdue_callbacks: number;
  callbacks_today: number;
  callbacks_this_week?: number;
  callback_sla?: number | null;
  upcoming_callbacks?: UpcomingCallback[];
}

export interface RecentCall {
  id: number;
  phone_number: string;
  call_type: string;
  status: string;
  outcome?: string | null;
  agent_name?: string | null;
  started_at?: Instant | null;
  /** Seconds. */
  duration?: number | null;
  notes?: string | null;
}

export interface RecentPayment {
  id: number;
  amount: number;
  status: string;
  created_at: Instant;
  description: string;
}

export interface RecentActivities {
  new_users?: { id: number; email: string; full_name: string; role: string; date_joined: Instant }[];
  new_subscriptions?: {
    id: number;
    user_email: string;
    plan_name: string;
    status: string;
    amount: number;
    created_at: Instant;
  }[];
  recent_calls?: RecentCall[];
  recent_payments?: RecentPayment[];
}

export interface PerformanceTrends {
  user_growth?: Trend;
  revenue_growth?: Trend;
  call_volume?: Trend;
  conversions?: Trend;
}

export interface SystemHealth {
  status: string;
  providers: { id: string; provider: string; last_webhook_at: Instant | null; failures_24h: number }[];
}

export interface AdminDashboardData extends CommonData {
  dashboard_type: "admin_comprehensive";
  summary_stats: SummaryStats;
  subscription_metrics: SubscriptionMetrics;
  billing_revenue: BillingRevenue;
  call_statistics: CallStatistics;
  ai_agent_metrics: AIAgentMetrics;
  customer_management: CustomerManagement;
  callback_management: CallbackManagement;
  quick_actions: QuickAction[];
  recent_activities: RecentActivities;
  alerts: Alert[];
  performance_trends: PerformanceTrends;
  system_health: SystemHealth;
}

export interface UserProfile {
  id: number;
  email: string;
  full_name: string;
  user_name: string;
  phone: string;
  avatar: string | null;
  is_verified: boolean;
  date_joined: Instant;
  account_status: string;
}

export interface ActiveSubscription {
  id: number;
  plan_name: string;
  plan_price: number;
  status: string;
  days_remaining: number;
  current_period_start: Instant;
  current_period_end: Instant;
  cancel_at_period_end: boolean;
  features: string[];
  limits: { call_limit: number | null; agent_limit: number | null; max_minutes: number | null };
  minutes_used: number;
}
export type SubscriptionInfo = ActiveSubscription | { status: "no_subscription"; message: string };

export interface OwnAIAgent {
  id: number;
  name: string;
  status: string;
  training_level: number;
  personality_type: string;
  is_ready_for_calls: boolean;
  performance: {
    calls_handled: number;
    successful_conversions: number;
    conversion_rate: number | null;
    customer_satisfaction: number | null;
  };
  working_hours: { start: string; end: string } | null;
}
export type AIAgentInfo = OwnAIAgent | { status: "no_agent"; message: string; setup_required?: boolean };

export interface UserCallStatistics extends WindowedRates {
  total_calls: number;
  inbound_calls: number;
  outbound_calls: number;
  calls_today: number;
  calls_this_week: number;
  calls_this_month: number;
  successful_calls: number;
  converted_calls: number;
  success_rate: number | null;
  conversion_rate: number | null;
  call_breakdown: { inbound_percentage: number | null; outbound_percentage: number | null };
  hourly: number[];
  recent_calls: RecentCall[];
}

export interface BillingInfo {
  next_billing_date: Instant | null;
  next_amount: number | null;
  total_spent: number;
  recent_payments: RecentPayment[];
}

export interface UserSummary {
  account_status: string;
  agent_ready: boolean;
  calls_today: number;
  pending_callbacks: number;
  conversion_rate: number | null;
}

export interface UserSummaryStats {
  calls_today: number;
  active_calls: number;
  pending_callbacks: number;
  conversion_rate: number | null;
}

export interface UserDashboardData extends CommonData {
  dashboard_type: "user_comprehensive";
  user_profile: UserProfile;
  subscription_info: SubscriptionInfo;
  ai_agent_info: AIAgentInfo;
  call_statistics: UserCallStatistics;
  customer_management: CustomerManagement;
  callback_management: CallbackManagement;
  billing_info: BillingInfo;
  quick_actions: QuickAction[];
  alerts: Alert[];
  summary: UserSummary;
  summary_stats: UserSummaryStats;
  performance_trends: PerformanceTrends;
  recent_activities: RecentActivities;
}

export interface WaitingCall {
  id: number;
  customer_name: string | null;
  phone_number: string;
  priority: number;
  queued_at: Instant;
}

export interface AssignedTask {
  id: number | string;
  kind: "call" | "callback";
  title: string;
  due_at: Instant | null;
  priority: number;
  url: string;
}

export interface QueueInformation {
  total_queue: number;
  waiting_calls: WaitingCall[];
  oldest_waiting_since: Instant | null;
  my_queue: number;
  in_progress: number;
  assigned_tasks: AssignedTask[];
}

export interface AgentInfo {
  id: number | null;
  user_email: string;
  status: string;
  employee_id: string | null;
}

export interface AgentPerformance extends WindowedRates {
  agent_status: string;
  calls_today: number;
  calls_this_week: number;
  calls_this_month: number;
  success_rate: number | null;
  customer_satisfaction: number | null;
  avg_call_duration: number | null;
  occupancy: number | null;
}

export interface AgentSummaryStats {
  calls_today: number;
  my_queue: number;
  in_progress: number;
  overdue_callbacks: number;
}

export interface AgentDashboardData extends CommonData {
  dashboard_type: "agent_comprehensive";
  agent_info: AgentInfo;
  performance_metrics: AgentPerformance;
  queue_information: QueueInformation;
  quick_actions: QuickAction[];
  alerts: Alert[];
  summary_stats: AgentSummaryStats;
  performance_trends: PerformanceTrends;
}

export type DashboardData = AdminDashboardData | UserDashboardData | AgentDashboardData;

/** What the dashboard components take. */
export interface DashboardProps<D extends DashboardData = DashboardData> {
  data: D;
  /** Never called: what is pushed needs no asking again. It is taken so that a page that passes it need not be changed. */
  onRefresh?: () => void;
}
