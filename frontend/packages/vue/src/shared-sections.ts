// Sections that more than one role has.
import {
  type CallbackManagement,
  type CustomerManagement,
  HOURLY_CHART,
  hourlyLine,
  leadBars,
  type MetricSpec,
  type PerformanceTrends,
  type UpcomingCallback,
  upcomingCallbackText,
} from "@switchboard/view";
import { defineComponent, h, type VNodeChild } from "vue";
import { ShareBar } from "./bars.ts";
import { useFormat } from "./context.ts";
import { MetricList } from "./figure.ts";
import { LineChart } from "./line-chart.ts";
import { derived, part } from "./part.ts";
import { row } from "./row.ts";
import { rows } from "./rows.ts";
import { section } from "./section.ts";
import { TrendsTable } from "./tables.ts";
import { Due } from "./ticking.ts";

export interface SectionOf<T> {
  data: T;
  metrics: readonly MetricSpec[];
}

export const HourlyChart = defineComponent(
  function HourlyChart(props: { hourly: readonly number[] }) {
    const format = useFormat();
    const line = derived(() => props.hourly, hourlyLine);
    return () => part(LineChart, { ...HOURLY_CHART, line: line.value, format: format.value.count, short: format.value.compact });
  },
  { props: ["hourly"] },
);

export const CustomerSection = defineComponent(
  function CustomerSection(props: SectionOf<CustomerManagement>) {
    const leads = derived(() => props.data, leadBars);
    return () =>
      section({ title: "Customers", area: "customers" }, () => [
        part(MetricList, { section: "customer_management", data: props.data, metrics: props.metrics }),
        part(ShareBar, { title: "From lead to customer", bars: leads.value }),
      ]);
  },
  { props: ["data", "metrics"] },
);

/** A list inside a section, under a title of its own. */
export const group = (title: string, inside: VNodeChild) => h("div", { class: "group" }, [h("h3", { class: "bars__title" }, title), inside]);

const drawCallback = (callback: UpcomingCallback) =>
  row({ ...upcomingCallbackText(callback), end: part(Due, { instant: callback.scheduled_datetime }) });

export const CallbackSection = defineComponent(
  function CallbackSection(props: SectionOf<CallbackManagement>) {
    return () =>
      section({ title: "Callbacks", area: "callbacks" }, () => {
        const { data, metrics } = props;
        const next = data.upcoming_callbacks;
        return [
          part(MetricList, { section: "callback_management", data, metrics }),
          next && group("Next", rows({ items: next, render: drawCallback, empty: "No callbacks are due.", label: "Upcoming callbacks" })),
        ];
      });
  },
  { props: ["data", "metrics"] },
);

export const TrendsSection = defineComponent(
  function TrendsSection(props: { trends: PerformanceTrends }) {
    return () => section({ title: "Trends", area: "trends" }, () => part(TrendsTable, { trends: props.trends }));
  },
  { props: ["trends"] },
);
