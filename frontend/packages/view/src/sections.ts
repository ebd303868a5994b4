// The figures of each section: which key, under which label, in which form. Every kit of components draws from this.
import { clock, type Formatter, type Kind } from "./format.ts";
import type { IconName } from "./icons.ts";
import type { DashboardData, QuickAction, Role, Trend } from "./types.ts";

export type Tone = "error" | "warning" | "info" | "success";

export interface MetricSpec {
  /** The key inside its section; dots lead further down. */
  key: string;
  label: string;
  kind: Kind;
  /** A value above zero is an exception: it takes this tone, with its icon and word. */
  exception?: Extract<Tone, "error" | "warning">;
  /** Where the exception is resolved. */
  url?: string;
}

export interface SectionSpec {
  id: string;
  title: string;
  metrics: readonly MetricSpec[];
}

const count = (key: string, label: string, more: Partial<MetricSpec> = {}): MetricSpec => ({ key, label, kind: "count", ...more });
const money = (key: string, label: string): MetricSpec => ({ key, label, kind: "money" });
const percent = (key: string, label: string): MetricSpec => ({ key, label, kind: "percent" });

export const OVERDUE_URL = "/callbacks?overdue=1";
export const FAILED_PAYMENTS_URL = "/payments?status=failed";

export const ADMIN_SECTIONS = {
  call_statistics: {
    id: "call_statistics",
    title: "Calls",
    metrics: [
      count("active_calls", "In progress"),
      count("queued_calls", "Waiting"),
      count("calls_today", "Today"),
      count("calls_this_week", "7 days"),
      count("calls_this_month", "This month"),
      count("successful_calls", "Successful"),
      count("converted_calls", "Converted"),
      count("total_calls", "All time"),
    ],
  },
  billing_revenue: {
    id: "billing_revenue",
    title: "Revenue",
    metrics: [
      money("revenue_today", "Today"),
      money("revenue_this_week", "7 days"),
      money("revenue_this_month", "This month"),
      money("total_revenue", "All time"),
      count("pending_payments", "Pending payments"),
      count("failed_payments", "Failed payments", { exception: "error", url: FAILED_PAYMENTS_URL }),
    ],
  },
  subscription_metrics: {
    id: "subscription_metrics",
    title: "Subscriptions",
    metrics: [
      money("mrr", "Monthly recurring revenue"),
      percent("churn_rate", "Churn, 30 days"),
      count("active_subscriptions", "Active"),
      count("trialing", "On trial"),
      count("past_due", "Past due", { exception: "warning", url: "/subscriptions?status=past_due" }),
      count("inactive_subscriptions", "Inactive"),
      count("cancelled_subscriptions", "Cancelled"),
      count("new_subscriptions_today", "New today"),
      count("new_subscriptions_this_week", "New, 7 days"),
      count("new_subscriptions_this_month", "New this month"),
      count("total_subscriptions", "All time"),
    ],
  },
  users: {
    id: "summary_stats",
    title: "Users",
    metrics: [
      count("total_users", "All"),
      count("active_users", "Active"),
      count("new_users_today", "New today"),
      count("new_users_this_week", "New, 7 days"),
      count("new_users_this_month", "New this month"),
    ],
  },
  ai_agent_metrics: {
    id: "ai_agent_metrics",
    title: "AI agents",
    metrics: [
      count("agents_ready_for_calls", "Ready for calls"),
      count("active_agents", "Active"),
      count("learning_agents", "Learning"),
      count("training_agents", "Training"),
      count("paused_agents", "Paused"),
      count("total_agents", "All"),
      count("performance.total_calls_handled", "Calls handled"),
      count("performance.total_conversions", "Conversions"),
      percent("performance.avg_conversion_rate", "Conversion rate"),
      { key: "performance.avg_customer_satisfaction", label: "Satisfaction", kind: "rating" },
    ],
  },
  customer_management: {
    id: "customer_management",
    title: "Customers",
    metrics: [
      count("total_customers", "All"),
      count("new_customers_today", "New today"),
      count("new_customers_this_week", "New, 7 days"),
      count("do_not_call_list", "Do not call"),
    ],
  },
  callback_management: {
    id: "callback_management",
    title: "Callbacks",
    metrics: [
      count("overdue_callbacks", "Overdue", { exception: "warning", url: OVERDUE_URL }),
      count("scheduled_callbacks", "Scheduled"),
      count("callbacks_today", "Today"),
      count("callbacks_this_week", "7 days"),
      count("completed_callbacks", "Completed"),
      percent("callback_sla", "Started in time, 30 days"),
      count("total_callbacks", "All time"),
    ],
  },
} as const satisfies Record<string, SectionSpec>;

