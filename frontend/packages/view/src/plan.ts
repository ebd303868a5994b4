// A tenant's plan and AI agent in words.
import { type Formatter, words } from "./format.ts";
import type { ActiveSubscription, OwnAIAgent } from "./types.ts";

export interface PlanView {
  /** Share of the plan's minutes that is used, 0–100; null without a limit. */
  percent: number | null;
  tone: "" | "warning" | "error";
  minutes: string;
  facts: { key: string; label: string; text: string }[];
}

export function planView(plan: ActiveSubscription, format: Formatter): PlanView {
  const { limits, minutes_used } = plan;
  const percent = limits.max_minutes ? (100 * minutes_used) / limits.max_minutes : null;
  const limit = (value: number | null) => (value === null ? "No limit" : format.count(value));
  return {
    percent,
    tone: percent !== null && percent >= 100 ? "error" : percent !== null && percent >= 80 ? "warning" : "",
    minutes: `${format.count(minutes_used)} ${limits.max_minutes === null ? "no limit" : `of ${format.count(limits.max_minutes)}`}`,
    facts: [
      { key: "plan_price", label: "Price", text: format.money(plan.plan_price) },
      { key: "current_period_end", label: plan.cancel_at_period_end ? "Ends" : "Renews", text: format.date(plan.current_period_end) },
      { key: "days_remaining", label: "Days left", text: format.count(plan.days_remaining) },
      { key: "limits.call_limit", label: "Call limit", text: limit(limits.call_limit) },
      { key: "limits.agent_limit", label: "Agent limit", text: limit(limits.agent_limit) },
    ],
  };
}

/** Stands behind the AI agent's name: its manner, its hours, whether it may call. */
export function agentLine({ personality_type, working_hours, is_ready_for_calls }: OwnAIAgent): string {
  const { start = null, end = null } = working_hours ?? {};
  const hours = start && end ? ` · ${start}–${end}` : "";
  return `${words(personality_type)}${hours} · ${is_ready_for_calls ? "ready for calls" : "not ready for calls"}`;
}
