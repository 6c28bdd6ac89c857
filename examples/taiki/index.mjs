// An application, as one would write it from Taiki's quick start: a server that
// makes a token and receives the webhook, and a page that opens the modal. The
// base URL is all that was changed.
//
//   TAIKI_URL=http://127.0.0.1:8080 TAIKI_SECRET=dev-secret node index.mjs
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { randomUUID } from "node:crypto";

const taiki = process.env.TAIKI_URL || "http://127.0.0.1:8080"; // was: https://www.taiki.ai
const secret = process.env.TAIKI_SECRET || "dev-secret";
const hook = "/webhook/" + randomUUID(); // nobody can guess it, because the webhook is not signed

// What an application keeps in its database: of its one user, here.
let userId = "";
const webhooks = new Map(); // id → webhook: one may be sent twice
const documents = new Map(); // file name → bytes

/** Step 1: generate a temporary token, on the server. */
async function initializeToken(here) {
  const headers = { "TAIKI-SECRET": secret };
  if (userId) headers["TAIKI-USER-ID"] = userId; // use the saved credentials
  const tokenResponse = await fetch(taiki + "/initialize-token", {
    method: "POST",
    headers,
    body: JSON.stringify({ webhookURL: here + hook }),
  });
  const data = await tokenResponse.json();
  if (!tokenResponse.ok) throw new Error(data.error);
  userId = data.userId;
  return data.temporaryToken;
}

/** Step 3: receive the data. The addresses live for 15 minutes, so the files are fetched at once. */
async function receive(webhook) {
  for (const file of webhook.files) {
    if (file.status !== "success") continue;
    const answer = await fetch(file.download_url);
    if (!answer.ok) throw new Error(`${file.file_name}: ${answer.status}`);
    documents.set(file.file_name, Buffer.from(await answer.arrayBuffer()));
  }
  webhooks.set(webhook.data.id, webhook); // when all its files are here: the page waits for it
  console.log(JSON.stringify({ received: webhook.files.length, id: webhook.data.id, metadata: webhook.data.metadata }));
}

async function body(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString();
}

const routes = {
  "GET /": async () => ["text/html; charset=utf-8", (await readFile(new URL("index.html", import.meta.url), "utf8")).replaceAll("{{TAIKI}}", taiki)],
  "POST /token": async () => ["application/json", JSON.stringify({ token: await initializeToken(`http://127.0.0.1:${server.address().port}`) })],
  "GET /documents": () => ["application/json", JSON.stringify({ webhooks: webhooks.size, names: [...documents.keys()] })],
  ["POST " + hook]: async (request) => {
    await receive(JSON.parse(await body(request)));
    return ["text/plain", "ok"];
  },
};

const server = createServer(async (request, response) => {
  const { pathname } = new URL(request.url, "http://localhost");
  const document = pathname.startsWith("/documents/") && documents.get(decodeURIComponent(pathname.slice(11)));
  const route = document ? () => ["application/pdf", document] : routes[request.method + " " + pathname];
  if (!route) return response.writeHead(404).end();
  try {
    const [type, content] = await route(request);
    response.writeHead(200, { "Content-Type": type, "Cache-Control": "no-store" }).end(content);
  } catch (error) {
    console.error(error);
    response.writeHead(500).end("something went wrong");
  }
});
server.listen(Number(process.env.PORT || 0), "127.0.0.1", () => console.log(JSON.stringify({ listening: `http://app.localhost:${server.address().port}` })));
