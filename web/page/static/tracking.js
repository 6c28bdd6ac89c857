// Tells the page that embeds this one what the person sees and does. What is told was
// written by the server; here is only when, and to whom: an origin that may frame
// this page, by its name. Nothing is remembered from one page to the next, because a
// frame of another site often may store nothing.
(() => {
  "use strict";
  const { origins, loaded, shown, left } = JSON.parse(document.body.dataset.tracking);
  if (parent === window) return;

  // In dev the policy has patterns, of which ":*" is any port or none. A browser that
  // does not say who embeds is left to compare by itself, with each.
  const fits = (origin, allowed) => {
    const pattern = allowed.replace(/[.+?^${}()|[\]\\/]/g, "\\$&").replace(/:\*$/, "(:\\d+)?").replaceAll("*", "[^/:]+");
    return new RegExp("^" + pattern + "$").test(origin);
  };
  const embedder = location.ancestorOrigins?.[0];
  const targets = embedder === undefined ? origins.filter((o) => !o.includes("*")) : origins.some((o) => fits(embedder, o)) ? [embedder] : [];
  const tell = ({ body, fill }, value) => {
    if (!body) return;
    if (fill) fill.slice(0, -1).reduce((at, name) => at[name], body)[fill.at(-1)] = value;
    for (const target of targets) parent.postMessage(body, target);
  };

  if (!document.referrer.startsWith(location.origin + "/")) tell(loaded); // else a page of ours came before
  for (const event of shown) tell(event);
  const since = Date.now();
  addEventListener("pagehide", () => tell(left, Date.now() - since));

  document.addEventListener("click", ({ target }) => {
    const pressed = target.closest?.("[data-track]");
    if (pressed && !pressed.matches("input, [aria-disabled=true]")) tell(JSON.parse(pressed.dataset.track));
  });

  // What is searched is told once typing rests. A tax id, a card's number or an address
  // that somebody types there is not, nor a part of one that is only just begun.
  let typing, last = "";
  document.addEventListener("input", ({ target }) => {
    if (!target.matches("input[data-track]")) return;
    clearTimeout(typing);
    typing = setTimeout(() => {
      const text = target.value.trim();
      const personal = text.includes("@") || text.replace(/[^\p{Nd}]/gu, "").length > 3;
      if (text && text !== last && !personal) tell(JSON.parse(target.dataset.track), text);
      last = text;
    }, 400);
  });
})();
