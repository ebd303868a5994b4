// Builds the live page into ../var/page, which Django serves under /static/ (its index.html at /, the other at /vue/).
import { fileURLToPath } from "node:url";
import { defaultClientConditions, defineConfig, type Plugin } from "vite";
import { compressed } from "./tools/compress.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// With `--mode mock` the development server gives the page a server of its own; see app/dev/mock.ts.
const mock: Plugin = {
  name: "mock-server",
  apply: (_, { command, mode }) => command === "serve" && mode === "mock",
  transformIndexHtml: () => [{ tag: "script", attrs: { type: "module", src: "/dev/mock.ts" }, injectTo: "head-prepend" }],
};

export default defineConfig(({ command }) => ({
  plugins: [mock, compressed],
  root: here("app"),
  base: command === "build" ? "/static/" : "/",
  publicDir: here("app/public"),
  resolve: { conditions: ["switchboard-source", ...defaultClientConditions] }, // the packages as they are, not as they are shipped
  // Parts of Vue that the page has no use for.
  define: { __VUE_OPTIONS_API__: false, __VUE_PROD_DEVTOOLS__: false, __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: false },
  // `npm run dev` beside a running server: its API and its socket, through the development server.
  server: {
    proxy: {
      "/api": { target: "http://127.0.0.1:8000" }, // as an object: a string would change Host, and sign-ins look at it
      "/ws": { target: "ws://127.0.0.1:8000", ws: true },
    },
  },
  build: {
    outDir: here("../var/page"),
    emptyOutDir: true,
    target: "es2022",
    modulePreload: { polyfill: false }, // the polyfill would be an inline script; every supported browser has it
    // The live page, and the same dashboards drawn by the Vue kit, at /vue/.
    rolldownOptions: { input: [here("app/index.html"), here("app/vue/index.html")] },
    assetsInlineLimit: 0, // no data: URLs, so that a strict content security policy holds
  },
}));
