// Callbacks: promised, made, moved. And customers, to whom they are promised.
import { choices, type Field } from "../../forms/fields.ts";
import { type Action, agentsOf, column, EVERYONE, is, type Resource, type Row, whom, YES_NO } from "./types.ts";

const HOUR = 3_600_000;
const soon = () => new Date(Math.ceil(Date.now() / HOUR + 1) * HOUR).toISOString();
const link = (row: Row) => ({ url: `/callbacks?id=${row.id}`, text: "Show the callback" });
const NOBODY = 0; // no agent's id
const PRIORITIES = [
  { value: "1", label: "1, the most urgent" },
  ...[2, 3, 4, 5].map((value) => ({ value: String(value), label: String(value) })),
];

const SCHEDULE: Action = {
  label: "Schedule a callback",
  roles: EVERYONE,
  when: (row) => row.is_do_not_call !== true,
  fields: (row, viewer) => [
    { name: "due_at", label: "When", kind: "datetime", required: true, value: soon() },
    { name: "reason", label: "Reason", kind: "text", maxLength: 255 },
    { name: "priority", label: "Priority", kind: "select", numeric: true, required: true, value: "3", options: PRIORITIES },
    ...(viewer.role === "agent"
      ? []
      : ([{ name: "assigned_agent", label: "Assigned to", kind: "select", numeric: true, load: agentsOf(row, viewer) }] as const)),
  ],
  run: async (api, row, values) => {
    const callback = await api.post<Row>("/api/callbacks/", { customer: row.id, ...values });
    return { text: `Callback to ${whom(callback)} scheduled.`, link: link(callback) };
  },
};

export const callbacks: Resource = {
  title: "Callbacks",
  endpoint: "/api/callbacks/",
  opensAt: "status=scheduled&status=in_progress", // those that are left to make; the list is by due time
  roles: EVERYONE,
  columns: [
    column("Customer", "text", "customer_name"),
    column("Number", "text", "customer_phone"),
    column("Due", "due", "due_at"),
    column("State", "state", "status"),
    column("Priority", "text", "priority"),
    column("Reason", "text", "reason"),
    column("Assigned to", "text", "assigned_agent_name"),
  ],
  filters: [
    { name: "status", label: "State", options: choices(["scheduled", "in_progress", "completed", "cancelled"]) },
    { name: "overdue", label: "Overdue", options: YES_NO },
  ],
  actions: [
    {
      label: "Start",
      roles: EVERYONE,
      when: is("scheduled"),
      run: async (api, row) => {
        await api.post(`/api/callbacks/${row.id}/start/`);
        return { text: `Callback to ${whom(row)} started: call ${String(row.customer_phone)} now.`, link: link(row) };
      },
    },
    {
      label: "Complete",
      primary: true,
      roles: EVERYONE,
      when: is("scheduled", "in_progress"),
      run: async (api, row) => {
        if (row.status === "scheduled") await api.post(`/api/callbacks/${row.id}/start/`);
        await api.post(`/api/callbacks/${row.id}/complete/`);
        return { text: `Callback to ${whom(row)} completed.`, link: link(row) };
      },
    },
    {
      label: "Reschedule",
      roles: EVERYONE,
      when: is("scheduled", "in_progress"),
      fields: (row) => [
        { name: "due_at", label: "When instead", kind: "datetime", required: true, value: soon() },
        { name: "reason", label: "Reason", kind: "text", maxLength: 255, value: String(row.reason ?? "") },
      ],
      run: async (api, row, values) => {
        const moved = await api.post<Row>(`/api/callbacks/${row.id}/reschedule/`, values);
        return { text: `Callback to ${whom(moved)} rescheduled.`, link: link(moved) };
      },
    },
    {
      label: "Assign",
      roles: ["admin", "user"],
      when: is("scheduled", "in_progress"),
      fields: (row, viewer) => [
        {
          name: "agent", label: "Assigned to", kind: "select", numeric: true, required: true, value: Number(row.assigned_agent ?? NOBODY),
          load: async (api) => [{ value: String(NOBODY), label: "Nobody in particular" }, ...(await agentsOf(row, viewer)(api))],
        },
      ],
      run: async (api, row, { agent }) => {
        const given = await api.post<Row>(`/api/callbacks/${row.id}/assign/`, { agent: agent === NOBODY ? null : agent });
        const text = given.assigned_agent_name ? `is now ${String(given.assigned_agent_name)}'s` : "is nobody's in particular now";
        return { text: `Callback to ${whom(given)} ${text}.`, link: link(given) };
      },
    },
    {
      label: "Change priority",
      roles: EVERYONE,
      when: is("scheduled", "in_progress"),
      fields: (row) => [{ name: "priority", label: "Priority", kind: "select", numeric: true, required: true, value: Number(row.priority), options: PRIORITIES }],
      run: async (api, row, values) => {
        const changed = await api.post<Row>(`/api/callbacks/${row.id}/priority/`, values);
        return { text: `Callback to ${whom(changed)} now has priority ${String(changed.priority)}.`, link: link(changed) };
      },
    },
    {
      label: "Cancel",
      roles: EVERYONE,
      when: is("scheduled", "in_progress"),
      confirm: (row) => `Cancel the callback to ${whom(row)}? Nobody will call back.`,
      run: async (api, row) => {
        await api.post(`/api/callbacks/${row.id}/cancel/`);
        return { text: `Callback to ${whom(row)} cancelled.`, link: link(row) };
      },
    },
  ],
  empty: "No callbacks here. A callback is scheduled from its customer's row on the page of customers.",
};

