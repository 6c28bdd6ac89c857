// A partner's backend, as one would write it from Klavi's documentation: create a
// link, open its page, take the redirect, take events and reports, check their
// signatures, ask for a report. The base URL is all that was changed.
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";

const BASE_URL = process.env.KLAVI_BASE_URL ?? "https://api-sandbox.klavi.ai";
const ACCESS_KEY = process.env.KLAVI_ACCESS_KEY ?? "dev";
const SECRET_KEY = process.env.KLAVI_SECRET_KEY ?? "dev-secret";
const API = `${BASE_URL}/data/v1`;

const say = (what) => console.log(JSON.stringify(what));

async function klavi(method, path, token, body) {
  const response = await fetch(API + path, {
    method,
    headers: {
      Accept: "application/json",
      "Content-Type": "application/json",
      ...(token ? { Authorization: `Bearer ${token}` } : {}),
    },
    body: body ? JSON.stringify(body) : undefined,
  });
  const answer = await response.json();
  if (!response.ok) {
    throw new Error(`${method} ${path}: ${answer.statusCode} ${answer.message}`);
  }
  return answer;
}

// The documentation's way: sign the parsed body, written again.
function signed(request, body) {
  const expected = createHmac("sha256", SECRET_KEY).update(JSON.stringify(body)).digest("hex");
  const got = request.headers["x-klavi-signature"] ?? "";
  return got.length === expected.length && timingSafeEqual(Buffer.from(got), Buffer.from(expected));
}

async function bodyOf(request) {
  let text = "";
  request.setEncoding("utf8");
  for await (const chunk of request) text += chunk;
  return JSON.parse(text);
}

let accessToken;
const seen = new Set();

const server = createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url, "http://localhost");
  if (pathname === "/done") {
    say({ redirected: searchParams.get("link_id"), info: searchParams.get("external_info"), error: searchParams.get("error") });
    response.end("Obrigado!");
    return;
  }
  if (request.method !== "POST") {
    response.writeHead(404).end(); // a browser that looks for an icon
    return;
  }
  const body = await bodyOf(request);
  if (!signed(request, body)) {
    say({ unsigned: pathname });
    response.writeHead(401).end();
    return;
  }
  response.writeHead(200).end();
  if (pathname === "/events") {
    const [event] = body;
    if (seen.has(event.eventId)) return;
    seen.add(event.eventId);
    say({ event: event.eventName, product: event.payload.productName });
    if (event.eventName === "consent_authorised") await authorised(event);
  } else {
    say({ report: body.productName, code: body.code, to: pathname, trace: body.externalInfo.myTraceId, accounts: body.checkingAccounts?.length });
  }
});

async function authorised(event) {
  const consent = await klavi("GET", `/consents/${event.payload.consents.consentId}`, accessToken);
  say({ consent: consent.status, institution: consent.institutionCode });
}

server.listen(0, "127.0.0.1", async () => {
  const here = `http://127.0.0.1:${server.address().port}`;
  say({ listening: here });
  ({ accessToken } = await klavi("POST", "/auth", null, { accessKey: ACCESS_KEY, secretKey: SECRET_KEY }));
  ({ accessToken } = await klavi("GET", "/refresh", accessToken));
  const link = await klavi("POST", "/links", accessToken, {
    personalTaxId: "52998224725",
    email: "ana@example.com",
    phone: "+5511999990000",
    redirectURL: `${here}/done`,
    productsCallbackURL: { pf_checking_account: `${here}/checking`, pf_credit_card: `${here}/creditcard` },
    externalInfo: {
      myTraceId: "yourTraceId",
      myUUID: "yourUUID",
      customization: { institutions: ["001", "033"], landingTitle: "Welcome!", landingSubTitle: "Welcome!" },
    },
  });
  say({ link: link.linkId, open: link.linkURL, expireIn: link.expireIn });
});

// "request <taxId>" on standard input asks for a report that was not sent by itself.
process.stdin.setEncoding("utf8");
process.stdin.on("data", async (line) => {
  const [, taxId] = line.trim().split(" ");
  const here = `http://127.0.0.1:${server.address().port}`;
  const { requestId, message } = await klavi("POST", "/personal/user-data", accessToken, {
    taxId,
    products: ["pf_savings_account"],
    productsCallbackURL: { all: `${here}/once` },
    externalInfo: { myTraceId: "onRequest" },
  });
  say({ requestId, message });
});
process.stdin.on("end", () => process.exit(0));
