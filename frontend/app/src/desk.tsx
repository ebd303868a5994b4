// An agent's desk, on every page: what one is doing, who rings, and the call one is on.
import { type AgentDashboardData, Icon, Since, StateWord, useDashboard } from "@switchboard/react";
import { LONG_WAIT_S } from "@switchboard/view";
import { useMemo, useState } from "react";
import { type Api, sentence } from "./api.ts";
import { FieldForm } from "./forms/field-form.tsx";
import type { Values } from "./forms/fields.ts";
import { ANSWER, END, END_FIELDS } from "./pages/resources/calls.ts";
import { type Row, whom } from "./pages/resources/types.ts";
import { type Fetched, useFetched } from "./pages/use-fetched.ts";
import { useSay } from "./said.tsx";

interface AgentState {
  state: string;
  since: string | null;
}

const CHOICES = [
  { state: "available", label: "Available", said: "You are available: calls may ring at you." },
  { state: "break", label: "Break", said: "You are on a break; no calls ring at you." },
  { state: "offline", label: "Offline", said: "You are offline; no calls ring at you." },
] as const;

export function Desk({ api }: { api: Api }) {
  const me = useDashboard((data: AgentDashboardData) => data.user_info.id);
  // The document says that something changed; what exactly is asked for, with the instants.
  const status = useDashboard((data: AgentDashboardData) => data.agent_info.status);
  const inProgress = useDashboard((data: AgentDashboardData) => data.queue_information.in_progress);
  const state = useFetched<AgentState>(api, "/api/agent-state/", status);
  const path = me === undefined ? null : `/api/calls/?agent=${me}&status=in_progress&status=forwarding&ordering=answered_at`;
  const calls = useFetched<{ results: Row[] }>(api, path, `${inProgress} ${status}`);
  const refresh = () => {
    state.reload();
    calls.reload();
  };
  const current = calls.value?.results ?? [];
  return (
    <section className="desk" aria-label="My desk">
      <States api={api} state={state} onCall={current.length > 0} />
      {current.map((call) => (
        <MyCall key={call.id} api={api} call={call} onEnd={refresh} />
      ))}
      {current.length === 0 && <Next api={api} free={state.value?.state === "available"} onAnswer={refresh} />}
    </section>
  );
}

function States({ api, state, onCall }: { api: Api; state: Fetched<AgentState>; onCall: boolean }) {
  const say = useSay();
  const [busy, setBusy] = useState(false);
  const present = state.value?.state;
  if (state.value === undefined) return <p className="quiet-line">{state.problem ?? "Loading …"}</p>;
  const choose = async ({ state: wanted, said }: (typeof CHOICES)[number]) => {
    setBusy(true);
    try {
      state.set(await api.put<AgentState>("/api/agent-state/", { state: wanted }));
      say({ text: said });
    } catch (error) {
      say({ tone: "error", text: sentence(error) });
      state.reload();
    }
    setBusy(false);
  };
  const follows = present === "on_call" || present === "wrap_up";
  return (
    <div className="desk__state">
      <p className="desk__now">
        {follows && <StateWord state={present} />}
        {state.value.since && (
          <span className="quiet-line">
            {follows ? "for " : "In this state for "}
            <Since instant={state.value.since} />
          </span>
        )}
      </p>
      <div className="segments" role="group" aria-label="My state">
        {CHOICES.map((choice) => (
          <button
            key={choice.state}
            type="button"
            className={present === "wrap_up" && choice.state === "available" ? "button button--primary" : "button"}
            aria-pressed={present === choice.state}
            disabled={onCall && present === "on_call"}
            aria-disabled={busy}
            onClick={() => !busy && present !== choice.state && void choose(choice)}
          >
            {choice.label}
          </button>
        ))}
      </div>
    </div>
  );
}

/** The call in progress: who it is, how long it takes, and its end. */
function MyCall({ api, call, onEnd }: { api: Api; call: Row; onEnd: () => void }) {
  const say = useSay();
  const end = async (values: Values) => {
    try {
      say(await END.run(api, call, values));
    } finally {
      onEnd();
    }
  };
  return (
    <div className="desk__call">
      <p className="desk__who">
        <Icon name="phone" />
        <span className="row__text">
          <span className="row__main">{whom(call)}</span>
          <span className="row__sub">
            My call{call.customer_name ? ` · ${String(call.phone_number)}` : ""}
          </span>
        </span>
        <span className="desk__timer">{typeof call.answered_at === "string" && <Since instant={call.answered_at} />}</span>
      </p>
      <FieldForm api={api} fields={END_FIELDS} submit="End call" onSubmit={end} />
    </div>
  );
}

/** Who rings here, else who waits longest: one press and one is talking. */
function Next({ api, free, onAnswer }: { api: Api; free: boolean; onAnswer: () => void }) {
  const say = useSay();
  const [busy, setBusy] = useState(false);
  const tasks = useDashboard((data: AgentDashboardData) => data.queue_information.assigned_tasks);
  const waiting = useDashboard((data: AgentDashboardData) => data.queue_information.waiting_calls);
  const next = useMemo(() => {
    const ringing = tasks?.find(({ kind }) => kind === "call");
    if (ringing) return { id: String(ringing.id).replace("call-", ""), name: ringing.title, since: ringing.due_at, rings: true };
    const first = waiting?.[0];
    return first && { id: String(first.id), name: first.customer_name || first.phone_number, since: first.queued_at, rings: false };
  }, [tasks, waiting]);
  if (!next || !free) return null;
  const answer = async () => {
    setBusy(true);
    try {
      say(await ANSWER.run(api, { id: next.id }, {}));
    } catch (error) {
      say({ tone: "error", text: `Not answered. ${sentence(error)}` });
    }
    onAnswer();
    setBusy(false);
  };
  return (
    <div className="desk__next">
      <Icon name="answer" />
      <span className="row__text">
        <span className="row__main">{next.name}</span>
        <span className="row__sub">{next.rings ? "Rings at you" : "Next in the queue"}</span>
      </span>
      {next.since && <Since instant={next.since} warnAfter={LONG_WAIT_S} />}
      <button type="button" className="button button--primary" aria-disabled={busy} onClick={() => !busy && void answer()}>
        Answer<span className="visually-hidden"> {next.name}</span>
      </button>
    </div>
  );
}
