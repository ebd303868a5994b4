// Tables of figures: rates by window, trends, and the best AI agents.
import {
  type AgentRow,
  changeText,
  DIRECTIONS,
  figure,
  type PerformanceTrends,
  rateText,
  type Trend,
  TREND_HEADS,
  TRENDS,
  WINDOWED_RATES,
  type WindowedRates,
  WINDOWS,
  words,
} from "@switchboard/view";
import { memo } from "react";
import { useFormat } from "./context.tsx";
import { Changing, Term } from "./figure.tsx";
import { Icon } from "./icon.tsx";
import { Scroll } from "./scroll.tsx";

const Rate = memo(function Rate({ text }: { text: string }) {
  return (
    <td>
      <Changing text={text} />
    </td>
  );
});

/** Service level, speed of answer, handle time and abandonment, over each window. */
export const RatesTable = memo(function RatesTable({ section, data }: { section: string; data: WindowedRates }) {
  const format = useFormat();
  return (
    <Scroll label="Rates by period">
      <table className="table">
        <caption className="visually-hidden">Rates by period</caption>
        <thead>
          <tr>
            <td />
            {WINDOWS.map(({ key, label }) => (
              <th key={key} scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {WINDOWED_RATES.map(({ key, label, kind }) => (
            <tr key={key}>
              <th scope="row">
                <Term path={`${section}.${key}`}>{label}</Term>
              </th>
              {WINDOWS.map((window) => (
                <Rate key={window.key} text={rateText(format, kind, figure(data, `${key}.${window.key}`))} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
});

const TrendRow = memo(function TrendRow({ id, label, money, trend }: { id: string; label: string; money: boolean; trend: Trend }) {
  const format = useFormat();
  const write = money ? format.roundMoney : format.count;
  return (
    <tr>
      <th scope="row">
        <Term path={`performance_trends.${id}`}>{label}</Term>
      </th>
      <Rate text={write(trend.previous)} />
      <Rate text={write(trend.current)} />
      <td>
        <span className={`trend trend--${trend.trend}`}>
          <Icon name={trend.trend} />
          <span className="visually-hidden">{DIRECTIONS[trend.trend]}</span>
          <Changing text={changeText(format, trend.change_pct)} />
        </span>
      </td>
    </tr>
  );
});

export const TrendsTable = memo(function TrendsTable({ trends }: { trends: PerformanceTrends }) {
  return (
    <Scroll label="Trends">
      <table className="table">
        <caption className="visually-hidden">The last seven complete days against the seven before</caption>
        <thead>
          <tr>
            <td />
            {TREND_HEADS.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {TRENDS.map(({ key, label, money }) => {
            const trend = trends[key];
            return trend && <TrendRow key={key} id={key} label={label} money={money} trend={trend} />;
          })}
        </tbody>
      </table>
    </Scroll>
  );
});

const Agent = memo(function Agent({ agent }: { agent: AgentRow }) {
  const format = useFormat();
  return (
    <tr>
      <th scope="row">
        <span className="row__main">{agent.name}</span>
        <span className="row__sub">{agent.owner_email}</span>
      </th>
      <td className="table__text">
        {words(agent.status)} <span className="row__sub">
          {format.percent(agent.training_level)} <span className="table__word">trained</span>
        </span>
      </td>
      <Rate text={format.count(agent.calls)} />
      <Rate text={format.percent(agent.conversion_rate)} />
    </tr>
  );
});

export const AgentsTable = memo(function AgentsTable({ agents }: { agents: readonly AgentRow[] }) {
  if (agents.length === 0) return null;
  return (
    <Scroll label="AI agents">
      <table className="table table--agents">
        <caption className="table__caption">Most calls this month</caption>
        <thead>
          <tr>
            <th scope="col">Agent</th>
            <th scope="col" className="table__text">
              Status
            </th>
            <th scope="col">Calls</th>
            <th scope="col">Converted</th>
          </tr>
        </thead>
        <tbody>
          {agents.map((agent) => (
            <Agent key={agent.id} agent={agent} />
          ))}
        </tbody>
      </table>
    </Scroll>
  );
});
