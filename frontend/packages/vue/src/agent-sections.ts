// An agent's sections: the queue of the team, what is assigned to oneself, and one's own performance.
import {
  AGENT_SECTIONS,
  type AgentPerformance,
  type AssignedTask,
  NOTHING,
  type QueueInformation,
  taskKey,
  taskText,
  type WaitingCall,
  waitingCallText,
} from "@switchboard/view";
import { defineComponent, h } from "vue";
import { MetricList } from "./figure.ts";
import { icon } from "./icon.ts";
import { part } from "./part.ts";
import { longestWait, waiting } from "./queue-parts.ts";
import { row } from "./row.ts";
import { rows } from "./rows.ts";
import { section } from "./section.ts";
import { group } from "./shared-sections.ts";
import { RatesTable } from "./tables.ts";
import { Due } from "./ticking.ts";

const metrics = (id: keyof typeof AGENT_SECTIONS, data: unknown) => part(MetricList, { section: id, data, metrics: AGENT_SECTIONS[id].metrics });

const drawWaiting = (call: WaitingCall) => row({ ...waitingCallText(call), end: waiting(call.queued_at), timer: true });

export const QueueSection = defineComponent(
  function QueueSection(props: { data: QueueInformation }) {
    return () =>
      section(
        { title: "Queue", area: "queue" },
        () => {
          const calls = props.data.waiting_calls;
          return [
            metrics("queue_information", props.data),
            calls &&
              group("Waiting calls", rows({ items: calls, render: drawWaiting, empty: "Nobody is waiting.", label: "Waiting calls" })),
          ];
        },
        () => longestWait("queue_information", props.data.oldest_waiting_since),
      );
  },
  { props: ["data"] },
);

/** Somebody on the line waits since then; a callback is due then. */
const taskTime = ({ kind, due_at }: AssignedTask) =>
  due_at ? (kind === "call" ? waiting(due_at) : part(Due, { instant: due_at })) : NOTHING;

const drawTask = (task: AssignedTask) => {
  const { main, sub } = taskText(task);
  return row({
    main: h("a", { class: "row__main row__link", href: task.url }, main),
    sub: [icon(task.kind === "call" ? "phone" : "callback"), ` ${sub}`],
    end: taskTime(task),
    timer: true,
  });
};

export const TaskSection = defineComponent(
  function TaskSection(props: { tasks: readonly AssignedTask[] }) {
    return () =>
      section({ title: "My tasks", area: "tasks" }, () =>
        rows({ items: props.tasks, render: drawTask, identify: taskKey, empty: "Nothing is assigned to you.", label: "Assigned tasks" }),
      );
  },
  { props: ["tasks"] },
);

export const PerformanceSection = defineComponent(
  function PerformanceSection(props: { data: AgentPerformance }) {
    return () =>
      section({ title: "My performance", area: "performance" }, () => [
        metrics("performance_metrics", props.data),
        part(RatesTable, { section: "performance_metrics", data: props.data }),
      ]);
  },
  { props: ["data"] },
);
