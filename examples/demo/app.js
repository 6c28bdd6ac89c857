"use strict";
// The front end of the demo: what a customer writes around link.js.
const $ = (id) => document.getElementById(id);
const say = (text) => { $("status").textContent = text; };

async function ask(path, body) {
  const response = await fetch("/demo/" + path, body === undefined ? {} : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

function element(name, text, className) {
  const e = document.createElement(name);
  if (text !== undefined) e.textContent = text;
  if (className) e.className = className;
  return e;
}

function money(m) {
  return m ? new Intl.NumberFormat(undefined, { style: "currency", currency: m.currency }).format(m.amount) : "";
}

// balance is what an account has; of a debt, what is owed.
function balance(a) {
  const m = a.balances.current;
  if (!m || (a.type !== "card" && a.type !== "loan") || Number(m.amount) === 0) return money(m);
  return m.amount.startsWith("-") ? money({ ...m, amount: m.amount.slice(1) }) + " owed" : money(m) + " in credit";
}

// day is a calendar date as the reader writes it: it has no time zone, and gets none.
const days = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeZone: "UTC" });
const day = (date) => (date ? days.format(new Date(date + "T00:00:00Z")) : "");

const words = (text) => text.replaceAll("_", " ");

// show fills a list, or says that nothing is there yet.
function show(list, rows) {
  $(list).replaceChildren(...rows);
  if (rows.length) return;
  const empty = $(list).tagName === "TBODY" ? element("tr") : element("li");
  empty.className = "soft empty";
  if (empty.tagName === "TR") empty.append(element("td", "Nothing yet", "soft")); else empty.textContent = "Nothing yet";
  $(list).append(empty);
}

async function refresh() {
  const connections = (await ask("connections")).data.filter((c) => c.status !== "disconnected");
  const all = { accounts: [], transactions: [], documents: [] };
  for (const c of connections) {
    for (const what of Object.keys(all)) all[what].push(...(await ask(`connections/${c.id}/${what}`)).data);
  }
  all.accounts.sort((a, b) => (b.type === "depository") - (a.type === "depository"));
  show("accounts", all.accounts.map((a) => {
    const li = element("li");
    li.append(element("b", a.name), element("span", [words(a.subtype || a.type), a.mask && "•••• " + a.mask].filter(Boolean).join(" "), "soft"), element("div", balance(a), "amount"));
    return li;
  }));
  all.transactions.sort((a, b) => (a.booked_on < b.booked_on ? 1 : -1));
  show("transactions", all.transactions.slice(0, 40).map((t) => {
    const tr = element("tr");
    const what = element("td", t.description);
    what.append(element("div", t.status === "pending" ? "Pending" : day(t.booked_on), "soft"));
    tr.append(what, element("td", money(t.amount), "amount" + (t.amount.amount.startsWith("-") ? "" : " in")));
    return tr;
  }));
  if (connections.length) say(connections.some((c) => c.status === "collecting") ? "Connected. Your data is being fetched …" : "Connected. Your data is here.");
  all.documents.sort((a, b) => (a.issued_on < b.issued_on ? 1 : -1));
  const rows = all.documents.slice(0, 12).map((d) => {
    const li = element("li");
    const a = element("a", d.file_name);
    a.href = "/demo/documents/" + d.id;
    li.append(a, element("div", [day(d.issued_on), d.form].filter(Boolean).join(", "), "soft"));
    return li;
  });
  if (all.documents.length > 12) rows.push(element("li", "and " + (all.documents.length - 12) + " more", "soft"));
  show("documents", rows);
}

async function connect() {
  $("connect").disabled = true;
  try {
    const link = await ask("link", {});
    const modal = Fairlead.create({
      token: link.token,
      onSuccess: async (result) => {
        try {
          await ask("exchange", { code: result.code });
          await refresh();
        } catch (e) { say(e.message); }
      },
      onExit: (result) => say(result && result.error && result.error !== "exited" ? "It did not work: " + result.error : "No account was connected."),
    });
    modal.open();
  } catch (e) {
    say(e.message);
  } finally {
    $("connect").disabled = false;
  }
}

function follow() {
  let last = 0;
  new EventSource("/demo/webhooks").onmessage = (message) => {
    const event = JSON.parse(message.data);
    if (event.sequence <= last) return;
    const li = element("li");
    li.append(element("code", event.type), element("div", new Date(event.timestamp).toLocaleTimeString() + " · #" + event.sequence, "soft"));
    if (!last) $("webhooks").replaceChildren();
    last = event.sequence;
    $("webhooks").prepend(li);
    if (event.type === "collection.finished") refresh().catch((e) => say(e.message));
  };
}

$("connect").addEventListener("click", connect);
show("webhooks", []);
follow();
refresh().catch((e) => say(e.message));
