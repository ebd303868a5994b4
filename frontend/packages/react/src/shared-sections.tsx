// Sections that more than one role has.
import {
  type CallbackManagement,
  type CustomerManagement,
  HOURLY_CHART,
  hourlyLine,
  leadBars,
  type PerformanceTrends,
  type MetricSpec,
  type UpcomingCallback,
  upcomingCallbackText,
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
  return <LineChart {...HOURLY_CHART} line={line} format={format.count} short={format.compact} />;
});

export const CustomerSection = memo(function CustomerSection({ data, metrics }: Of<CustomerManagement>) {
  const leads = useMemo(() => leadBars(data), [data]);
  return (
    <Section title="Customers" area="customers">
      <MetricList section="customer_management" data={data} metrics={metrics} />
      <ShareBar title="From lead to customer" bars={leads} />
    </Section>
  );
});

const drawCallback = (callback: UpcomingCallback) => {
  const { main, sub } = upcomingCallbackText(callback);
  return (
    <li className="row">
      <span className="row__text">
        <span className="row__main">{main}</span>
        <span className="row__sub">{sub}</span>
      </span>
      <span className="row__end">
        <Due instant={callback.scheduled_datetime} />
      </span>
    </li>
  );
};

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