const INTERESTS = ["cold", "warm", "hot", "converted"];

const customerFields = (row: Row): readonly Field[] => [
  { name: "name", label: "Name", kind: "text", maxLength: 120, value: String(row.name ?? "") },
  { name: "phone", label: "Number", kind: "tel", required: true, value: String(row.phone ?? ""), hint: "With the country's code, such as +14155550123." },
  { name: "interest", label: "Interest", kind: "select", required: true, value: String(row.interest ?? "cold"), options: choices(INTERESTS) },
  { name: "is_do_not_call", label: "Do not call", kind: "checkbox", value: row.is_do_not_call === true },
];

const doNotCall = (label: string, wanted: boolean): Action => ({
  label,
  roles: ["user", "agent"],
  when: (row) => row.is_do_not_call !== wanted,
  run: async (api, row) => {
    await api.patch(`/api/customers/${row.id}/`, { is_do_not_call: wanted });
    return { text: `${whom(row)} ${wanted ? "will not be called any more" : "may be called again"}.` };
  },
});

export const customers: Resource = {
  title: "Customers",
  endpoint: "/api/customers/",
  roles: EVERYONE,
  columns: [
    column("Name", "text", "name"),
    column("Number", "text", "phone"),
    column("Interest", "words", "interest"),
    column("Do not call", "yes", "is_do_not_call"),
    column("Since", "moment", "created_at"),
  ],
  filters: [
    { name: "interest", label: "Interest", options: choices(INTERESTS) },
    { name: "is_do_not_call", label: "Do not call", options: YES_NO },
  ],
  listActions: [
    {
      label: "Add a customer",
      roles: ["user"],
      fields: customerFields,
      run: async (api, _row, values) => {
        const customer = await api.post<Row>("/api/customers/", values);
        return { text: `${whom(customer)} is a customer now.`, link: { url: `/customers?id=${customer.id}`, text: "Show the customer" } };
      },
    },
  ],
  actions: [
    {
      label: "Call",
      primary: true,
      roles: ["user"],
      when: (row) => row.is_do_not_call !== true,
      run: async (api, row) => {
        const call = await api.post<Row>("/api/calls/", { customer: row.id });
        return { text: `Your AI agent is calling ${whom(row)}.`, link: { url: `/calls?id=${call.id}`, text: "Follow the call" } };
      },
    },
    SCHEDULE,
    {
      label: "Edit",
      submit: "Save",
      roles: ["user", "agent"],
      fields: customerFields,
      run: async (api, row, values) => {
        const customer = await api.patch<Row>(`/api/customers/${row.id}/`, values);
        return { text: `${whom(customer)} saved.` };
      },
    },
    doNotCall("Do not call", true),
    doNotCall("Allow calls", false),
  ],
  empty: "No customers here.",
};

