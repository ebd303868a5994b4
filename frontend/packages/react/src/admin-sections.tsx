// The platform's sections: what an admin sees of all tenants.
import {
  ADMIN_SECTIONS,
  type AIAgentMetrics,
  type BillingRevenue,
  type CallStatistics,
  DAILY_CHART,
  dailyLine,
  directionBars,
  LONG_WAIT_S,
  OUTCOME_TONES,
  outcomeBars,
  planBars,
  type SubscriptionMetrics,
  type SummaryStats,
  type SystemHealth,
  words,
} from "@switchboard/view";
import { memo, useMemo } from "react";
import { BarList, ShareBar } from "./bars.tsx";
import { useFormat } from "./context.tsx";
import { MetricList, Term } from "./figure.tsx";
import { Icon } from "./icon.tsx";
import { LineChart } from "./line-chart.tsx";
import { Rows } from "./rows.tsx";
import { Section } from "./section.tsx";
import { HourlyChart } from "./shared-sections.tsx";
import { AgentsTable, RatesTable } from "./tables.tsx";
import { Moment, Since } from "./ticking.tsx";

/** The longest wait of a queue, ticking; nothing while nobody waits. */
export const LongestWait = memo(function LongestWait({ section, since }: { section: string; since: string | null }) {
  if (!since) return null;
  return (
    <span className="section-card__aside">
      <Term path={`${section}.oldest_waiting_since`}>Longest wait</Term> <Since instant={since} warnAfter={LONG_WAIT_S} />
    </span>
  );
});

export const CallSection = memo(function CallSection({ data }: { data: CallStatistics }) {
  const outcomes = useMemo(() => outcomeBars(data.calls_by_outcome), [data.calls_by_outcome]);
  const types = useMemo(() => directionBars(data.calls_by_type), [data.calls_by_type]);
  return (
    <Section title="Calls" area="calls" aside={<LongestWait section="call_statistics" since={data.oldest_waiting_since} />}>
      <MetricList section="call_statistics" data={data} metrics={ADMIN_SECTIONS.call_statistics.metrics} />
      <HourlyChart hourly={data.hourly} />
      <RatesTable section="call_statistics" data={data} />
      <div className="section-card__halves">
        <BarList title="Outcomes" path="call_statistics.calls_by_outcome" bars={outcomes} tones={OUTCOME_TONES} />
        <ShareBar title="Direction" path="call_statistics.calls_by_type" bars={types} />
      </div>
    </Section>
  );
});

export const RevenueSection = memo(function RevenueSection({ data }: { data: BillingRevenue }) {
  const format = useFormat();
  const line = useMemo(() => dailyLine(data.daily), [data.daily]);
  return (
    <Section title="Revenue" area="revenue">
      <MetricList section="billing_revenue" data={data} metrics={ADMIN_SECTIONS.billing_revenue.metrics} />
      <LineChart {...DAILY_CHART} line={line} format={format.money} short={format.roundMoney} />
    </Section>
  );
});

export const SubscriptionSection = memo(function SubscriptionSection({ data }: { data: SubscriptionMetrics }) {
  const plans = useMemo(() => planBars(data.subscription_by_plans), [data.subscription_by_plans]);
  return (
    <Section title="Subscriptions" area="subscriptions">
      <MetricList section="subscription_metrics" data={data} metrics={ADMIN_SECTIONS.subscription_metrics.metrics} />
      <ShareBar title="Plans" path="subscription_metrics.subscription_by_plans" bars={plans} />
    </Section>
  );
});

export const AIAgentSection = memo(function AIAgentSection({ data }: { data: AIAgentMetrics }) {
  return (
    <Section title="AI agents" area="ai-agents">
      <MetricList section="ai_agent_metrics" data={data} metrics={ADMIN_SECTIONS.ai_agent_metrics.metrics} />
      <AgentsTable agents={data.agents} />
    </Section>
  );
});

export const PeopleSection = memo(function PeopleSection({ data }: { data: SummaryStats }) {
  return (
    <Section title="Users" area="users">
      <MetricList section="summary_stats" data={data} metrics={ADMIN_SECTIONS.users.metrics} />
    </Section>
  );
});

type Provider = SystemHealth["providers"][number];

const drawProvider = (provider: Provider) => (
  <li className="row">
    <span className="row__text">
      <span className="row__main">{words(provider.provider)}</span>
      <span className="row__sub">
        {provider.last_webhook_at ? (
          <>
            Last heard <Moment instant={provider.last_webhook_at} />
          </>
        ) : (
          "Not heard yet"
        )}
      </span>
    </span>
    <span className="row__end">
      {provider.failures_24h > 0 ? (
        <span className="state state--error">
          <Icon name="error" /> {provider.failures_24h} failed, 24 h
        </span>
      ) : (
        <span className="state state--quiet">No failures, 24 h</span>
      )}
    </span>
  </li>
);

export const HealthSection = memo(function HealthSection({ data }: { data: SystemHealth }) {
  return (
    <Section title="System health" area="health" aside={<span className="section-card__aside"><Term path="system_health.status">{words(data.status)}</Term></span>}>
      <Rows items={data.providers} render={drawProvider} empty="No provider has sent anything yet." label="Providers" />
    </Section>
  );
});
