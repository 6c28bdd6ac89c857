// Tells the page that embeds this one what the person sees and does. What is told was
// written by the server; here is only when, and to whom: an origin that may frame
// this page, by its name. Nothing is remembered from one page to the next, because a
// frame of another site often may store nothing.
(() => {
  "use strict";
  const { origins, loaded, shown, left } = JSON.parse(document.body.dataset.tracking);
  if (parent === window) return;

  // In dev the policy has patterns. A browser that does not say who embeds is left to
  // compare by itself, with each.
  const fits = (origin, allowed) => new RegExp("^" + allowed.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\/]/g, "\\$&")).join("[^/]+") + "$").test(origin);
  const embedder = location.ancestorOrigins?.[0];
  const targets = embedder === undefined ? origins.filter((o) => !o.includes("*")) : origins.some((o) => fits(embedder, o)) ? [embedder] : [];
  const tell = ({ eventName, payload }, more) => {
    if (eventName) for (const target of targets) parent.postMessage({ eventName, payload: { ...payload, ...more } }, target);
  };

  if (!document.referrer.startsWith(location.origin + "/")) tell(loaded); // else a page of ours came before
  for (const event of shown) tell(event);
  const since = Date.now();
  addEventListener("pagehide", () => tell(left, { duration: Date.now() - since }));

  document.addEventListener("click", ({ target }) => {
    const pressed = target.closest?.("[data-track]");
    if (pressed && !pressed.matches("input, [aria-disabled=true]")) tell(JSON.parse(pressed.dataset.track));
  });

  // What is searched is told once it is typed; a tax id or a card's number that
  // somebody types there is not.
  let typing, last = "";
  document.addEventListener("input", ({ target }) => {
    if (!target.matches("input[data-track]")) return;
    clearTimeout(typing);
    typing = setTimeout(() => {
      const text = target.value.trim();
      if (text && text !== last && text.replace(/\D/g, "").length < 8) tell(JSON.parse(target.dataset.track), { key: text });
      last = text;
    }, 400);
  });
})();
