// What an application writes around link.js, and a record of what it is told.
window.seen = { events: [], success: [], exit: [], ready: 0 };

async function prepare(ask, options) {
  const answer = await fetch("/token", { method: "POST", body: JSON.stringify(ask || {}) });
  const { token } = await answer.json();
  return Fairlead.create({
    token,
    onReady: () => window.seen.ready++,
    onEvent: (e) => window.seen.events.push(e),
    onSuccess: (r) => window.seen.success.push(r),
    onExit: (r) => window.seen.exit.push(r),
    ...options,
  });
}

document.addEventListener("DOMContentLoaded", () => {
  document.getElementById("connect").addEventListener("click", async () => {
    window.handler = await prepare(window.ask, window.options);
    window.handler.open();
  });
});
