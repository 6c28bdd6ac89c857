// Taiki's name for link.js: window.Taiki.create({token, metadata, onSuccess}).open().
// Options that Plaid-like clients use beside the documented ones are taken too.
(function () {
  "use strict";
  // What is said where nothing can be shown: the title, why (used up; anything else), the button.
  var said = {
    en: ["This window could not be opened", "It opens once for each try, and for an hour. Please close it and begin again.",
      "Please close it and try again a little later. If that does not help, tell whoever runs this page.", "Close"],
    es: ["No se pudo abrir esta ventana", "Se abre una sola vez por intento, durante una hora. Ciérrela y comience de nuevo.",
      "Ciérrela e inténtelo de nuevo un poco más tarde. Si no funciona, avise a quien administra esta página.", "Cerrar"],
    pt: ["Não foi possível abrir esta janela", "Ela abre uma única vez por tentativa, durante uma hora. Feche-a e comece de novo.",
      "Feche-a e tente de novo um pouco mais tarde. Se não funcionar, avise quem administra esta página.", "Fechar"]
  };
  // What ends a modal before there is anything to see in it: its token is used up, or something else.
  var usedUp = ["gone", "not_found"];
  var unopened = usedUp.concat(["forbidden", "invalid", "too_large", "rate_limited", "unreachable", "blocked", "internal", "unavailable", "storage_full"]);

  function make(tag, text, style) {
    var element = document.createElement(tag);
    element.textContent = text;
    for (var name in style) { element.style[name] = style[name]; }
    return element;
  }

  // A page that listens to onSuccess alone would show nothing at all: the person
  // is told why nothing opens, here.
  function tellPerson(reason) {
    var words = said[(navigator.language || "en").slice(0, 2)] || said.en;
    var box = make("dialog", "", { maxWidth: "24rem", padding: "2rem", border: "0", borderRadius: "20px", font: "16px/1.5 system-ui, sans-serif", boxShadow: "0 24px 70px rgba(0, 0, 0, .35), 0 0 0 200vmax rgba(10, 14, 22, .55)", color: "#16202b", background: "#fff" });
    var title = make("h1", words[0], { font: "600 1.25rem/1.3 system-ui, sans-serif", margin: "0 0 .5rem" });
    var close = make("button", words[3], { font: "inherit", fontWeight: "600", padding: ".65rem 1.5rem", border: "0", borderRadius: "10px", color: "#fff", background: "#16202b", cursor: "pointer" });
    title.id = "taiki-unopened";
    box.setAttribute("role", "alertdialog");
    box.setAttribute("aria-labelledby", title.id);
    close.addEventListener("click", function () { box.close(); box.remove(); });
    box.addEventListener("close", function () { box.remove(); }); // by the Escape key
    box.append(title, make("p", words[usedUp.indexOf(reason) >= 0 ? 1 : 2], { margin: "0 0 1.25rem" }), close);
    document.body.append(box);
    box.showModal();
    return box;
  }

  window.Taiki = {
    create: function (options) {
      var o = options || {};
      var over = false;
      var box = null;
      function end(f, args) {
        if (!over && typeof f === "function") { over = true; f.apply(null, args); }
        over = true;
      }
      function exit(result) {
        var why = result && (result.error || result.reason);
        end(o.onExit, [why && why !== "exited" && why !== "closed" ? { error: why } : null, result]);
      }
      var modal = window.Fairlead.create({
        token: o.token,
        metadata: o.metadata,
        onSuccess: function (result) {
          // The link was made; what counts here is whether the documents came.
          if (result && result.status === "error") { exit(result); } else { end(o.onSuccess, [result]); }
        },
        onExit: function (result) {
          if (result && result.message && unopened.indexOf(result.reason) >= 0) { box = tellPerson(result.reason); }
          exit(result);
        },
        onEvent: function (e) { if (typeof o.onEvent === "function") { o.onEvent(e.event, e); } },
        onReady: function () { if (typeof o.onLoad === "function") { o.onLoad(); } }
      });
      function take() { if (box) { box.close(); box.remove(); box = null; } }
      return {
        open: function () { take(); modal.open(); },
        close: function () { take(); modal.close(); },
        exit: function () { take(); modal.close(); },
        destroy: function () { take(); modal.destroy(); }
      };
    }
  };
})();
