// Plaid's name for link.js: window.Plaid.create(config) with open, exit, submit and
// destroy, and window.Plaid.createEmbedded(config, element). Each handler may be closed
// and destroyed before it was opened, and more than once; one whose window was closed
// can be opened again while its link token is good.
(function () {
  "use strict";
  // The server's public address: the script may have been loaded under the vendor's.
  var server = "{{SERVER}}";
  var eventOf = {
    open: "OPEN", institution_selected: "SELECT_INSTITUTION", submitted: "SUBMIT_CREDENTIALS", step: "TRANSITION_VIEW", error: "ERROR", exit: "EXIT", success: "HANDOFF"
  };
  // Why a window could not be shown, by the vendor's words: the token is no good, or something else.
  var usedUp = ["gone", "not_found"];

  function call(f) {
    if (typeof f === "function") { f.apply(null, Array.prototype.slice.call(arguments, 1)); }
  }

  function unopened(reason, message) {
    var spent = usedUp.indexOf(reason) >= 0;
    return {
      error_type: spent ? "INVALID_INPUT" : "API_ERROR", error_code: spent ? "INVALID_LINK_TOKEN" : "INTERNAL_SERVER_ERROR",
      error_message: message || "Link could not be opened: " + reason, display_message: null
    };
  }

  function exitMetadata(session) {
    return { institution: null, status: null, link_session_id: session || "", request_id: "" };
  }

  // The 17 keys of an event's metadata; what is not known is null.
  function eventMetadata(session, event) {
    var data = (event && event.data) || {};
    var institution = data.institution || {};
    return {
      account_number_mask: null, error_code: data.error || data.kind || null, error_message: data.message || null, error_type: null, exit_status: null,
      institution_id: institution.id || null, institution_name: institution.name || null, institution_search_query: null,
      is_update_mode: null, link_session_id: session || "", match_reason: null, mfa_type: null, request_id: null, routing_number: null, selection: null,
      timestamp: (event && event.at) || new Date().toISOString(), view_name: null
    };
  }

  function create(config, container) {
    var c = config || {};
    var modal = null;
    var destroyed = false;
    var isOpen = false;
    var session = "";

    function ended(result) {
      isOpen = false;
      var r = result || {};
      if (r.success) { call(c.onSuccess, r.public_token || null, r.success); return; }
      if (r.exit) { r.exit.status = r.exit.status || null; call(c.onExit, r.error || null, r.exit); return; }
      var failed = r.message && r.reason;
      call(c.onExit, failed ? unopened(r.reason, r.message) : null, exitMetadata(session));
    }

    function make() {
      return window.Fairlead.create({
        token: c.token,
        origin: server,
        container: container,
        onSuccess: ended,
        onExit: ended,
        onEvent: function (e) {
          session = e.session || session;
          if (eventOf[e.event]) { call(c.onEvent, eventOf[e.event], eventMetadata(session, e)); }
        }
      });
    }

    function open() {
      if (destroyed || isOpen) { return; }
      if (modal) { modal.destroy(); }
      modal = make();
      isOpen = true;
      modal.open();
    }

    function take() {
      if (modal) { modal.destroy(); modal = null; }
    }

    function exit() {
      if (!isOpen) { take(); return; }
      isOpen = false;
      take();
      call(c.onEvent, "EXIT", eventMetadata(session, null));
      call(c.onExit, null, exitMetadata(session));
    }

    if (typeof c.token !== "string" || c.token === "") {
      throw new Error("Plaid.create: config.token must be a link token.");
    }
    // As with the vendor, after the handler is in the caller's hands.
    setTimeout(function () {
      if (destroyed) { return; }
      call(c.onLoad);
      if (container) { open(); }
    }, 0);
    return {
      open: open,
      exit: exit,
      submit: function () {}, // fills in a phone number at the vendor, for which there is no use here
      destroy: function () { destroyed = true; isOpen = false; take(); }
    };
  }

  window.Plaid = {
    version: "fairlead",
    create: function (config) { return create(config, undefined); },
    createEmbedded: function (config, element) {
      var handler = create(config, element);
      return { destroy: handler.destroy };
    }
  };
})();
