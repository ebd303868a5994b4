// An agent's sections: the queue of the team, what is assigned to oneself, and one's own performance.
import { AGENT_SECTIONS, type AgentPerformance, type AssignedTask, type QueueInformation, type WaitingCall, words } from "@switchboard/view";
import { memo } from "react";
import { LongestWait } from "./admin-sections.tsx";
import { MetricList } from "./figure.tsx";
import { Icon } from "./icon.tsx";
import { Rows } from "./rows.tsx";
import { Section } from "./section.tsx";
import { RatesTable } from "./tables.tsx";
import { Due, Since } from "./ticking.tsx";

const LONG_WAIT_S = 60; // as the alert for the queue

const drawWaiting = (call: WaitingCall) => (
  <li className="row">
    <span className="row__text">
      <span className="row__main">{call.customer_name || call.phone_number}</span>
      <span className="row__sub">{[call.customer_name && call.phone_number, `Priority ${call.priority}`].filter(Boolean).join(" · ")}</span>
    </span>
    <span className="row__end row__end--timer">
      <Since instant={call.queued_at} warnAfter={LONG_WAIT_S} />
    </span>
  </li>
);

const QUEUE_METRICS = [
  { key: "total_queue", label: "Waiting", kind: "count" },
  { key: "my_queue", label: "Assigned to me", kind: "count" },
  { key: "in_progress", label: "In progress", kind: "count" },
] as const;

export const QueueSection = memo(function QueueSection({ data }: { data: QueueInformation }) {
  return (
    <Section title="Queue" area="queue" aside={<LongestWait section="queue_information" since={data.oldest_waiting_since ?? null} />}>
      <MetricList section="queue_information" data={data} metrics={QUEUE_METRICS} />
      {data.waiting_calls && (
        <div className="group">
          <h3 className="bars__title">Waiting calls</h3>
          <Rows items={data.waiting_calls} render={drawWaiting} empty="Nobody is waiting." label="Waiting calls" />
        </div>
      )}
    </Section>
  );
});

/** Somebody on the line waits since then; a callback is due then. */
function TaskTime({ task, at }: { task: AssignedTask; at: string }) {
  return task.kind === "call" ? <Since instant={at} warnAfter={LONG_WAIT_S} /> : <Due instant={at} />;
}

const drawTask = (task: AssignedTask) => (
  <li className="row">
    <span className="row__text">
      <a className="row__main row__link" href={task.url}>
        {task.title}
      </a>
      <span className="row__sub">
        <Icon name={task.kind === "call" ? "phone" : "callback"} /> {words(task.kind)} · Priority {task.priority}
      </span>
    </span>
    <span className="row__end row__end--timer">{task.due_at ? <TaskTime task={task} at={task.due_at} /> : "—"}</span>
  </li>
);

const identify = ({ kind, id }: AssignedTask) => `${kind}-${id}`;

export const TaskSection = memo(function TaskSection({ tasks }: { tasks: readonly AssignedTask[] }) {
  return (
    <Section title="My tasks" area="tasks">
      <Rows items={tasks} render={drawTask} identify={identify} empty="Nothing is assigned to you." label="Assigned tasks" />
    </Section>
  );
});

export const PerformanceSection = memo(function PerformanceSection({ data }: { data: AgentPerformance }) {
  return (
    <Section title="My performance" area="performance">
      <MetricList section="performance_metrics" data={data} metrics={AGENT_SECTIONS.performance_metrics.metrics} />
      <RatesTable section="performance_metrics" data={data} />
    </Section>
  );
});
