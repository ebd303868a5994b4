// Entry of the live page.
import "@switchboard/styles/index.css";
import "uplot/dist/uPlot.min.css";
import "./app.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { navigate, startRouter } from "./router.tsx";
import { Session } from "./session.ts";

const root = document.getElementById("root");
if (!root) throw new Error("the page has no root");
const session = new Session(() => navigate("/"));
startRouter();
void session.restore();
createRoot(root).render(
  <StrictMode>
    <App session={session} />
  </StrictMode>,
);
