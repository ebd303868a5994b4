// The lists that alerts and quick actions lead to: what each shows, and what can be done with a row.
import type { Role } from "@switchboard/react";

export type Row = Readonly<Record<string, unknown>> & { readonly id: number | string };

export type Format = "text" | "words" | "state" | "money" | "moment" | "seconds" | "percent" | "yes";

export interface Column {
  /** The first of these keys that a row has; dots lead into nested objects. */
  keys: readonly string[];
  label: string;
  format: Format;
}

export interface RowAction {
  label: string;
  primary?: boolean;
  roles: readonly Role[];
  /** May this be done with the row? The server decides in the end. */
  when: (row: Row) => boolean;
  path: (row: Row) => string;
  body?: (row: Row) => object;
  /** Choices that go along; each becomes a button of its own. */
  choices?: readonly { label: string; body: object }[];
}

export interface Resource {
  title: string;
  endpoint: string;
  roles: readonly Role[];
  columns: readonly Column[];
  actions?: readonly RowAction[];
  empty: string;
}

const column = (label: string, format: Format, ...keys: string[]): Column => ({ label, format, keys });
const is = (...states: string[]) => (row: Row) => states.includes(String(row.status));

const EVERYONE: readonly Role[] = ["admin", "user", "agent"];
const OUTCOMES = ["interested", "callback_requested", "converted", "not_interested"] as const;
const END: RowAction = {
  label: "End as",
  roles: ["user", "agent"],
  when: is("in_progress", "forwarding"),
  path: (row) => `/api/calls/${row.id}/end/`,
  choices: OUTCOMES.map((outcome) => ({ label: outcome, body: { outcome } })),
};

