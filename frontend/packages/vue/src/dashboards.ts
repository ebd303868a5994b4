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
import { computed, defineComponent, h, type VNode, type VNodeChild } from "vue";
import { AIAgentSection, CallSection, HealthSection, PeopleSection, RevenueSection, SubscriptionSection } from "./admin-sections.ts";
import { PerformanceSection, QueueSection, TaskSection } from "./agent-sections.ts";
import { AlertsPanel } from "./alerts-panel.ts";
import { useDashboard, useFormat } from "./context.ts";
import { part } from "./part.ts";
import { QuickActions } from "./quick-actions.ts";
import { RecentActivities } from "./recent-activities.ts";
import { CallbackSection, CustomerSection, TrendsSection } from "./shared-sections.ts";
import { SummaryCard } from "./summary-card.ts";
import { SystemAlerts } from "./system-alerts.ts";
import { AIAgentInfoSection, BillingSection, PlanSection, UserCallSection } from "./user-sections.ts";

type HeaderData = Pick<DashboardData, "dashboard_type" | "summary_stats" | "performance_trends">;

const SummaryCards = defineComponent(
  function SummaryCards(props: HeaderData) {
    const format = useFormat();
    return () =>
      h(
        "section",
        { class: "summary-cards", "aria-label": "Summary" },
        summaryCards(props, format.value).map((card) => part(SummaryCard, card)),
      );
  },
  { props: ["dashboard_type", "summary_stats", "performance_trends"] },
);

/** What all roles have, in the order of the screen; `sections` are those of the metrics grid. */
function layout(data: DashboardData, role: string, sections: VNodeChild[]): VNode {
  const { dashboard_type, summary_stats, performance_trends } = data;
  return h("div", { class: `dashboard dashboard--${role}` }, [
    data.system_alerts && part(SystemAlerts, { alerts: data.system_alerts }),
    part(SummaryCards, { dashboard_type, summary_stats, performance_trends }),
    h("div", { class: "dashboard__top" }, [
      data.alerts && part(AlertsPanel, { alerts: data.alerts }),
      data.quick_actions && part(QuickActions, { actions: data.quick_actions }),
    ]),
    h("section", { class: "metrics", "aria-label": "Metrics" }, [h("div", { class: "metrics-grid" }, sections)]),
    "recent_activities" in data && data.recent_activities && part(RecentActivities, { activities: data.recent_activities }),
  ]);
}

/** A column of the grid: fixed, so that a card that grows never makes another jump. */
const column = (...cards: VNodeChild[]) => h("div", { class: "metrics-grid__column" }, cards);

/** Beneath the columns, over all of them: what is low and wide. */
const wide = (...cards: VNodeChild[]) => h("div", { class: "metrics-grid__row" }, cards);

// `onRefresh` is known to the published types; a pushed dashboard has no use for it.
const PROPS = ["data", "onRefresh"] as const satisfies (keyof DashboardProps)[];

export const AdminDashboard = defineComponent(
  function AdminDashboard(props: DashboardProps<AdminDashboardData>) {
    return () => {
      const { data } = props;
      return layout(data, "admin", [
        column(
          data.call_statistics && part(CallSection, { data: data.call_statistics }),
          data.callback_management &&
            part(CallbackSection, { data: data.callback_management, metrics: ADMIN_SECTIONS.callback_management.metrics }),
        ),
        column(
          data.billing_revenue && part(RevenueSection, { data: data.billing_revenue }),
          data.subscription_metrics && part(SubscriptionSection, { data: data.subscription_metrics }),
          data.customer_management &&
            part(CustomerSection, { data: data.customer_management, metrics: ADMIN_SECTIONS.customer_management.metrics }),
        ),
        column(
          data.ai_agent_metrics && part(AIAgentSection, { data: data.ai_agent_metrics }),
          data.performance_trends && part(TrendsSection, { trends: data.performance_trends }),
        ),
        wide(
          data.summary_stats && part(PeopleSection, { data: data.summary_stats }),
          data.system_health && part(HealthSection, { data: data.system_health }),
        ),
      ]);
    };
  },
  { props: [...PROPS] },
);

export const UserDashboard = defineComponent(
  function UserDashboard(props: DashboardProps<UserDashboardData>) {
    return () => {
      const { data } = props;
      return layout(data, "user", [
        column(data.call_statistics && part(UserCallSection, { data: data.call_statistics })),
        column(
          data.ai_agent_info && part(AIAgentInfoSection, { data: data.ai_agent_info }),
          data.subscription_info && part(PlanSection, { data: data.subscription_info }),
        ),
        column(
          data.callback_management &&
            part(CallbackSection, { data: data.callback_management, metrics: USER_SECTIONS.callback_management.metrics }),
          data.customer_management &&
            part(CustomerSection, { data: data.customer_management, metrics: USER_SECTIONS.customer_management.metrics }),
        ),
        wide(
          data.billing_info && part(BillingSection, { data: data.billing_info }),
          data.performance_trends && part(TrendsSection, { trends: data.performance_trends }),
        ),
      ]);
    };
  },
  { props: [...PROPS] },
);

export const AgentDashboard = defineComponent(
  function AgentDashboard(props: DashboardProps<AgentDashboardData>) {
    const waiting = computed(() => props.data.queue_information?.total_queue ?? 0);
    const offered = computed(() => props.data.quick_actions);
    const actions = computed(() => offered.value && agentActions(offered.value, waiting.value));
    return () => {
      const { data } = props;
      const tasks = data.queue_information?.assigned_tasks;
      return layout({ ...data, quick_actions: actions.value }, "agent", [
        column(data.queue_information && part(QueueSection, { data: data.queue_information })),
        column(tasks && part(TaskSection, { tasks })),
        column(
          data.performance_metrics && part(PerformanceSection, { data: data.performance_metrics }),
          data.performance_trends && part(TrendsSection, { trends: data.performance_trends }),
        ),
      ]);
    };
  },
  { props: [...PROPS] },
);

const skeleton = () =>
  h("div", { class: "dashboard dashboard--waiting", "aria-busy": "true" }, [
    h("p", { class: "visually-hidden" }, "The dashboard is loading."),
    h("div", { class: "summary-cards" }, [1, 2, 3, 4].map((card) => h("div", { key: card, class: "summary-card skeleton" }))),
    h("div", { class: "skeleton skeleton--wide" }),
    h("div", { class: "skeleton skeleton--tall" }),
  ]);

function byRole(data: DashboardData): VNode {
  switch (data.dashboard_type) {
    case "admin_comprehensive":
      return part(AdminDashboard, { data });
    case "user_comprehensive":
      return part(UserDashboard, { data });
    case "agent_comprehensive":
      return part(AgentDashboard, { data });
  }
}

const Followed = defineComponent(function Followed() {
  const data = useDashboard((document) => document);
  return () => (data.value ? byRole(data.value) : skeleton());
});

/** The dashboard of whoever is signed in; without `data`, the one that the provider's client follows. */
export const ComprehensiveDashboard = defineComponent(
  function ComprehensiveDashboard(props: Partial<DashboardProps>) {
    return () => (props.data ? byRole(props.data) : part(Followed, {}));
  },
  { props: [...PROPS] },
);