export const USER_SECTIONS = {
  call_statistics: {
    id: "call_statistics",
    title: "Calls",
    metrics: [
      count("calls_today", "Today"),
      count("calls_this_week", "7 days"),
      count("calls_this_month", "This month"),
      count("total_calls", "All time"),
      percent("success_rate", "Success rate"),
      percent("conversion_rate", "Conversion rate"),
      count("successful_calls", "Successful"),
      count("converted_calls", "Converted"),
    ],
  },
  ai_agent_info: {
    id: "ai_agent_info",
    title: "AI agent",
    metrics: [
      count("performance.calls_handled", "Calls handled"),
      count("performance.successful_conversions", "Conversions"),
      percent("performance.conversion_rate", "Conversion rate"),
      { key: "performance.customer_satisfaction", label: "Satisfaction", kind: "rating" },
    ],
  },
  customer_management: {
    id: "customer_management",
    title: "Customers",
    metrics: [
      count("total_customers", "All"),
      count("new_customers_today", "New today"),
      percent("conversion_rate", "Converted"),
    ],
  },
  callback_management: {
    id: "callback_management",
    title: "Callbacks",
    metrics: [
      count("overdue_callbacks", "Overdue", { exception: "error", url: OVERDUE_URL }),
      count("scheduled_callbacks", "Scheduled"),
      count("callbacks_today", "Today"),
      count("completed_callbacks", "Completed"),
      count("total_callbacks", "All time"),
    ],
  },
  billing_info: {
    id: "billing_info",
    title: "Billing",
    metrics: [
      { key: "next_billing_date", label: "Next payment", kind: "date" },
      money("next_amount", "Next amount"),
      money("total_spent", "Paid so far"),
    ],
  },
} as const satisfies Record<string, SectionSpec>;

export const AGENT_SECTIONS = {
  queue_information: {
    id: "queue_information",
    title: "Queue",
    metrics: [
      count("total_queue", "Waiting"),
      count("my_queue", "Assigned to me"),
      count("in_progress", "In progress"),
    ],
  },
  performance_metrics: {
    id: "performance_metrics",
    title: "My performance",
    metrics: [
      count("calls_today", "Calls today"),
      count("calls_this_week", "Calls, 7 days"),
      count("calls_this_month", "Calls this month"),
      percent("success_rate", "Success rate"),
      percent("occupancy", "Occupancy today"),
      { key: "avg_call_duration", label: "Average call", kind: "seconds" },
      { key: "customer_satisfaction", label: "Satisfaction", kind: "rating" },
    ],
  },
} as const satisfies Record<string, SectionSpec>;

/** The rates that come by window. */
export const WINDOWED_RATES = [
  { key: "service_level", label: "Service level", kind: "percent" },
  { key: "asa_seconds", label: "Speed of answer", kind: "seconds" },
  { key: "aht_seconds", label: "Handle time", kind: "seconds" },
  { key: "abandonment_rate", label: "Abandonment", kind: "percent" },
] as const satisfies readonly MetricSpec[];

export const WINDOWS = [
  { key: "today", label: "Today" },
  { key: "week", label: "7 days" },
  { key: "month", label: "Month" },
  { key: "all", label: "All" },
] as const;

/** As minutes and seconds where it is a time: a narrow table has no room for units. */
export function rateText(format: Formatter, kind: Kind, value: number | string | null): string {
  return kind === "seconds" && typeof value === "number" ? clock(Math.round(value)) : format.value(kind, value);
}

/** The rows of the table of trends: the last seven complete days against the seven before. */
export const TRENDS = [
  { key: "user_growth", label: "New users", money: false },
  { key: "revenue_growth", label: "Revenue", money: true },
  { key: "call_volume", label: "Calls", money: false },
  { key: "conversions", label: "Conversions", money: false },
] as const;

type TrendKey = (typeof TRENDS)[number]["key"];
const trendLabel = (wanted: TrendKey): string => TRENDS.find(({ key }) => key === wanted)?.label ?? "";

/** Heads of the columns of the table of trends. */
export const TREND_HEADS = ["Prior 7 days", "Last 7 days", "Change"] as const;

export const DIRECTIONS: Readonly<Record<Trend["trend"], string>> = { up: "Up", down: "Down", stable: "Stable" };

/** What a trend compares: the last seven complete days with the seven before. */
export const TREND_SPAN = "week on week";

