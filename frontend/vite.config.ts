// Builds the live page into ../var/page, which Django serves under /static/ (and its index.html at /).
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
  // `npm run dev` beside a running server: its API and its socket, through the development server.
  server: {
    proxy: {
      "/api": "http://127.0.0.1:8000",
      "/ws": { target: "ws://127.0.0.1:8000", ws: true },
    },
  },
  build: {
    outDir: here("../var/page"),
    emptyOutDir: true,
    target: "es2022",
    modulePreload: { polyfill: false }, // the polyfill would be an inline script; every supported browser has it
    assetsInlineLimit: 0, // no data: URLs, so that a strict content security policy holds
  },
}));
