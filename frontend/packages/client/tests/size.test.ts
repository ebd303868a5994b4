// @vitest-environment node
// A promise of the package: it stays small. The figures themselves: `npm run size`.
import { expect, test } from "vitest";
import { sizeOf } from "../../../tools/size.mjs";

const LIMIT = 6_000; // bytes, minified and compressed with gzip, without the library part that applies patches

test("the client adds less than 6 kB to a page, besides the patching", async () => {
  const { gzip } = await sizeOf("client", { without: ["/patch.ts"] });
  expect(gzip).toBeLessThanOrEqual(LIMIT);
}, 60_000);
