// Entry of the page at /vue/: the same dashboards, drawn by the Vue kit.
import "@switchboard/styles/index.css";
import "uplot/dist/uPlot.min.css";
import "../src/app.css";
import { createApp, h } from "vue";
import { Session } from "../src/session.ts";
import { Page } from "./page.ts";

const session = new Session();
void session.restore();
createApp({ render: () => h(Page, { session }) }).mount("#root");
