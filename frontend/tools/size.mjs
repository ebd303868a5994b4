// How much each package adds to a page, minified and compressed: `npm run size`.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "vite";

const root = fileURLToPath(new URL("..", import.meta.url));
const source = (name) => join(root, "packages", name, "src/index.ts");
const gzip = (text) => gzipSync(text, { level: 9 }).length;

/** A package with everything that it exports, without what it imports from other packages; bytes. */
export async function sizeOf(name, { without = [] } = {}) {
  const { output } = await build({
    configFile: false,
    logLevel: "error",
    root,
    build: {
      write: false,
      target: "es2022",
      modulePreload: { polyfill: false },
      rolldownOptions: {
        input: source(name),
        external: (id) => !/^[./]/.test(id) || without.some((module) => id.endsWith(module)),
        preserveEntrySignatures: "strict",
      },
    },
  });
  const code = output.map((file) => file.code).join("\n");
  return { minified: Buffer.byteLength(code), gzip: gzip(code) };
}

/** All of the CSS, as it stands. */
export function sizeOfStyles() {
  const folder = join(root, "packages/styles");
  const css = readdirSync(folder).filter((file) => file.endsWith(".css")).map((file) => readFileSync(join(folder, file), "utf8")).join("\n");
  return { minified: Buffer.byteLength(css), gzip: gzip(css) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const row = (name, { minified, gzip }) => console.log(`| ${name} | ${minified.toLocaleString("en")} | ${gzip.toLocaleString("en")} |`);
  console.log("| package | minified, bytes | gzip, bytes |\n| --- | ---: | ---: |");
  row("client", await sizeOf("client"));
  row("client, without `patch.ts`", await sizeOf("client", { without: ["/patch.ts"] }));
  for (const name of ["view", "react", "vue"]) row(name, await sizeOf(name));
  row("styles, not minified", sizeOfStyles());
}
