// The same backend as one would write it since the vendor's example speaks of
// Connect v2: create a session, send the user to its address, and when they come
// back ask what became of it; then poll the status of the connection and read
// products and transactions page by page. The base URL is all that was changed.
import { createServer } from "node:http";

const API = process.env.FLANKS_BASE_URL ?? "https://api.flanks.io";
const CLIENT_ID = process.env.FLANKS_CLIENT_ID ?? "dev";
const CLIENT_SECRET = process.env.FLANKS_CLIENT_SECRET ?? "dev-secret";

const say = (what) => console.log(JSON.stringify(what));
const sleep = (ms) => new Promise((wake) => setTimeout(wake, ms));

let token = { value: "", until: 0 };

async function accessToken() {
  if (Date.now() >= token.until) {
    const answer = await post("/v0/token", { client_id: CLIENT_ID, client_secret: CLIENT_SECRET, grant_type: "client_credentials" }, "");
    token = { value: answer.access_token, until: Date.now() + (answer.expires_in - 300) * 1000 };
  }
  return token.value;
}

async function post(path, body, bearer) {
  const response = await fetch(API + path, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${bearer ?? (await accessToken())}` },
    body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(`${path}: ${response.status} ${JSON.stringify(answer.error)}`);
  return answer;
}

// all goes through the pages of a list.
async function* all(path, query) {
  let page_token = null;
  do {
    const page = await post(path, { query, page_token });
    yield* page.items;
    page_token = page.next_page_token;
  } while (page_token);
}

const count = async (list, take = () => {}) => {
  let n = 0;
  for await (const item of list) {
    take(item);
    n++;
  }
  return n;
};

// What a database would hold: session → our user.
const sessions = new Map();

async function finished(id) {
  const [session] = (await post("/connect/v2/sessions/list-sessions", { query: { session_id_in: [id] }, page_token: null })).items;
  const user = sessions.get(id);
  if (session.status !== "Finished:OK") {
    say({ failed: session.error_code, user });
    return;
  }
  const connection_id = session.connection_id;
  say({ connected: user });
  while ((await post("/v0/bank/credentials/status", { credentials_token: connection_id })).pending) await sleep(200);

  const types = {};
  let account;
  const products = await count(all("/aggregation/v2/list-products", { connection_id_in: [connection_id] }), (product) => {
    types[product.product_type] = (types[product.product_type] ?? 0) + 1;
    if (product.product_type === "Account") account ??= product;
  });
  await post("/aggregation/v2/set-product-labels", { product_id: account.product_id, labels: { purpose: "onboarding" } });
  const transactions = await count(all("/aggregation/v2/list-transactions", { product_id_in: [account.product_id] }));
  for await (const product of all("/aggregation/v2/list-products", { product_id_in: [account.product_id] })) account = product;
  say({ data: user, products, types, transactions, label: account.labels.purpose });
}

const server = createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url, "http://localhost");
  switch (pathname) {
    case "/connect": {
      const user = searchParams.get("user");
      const { session } = await post("/connect/v2/sessions/create-session", {
        configuration: {
          redirect_url: `${here}/callback`,
          external_id: user,
          connector_filter: {
            rules: [
              { action: "exclude", field: "connector_id", value: "*" },
              { action: "include", field: "countries", value: ["esp"] },
            ],
          },
        },
      });
      sessions.set(session.session_id, user);
      response.writeHead(302, { Location: session.url }).end();
      return;
    }
    case "/callback":
      response.end("Thank you. You can close this window.");
      await finished(searchParams.get("session_id")).catch((error) => say({ error: error.message }));
      return;
  }
  response.writeHead(404).end();
});

let here;

server.listen(0, "127.0.0.1", () => {
  here = `http://127.0.0.1:${server.address().port}`;
  say({ listening: here });
});

process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
