// The plans on offer: a tenant takes one, switches to another, cancels it, or resumes what was cancelled.
import { Section, type SubscriptionInfo, useFormat } from "@switchboard/react";
import { type Formatter, words } from "@switchboard/view";
import { useState } from "react";
import type { Api } from "../api.ts";
import type { Values } from "../forms/fields.ts";
import { useSay } from "../said.tsx";
import { Asked } from "./asked.tsx";
import { type Action, hasEnded, type Row } from "./resources/types.ts";
import { useFetched } from "./use-fetched.ts";
import { useViewer } from "./use-viewer.ts";

interface Plan {
  id: number;
  name: string;
  price: number;
  interval: string;
  /** Null: no limit. */
  call_minutes_limit: number | null;
  call_limit: number | null;
  /** People with an open account. */
  agents_allowed: number;
  features: string[];
}

interface Subscription {
  id: number;
  status: string;
  plan: number;
  current_period_end: string;
  cancel_at_period_end: boolean;
}

/** `info` is the document's: what the tenant has, as far as it is shown. */
export function Plans({ api, info }: { api: Api; info: SubscriptionInfo }) {
  const format = useFormat();
  const say = useSay();
  const viewer = useViewer();
  const [asked, setAsked] = useState<{ action: Action; row: Row } | null>(null);
  const shown = "id" in info ? info : null;
  // The document says that something changed; which of the plans it is now is asked for.
  const version = shown && [shown.id, shown.status, shown.plan_name, shown.plan_price, shown.current_period_end, shown.cancel_at_period_end].join(" ");
  const plans = useFetched<{ results: Plan[] }>(api, "/api/plans/?page_size=100");
  const subscriptions = useFetched<{ results: Subscription[] }>(api, "/api/subscriptions/?page_size=100", version);

  const going = subscriptions.value?.results.filter(({ status }) => !hasEnded(status)) ?? [];
  const current = going.find(({ id }) => id === shown?.id) ?? going[0];
  const run = async (action: Action, row: Row, values: Values) => {
    try {
      say(await action.run(api, row, values));
    } finally {
      // Also after a refusal: what one saw was probably out of date.
      subscriptions.reload();
    }
  };
  return (
    <Section title="Plans">
      {plans.value && subscriptions.value ? (
        <ul className="row-list" aria-label="Plans">
          {plans.value.results.map((plan) => (
            <Offer
              key={plan.id}
              plan={plan}
              current={current}
              format={format}
              onAsk={(action) => setAsked({ action, row: { id: plan.id, name: words(plan.name) } })}
            />
          ))}
        </ul>
      ) : (
        <p className="empty">{plans.problem ?? subscriptions.problem ?? "Loading …"}</p>
      )}
      {asked && viewer && <Asked api={api} {...asked} viewer={viewer} run={run} onClose={() => setAsked(null)} />}
    </Section>
  );
}

interface OfferProps {
  plan: Plan;
  current: Subscription | undefined;
  format: Formatter;
  onAsk: (action: Action) => void;
}

function Offer({ plan, current, format, onAsk }: OfferProps) {
  const { call_minutes_limit: minutes, call_limit: calls, agents_allowed: agents } = plan;
  const limit = (value: number | null, what: string) => (value === null ? `${what} without limit` : `${format.count(value)} ${what}`);
  const action = actionFor(plan, current, format);
  return (
    <li className="row">
      <span className="row__text">
        <span className="row__main">
          {words(plan.name)} · {priceOf(plan, format)}
        </span>
        <span className="row__sub">
          {format.count(agents)} {agents === 1 ? "agent" : "agents"} with an open account · {limit(minutes, "minutes")} · {limit(calls, "calls")}
        </span>
        {plan.features.length > 0 && <span className="row__sub">{plan.features.map(words).join(" · ")}</span>}
      </span>
      <span className="row__end row__end--actions">
        {plan.id === current?.plan && <span className="state">Your plan</span>}
        <button type="button" className={action.primary ? "button button--primary" : "button"} onClick={() => onAsk(action)}>
          {action.label}
          <span className="visually-hidden">: {words(plan.name)}</span>
        </button>
      </span>
    </li>
  );
}

const priceOf = ({ price, interval }: Plan, format: Formatter) => `${format.money(price)} per ${interval}`;

/** The one thing that can be done with a plan, given the subscription that goes on, if one does. */
function actionFor(plan: Plan, current: Subscription | undefined, format: Formatter): Action {
  const name = words(plan.name);
  const price = priceOf(plan, format);
  if (!current) {
    return {
      label: "Take",
      primary: true,
      roles: ["user"],
      confirm: () => `Take ${name} for ${price}? It is paid for from now on.`,
      run: async (api) => {
        const { status } = await api.post<Subscription>("/api/subscriptions/", { plan: plan.id });
        return { text: `${name} is your plan now: ${words(status).toLowerCase()}.` };
      },
    };
  }
  const path = `/api/subscriptions/${current.id}`;
  const end = format.date(current.current_period_end);
  if (plan.id !== current.plan) {
    const ends = current.cancel_at_period_end ? ` It is cancelled like the present one, and ends on ${end} unless it is resumed.` : "";
    return {
      label: "Switch",
      roles: ["user"],
      confirm: () => `Switch to ${name} for ${price}? Its limits hold at once, its price from the next period on.${ends}`,
      run: async (api) => {
        await api.post(`${path}/plan/`, { plan: plan.id });
        return { text: `${name} is your plan now. Its limits hold already.` };
      },
    };
  }
  if (current.cancel_at_period_end) {
    return {
      label: "Resume",
      primary: true,
      roles: ["user"],
      confirm: () => `Resume ${name}? It renews on ${end}, for ${price}.`,
      run: async (api) => {
        await api.post(`${path}/resume/`);
        return { text: `${name} goes on, and renews on ${end}.` };
      },
    };
  }
  return {
    label: "Cancel",
    roles: ["user"],
    confirm: () => `Cancel ${name}? It goes on until ${end}, and does not renew.`,
    run: async (api) => {
      await api.post(`${path}/cancel/`);
      return { text: `${name} is cancelled, and ends on ${end}.` };
    },
  };
}
