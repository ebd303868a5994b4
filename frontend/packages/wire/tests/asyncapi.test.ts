// @vitest-environment node
// The AsyncAPI document in docs/ is one by the reference parser, its recommendations included.
import { readFile } from "node:fs/promises";
import { Parser } from "@asyncapi/parser";
import { beforeAll, expect, test } from "vitest";

const DOCUMENT = new URL("../../../../docs/schema/asyncapi.json", import.meta.url);
const PATIENCE_MS = 60_000; // the parser's rules are many

let source: string;
let parsed: Awaited<ReturnType<Parser["parse"]>>;

beforeAll(async () => {
  source = await readFile(DOCUMENT, "utf8");
  parsed = await new Parser().parse(source);
}, PATIENCE_MS);

test("the parser has nothing to say about the document", () => {
  expect(parsed.diagnostics).toEqual([]);
  expect(parsed.document?.version()).toMatch(/^3\./);
});

test("every frame of either side is an operation, with an example", () => {
  const operations = parsed.document?.operations().all() ?? [];
  const messages = (action: "send" | "receive") =>
    operations
      .filter((operation) => operation.action() === action)
      .flatMap((operation) => operation.messages().all())
      .map((message) => [message.name(), message.examples().length]);
  expect(messages("send")).toEqual(
    ["welcome", "snapshot", "resumed", "diff", "ping", "pong", "authenticated", "goodbye", "error"].map((name) => [name, 1]),
  );
  expect(messages("receive")).toEqual(["authenticate", "pong", "resync", "ping"].map((name) => [name, 1]));
});

test(
  "a document with an operation of no channel is refused",
  async () => {
    const broken = JSON.parse(source);
    delete broken.operations["send-diff"].channel;
    const { document, diagnostics } = await new Parser().parse(broken);
    expect(document).toBeUndefined();
    expect(diagnostics.map(({ path }) => path.join("."))).toContain("operations.send-diff");
  },
  PATIENCE_MS,
);
