// The platform's sections: what an admin sees of all tenants.
import {
  ADMIN_SECTIONS,
  type AIAgentMetrics,
  type BillingRevenue,
  type CallStatistics,
  DAILY_CHART,
  dailyLine,
  directionBars,
  OUTCOME_TONES,
  outcomeBars,
  planBars,
  type SubscriptionMetrics,
  type SummaryStats,
  type SystemHealth,
  words,
} from "@switchboard/view";
import { defineComponent, h, type VNodeChild } from "vue";
import { BarList, ShareBar } from "./bars.ts";
import { useFormat } from "./context.ts";
import { MetricList, term } from "./figure.ts";
import { icon } from "./icon.ts";
import { LineChart } from "./line-chart.ts";
import { derived, part } from "./part.ts";
import { longestWait } from "./queue-parts.ts";
import { row } from "./row.ts";
import { rows } from "./rows.ts";
import { section } from "./section.ts";
import { HourlyChart } from "./shared-sections.ts";
import { AgentsTable, RatesTable } from "./tables.ts";
import { Moment } from "./ticking.ts";

/** The figures of one of the admin's sections. */
const metrics = (id: keyof typeof ADMIN_SECTIONS, data: unknown) =>
  part(MetricList, { section: ADMIN_SECTIONS[id].id, data, metrics: ADMIN_SECTIONS[id].metrics });

export const CallSection = defineComponent(
  function CallSection(props: { data: CallStatistics }) {
    const outcomes = derived(() => props.data.calls_by_outcome, outcomeBars);
    const types = derived(() => props.data.calls_by_type, directionBars);
    return () =>
      section(
        { title: "Calls", area: "calls" },
        () => [
          metrics("call_statistics", props.data),
          part(HourlyChart, { hourly: props.data.hourly }),
          part(RatesTable, { section: "call_statistics", data: props.data }),
          h("div", { class: "section-card__halves" }, [
            part(BarList, { title: "Outcomes", path: "call_statistics.calls_by_outcome", bars: outcomes.value, tones: OUTCOME_TONES }),
            part(ShareBar, { title: "Direction", path: "call_statistics.calls_by_type", bars: types.value }),
          ]),
        ],
        () => longestWait("call_statistics", props.data.oldest_waiting_since),
      );
  },
  { props: ["data"] },
);

export const RevenueSection = defineComponent(
  function RevenueSection(props: { data: BillingRevenue }) {
    const format = useFormat();
    const line = derived(() => props.data.daily, dailyLine);
    return () =>
      section({ title: "Revenue", area: "revenue" }, () => [
        metrics("billing_revenue", props.data),
        part(LineChart, { ...DAILY_CHART, line: line.value, format: format.value.money, short: format.value.roundMoney }),
      ]);
  },
  { props: ["data"] },
);

export const SubscriptionSection = defineComponent(
  function SubscriptionSection(props: { data: SubscriptionMetrics }) {
    const plans = derived(() => props.data.subscription_by_plans, planBars);
    return () =>
      section({ title: "Subscriptions", area: "subscriptions" }, () => [
        metrics("subscription_metrics", props.data),
        part(ShareBar, { title: "Plans", path: "subscription_metrics.subscription_by_plans", bars: plans.value }),
      ]);
  },
  { props: ["data"] },
);

export const AIAgentSection = defineComponent(
  function AIAgentSection(props: { data: AIAgentMetrics }) {
    return () =>
      section({ title: "AI agents", area: "ai-agents" }, () => [
        metrics("ai_agent_metrics", props.data),
        part(AgentsTable, { agents: props.data.agents }),
      ]);
  },
  { props: ["data"] },
);

export const PeopleSection = defineComponent(
  function PeopleSection(props: { data: SummaryStats }) {
    return () => section({ title: "Users", area: "users" }, () => metrics("users", props.data));
  },
  { props: ["data"] },
);

type Provider = SystemHealth["providers"][number];

const failures = (count: number): VNodeChild =>
  count > 0
    ? h("span", { class: "state state--error" }, [icon("error"), ` ${count} failed, 24 h`])
    : h("span", { class: "state state--quiet" }, "No failures, 24 h");

const drawProvider = ({ provider, last_webhook_at, failures_24h }: Provider) =>
  row({
    main: words(provider),
    sub: last_webhook_at ? ["Last heard ", part(Moment, { instant: last_webhook_at })] : "Not heard yet",
    end: failures(failures_24h),
  });

export const HealthSection = defineComponent(
  function HealthSection(props: { data: SystemHealth }) {
    return () =>
      section(
        { title: "System health", area: "health" },
        () => rows({ items: props.data.providers, render: drawProvider, empty: "No provider has sent anything yet.", label: "Providers" }),
        () => h("span", { class: "section-card__aside" }, [term("system_health.status", words(props.data.status))]),
      );
  },
  { props: ["data"] },
);
