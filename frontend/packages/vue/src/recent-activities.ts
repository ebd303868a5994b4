// What happened last: short lists, newest first.
import {
  callLength,
  newUserText,
  type RecentActivities as Activities,
  type RecentCall,
  recentCallText,
  type RecentPayment,
  words,
} from "@switchboard/view";
import { defineComponent, h, type VNodeChild } from "vue";
import { useFormat } from "./context.ts";
import { part } from "./part.ts";
import { row, StateWord } from "./row.ts";
import { rows } from "./rows.ts";
import { Moment } from "./ticking.ts";

type User = NonNullable<Activities["new_users"]>[number];
type Subscription = NonNullable<Activities["new_subscriptions"]>[number];

const Money = defineComponent(
  function Money(props: { amount: number }) {
    const format = useFormat();
    return () => h("span", { class: "row__figure" }, format.value.money(props.amount));
  },
  { props: ["amount"] },
);

const drawUser = (user: User) => row({ ...newUserText(user), end: part(Moment, { instant: user.date_joined }) });

const drawSubscription = ({ plan_name, user_email, amount, status, created_at }: Subscription) =>
  row({
    main: words(plan_name),
    sub: user_email,
    end: [
      part(Money, { amount }),
      h("span", { class: "row__sub" }, [part(StateWord, { state: status }), " ", part(Moment, { instant: created_at })]),
    ],
  });

const drawCall = (call: RecentCall) =>
  row({
    ...recentCallText(call),
    end: [
      part(StateWord, { state: call.outcome ?? call.status }),
      h("span", { class: "row__sub" }, [callLength(call), part(Moment, { instant: call.started_at })]),
    ],
  });

const drawPayment = ({ description, created_at, amount, status }: RecentPayment) =>
  row({
    main: description || "Payment",
    sub: part(Moment, { instant: created_at }),
    end: [part(Money, { amount }), part(StateWord, { state: status })],
  });

const list = (title: string, inside: VNodeChild) =>
  h("div", { key: title, class: "recent-activities__list" }, [h("h3", { class: "bars__title" }, title), inside]);

export const RecentActivities = defineComponent(
  function RecentActivities(props: { activities: Activities }) {
    return () => {
      const { recent_calls: calls, new_users: users, new_subscriptions: subscriptions, recent_payments: payments } = props.activities;
      return h("section", { class: "recent-activities", "aria-labelledby": "recent-title" }, [
        h("h2", { id: "recent-title", class: "block-title" }, "Recent activities"),
        h("div", { class: "recent-activities__lists" }, [
          calls && list("Calls", rows({ items: calls, render: drawCall, empty: "No calls yet.", label: "Recent calls" })),
          subscriptions &&
            list(
              "Subscriptions",
              rows({ items: subscriptions, render: drawSubscription, empty: "No subscriptions yet.", label: "New subscriptions" }),
            ),
          users && list("Users", rows({ items: users, render: drawUser, empty: "No users yet.", label: "New users" })),
          payments && list("Payments", rows({ items: payments, render: drawPayment, empty: "No payments yet.", label: "Recent payments" })),
        ]),
      ]);
    };
  },
  { props: ["activities"] },
);
