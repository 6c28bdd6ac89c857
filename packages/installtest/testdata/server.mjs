// A server renders the page: nothing of a browser is there.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { createElement } from "react";
import { renderToString } from "react-dom/server";
import { createLink } from "@fairlead/link";
import { FairleadLink } from "@fairlead/react";

assert.equal(typeof window, "undefined");
const html = renderToString(createElement(FairleadLink, { origin: "https://link.example.com", token: "m7wd87wgm7wd87wgm7wd87wg", className: "connect" }, "Connect"));
assert.match(html, /^<button type="button" class="connect" disabled="">Connect<\/button>$/);
assert.throws(() => createLink({ origin: "https://link.example.com", token: "m7wd87wgm7wd87wgm7wd87wg" }), /needs a browser/);
const require = createRequire(import.meta.url);
assert.equal(typeof require("@fairlead/link").createLink, "function");
assert.equal(typeof require("@fairlead/react").useFairleadLink, "function");
