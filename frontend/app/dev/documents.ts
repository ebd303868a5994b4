// A believable document for each role, for development without a server and for tests.
import type { AdminDashboardData, AgentDashboardData, Trend, UserDashboardData, Windowed, WindowedRates } from "@switchboard/view";

const now = Date.now();
export const ago = (seconds: number): string => new Date(now - seconds * 1000).toISOString();
const day = (offset: number): string => new Date(now - offset * 86_400_000).toISOString().slice(0, 10);

const windowed = (today: number | null, week: number | null, month: number | null, all: number | null): Windowed => ({ today, week, month, all });
const RATES: WindowedRates = {
  service_level: windowed(76.4, 83.1, 84.9, 85.2),
  asa_seconds: windowed(17.2, 13.9, 13.1, 12.8),
  aht_seconds: windowed(252, 246.5, 249, 251.3),
  abandonment_rate: windowed(6.1, 4.2, 4, 4.3),
};
const trend = (previous: number, current: number, today: number): Trend => ({
  today, week: current + today, month: current * 3 + today, current, previous,
  change_pct: previous === 0 ? null : Math.round((1000 * (current - previous)) / previous) / 10,
  trend: current > previous * 1.01 ? "up" : current < previous * 0.99 ? "down" : "stable",
});
const HOURLY = [2, 1, 0, 0, 1, 3, 12, 31, 58, 74, 81, 77, 62, 69, 73, 66, 41, 0, 0, 0, 0, 0, 0, 0];
const NUMBERS = ["+1 202-555-0143", "+1 202-555-0188", "+44 20 7946 0018", "+1 303-555-0112", "+49 30 23125 442"];
const NAMES = ["Ines Okafor", "Theo Lindqvist", "Mara Castillo", "Jun Watanabe", "Priya Raman", "Otto Brandt", "Lena Fischer"];

const common = (role: "admin" | "user" | "agent", id: number, email: string, full_name: string) => ({
  system_alerts: [],
  user_info: { id, email, role, full_name },
  time_zone: role === "admin" ? "UTC" : "Europe/Berlin",
  currency: "USD",
});

const recentCalls = [0, 1, 2, 3, 4].map((i) => ({
  id: 900 - i,
  phone_number: NUMBERS[i] as string,
  call_type: i % 3 === 1 ? "outbound" : "inbound",
  status: ["in_progress", "completed", "completed", "no_answer", "completed"][i] as string,
  agent_name: ["Nova", "Dana Reyes", "Iris", null, "Nova"][i] as string | null,
  started_at: ago(90 + i * 400),
}));
const recentPayments = [
  { id: 51, amount: 199, status: "failed", created_at: ago(7_200), description: "Pro, November" },
  { id: 44, amount: 199, status: "paid", created_at: ago(2_700_000), description: "Pro, October" },
  { id: 31, amount: 199, status: "paid", created_at: ago(5_300_000), description: "Pro, September" },
];

