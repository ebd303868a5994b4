// Writes the client's types of the frames from the server's JSON Schema; with --check it fails where they differ.
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { compileFromFile } from "json-schema-to-typescript";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const SCHEMA = here("../../../docs/schema/frames.schema.json");
const TYPES = here("../client/src/frames.ts");

const types = await compileFromFile(SCHEMA, {
  // Members that a newer server adds are there to be ignored, not to be read as `unknown`.
  additionalProperties: false,
  bannerComment:
    "// The frames of `dashboard.v1`, as they go over the wire. Generated from docs/schema/frames.schema.json by\n" +
    "// `npm run generate`; change the server's realtime/frames.py instead.",
  style: { printWidth: 120 },
});
if (!process.argv.includes("--check")) {
  await writeFile(TYPES, types);
} else if ((await readFile(TYPES, "utf8")) !== types) {
  console.error("packages/client/src/frames.ts is out of date with docs/schema/frames.schema.json: npm run generate");
  process.exitCode = 1;
}
