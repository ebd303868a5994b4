// A tenant's sections: the calls, the AI agent, the customers and the plan of one business.
import {
  agentLine,
  type AIAgentInfo,
  type BillingInfo,
  planView,
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
  return (
    <Section title="AI agent" area="ai-agents" aside={<StateWord state={data.status} />}>
      <p className="lead-line">
        <strong>{data.name}</strong> · {agentLine(data)}
      </p>
      <Meter label="Training" path="ai_agent_info.training_level" text={format.percent(data.training_level)} percent={data.training_level} />
      <MetricList section="ai_agent_info" data={data} metrics={USER_SECTIONS.ai_agent_info.metrics} />
    </Section>
  );
});

export const PlanSection = memo(function PlanSection({ data }: { data: SubscriptionInfo }) {
  const format = useFormat();
  if (!("id" in data)) {
    return (
      <Section title="Plan" area="subscriptions">
        <p className="empty">{data.message}</p>
      </Section>
    );
  }
  const view = planView(data, format);
  return (
    <Section title="Plan" area="subscriptions" aside={<StateWord state={data.status} />}>
      <p className="lead-line">
        <strong>{words(data.plan_name)}</strong>
        {data.cancel_at_period_end && " · cancelled, runs to the end of the period"}
      </p>
      <Meter label="Minutes used" path="subscription_info.minutes_used" text={view.minutes} percent={view.percent} tone={view.tone} />
      <dl className="metric-list">
        {view.facts.map(({ key, label, text }) => (
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