export const ADMIN: AdminDashboardData = {
  dashboard_type: "admin_comprehensive",
  ...common("admin", 1, "admin@example.com", "Ada Marsh"),
  system_alerts: [
    { id: 1, severity: "info", title: "Maintenance tonight", message: "Outbound calling pauses from 23:00 to 23:20 UTC.", url: null, starts_at: ago(600), expires_at: null },
  ],
  summary_stats: {
    total_users: 1284, active_users: 1211, new_users_today: 7, new_users_this_week: 43, new_users_this_month: 162,
    active_subscriptions: 846, total_revenue: 1284370.5, active_calls: 37,
  },
  subscription_metrics: {
    total_subscriptions: 1102, active_subscriptions: 846, inactive_subscriptions: 41, cancelled_subscriptions: 173,
    new_subscriptions_today: 4, new_subscriptions_this_week: 29, new_subscriptions_this_month: 104,
    subscription_by_plans: [
      { id: 1, plan__name: "starter", plan__price: 49, count: 402 },
      { id: 2, plan__name: "pro", plan__price: 199, count: 341 },
      { id: 3, plan__name: "enterprise", plan__price: 899, count: 88 },
      { id: 4, plan__name: "custom", plan__price: 0, count: 15 },
    ],
    trialing: 33, past_due: 9, mrr: 168433, churn_rate: 3.4,
  },
  billing_revenue: {
    total_revenue: 1284370.5, revenue_today: 5842, revenue_this_week: 39418, revenue_this_month: 121907.5, pending_payments: 12, failed_payments: 6,
    daily: Array.from({ length: 30 }, (_, i) => ({ date: day(29 - i), amount: i === 29 ? 5842 : 4200 + Math.round(1900 * Math.sin(i / 2.1) + 900 * Math.cos(i * 1.7) + i * 42) })),
  },
  call_statistics: {
    total_calls: 482113, calls_today: 651, calls_this_week: 4920, calls_this_month: 15874, successful_calls: 201377, converted_calls: 61204,
    active_calls: 37, queued_calls: 5,
    calls_by_type: [{ call_type: "inbound", count: 301977 }, { call_type: "outbound", count: 180136 }],
    calls_by_status: [{ status: "completed", count: 431020 }, { status: "no_answer", count: 31004 }],
    calls_by_outcome: [
      { outcome: "interested", count: 98321 }, { outcome: "callback_requested", count: 41852 }, { outcome: "converted", count: 61204 },
      { outcome: "not_interested", count: 143210 }, { outcome: "voicemail", count: 54310 },
    ],
    hourly: HOURLY, ...RATES, oldest_waiting_since: ago(74),
  },
  ai_agent_metrics: {
    total_agents: 212, active_agents: 141, training_agents: 18, learning_agents: 32, paused_agents: 21, agents_ready_for_calls: 168,
    performance: { total_calls_handled: 390211, total_conversions: 52140, avg_conversion_rate: 13.4, avg_customer_satisfaction: 4.3 },
    agents: ["Nova", "Iris", "Atlas", "Juno", "Echo", "Vega", "Milo", "Cleo", "Orion", "Lyra"].map((name, i) => ({
      id: i + 1, name, owner_email: `${["hello", "office", "team", "desk", "front"][i % 5]}@${["northwind", "acme", "globex", "initech", "umbra"][i % 5]}.example`,
      status: i === 3 ? "learning" : i === 7 ? "optimizing" : "active", training_level: 96 - i * 5, calls: 1204 - i * 93, conversion_rate: i === 9 ? null : 18.2 - i,
    })),
  },
  customer_management: {
    total_customers: 48211, hot_leads: 3120, warm_leads: 11804, cold_leads: 24930, converted_customers: 8357, do_not_call_list: 612,
    new_customers_today: 88, new_customers_this_week: 640,
  },
  callback_management: {
    total_callbacks: 9120, scheduled_callbacks: 184, completed_callbacks: 8570, overdue_callbacks: 11, callbacks_today: 63, callbacks_this_week: 402, callback_sla: 91.7,
  },
  quick_actions: [
    { id: "view_all_users", title: "Users", description: "Accounts and roles", icon: "users", count: 1284, url: "/users", color: "primary", enabled: true },
    { id: "manage_subscriptions", title: "Subscriptions", description: "Plans and states", icon: "layers", count: 846, url: "/subscriptions", color: "success", enabled: true },
    { id: "view_agents", title: "AI agents", description: "Training and readiness", icon: "bot", count: 212, url: "/ai-agents", color: "info", enabled: true },
    { id: "call_monitoring", title: "Live calls", description: "What is going on now", icon: "phone", count: 37, url: "/calls?live=1", color: "warning", enabled: true },
    { id: "billing_management", title: "Billing", description: "Payments and retries", icon: "card", count: 6, url: "/payments", color: "danger", enabled: true },
    { id: "system_settings", title: "Settings", description: "Platform and broadcasts", icon: "settings", url: "/settings", color: "dark", enabled: true },
  ],
  recent_activities: {
    new_users: NAMES.slice(0, 5).map((full_name, i) => ({ id: 2000 - i, email: `${full_name.split(" ")[0]?.toLowerCase()}@example.com`, full_name, role: i === 2 ? "agent" : "user", date_joined: ago(1800 * (i + 1)) })),
    new_subscriptions: NAMES.slice(1, 6).map((name, i) => ({
      id: 700 - i, user_email: `${name.split(" ")[0]?.toLowerCase()}@example.com`, plan_name: ["pro", "starter", "enterprise", "pro", "starter"][i] as string,
      status: i === 1 ? "trialing" : i === 3 ? "past_due" : "active", amount: [199, 49, 899, 199, 49][i] as number, created_at: ago(5400 * (i + 1)),
    })),
    recent_calls: recentCalls,
  },
  alerts: [
    { id: "failed_payments", type: "error", title: "Failed payments", message: "6 payments failed and are not paid since.", count: 6, since: ago(7_300), action_text: "Review payments", action_url: "/payments?status=failed" },
    { id: "overdue_callbacks", type: "warning", title: "Overdue callbacks", message: "11 callbacks are past their time.", count: 11, since: ago(1_260), action_text: "Open callbacks", action_url: "/callbacks?overdue=1" },
    { id: "service_level", type: "warning", title: "Service level below 80 %", message: "76.4 % of today's calls were answered within 20 s.", since: null, action_text: "View waiting calls", action_url: "/calls?status=queued" },
  ],
  performance_trends: { user_growth: trend(38, 43, 7), revenue_growth: trend(41220, 38720, 5842), call_volume: trend(4655, 4920, 651) },
  system_health: {
    status: "degraded",
    providers: [
      { id: "twilio", provider: "twilio", last_webhook_at: ago(3), failures_24h: 0 },
      { id: "vapi", provider: "vapi", last_webhook_at: ago(11), failures_24h: 2 },
      { id: "stripe", provider: "stripe", last_webhook_at: ago(410), failures_24h: 0 },
    ],
  },
};