/** A change without its sign: the direction stands beside it. */
export const changeText = (format: Formatter, change: number | null | undefined): string =>
  format.percent(change === null || change === undefined ? null : Math.abs(change));

export const LEADS = [
  { key: "cold_leads", label: "Cold", step: 1 },
  { key: "warm_leads", label: "Warm", step: 2 },
  { key: "hot_leads", label: "Hot", step: 3 },
  { key: "converted_customers", label: "Converted", step: 4 },
] as const;

/** What somebody of the role is called. */
export const ROLE_WORDS: Readonly<Record<Role, string>> = { admin: "Administrator", user: "Account owner", agent: "Agent" };

export interface SummaryCardSpec extends MetricSpec {
  icon: IconName;
  /** Which of `performance_trends` stands beside the figure. */
  trend?: TrendKey;
}

/** The four cards of each role's header. */
export const SUMMARY_CARDS = {
  admin_comprehensive: [
    { key: "total_users", label: "Users", kind: "count", icon: "users", trend: "user_growth" },
    { key: "active_subscriptions", label: "Active subscriptions", kind: "count", icon: "layers" },
    { key: "total_revenue", label: "Revenue", kind: "money", icon: "wallet", trend: "revenue_growth" },
    { key: "active_calls", label: "Calls in progress", kind: "count", icon: "phone", trend: "call_volume" },
  ],
  user_comprehensive: [
    { key: "calls_today", label: "Calls today", kind: "count", icon: "phone", trend: "call_volume" },
    { key: "active_calls", label: "Calls in progress", kind: "count", icon: "activity" },
    { key: "pending_callbacks", label: "Pending callbacks", kind: "count", icon: "callback" },
    { key: "conversion_rate", label: "Conversion rate", kind: "percent", icon: "target", trend: "conversions" },
  ],
  agent_comprehensive: [
    { key: "calls_today", label: "Calls today", kind: "count", icon: "phone", trend: "call_volume" },
    { key: "my_queue", label: "Assigned to me", kind: "count", icon: "queue" },
    { key: "in_progress", label: "In progress", kind: "count", icon: "activity" },
    { key: "overdue_callbacks", label: "Overdue callbacks", kind: "count", icon: "callback", exception: "warning", url: OVERDUE_URL },
  ],
} as const satisfies Record<string, readonly SummaryCardSpec[]>;

/** Is there an exception to be shown at this value? */
export const isRaised = (exception: MetricSpec["exception"], value: unknown): boolean =>
  exception !== undefined && typeof value === "number" && value > 0;

export interface SummaryCardView {
  key: string;
  /** The path of the figure's definition. */
  path: string;
  title: string;
  value: string;
  icon: IconName;
  change?: number | null;
  trend?: Trend["trend"];
  trendOf?: string;
  color?: Extract<Tone, "error" | "warning">;
  url?: string;
}

/** The cards of the header of these documents. */
export function summaryCards(data: Pick<DashboardData, "dashboard_type" | "summary_stats" | "performance_trends">, format: Formatter): SummaryCardView[] {
  const cards: readonly SummaryCardSpec[] = SUMMARY_CARDS[data.dashboard_type];
  return cards.map(({ key, label, kind, icon, trend: name, exception, url }) => {
    const value = figure(data.summary_stats, key);
    const trend = name && data.performance_trends?.[name];
    return {
      key,
      path: `summary_stats.${key}`,
      title: label,
      value: format.value(kind, value),
      icon,
      ...(trend && { change: trend.change_pct, trend: trend.trend }),
      ...(name && trend && trendLabel(name) !== label && { trendOf: trendLabel(name).toLowerCase() }),
      ...(isRaised(exception, value) && { ...(exception && { color: exception }), ...(url !== undefined && { url }) }),
    };
  });
}

/** An agent's actions. How many may be answered is known to two documents: who rings here to one's own, who waits to the team's. */
export const agentActions = (actions: readonly QuickAction[], waiting: number): QuickAction[] =>
  actions.map((action) =>
    action.id === "answer_call" && waiting > 0 ? { ...action, count: (action.count ?? 0) + waiting, enabled: true } : action,
  );

/** The value at a dotted path; undefined where it leads nowhere. */
export function at(value: unknown, path: string): unknown {
  let found: unknown = value;
  for (const key of path.split(".")) {
    if (typeof found !== "object" || found === null) return undefined;
    found = (found as Record<string, unknown>)[key];
  }
  return found;
}

/** The number or text at a path; null for anything else. */
export function figure(section: unknown, path: string): number | string | null {
  const value = at(section, path);
  return typeof value === "number" || typeof value === "string" ? value : null;
}
