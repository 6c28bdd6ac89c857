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

// show fills a list, or says that nothing is there yet.
function show(list, rows) {
  $(list).replaceChildren(...rows);
  if (rows.length) return;
  const empty = $(list).tagName === "TBODY" ? element("tr") : element("li");
  empty.className = "soft";
  if (empty.tagName === "TR") empty.append(element("td", "Nothing yet", "soft")); else empty.textContent = "Nothing yet";
  $(list).append(empty);
}

async function refresh() {
  const connections = (await ask("connections")).data.filter((c) => c.status !== "disconnected");
  const all = { accounts: [], transactions: [], documents: [] };
  for (const c of connections) {
    for (const what of Object.keys(all)) all[what].push(...(await ask(`connections/${c.id}/${what}`)).data);
  }
  all.accounts.sort((a, b) => (b.kind === "depository") - (a.kind === "depository"));
  show("accounts", all.accounts.map((a) => {
    const li = element("li");
    li.append(element("b", a.name), element("span", [a.subtype || a.kind, a.mask && "•••• " + a.mask].filter(Boolean).join(" "), "soft"), element("div", money(a.balances.current), "amount"));
    return li;
  }));
  all.transactions.sort((a, b) => (a.booked_at < b.booked_at ? 1 : -1));
  show("transactions", all.transactions.slice(0, 40).map((t) => {
    const tr = element("tr");
    tr.append(element("td", t.booked_at, "soft"), element("td", t.description + (t.state === "pending" ? " (pending)" : "")), element("td", money(t.amount), "amount" + (t.amount.amount.startsWith("-") ? "" : " in")));
    return tr;
  }));
  if (connections.length) say(connections.some((c) => c.status === "collecting") ? "Connected. Your data is being fetched …" : "Connected. Your data is here.");
  all.documents.sort((a, b) => (a.issued < b.issued ? 1 : -1));
  const rows = all.documents.slice(0, 12).map((d) => {
    const li = element("li");
    const a = element("a", d.file_name);
    a.href = "/demo/documents/" + d.id;
    li.append(a, element("div", d.issued + (d.form ? ", " + d.form : ""), "soft"));
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
