// What an application writes around link.js, and a record of the events it gets.
window.seen = { events: [], success: [], exit: [], ready: 0 };

async function prepare(request, options) {
  const answer = await fetch("/token", { method: "POST", body: JSON.stringify(request || {}) });
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
    window.handler = await prepare(window.request, window.options);
    window.handler.open();
  });
});