export const USER: UserDashboardData = {
  dashboard_type: "user_comprehensive",
  ...common("user", 7, "owner@example.com", "Nils Northwind"),
  user_profile: {
    id: 7, email: "owner@example.com", full_name: "Nils Northwind", user_name: "northwind", phone: "+49 30 23125 440", avatar: null,
    is_verified: true, date_joined: ago(20_000_000), account_status: "active",
  },
  subscription_info: {
    id: 3, plan_name: "pro", plan_price: 199, status: "active", days_remaining: 8, current_period_start: ago(1_900_000), current_period_end: ago(-690_000),
    cancel_at_period_end: false, features: ["call_recording", "priority_support", "crm_sync"], limits: { call_limit: null, agent_limit: 3, max_minutes: 2000 }, minutes_used: 1684,
  },
  ai_agent_info: {
    id: 4, name: "Nova", status: "learning", training_level: 64, personality_type: "friendly", is_ready_for_calls: true,
    performance: { calls_handled: 4120, successful_conversions: 611, conversion_rate: 14.8, customer_satisfaction: 4.4 }, working_hours: { start: "08:00", end: "18:00" },
  },
  call_statistics: {
    total_calls: 5210, inbound_calls: 3310, outbound_calls: 1900, calls_today: 48, calls_this_week: 331, calls_this_month: 902, successful_calls: 2401, converted_calls: 703,
    success_rate: 51.9, conversion_rate: 15.2, call_breakdown: { inbound_percentage: 63.5, outbound_percentage: 36.5 },
    hourly: HOURLY.map((calls) => Math.round(calls / 13)), ...RATES, service_level: windowed(null, 88.2, 86.1, 85.7),
    recent_calls: recentCalls.map((call) => ({ ...call, outcome: "interested", duration: 214, notes: null })),
  },
  customer_management: { total_customers: 1240, hot_leads: 88, warm_leads: 311, cold_leads: 602, converted_customers: 239, new_customers_today: 3, conversion_rate: 19.3 },
  callback_management: {
    total_callbacks: 214, scheduled_callbacks: 9, completed_callbacks: 199, overdue_callbacks: 2, callbacks_today: 5,
    upcoming_callbacks: NAMES.slice(2, 5).map((customer_name, i) => ({
      id: 60 + i, customer_phone: NUMBERS[i] as string, customer_name, scheduled_datetime: ago(i === 0 ? 420 : -2400 * i), reason: ["Offer", "Second call", "Question about the invoice"][i] as string, priority_level: 3 - i,
    })),
  },
  billing_info: { next_billing_date: ago(-690_000), next_amount: 199, total_spent: 2388, recent_payments: recentPayments },
  quick_actions: [
    { id: "manage_agent", title: "AI agent", description: "Training and hours", icon: "bot", url: "/ai-agents", color: "primary", enabled: true },
    { id: "start_call", title: "Start a call", description: "Let the agent call", icon: "phone", url: "/customers", color: "success", enabled: true },
    { id: "view_customers", title: "Customers", description: "Leads and history", icon: "users", count: 1240, url: "/customers", color: "info", enabled: true },
    { id: "manage_callbacks", title: "Callbacks", description: "Who expects a call", icon: "callback", count: 9, url: "/callbacks", color: "warning", enabled: true },
    { id: "subscription_management", title: "Plan", description: "Minutes and limits", icon: "layers", url: "/billing", color: "secondary", enabled: true },
    { id: "account_settings", title: "Account", description: "Name, zone, sign-ins", icon: "user", url: "/profile", color: "dark", enabled: true },
  ],
  alerts: [
    { id: "overdue_callbacks", type: "error", title: "Overdue callbacks", message: "2 of your customers expect a call already.", count: 2, since: ago(420), action_text: "Complete them", action_url: "/callbacks?overdue=1" },
    { id: "call_minutes", type: "warning", title: "Minutes running low", message: "84.2 % of the plan's minutes are used.", action_text: "See the plan", action_url: "/billing" },
  ],
  summary: { account_status: "active", agent_ready: true, calls_today: 48, pending_callbacks: 9, conversion_rate: 15.2 },
  summary_stats: { calls_today: 48, active_calls: 2, pending_callbacks: 9, conversion_rate: 15.2 },
  performance_trends: { call_volume: trend(340, 331, 48), conversions: trend(0, 52, 6) },
  recent_activities: { recent_calls: recentCalls, recent_payments: recentPayments },
};

