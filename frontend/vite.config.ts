// Builds the live page into ../var/page, which Django serves under /static/ (and its index.html at /).
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here("app"),
  base: "/static/",
  publicDir: here("app/public"),
  build: {
    outDir: here("../var/page"),
    emptyOutDir: true,
    target: "es2022",
    modulePreload: { polyfill: false }, // the polyfill would be an inline script; every supported browser has it
    assetsInlineLimit: 0, // no data: URLs, so that a strict content security policy holds
  },
});
