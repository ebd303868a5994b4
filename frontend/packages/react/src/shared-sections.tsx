// Sections that more than one role has.
import {
  bars,
  type CallbackManagement,
  type CustomerManagement,
  hourlyLine,
  LEADS,
  type PerformanceTrends,
  type MetricSpec,
  type UpcomingCallback,
} from "@switchboard/view";
import { memo, useMemo } from "react";
import { ShareBar } from "./bars.tsx";
import { useFormat } from "./context.tsx";
import { MetricList } from "./figure.tsx";
import { LineChart } from "./line-chart.tsx";
import { Rows } from "./rows.tsx";
import { Section } from "./section.tsx";
import { TrendsTable } from "./tables.tsx";
import { Due } from "./ticking.tsx";

interface Of<T> {
  data: T;
  metrics: readonly MetricSpec[];
}

export const HourlyChart = memo(function HourlyChart({ hourly }: { hourly: readonly number[] }) {
  const format = useFormat();
  const line = useMemo(() => hourlyLine(hourly), [hourly]);
  return (
    <LineChart
      title="Calls by hour, today"
      path="call_statistics.hourly"
      line={line}
      format={format.count}
      shape="columns"
      heads={["Hour", "Calls"]}
    />
  );
});

export const CustomerSection = memo(function CustomerSection({ data, metrics }: Of<CustomerManagement>) {
  const leads = useMemo(() => {
    const drawn = bars(LEADS, (step) => step.label, (step) => data[step.key]);
    return drawn.map((bar, index) => ({ ...bar, path: `customer_management.${LEADS[index]?.key}` }));
  }, [data]);
  return (
    <Section title="Customers" area="customers">
      <MetricList section="customer_management" data={data} metrics={metrics} />
      <ShareBar title="From lead to customer" bars={leads} />
    </Section>
  );
});

const drawCallback = (callback: UpcomingCallback) => (
  <li className="row">
    <span className="row__text">
      <span className="row__main">{callback.customer_name || callback.customer_phone}</span>
      <span className="row__sub">{[callback.reason, callback.customer_name && callback.customer_phone].filter(Boolean).join(" · ")}</span>
    </span>
    <span className="row__end">
      <Due instant={callback.scheduled_datetime} />
    </span>
  </li>
);

export const CallbackSection = memo(function CallbackSection({ data, metrics }: Of<CallbackManagement>) {
  return (
    <Section title="Callbacks" area="callbacks">
      <MetricList section="callback_management" data={data} metrics={metrics} />
      {data.upcoming_callbacks && (
        <div className="group">
          <h3 className="bars__title">Next</h3>
          <Rows items={data.upcoming_callbacks} render={drawCallback} empty="No callbacks are due." label="Upcoming callbacks" />
        </div>
      )}
    </Section>
  );
});

export const TrendsSection = memo(function TrendsSection({ trends }: { trends: PerformanceTrends }) {
  return (
    <Section title="Trends" area="trends">
      <TrendsTable trends={trends} />
    </Section>
  );
});
