// What happened last: short lists, newest first.
import {
  callLength,
  newUserText,
  type RecentActivities as Activities,
  type RecentCall,
  recentCallText,
  type RecentPayment,
  stateTone,
  words,
} from "@switchboard/view";
import { memo, type ReactNode } from "react";
import { useFormat } from "./context.tsx";
import { Rows } from "./rows.tsx";
import { Moment } from "./ticking.tsx";

type User = NonNullable<Activities["new_users"]>[number];
type Subscription = NonNullable<Activities["new_subscriptions"]>[number];

/** A state in words, with the colour only as company. */
export const StateWord = memo(function StateWord({ state }: { state: string | null | undefined }) {
  return <span className={`state state--${stateTone(state)}`}>{words(state)}</span>;
});

const Money = memo(function Money({ amount }: { amount: number }) {
  return <span className="row__figure">{useFormat().money(amount)}</span>;
});

function Item({ main, sub, end }: { main: ReactNode; sub: ReactNode; end: ReactNode }) {
  return (
    <li className="row">
      <span className="row__text">
        <span className="row__main">{main}</span>
        <span className="row__sub">{sub}</span>
      </span>
      <span className="row__end">{end}</span>
    </li>
  );
}

const drawUser = (user: User) => (
  <Item {...newUserText(user)} end={<Moment instant={user.date_joined} />} />
);

const drawSubscription = (subscription: Subscription) => (
  <Item
    main={words(subscription.plan_name)}
    sub={subscription.user_email}
    end={
      <>
        <Money amount={subscription.amount} />
        <span className="row__sub">
          <StateWord state={subscription.status} /> <Moment instant={subscription.created_at} />
        </span>
      </>
    }
  />
);

const drawCall = (call: RecentCall) => (
  <Item
    {...recentCallText(call)}
    end={
      <>
        <StateWord state={call.outcome ?? call.status} />
        <span className="row__sub">
          {callLength(call)}
          <Moment instant={call.started_at} />
        </span>
      </>
    }
  />
);

const drawPayment = (payment: RecentPayment) => (
  <Item
    main={payment.description || "Payment"}
    sub={<Moment instant={payment.created_at} />}
    end={
      <>
        <Money amount={payment.amount} />
        <StateWord state={payment.status} />
      </>
    }
  />
);

function List({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="recent-activities__list">
      <h3 className="bars__title">{title}</h3>
      {children}
    </div>
  );
}

export const RecentActivities = memo(function RecentActivities({ activities }: { activities: Activities }) {
  const { recent_calls: calls, new_users: users, new_subscriptions: subscriptions, recent_payments: payments } = activities;
  return (
    <section className="recent-activities" aria-labelledby="recent-title">
      <h2 id="recent-title" className="block-title">
        Recent activities
      </h2>
      <div className="recent-activities__lists">
        {calls && (
          <List title="Calls">
            <Rows items={calls} render={drawCall} empty="No calls yet." label="Recent calls" />
          </List>
        )}
        {subscriptions && (
          <List title="Subscriptions">
            <Rows items={subscriptions} render={drawSubscription} empty="No subscriptions yet." label="New subscriptions" />
          </List>
        )}
        {users && (
          <List title="Users">
            <Rows items={users} render={drawUser} empty="No users yet." label="New users" />
          </List>
        )}
        {payments && (
          <List title="Payments">
            <Rows items={payments} render={drawPayment} empty="No payments yet." label="Recent payments" />
          </List>
        )}
      </div>
    </section>
  );
});
