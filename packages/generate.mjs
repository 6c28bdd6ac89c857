// Writes what the packages have of docs/openapi.json: the types of @fairlead/node
// (openapi-typescript) and of the Python package (quicktype), and which fields are decimals.
import { readFile, writeFile, mkdir } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";
import ts from "typescript";
import { pythonTypes } from "./python/generate.mjs";

const here = new URL(".", import.meta.url);
const description = JSON.parse(await readFile(new URL("../docs/openapi.json", here), "utf8"));
const note = "Generated from docs/openapi.json by `make generate`. Do not edit.";

/** Every schema of the description, with the name of the property that has it. */
function* properties(schema, name) {
  if (schema === null || typeof schema !== "object") return;
  if (Array.isArray(schema)) {
    for (const s of schema) yield* properties(s, name);
    return;
  }
  yield [name, schema];
  for (const [key, value] of Object.entries(schema)) {
    if (key === "properties") for (const [n, s] of Object.entries(value)) yield* properties(s, n);
    else if (!["example", "examples", "default", "enum", "required", "description"].includes(key)) yield* properties(value, name);
  }
}

/** The names of the fields that are decimals; the same name never means any other text. */
function decimalFields() {
  const decimals = new Set(), texts = new Set();
  for (const [name, schema] of properties(description.components.schemas)) {
    if (![schema.type].flat().includes("string")) continue;
    (schema.format === "decimal" ? decimals : texts).add(name);
  }
  const both = [...decimals].filter((name) => texts.has(name));
  if (both.length) throw new Error(`docs/openapi.json: fields of one name that are decimals here and other texts there: ${both.join(", ")}`);
  return [...decimals].sort();
}

const decimal = ts.factory.createTypeReferenceNode("Decimal");
const nullable = ts.factory.createUnionTypeNode([decimal, ts.factory.createLiteralTypeNode(ts.factory.createNull())]);
const bytes = ts.factory.createTypeReferenceNode("Uint8Array");
const tree = await openapiTS(structuredClone(description), {
  alphabetize: false,
  transform(schema) {
    if (schema.format === "decimal") return [schema.type].flat().includes("null") ? nullable : decimal;
    if (schema.format === "binary") return bytes;
  },
});
await mkdir(new URL("node/src/generated/", here), { recursive: true });
await writeFile(new URL("node/src/generated/api.ts", here), `// ${note}\nimport type { Decimal } from "../decimal.js";\n\n${astToString(tree)}`);
const names = decimalFields();
await writeFile(
  new URL("node/src/generated/decimals.ts", here),
  `// ${note}\n/** Fields that are exact decimal numbers. */\nexport const decimalFields: ReadonlySet<string> = new Set(${JSON.stringify(names)});\n`,
);
await writeFile(new URL("python/src/fairlead/_types.py", here), await pythonTypes(description, note));
