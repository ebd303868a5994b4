// A tenant's sections: the calls, the AI agent, the customers and the plan of one business.
import {
  type ActiveSubscription,
  agentLine,
  type AIAgentInfo,
  type BillingInfo,
  type Formatter,
  type OwnAIAgent,
  planView,
  type SubscriptionInfo,
  USER_SECTIONS,
  type UserCallStatistics,
  words,
} from "@switchboard/view";
import { defineComponent, h } from "vue";
import { Meter } from "./bars.ts";
import { useFormat } from "./context.ts";
import { MetricList, term } from "./figure.ts";
import { part } from "./part.ts";
import { StateWord } from "./row.ts";
import { section } from "./section.ts";
import { HourlyChart } from "./shared-sections.ts";
import { RatesTable } from "./tables.ts";

const metrics = (id: keyof typeof USER_SECTIONS, data: unknown) => part(MetricList, { section: id, data, metrics: USER_SECTIONS[id].metrics });

/** Calls of one direction, as a part of all. */
function direction(format: Formatter, label: "Inbound" | "Outbound", calls: number, percent: number | null) {
  const path = `call_statistics.${label.toLowerCase()}_calls`;
  return part(Meter, { label, path, text: `${format.count(calls)} · ${format.percent(percent)}`, percent });
}

export const UserCallSection = defineComponent(
  function UserCallSection(props: { data: UserCallStatistics }) {
    const format = useFormat();
    return () =>
      section({ title: "Calls", area: "calls" }, () => {
        const { data } = props;
        const { inbound_percentage, outbound_percentage } = data.call_breakdown;
        return [
          metrics("call_statistics", data),
          part(HourlyChart, { hourly: data.hourly }),
          part(RatesTable, { section: "call_statistics", data }),
          h("div", { class: "section-card__halves" }, [
            direction(format.value, "Inbound", data.inbound_calls, inbound_percentage),
            direction(format.value, "Outbound", data.outbound_calls, outbound_percentage),
          ]),
        ];
      });
  },
  { props: ["data"] },
);

const nothingYet = (message: string) => h("p", { class: "empty" }, message);

export const AIAgentInfoSection = defineComponent(
  function AIAgentInfoSection(props: { data: AIAgentInfo }) {
    const format = useFormat();
    const own = (data: OwnAIAgent) => [
      h("p", { class: "lead-line" }, [h("strong", data.name), ` · ${agentLine(data)}`]),
      part(Meter, {
        label: "Training",
        path: "ai_agent_info.training_level",
        text: format.value.percent(data.training_level),
        percent: data.training_level,
      }),
      metrics("ai_agent_info", data),
    ];
    return () => {
      const { data } = props;
      return section(
        { title: "AI agent", area: "ai-agents" },
        () => ("id" in data ? own(data) : nothingYet(data.message)),
        () => "id" in data && part(StateWord, { state: data.status }),
      );
    };
  },
  { props: ["data"] },
);

export const PlanSection = defineComponent(
  function PlanSection(props: { data: SubscriptionInfo }) {
    const format = useFormat();
    const active = (data: ActiveSubscription) => {
      const { minutes, percent, tone, facts } = planView(data, format.value);
      return [
        h("p", { class: "lead-line" }, [
          h("strong", words(data.plan_name)),
          data.cancel_at_period_end && " · cancelled, runs to the end of the period",
        ]),
        part(Meter, { label: "Minutes used", path: "subscription_info.minutes_used", text: minutes, percent, tone }),
        h(
          "dl",
          { class: "metric-list" },
          facts.map(({ key, label, text }) =>
            h("div", { key, class: "metric" }, [
              h("dt", { class: "metric__label" }, [term(`subscription_info.${key}`, label)]),
              h("dd", { class: "metric__value" }, text),
            ]),
          ),
        ),
        data.features.length > 0 && h("p", { class: "quiet-line" }, data.features.map(words).join(" · ")),
      ];
    };
    return () => {
      const { data } = props;
      return section(
        { title: "Plan", area: "subscriptions" },
        () => ("id" in data ? active(data) : nothingYet(data.message)),
        () => "id" in data && part(StateWord, { state: data.status }),
      );
    };
  },
  { props: ["data"] },
);

export const BillingSection = defineComponent(
  function BillingSection(props: { data: BillingInfo }) {
    return () => section({ title: "Billing", area: "billing" }, () => metrics("billing_info", props.data));
  },
  { props: ["data"] },
);
