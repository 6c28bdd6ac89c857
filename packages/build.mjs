// Builds the package that is named: its TypeScript as ES modules and as CommonJS, each with types.
import { execFileSync } from "node:child_process";
import { cp, mkdir, rm, writeFile } from "node:fs/promises";

const name = process.argv[2];
const folder = new URL(`${name}/`, import.meta.url);
const tsc = new URL("node_modules/typescript/bin/tsc", import.meta.url).pathname;
await rm(new URL("dist/", folder), { recursive: true, force: true });
for (const [kind, type] of [["esm", "module"], ["cjs", "commonjs"]]) {
  const out = new URL(`dist/${kind}/`, folder);
  await mkdir(out, { recursive: true });
  // What tells a compiler and Node.js which of the two the files are.
  await writeFile(new URL("package.json", out), `${JSON.stringify({ type, sideEffects: false })}\n`);
  // The second is of the same sources: it is written without being checked again.
  const unchecked = kind === "cjs" ? ["--noCheck"] : [];
  execFileSync(process.execPath, [tsc, "-p", new URL(`tsconfig.${kind}.json`, folder).pathname, ...unchecked], { stdio: "inherit" });
}
await cp(new URL("../LICENSE", import.meta.url), new URL("LICENSE", folder));
