// Payments and subscriptions.
import { choices } from "../../forms/fields.ts";
import { words } from "@switchboard/view";
import { column, is, type Resource, type Row } from "./types.ts";

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

export const subscriptions: Resource = {
  title: "Subscriptions",
  endpoint: "/api/subscriptions/",
  roles: ["admin"],
  columns: [
    column("Account", "text", "user_email"),
    column("Plan", "words", "plan_name"),
    column("Price", "money", "plan_price"),
    column("Per", "text", "plan_interval"),
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
  empty: "No subscriptions here.",
};
