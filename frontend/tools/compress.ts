// Writes each asset of a build twice more, compressed as far as it goes: WhiteNoise serves what stands beside a file.
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Plugin } from "vite";

const TEXT = /\.(js|css|svg)$/;
/** What saves less than this is not worth another file; WhiteNoise's own measure. */
const WORTH_IT = 0.95;
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }; // the last two steps save 7 % and take ten times as long
const shrinkers = {
  gz: (text: Buffer) => promisify(gzip)(text, { level: 9 }),
  br: (text: Buffer) => promisify(brotliCompress)(text, BROTLI),
};

export const compressed: Plugin = {
  name: "compressed-assets",
  apply: "build",
  async writeBundle({ dir = "." }) {
    for (const name of await readdir(dir, { recursive: true })) {
      if (!TEXT.test(name)) continue;
      const file = join(dir, name);
      const text = await readFile(file);
      for (const [ending, shrink] of Object.entries(shrinkers)) {
        const bytes = await shrink(text);
        if (bytes.length < WORTH_IT * text.length) await writeFile(`${file}.${ending}`, bytes);
      }
    }
  },
};
