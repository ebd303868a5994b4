// Builds the packages as others install them: `npm run packages [folder]`. JavaScript and declarations go into each
// package's dist/, and with a folder an archive of each package into it, for `npm install folder/*.tgz`.
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const PACKAGES = ["client", "view", "react", "vue", "styles"];
const root = fileURLToPath(new URL("..", import.meta.url));
const folder = process.argv[2] && resolve(process.env.INIT_CWD ?? ".", process.argv[2]);
const run = (command, args) => execFileSync(command, args, { cwd: root, stdio: "inherit" });

const compiled = PACKAGES.filter((name) => name !== "styles").map((name) => join("packages", name));
// From nothing: a module that is gone must not be shipped, nor one that the compiler believes to have written.
for (const each of compiled) rmSync(join(root, each, "dist"), { recursive: true, force: true });
const compiler = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin", "tsc");
run(process.execPath, [compiler, "--build", ...compiled]);

if (folder) {
  mkdirSync(folder, { recursive: true });
  const workspaces = PACKAGES.map((name) => `--workspace=@switchboard/${name}`);
  run("npm", ["pack", "--silent", `--pack-destination=${folder}`, ...workspaces]);
}
