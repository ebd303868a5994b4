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
import { defineComponent, h, type VNodeChild } from "vue";
import { useFormat } from "./context.ts";
import { Changing, term } from "./figure.ts";
import { icon } from "./icon.ts";
import { part } from "./part.ts";
import { Scroll } from "./scroll.ts";

const cell = (key: string, text: string) => h("td", { key }, [part(Changing, { text })]);

const heads = (labels: readonly string[]) => labels.map((label) => h("th", { key: label, scope: "col" }, label));

/** A table that scrolls sideways in a narrow place. */
const scrolling = (label: string, caption: VNodeChild, head: VNodeChild[], body: VNodeChild[], more = "") =>
  part(Scroll, { label }, () => h("table", { class: `table${more}` }, [caption, h("thead", [h("tr", head)]), h("tbody", body)]));

const hidden = (caption: string) => h("caption", { class: "visually-hidden" }, caption);

export interface RatesTableProps {
  section: string;
  data: WindowedRates;
}

/** Service level, speed of answer, handle time and abandonment, over each window. */
export const RatesTable = defineComponent(
  function RatesTable(props: RatesTableProps) {
    const format = useFormat();
    return () => {
      const { section, data } = props;
      const rows = WINDOWED_RATES.map(({ key, label, kind }) =>
        h("tr", { key }, [
          h("th", { scope: "row" }, [term(`${section}.${key}`, label)]),
          WINDOWS.map((window) => cell(window.key, rateText(format.value, kind, figure(data, `${key}.${window.key}`)))),
        ]),
      );
      return scrolling("Rates by period", hidden("Rates by period"), [h("td"), heads(WINDOWS.map(({ label }) => label))], rows);
    };
  },
  { props: ["section", "data"] },
);

interface TrendRowProps {
  id: string;
  label: string;
  money: boolean;
  trend: Trend;
}

const TrendRow = defineComponent(
  function TrendRow(props: TrendRowProps) {
    const format = useFormat();
    return () => {
      const { id, label, money, trend } = props;
      const write = money ? format.value.roundMoney : format.value.count;
      return h("tr", [
        h("th", { scope: "row" }, [term(`performance_trends.${id}`, label)]),
        cell("previous", write(trend.previous)),
        cell("current", write(trend.current)),
        h("td", { key: "change" }, [
          h("span", { class: `trend trend--${trend.trend}` }, [
            icon(trend.trend),
            h("span", { class: "visually-hidden" }, DIRECTIONS[trend.trend]),
            part(Changing, { text: changeText(format.value, trend.change_pct) }),
          ]),
        ]),
      ]);
    };
  },
  { props: ["id", "label", "money", "trend"] },
);

export const TrendsTable = defineComponent(
  function TrendsTable(props: { trends: PerformanceTrends }) {
    return () => {
      const rows = TRENDS.map(({ key, label, money }) => {
        const trend = props.trends[key];
        return trend && part(TrendRow, { key, id: key, label, money, trend });
      });
      const caption = hidden("The last seven complete days against the seven before");
      return scrolling("Trends", caption, [h("td"), heads(TREND_HEADS)], rows);
    };
  },
  { props: ["trends"] },
);

const Agent = defineComponent(
  function Agent(props: { agent: AgentRow }) {
    const format = useFormat();
    return () => {
      const { name, owner_email, status, training_level, calls, conversion_rate } = props.agent;
      return h("tr", [
        h("th", { key: "name", scope: "row" }, [
          h("span", { class: "row__main" }, name),
          h("span", { class: "row__sub" }, owner_email),
        ]),
        h("td", { key: "status", class: "table__text" }, [
          `${words(status)} `,
          h("span", { class: "row__sub" }, [`${format.value.percent(training_level)} `, h("span", { class: "table__word" }, "trained")]),
        ]),
        cell("calls", format.value.count(calls)),
        cell("conversion", format.value.percent(conversion_rate)),
      ]);
    };
  },
  { props: ["agent"] },
);

export const AgentsTable = defineComponent(
  function AgentsTable(props: { agents: readonly AgentRow[] }) {
    return () => {
      if (props.agents.length === 0) return null;
      const head = [
        heads(["Agent"]),
        h("th", { scope: "col", class: "table__text" }, "Status"),
        heads(["Calls", "Converted"]),
      ];
      const rows = props.agents.map((agent) => part(Agent, { key: agent.id, agent }));
      return scrolling("AI agents", h("caption", { class: "table__caption" }, "Most calls this month"), head, rows, " table--agents");
    };
  },
  { props: ["agents"] },
);
