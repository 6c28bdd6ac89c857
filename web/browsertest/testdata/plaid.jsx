// An application's page as the vendor's React library has it.
import React, { useCallback, useEffect, useState } from "react";
import { createRoot } from "react-dom/client";
import { PlaidEmbeddedLink, usePlaidLink } from "react-plaid-link";

window.calls = [];
const note = (name) => (...args) => window.calls.push([name, ...args]);

async function fetchToken() {
  return (await (await fetch("/token", { method: "POST" })).json()).link_token;
}

function App() {
  const [token, setToken] = useState(null);
  const renew = useCallback(() => fetchToken().then(setToken), []);
  useEffect(() => { renew(); }, [renew]);
  const { open, ready, error } = usePlaidLink({
    token, onSuccess: note("success"), onExit: note("exit"), onEvent: note("event"), onLoad: note("load")
  });
  return (
    <main>
      <button onClick={() => open()} disabled={!ready}>Connect</button>
      <button onClick={renew}>New token</button>
      <p id="token">{token}</p>
      <p id="error">{error ? String(error) : ""}</p>
    </main>
  );
}

function Embedded() {
  const [token, setToken] = useState(null);
  const [shown, setShown] = useState(true);
  useEffect(() => { fetchToken().then(setToken); }, []);
  return (
    <main>
      <button onClick={() => setShown(false)}>Away</button>
      {token && shown && <PlaidEmbeddedLink token={token} onSuccess={note("success")} onExit={note("exit")} style={{ height: "46rem" }} />}
    </main>
  );
}

createRoot(document.getElementById("root")).render(location.search === "?embedded" ? <Embedded /> : <App />);
