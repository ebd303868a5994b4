// What the admin's calls and the agent's queue both show of those who wait.
import { LONG_WAIT_S } from "@switchboard/view";
import { h } from "vue";
import { term } from "./figure.ts";
import { part } from "./part.ts";
import { Since } from "./ticking.ts";

/** How long somebody has been waiting; late after a minute. */
export const waiting = (instant: string) => part(Since, { instant, warnAfter: LONG_WAIT_S });

/** The longest wait of a queue, ticking; nothing while nobody waits. */
export const longestWait = (section: string, since: string | null | undefined) =>
  since && h("span", { class: "section-card__aside" }, [term(`${section}.oldest_waiting_since`, "Longest wait"), " ", waiting(since)]);
