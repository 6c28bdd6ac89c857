// Makes the dataclasses of the Python package of the description's schemas, by quicktype.
import { InputData, JSONSchemaInput, FetchingJSONSchemaStore, quicktype } from "quicktype-core";

const prefix = "#/components/schemas/";

/** Types that Python has and quicktype does not: each goes through it as a class of its own, which is taken out of what it writes. */
const foreign = { decimal: "Decimal", date: "CalendarDate", "date-time": "Instant" };
const python = { Decimal: "Decimal", CalendarDate: "datetime.date", Instant: "datetime.datetime" };

/** A copy of a schema as quicktype is given it. */
function prepared(schema, root = false) {
  if (Array.isArray(schema)) return schema.map((s) => prepared(s));
  if (schema === null || typeof schema !== "object") return schema;
  const types = [schema.type].flat();
  if (types.includes("string") && foreign[schema.format]) {
    const reference = { $ref: `#/definitions/${foreign[schema.format]}` };
    return types.includes("null") ? { oneOf: [reference, { type: "null" }] } : reference;
  }
  // A closed set may grow: its values are documented, and any text is taken.
  if (Array.isArray(schema.enum)) return { type: schema.type ?? "string", ...(schema.description ? { description: schema.description } : {}) };
  const out = {};
  for (const [key, value] of Object.entries(schema)) {
    if (["additionalProperties"].includes(key) && value === false) continue;
    if (["examples", "example", "default", "discriminator"].includes(key) || key.startsWith("x-")) continue;
    if (key === "$ref") out.$ref = value.replace(prefix, "#/definitions/");
    else if (key === "properties") out.properties = Object.fromEntries(Object.entries(value).map(([n, s]) => [n, prepared(s)]));
    else out[key] = prepared(value);
  }
  return out;
}

/** The text of a module with a dataclass for each object of the description. */
export async function pythonTypes(description, note) {
  const schemas = description.components.schemas;
  const definitions = Object.fromEntries(Object.entries(schemas).map(([name, s]) => [name, prepared(s)]));
  const classes = Object.keys(schemas).filter((name) => schemas[name].properties);
  for (const name of Object.values(foreign)) definitions[name] = { type: "object", title: name, properties: { [`only_${name}`]: { type: "string" } } };
  const root = { definitions, type: "object", title: "Everything", properties: {} };
  for (const name of classes) {
    definitions[name].title = name;
    root.properties[name] = { $ref: `#/definitions/${name}` };
  }
  const input = new JSONSchemaInput(new FetchingJSONSchemaStore());
  await input.addSource({ name: "Everything", schema: JSON.stringify(root) });
  const inputData = new InputData();
  inputData.addInput(input);
  const { lines } = await quicktype({
    inputData, lang: "python", combineClasses: false, inferEnums: false, inferDateTimes: false,
    rendererOptions: { "python-version": "3.7", "just-types": "true", "nice-property-names": "true", "pydantic-base-model": "false" },
  });
  return finished(lines.join("\n"), classes, note);
}

/** Takes out the stand-ins, and gives the module its head. */
function finished(text, classes, note) {
  for (const name of [...Object.values(foreign), "Everything"]) {
    const before = text;
    text = text.replace(new RegExp(`@dataclass\\nclass ${name}:\\n(?:(?:    .*)?\\n)+?(?=\\n*(?:@dataclass|class |$))`), "");
    if (text === before) throw new Error(`python: quicktype wrote no class ${name}`);
  }
  // What is a word of Python's own has a line under it; quicktype would put the class before it.
  for (const name of classes) {
    const snake = name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase();
    text = text.replaceAll(new RegExp(`\\b${snake}_(from|in|is|not|global|class|def|pass|import)\\b`, "g"), "$1_");
  }
  for (const [name, type] of Object.entries(python)) text = text.replaceAll(new RegExp(`\\b${name}\\b`, "g"), type);
  for (const name of classes) if (!text.includes(`class ${name}:`)) throw new Error(`python: quicktype wrote no class ${name}`);
  const body = text.replace(/^(?:from|import) .*\n/gm, "").trim().replace(/\n{3,}(?=@dataclass|class )/g, "\n\n\n").replace(/[ \t]+$/gm, "");
  const head = `# ${note}\n"""What the API sends and takes. Fields that are not there are None."""\n\nfrom __future__ import annotations\n\nimport datetime\nfrom dataclasses import dataclass\nfrom decimal import Decimal\nfrom typing import Any, Dict, List, Optional, Union\n`;
  return `${head}\n\n${body}\n`;
}
