// An application's backend, as one would write it from Flanks' "Integration
// Example": redirect the user to the link, take the code, exchange it for the
// credentials token, poll the status, query the Aggregation API. The base URL is
// all that was changed.
import { createServer } from "node:http";

const API = process.env.FLANKS_BASE_URL ?? "https://api.flanks.io";
const PLATFORM = process.env.FLANKS_BASE_URL ?? "https://platform.flanks.io";
const CLIENT_ID = process.env.FLANKS_CLIENT_ID ?? "dev";
const CLIENT_SECRET = process.env.FLANKS_CLIENT_SECRET ?? "dev-secret";

const say = (what) => console.log(JSON.stringify(what));
const sleep = (ms) => new Promise((wake) => setTimeout(wake, ms));

// Authentication: a token lives for an hour; take another five minutes before.
let token = { value: "", until: 0 };

async function accessToken() {
  if (Date.now() < token.until) return token.value;
  const response = await fetch(`${API}/v0/token`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ client_id: CLIENT_ID, client_secret: CLIENT_SECRET, grant_type: "client_credentials" }),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(`no token: ${answer.error}`);
  token = { value: answer.access_token, until: Date.now() + (answer.expires_in - 300) * 1000 };
  return token.value;
}

async function flanks(method, path, body) {
  for (let again = true; ; again = false) {
    const response = await fetch(API + path, {
      method,
      headers: { Authorization: `Bearer ${await accessToken()}`, "Content-Type": "application/json" },
      body: body ? JSON.stringify(body) : undefined,
    });
    if (response.status === 401 && again) {
      token.until = 0;
      continue;
    }
    const answer = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${answer.error} ${answer.message ?? ""}`);
    return answer;
  }
}

// What a database would hold: our user → credentials token.
const credentials = new Map();

async function addCredentials(user, code) {
  const exchanged = await flanks("POST", "/v0/platform/link", { code });
  credentials.set(user, exchanged.credentials_token);
  say({ stored: user, extra: exchanged.extra });

  // Query the credentials status until they are not pending anymore.
  let status;
  do {
    status = await flanks("POST", "/v0/bank/credentials/status", { credentials_token: exchanged.credentials_token });
    if (status.pending) await sleep(200);
  } while (status.pending);
  say({ status: status.name, created: status.created.product.account, errored: status.errored.product.account });

  // Query the data you need using the Aggregation API.
  const read = (path, query) => flanks("POST", `/v0/bank/credentials/${path}`, { credentials_token: exchanged.credentials_token, query });
  const accounts = await read("account");
  const portfolios = await read("portfolio");
  const investments = await read("investment");
  const transactions = await read("data", { account_id: [accounts[0]._id] });
  const identity = await read("auth/");
  say({
    data: user,
    accounts: accounts.length,
    portfolios: portfolios.length,
    investments: investments.length,
    transactions: transactions.length,
    name: identity.name,
    balance: accounts.reduce((sum, account) => sum + account.balance, 0),
  });
}

let link;

const server = createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url, "http://localhost");
  switch (pathname) {
    case "/connect": {
      const user = searchParams.get("user");
      const query = new URLSearchParams({ token: link.token, external_id: user, user });
      if (searchParams.get("bank")) query.set("bank", searchParams.get("bank"));
      response.writeHead(302, { Location: `${PLATFORM}/link?${query}` }).end();
      return;
    }
    case "/callback":
      response.end("Thank you. You can close this window.");
      if (searchParams.get("error")) {
        say({ failed: searchParams.get("error"), user: searchParams.get("user") });
        return;
      }
      await addCredentials(searchParams.get("user"), searchParams.get("code")).catch((error) => say({ error: error.message }));
      return;
    case "/forget": {
      const user = searchParams.get("user");
      const answer = await flanks("DELETE", "/v0/bank/credentials", { credentials_token: credentials.get(user) });
      credentials.delete(user);
      response.end(answer.message);
      say({ forgotten: user });
      return;
    }
  }
  response.writeHead(404).end();
});

server.listen(0, "127.0.0.1", async () => {
  const here = `http://127.0.0.1:${server.address().port}`;
  ({ data: link } = await flanks("POST", "/v0/links/create-link", { name: "Onboarding", redirect_uri: `${here}/callback` }));
  say({ listening: here, link: link.token });
});

process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