export const RESOURCES: Readonly<Record<string, Resource>> = {
  calls: {
    title: "Calls",
    endpoint: "/api/calls/",
    roles: ["admin", "user", "agent"],
    columns: [
      column("Customer", "text", "customer_name", "customer.name"),
      column("Number", "text", "phone_number"),
      column("Direction", "words", "direction", "call_type"),
      column("State", "state", "status"),
      column("Outcome", "words", "outcome"),
      column("Agent", "text", "agent_name", "agent.full_name", "ai_agent_name"),
      column("Started", "moment", "started_at", "queued_at"),
      column("Talk", "seconds", "talk_s", "duration"),
    ],
    actions: [
      { label: "Answer", primary: true, roles: ["agent"], when: is("queued", "ringing"), path: (row) => `/api/calls/${row.id}/answer/` },
      END,
    ],
    empty: "No calls here.",
  },
  queue: {
    title: "Queue",
    endpoint: "/api/queue/",
    roles: ["admin", "user", "agent"],
    columns: [
      column("Customer", "text", "customer_name", "customer.name", "call.customer_name"),
      column("Number", "text", "phone_number", "call.phone_number"),
      column("Priority", "text", "priority"),
      column("State", "state", "status"),
      column("Waiting since", "moment", "queued_at"),
      column("Assigned to", "text", "assigned_agent_name", "agent_name", "assigned_agent.full_name"),
    ],
    // The id of an entry is its call's.
    actions: [
      { label: "Answer", primary: true, roles: ["agent"], when: is("waiting", "assigned"), path: (row) => `/api/calls/${row.id}/answer/` },
    ],
    empty: "Nobody is waiting.",
  },
  callbacks: {
    title: "Callbacks",
    endpoint: "/api/callbacks/",
    roles: ["admin", "user", "agent"],
    columns: [
      column("Customer", "text", "customer_name", "customer.name"),
      column("Number", "text", "customer_phone", "phone_number", "customer.phone"),
      column("Due", "moment", "due_at", "scheduled_datetime"),
      column("State", "state", "status"),
      column("Priority", "text", "priority", "priority_level"),
      column("Reason", "text", "reason"),
      column("Assigned to", "text", "assigned_agent_name", "assigned_agent.full_name"),
    ],
    actions: [
      { label: "Cancel", roles: EVERYONE, when: is("scheduled"), path: (row) => `/api/callbacks/${row.id}/cancel/` },
      { label: "Start", primary: true, roles: EVERYONE, when: is("scheduled"), path: (row) => `/api/callbacks/${row.id}/start/` },
      { label: "Complete", primary: true, roles: EVERYONE, when: is("in_progress"), path: (row) => `/api/callbacks/${row.id}/complete/` },
    ],
    empty: "No callbacks here.",
  },
  payments: {
    title: "Payments",
    endpoint: "/api/payments/",
    roles: ["admin", "user"],
    columns: [
      column("Invoice", "text", "invoice_id"),
      column("Account", "text", "user_email", "user.email"),
      column("Amount", "money", "amount"),
      column("State", "state", "status"),
      column("Attempts", "text", "attempt_count"),
      column("Description", "text", "description"),
      column("Created", "moment", "created_at"),
      column("Paid", "moment", "paid_at"),
    ],
    actions: [{ label: "Retry payment", primary: true, roles: ["admin"], when: is("failed"), path: (row) => `/api/payments/${row.id}/retry/` }],
    empty: "No payments here.",
  },
  customers: {
    title: "Customers",
    endpoint: "/api/customers/",
    roles: ["admin", "user"],
    columns: [
      column("Name", "text", "name"),
      column("Number", "text", "phone"),
      column("Interest", "words", "interest"),
      column("Do not call", "yes", "is_do_not_call"),
      column("Since", "moment", "created_at"),
    ],
    actions: [
      {
        label: "Call",
        roles: ["user"],
        when: (row) => row.is_do_not_call !== true,
        path: () => "/api/calls/",
        body: (row) => ({ customer: row.id }),
      },
    ],
    empty: "No customers here.",
  },
  subscriptions: {
    title: "Subscriptions",
    endpoint: "/api/subscriptions/",
    roles: ["admin"],
    columns: [
      column("Account", "text", "user_email", "user.email"),
      column("Plan", "words", "plan_name", "plan.name"),
      column("State", "state", "status"),
      column("Period ends", "moment", "current_period_end"),
      column("Cancelling", "yes", "cancel_at_period_end"),
    ],
    empty: "No subscriptions here.",
  },
  users: {
    title: "Users",
    endpoint: "/api/users/",
    roles: ["admin"],
    columns: [
      column("Name", "text", "full_name"),
      column("Email", "text", "email"),
      column("Role", "words", "role"),
      column("State", "state", "account_status"),
      column("Since", "moment", "date_joined", "created_at"),
    ],
    empty: "No users here.",
  },
  "ai-agents": {
    title: "AI agents",
    endpoint: "/api/ai-agents/",
    roles: ["admin", "user"],
    columns: [
      column("Name", "text", "name"),
      column("Account", "text", "owner_email", "owner.email"),
      column("State", "state", "status"),
      column("Trained", "percent", "training_level"),
      column("Manner", "words", "personality_type"),
    ],
    empty: "No AI agents here.",
  },
};

const OWN_PAGES: Readonly<Record<Role, readonly { page: string; title: string }[]>> = {
  admin: [
    { page: "broadcasts", title: "Broadcasts" },
    { page: "settings", title: "Settings" },
  ],
  user: [
    { page: "billing", title: "Billing" },
    { page: "profile", title: "Profile" },
  ],
  agent: [{ page: "profile", title: "Profile" }],
};

/** The pages in the navigation of a role; "" is the dashboard. */
export function linksFor(role: Role): { page: string; title: string }[] {
  const lists = Object.entries(RESOURCES).flatMap(([page, { title, roles }]) => (roles.includes(role) ? [{ page, title }] : []));
  return [{ page: "", title: "Dashboard" }, ...lists, ...OWN_PAGES[role]];
}