export const AGENT: AgentDashboardData = {
  dashboard_type: "agent_comprehensive",
  ...common("agent", 21, "agent@example.com", "Dana Reyes"),
  agent_info: { id: 21, user_email: "agent@example.com", status: "available", employee_id: "NW-014" },
  performance_metrics: {
    agent_status: "available", calls_today: 14, calls_this_week: 96, calls_this_month: 281, success_rate: 58.1, customer_satisfaction: null, avg_call_duration: 231.5, ...RATES, occupancy: 71.3,
  },
  queue_information: {
    total_queue: 5,
    waiting_calls: NAMES.slice(0, 5).map((name, i) => ({ id: 300 + i, customer_name: i === 3 ? null : name, phone_number: NUMBERS[i] as string, priority: i < 2 ? 1 : 3, queued_at: ago(96 - i * 19) })),
    oldest_waiting_since: ago(96), my_queue: 1, in_progress: 0,
    assigned_tasks: [
      { id: "call-310", kind: "call", title: "Otto Brandt", due_at: ago(12), priority: 1, url: "/queue?call=310" },
      { id: "callback-81", kind: "callback", title: "Lena Fischer", due_at: ago(1_140), priority: 2, url: "/callbacks?id=81" },
      { id: "callback-83", kind: "callback", title: "Theo Lindqvist", due_at: ago(-1_500), priority: 3, url: "/callbacks?id=83" },
    ],
  },
  quick_actions: [
    { id: "answer_call", title: "Answer a call", description: "The next one in the queue", icon: "phone", count: 1, url: "/queue", color: "success", enabled: false },
    { id: "call_history", title: "Call history", description: "Your calls so far", icon: "history", url: "/calls", color: "info", enabled: true },
    { id: "performance", title: "Performance", description: "Your figures by period", icon: "chart", url: "/profile", color: "secondary", enabled: true },
  ],
  alerts: [
    { id: "late_callbacks", type: "error", title: "A callback is 19 minutes late", message: "Lena Fischer expects your call.", since: ago(1_140), action_text: "Call back", action_url: "/callbacks?overdue=1" },
    { id: "long_waits", type: "warning", title: "Somebody waits for more than a minute", message: "Ines Okafor is first in your queue.", since: ago(96), action_text: "Open the queue", action_url: "/queue" },
  ],
  summary_stats: { calls_today: 14, my_queue: 1, in_progress: 0, overdue_callbacks: 1 },
  performance_trends: { call_volume: trend(90, 96, 14) },
};

export const DOCUMENTS = { admin: ADMIN, user: USER, agent: AGENT };

export const DEFINITIONS: Record<string, string> = {
  "summary_stats.total_users": "All accounts that exist, of every role.",
  "summary_stats.active_calls": "Calls that are being talked on at this moment, forwarded ones included.",
  "call_statistics.calls_today": "Calls that were started since midnight in the platform's zone.",
  "call_statistics.service_level": "Answered within 20 s, of those answered or abandoned after at least 5 s.",
  "call_statistics.asa_seconds": "Mean time from arrival to answer.",
  "billing_revenue.revenue_today": "Paid since midnight, less refunds.",
  "callback_management.overdue_callbacks": "Scheduled, and due before now.",
};
