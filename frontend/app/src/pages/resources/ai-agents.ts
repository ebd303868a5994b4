// AI agents: set up, trained, put to work, paused.
import { choices, type Field } from "../../forms/fields.ts";
import { words } from "@switchboard/view";
import { type Action, column, is, type Resource, type Row, whom } from "./types.ts";

const READY_TRAINING_LEVEL = 20; // percent; the server's, shown as a hint only

const fields = (row: Row): readonly Field[] => [
  { name: "name", label: "Name", kind: "text", required: true, maxLength: 80, value: String(row.name ?? "") },
  {
    name: "training_level", label: "Training level, percent", kind: "number", required: true, min: 0, max: 100, value: Number(row.training_level ?? 0),
    hint: `It can make calls from ${READY_TRAINING_LEVEL} % on, once it is learning or active.`,
  },
  {
    name: "personality_type", label: "Personality", kind: "select", required: true, value: String(row.personality_type ?? "friendly"),
    options: choices(["friendly", "professional", "persuasive", "supportive"]),
  },
  { name: "working_hours_start", label: "Works from", kind: "time", required: true, value: String(row.working_hours_start ?? "09:00").slice(0, 5) },
  {
    name: "working_hours_end", label: "Works until", kind: "time", required: true, value: String(row.working_hours_end ?? "18:00").slice(0, 5),
    hint: "Earlier than the start: the next day. The same: around the clock.",
  },
];

/** One step of training → learning → active ↔ optimizing, any of them ↔ paused. */
const step = (label: string, wanted: string, from: readonly string[], primary = false): Action => ({
  label,
  primary,
  roles: ["admin", "user"],
  when: is(...from),
  run: async (api, row) => {
    const agent = await api.post<Row>(`/api/ai-agents/${row.id}/status/`, { status: wanted });
    const ready = agent.is_ready_for_calls === true ? "ready for calls" : "not ready for calls";
    return { text: `${whom(agent)} is ${words(String(agent.status)).toLowerCase()} now, ${ready}.` };
  },
});

export const aiAgents: Resource = {
  title: "AI agents",
  endpoint: "/api/ai-agents/",
  roles: ["admin", "user"],
  columns: [
    column("Name", "text", "name"),
    column("Account", "text", "owner_email", ["admin"]),
    column("State", "state", "status"),
    column("Trained", "percent", "training_level"),
    column("Ready for calls", "yes", "is_ready_for_calls"),
    column("Personality", "words", "personality_type"),
    column("Hours", "hours", "working_hours_start"),
  ],
  filters: [{ name: "status", label: "State", options: choices(["training", "learning", "active", "optimizing", "paused"]) }],
  listActions: [
    {
      label: "Create an AI agent",
      roles: ["user"],
      fields: fields,
      run: async (api, _row, values) => {
        const agent = await api.post<Row>("/api/ai-agents/", values);
        return { text: `${whom(agent)} is created, and in training.`, link: { url: `/ai-agents?id=${agent.id}`, text: "Show the AI agent" } };
      },
    },
  ],
  actions: [
    step("Begin learning", "learning", ["training"], true),
    step("Put to work", "active", ["learning", "optimizing"], true),
    step("Optimize", "optimizing", ["active"]),
    step("Resume", "active", ["paused"], true),
    step("Pause", "paused", ["training", "learning", "active", "optimizing"]),
    {
      label: "Edit",
      submit: "Save",
      roles: ["admin", "user"],
      fields,
      run: async (api, row, values) => {
        const agent = await api.patch<Row>(`/api/ai-agents/${row.id}/`, values);
        return { text: `${whom(agent)} saved: trained to ${String(agent.training_level)} %.` };
      },
    },
  ],
  empty: "No AI agents here.",
};
