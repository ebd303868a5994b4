// Calls and the queue: answer, hand over, end.
import { choices, type Field } from "../../forms/fields.ts";
import { words } from "@switchboard/view";
import { type Action, agentsOf, column, EVERYONE, is, type Resource, type Row, whom } from "./types.ts";

const OUTCOMES = ["interested", "callback_requested", "converted", "not_interested", "voicemail"] as const;
const RATINGS = [5, 4, 3, 2, 1].map((value) => ({ value: String(value), label: `${value} of 5` }));

export const END_FIELDS: readonly Field[] = [
  { name: "outcome", label: "Outcome", kind: "select", required: true, options: choices(OUTCOMES) },
  { name: "satisfaction", label: "Satisfaction", kind: "select", numeric: true, options: RATINGS, hint: "What the caller said, if they were asked." },
  { name: "notes", label: "Notes", kind: "textarea" },
];

export const ANSWER: Action = {
  label: "Answer",
  primary: true,
  roles: ["agent"],
  // A queue's entry and the call itself name differently at whom it rings.
  when: (row, viewer) =>
    is("waiting", "queued")(row) ||
    (row.status === "assigned" && row.assigned_agent === viewer.id) ||
    (row.status === "ringing" && row.direction === "inbound" && (row.ringing_agent ?? viewer.id) === viewer.id),
  run: async (api, row) => {
    const call = await api.post<Row>(`/api/calls/${row.id}/answer/`);
    return { text: `Call answered: you are talking to ${whom(call)}.`, link: { url: `/calls?id=${call.id}`, text: "Show the call" } };
  },
};

export const END: Action = {
  label: "End",
  roles: ["user", "agent"],
  when: is("in_progress", "forwarding"),
  fields: () => END_FIELDS,
  run: async (api, row, values) => {
    const call = await api.post<Row>(`/api/calls/${row.id}/end/`, values);
    const text = `Call with ${whom(call)} ended: ${words(String(call.outcome)).toLowerCase()}.`;
    return call.outcome === "callback_requested" && call.customer
      ? { text, link: { url: `/customers?id=${String(call.customer)}`, text: "Schedule the callback" } }
      : { text, link: { url: `/calls?id=${call.id}`, text: "Show the call" } };
  },
};

export const calls: Resource = {
  title: "Calls",
  endpoint: "/api/calls/",
  roles: EVERYONE,
  columns: [
    column("Customer", "text", "customer_name"),
    column("Number", "text", "phone_number"),
    column("Direction", "words", "direction"),
    column("State", "state", "status"),
    column("Outcome", "words", "outcome"),
    column("Rings at", "text", "ringing_agent_name"),
    column("Agent", "text", "agent_name"),
    column("AI agent", "text", "ai_agent_name"),
    column("Started", "moment", "started_at"),
    column("Talk", "talk", "talk_s"),
  ],
  filters: [
    { name: "live", label: "In progress", options: [{ value: "1", label: "Live calls" }, { value: "0", label: "Past calls" }] },
    { name: "direction", label: "Direction", options: choices(["inbound", "outbound"]) },
    { name: "outcome", label: "Outcome", options: choices(OUTCOMES) },
  ],
  listActions: [
    {
      label: "Call a number",
      roles: ["user"],
      fields: () => [{ name: "phone_number", label: "Number", kind: "tel", required: true, hint: "With the country's code, such as +14155550123." }],
      run: async (api, _row, values) => {
        const call = await api.post<Row>("/api/calls/", values);
        return { text: `Your AI agent is calling ${whom(call)}.`, link: { url: `/calls?id=${call.id}`, text: "Follow the call" } };
      },
    },
  ],
  actions: [ANSWER, END],
  empty: "No calls here.",
};

export const queue: Resource = {
  title: "Queue",
  endpoint: "/api/queue/",
  roles: EVERYONE,
  columns: [
    column("Customer", "text", "customer_name"),
    column("Number", "text", "phone_number"),
    column("Priority", "text", "priority"),
    column("State", "state", "status"),
    column("Waiting", "wait", "queued_at"),
    column("Assigned to", "text", "assigned_agent_name"),
  ],
  filters: [{ name: "status", label: "State", options: choices(["waiting", "assigned"]) }],
  // The id of an entry is its call's.
  actions: [
    ANSWER,
    {
      label: "Assign",
      primary: true,
      roles: ["admin", "user"],
      when: is("waiting"),
      fields: (row, viewer) => [{ name: "agent", label: "Agent", kind: "select", required: true, numeric: true, load: agentsOf(row, viewer) }],
      run: async (api, row, values) => {
        const entry = await api.post<Row>(`/api/queue/${row.id}/assign/`, values);
        return { text: `${whom(entry)} now rings at ${String(entry.assigned_agent_name)}.` };
      },
    },
    {
      label: "Caller hung up",
      roles: ["admin", "user"],
      when: is("waiting", "assigned"),
      confirm: (row) => `Take ${whom(row)} out of the queue? The call counts as abandoned.`,
      run: async (api, row) => {
        await api.post(`/api/queue/${row.id}/abandon/`);
        return { text: `${whom(row)} has left the queue.`, link: { url: `/calls?id=${row.id}`, text: "Show the call" } };
      },
    },
  ],
  empty: "Nobody is waiting.",
};
