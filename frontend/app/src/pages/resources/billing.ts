// Payments and subscriptions.
import { choices, type Field } from "../../forms/fields.ts";
import { words } from "@switchboard/view";
import { column, hasEnded, is, type Resource, type Row, whom } from "./types.ts";

export const payments: Resource = {
  title: "Payments",
  endpoint: "/api/payments/",
  roles: ["admin", "user"],
  columns: [
    column("Invoice", "text", "invoice_id"),
    column("Account", "text", "user_email"),
    column("Amount", "money", "amount"),
    column("State", "state", "status"),
    column("Attempts", "text", "attempt_count"),
    column("Description", "text", "description"),
    column("Created", "moment", "created_at"),
    column("Paid", "moment", "paid_at"),
  ],
  filters: [
    { name: "status", label: "State", options: choices(["pending", "paid", "failed", "refunded", "partially_refunded", "canceled"]) },
  ],
  actions: [
    {
      label: "Retry payment",
      primary: true,
      roles: ["admin"],
      when: is("failed"),
      run: async (api, row) => {
        const payment = await api.post<Row>(`/api/payments/${row.id}/retry/`);
        const link = { url: `/payments?id=${row.id}`, text: "Show the payment" };
        if (payment.status === "failed") return { tone: "error", text: `Invoice ${String(row.invoice_id)} was charged again and failed again.`, link };
        return { text: `Invoice ${String(row.invoice_id)} was charged again: ${words(String(payment.status)).toLowerCase()}.`, link };
      },
    },
  ],
  empty: "No payments here.",
};

const goesOn = (row: Row) => !hasEnded(String(row.status));
const link = (row: Row) => ({ url: `/subscriptions?id=${row.id}`, text: "Show the subscription" });
const plans: NonNullable<Field["load"]> = async (api) => {
  const { results } = await api.get<{ results: Row[] }>("/api/plans/?page_size=100");
  return results.map(({ id, name, price, currency, interval }) => ({
    value: String(id),
    label: `${words(String(name))}, ${String(price)} ${String(currency)} per ${String(interval)}`,
  }));
};

export const subscriptions: Resource = {
  title: "Subscriptions",
  endpoint: "/api/subscriptions/",
  roles: ["admin"],
  columns: [
    column("Account", "text", "user_email"),
    column("Plan", "words", "plan_name"),
    column("Price", "price", "plan_price"),
    column("State", "state", "status"),
    column("Period ends", "moment", "current_period_end"),
    column("Cancelling", "yes", "cancel_at_period_end"),
  ],
  filters: [
    {
      name: "status",
      label: "State",
      options: choices(["trialing", "active", "past_due", "unpaid", "paused", "canceled", "incomplete", "incomplete_expired"]),
    },
    { name: "plan", label: "Plan", options: choices(["starter", "pro", "enterprise", "custom"]) },
  ],
  actions: [
    {
      label: "Change plan",
      submit: "Change",
      roles: ["admin"],
      when: goesOn,
      fields: (row) => [
        {
          name: "plan", label: "Plan", kind: "select", numeric: true, required: true, value: Number(row.plan), load: plans,
          hint: "Its limits hold at once, its price from the next period on.",
        },
      ],
      run: async (api, row, values) => {
        const changed = await api.post<Row>(`/api/subscriptions/${row.id}/plan/`, values);
        return { text: `${whom(row)} now has the plan ${words(String(changed.plan_name))}.`, link: link(row) };
      },
    },
    {
      label: "Cancel",
      roles: ["admin"],
      when: (row) => goesOn(row) && row.cancel_at_period_end !== true,
      confirm: (row) => `Cancel the subscription of ${whom(row)}? It goes on to the end of its period, and does not renew.`,
      run: async (api, row) => {
        await api.post(`/api/subscriptions/${row.id}/cancel/`);
        return { text: `The subscription of ${whom(row)} ends with its period.`, link: link(row) };
      },
    },
    {
      label: "Resume",
      primary: true,
      roles: ["admin"],
      when: (row) => goesOn(row) && row.cancel_at_period_end === true,
      run: async (api, row) => {
        await api.post(`/api/subscriptions/${row.id}/resume/`);
        return { text: `The subscription of ${whom(row)} renews again.`, link: link(row) };
      },
    },
  ],
  empty: "No subscriptions here.",
};
