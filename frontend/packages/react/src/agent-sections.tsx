// An agent's sections: the queue of the team, what is assigned to oneself, and one's own performance.
import {
  AGENT_SECTIONS,
  type AgentPerformance,
  type AssignedTask,
  LONG_WAIT_S,
  type QueueInformation,
  taskKey,
  taskText,
  type WaitingCall,
  waitingCallText,
} from "@switchboard/view";
import { memo } from "react";
import { LongestWait } from "./admin-sections.tsx";
import { MetricList } from "./figure.tsx";
import { Icon } from "./icon.tsx";
import { Rows } from "./rows.tsx";
import { Section } from "./section.tsx";
import { RatesTable } from "./tables.tsx";
import { Due, Since } from "./ticking.tsx";

const drawWaiting = (call: WaitingCall) => {
  const { main, sub } = waitingCallText(call);
  return (
    <li className="row">
      <span className="row__text">
        <span className="row__main">{main}</span>
        <span className="row__sub">{sub}</span>
      </span>
      <span className="row__end row__end--timer">
        <Since instant={call.queued_at} warnAfter={LONG_WAIT_S} />
      </span>
    </li>
  );
};

export const QueueSection = memo(function QueueSection({ data }: { data: QueueInformation }) {
  return (
    <Section title="Queue" area="queue" aside={<LongestWait section="queue_information" since={data.oldest_waiting_since ?? null} />}>
      <MetricList section="queue_information" data={data} metrics={AGENT_SECTIONS.queue_information.metrics} />
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

const drawTask = (task: AssignedTask) => {
  const { main, sub } = taskText(task);
  return (
    <li className="row">
      <span className="row__text">
        <a className="row__main row__link" href={task.url}>
          {main}
        </a>
        <span className="row__sub">
          <Icon name={task.kind === "call" ? "phone" : "callback"} /> {sub}
        </span>
      </span>
      <span className="row__end row__end--timer">{task.due_at ? <TaskTime task={task} at={task.due_at} /> : "—"}</span>
    </li>
  );
};

export const TaskSection = memo(function TaskSection({ tasks }: { tasks: readonly AssignedTask[] }) {
  return (
    <Section title="My tasks" area="tasks">
      <Rows items={tasks} render={drawTask} identify={taskKey} empty="Nothing is assigned to you." label="Assigned tasks" />
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
