// A tenant's sections: the calls, the AI agent, the customers and the plan of one business.
import {
  type ActiveSubscription,
  type AIAgentInfo,
  type BillingInfo,
  type SubscriptionInfo,
  USER_SECTIONS,
  type UserCallStatistics,
  words,
} from "@switchboard/view";
import { memo } from "react";
import { Meter } from "./bars.tsx";
import { useFormat } from "./context.tsx";
import { MetricList, Term } from "./figure.tsx";
import { StateWord } from "./recent-activities.tsx";
import { Section } from "./section.tsx";
import { HourlyChart } from "./shared-sections.tsx";
import { RatesTable } from "./tables.tsx";

export const UserCallSection = memo(function UserCallSection({ data }: { data: UserCallStatistics }) {
  const format = useFormat();
  const { inbound_percentage, outbound_percentage } = data.call_breakdown;
  return (
    <Section title="Calls" area="calls">
      <MetricList section="call_statistics" data={data} metrics={USER_SECTIONS.call_statistics.metrics} />
      <HourlyChart hourly={data.hourly} />
      <RatesTable section="call_statistics" data={data} />
      <div className="section-card__halves">
        <Meter label="Inbound" path="call_statistics.inbound_calls" text={`${format.count(data.inbound_calls)} · ${format.percent(inbound_percentage)}`} percent={inbound_percentage} />
        <Meter label="Outbound" path="call_statistics.outbound_calls" text={`${format.count(data.outbound_calls)} · ${format.percent(outbound_percentage)}`} percent={outbound_percentage} />
      </div>
    </Section>
  );
});

export const AIAgentInfoSection = memo(function AIAgentInfoSection({ data }: { data: AIAgentInfo }) {
  const format = useFormat();
  if (!("id" in data)) {
    return (
      <Section title="AI agent" area="ai-agents">
        <p className="empty">{data.message}</p>
      </Section>
    );
  }
  const { start = null, end = null } = data.working_hours ?? {};
  return (
    <Section title="AI agent" area="ai-agents" aside={<StateWord state={data.status} />}>
      <p className="lead-line">
        <strong>{data.name}</strong> {words(data.personality_type)}
        {start && end && ` · ${start}–${end}`} · {data.is_ready_for_calls ? "ready for calls" : "not ready for calls"}
      </p>
      <Meter label="Training" path="ai_agent_info.training_level" text={format.percent(data.training_level)} percent={data.training_level} />
      <MetricList section="ai_agent_info" data={data} metrics={USER_SECTIONS.ai_agent_info.metrics} />
    </Section>
  );
});

/** Share of the plan's minutes that is used, 0–100; null without a limit. */
const used = ({ minutes_used, limits }: ActiveSubscription) => (limits.max_minutes ? (100 * minutes_used) / limits.max_minutes : null);
const usedTone = (percent: number | null) => (percent !== null && percent >= 100 ? "error" : percent !== null && percent >= 80 ? "warning" : "");

export const PlanSection = memo(function PlanSection({ data }: { data: SubscriptionInfo }) {
  const format = useFormat();
  if (!("id" in data)) {
    return (
      <Section title="Plan" area="subscriptions">
        <p className="empty">{data.message}</p>
      </Section>
    );
  }
  const { limits } = data;
  const percent = used(data);
  const limit = limits.max_minutes === null ? "no limit" : `of ${format.count(limits.max_minutes)}`;
  const facts: [string, string, string][] = [
    ["plan_price", "Price", format.money(data.plan_price)],
    ["current_period_end", data.cancel_at_period_end ? "Ends" : "Renews", format.date(data.current_period_end)],
    ["days_remaining", "Days left", format.count(data.days_remaining)],
    ["limits.call_limit", "Calls", limits.call_limit === null ? "No limit" : format.count(limits.call_limit)],
    ["limits.agent_limit", "Agents", limits.agent_limit === null ? "No limit" : format.count(limits.agent_limit)],
  ];
  return (
    <Section title="Plan" area="subscriptions" aside={<StateWord state={data.status} />}>
      <p className="lead-line">
        <strong>{words(data.plan_name)}</strong>
        {data.cancel_at_period_end && " · cancelled, runs to the end of the period"}
      </p>
      <Meter label="Minutes used" path="subscription_info.minutes_used" text={`${format.count(data.minutes_used)} ${limit}`} percent={percent} tone={usedTone(percent)} />
      <dl className="metric-list">
        {facts.map(([key, label, text]) => (
          <div key={key} className="metric">
            <dt className="metric__label">
              <Term path={`subscription_info.${key}`}>{label}</Term>
            </dt>
            <dd className="metric__value">{text}</dd>
          </div>
        ))}
      </dl>
      {data.features.length > 0 && <p className="quiet-line">{data.features.map(words).join(" · ")}</p>}
    </Section>
  );
});

export const BillingSection = memo(function BillingSection({ data }: { data: BillingInfo }) {
  return (
    <Section title="Billing" area="billing">
      <MetricList section="billing_info" data={data} metrics={USER_SECTIONS.billing_info.metrics} />
    </Section>
  );
});
