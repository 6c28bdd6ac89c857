// An application's page: the button, and the hook, in strict mode.
import { StrictMode, useEffect, useState } from "react";
import { createRoot } from "react-dom/client";
import { FairleadLink, useFairleadLink } from "@fairlead/react";

const origin = new URLSearchParams(location.search).get("origin");
window.seen = { success: [], exit: [], events: [] };

function useToken(round) {
  const [token, setToken] = useState(null);
  useEffect(() => {
    let current = true;
    setToken(null);
    fetch("/token", { method: "POST" }).then((r) => r.json()).then((link) => current && setToken(link.token));
    return () => (current = false);
  }, [round]);
  return token;
}

function Hook({ round, label }) {
  const token = useToken(round);
  const { open, ready, error } = useFairleadLink({
    origin, token,
    onSuccess: (result) => window.seen.success.push([label, result]),
    onExit: (result) => window.seen.exit.push([label, result]),
    onEvent: (event) => window.seen.events.push(event.event),
  });
  return <button disabled={!ready} onClick={open}>{error ? error.message : `Hook ${label}`}</button>;
}

function Page() {
  const [round, setRound] = useState(0);
  const [shown, setShown] = useState(true);
  const token = useToken(round);
  return (
    <>
      <FairleadLink
        origin={origin} token={token} className="connect"
        onSuccess={(result) => window.seen.success.push(["button", result])} onExit={(result) => window.seen.exit.push(["button", result])}
      >Connect your accounts</FairleadLink>
      {shown && <Hook round={round} label={`number ${round}`} />}
      <button onClick={() => setRound((r) => r + 1)}>Anew</button>
      <button id="hide" onClick={() => setShown(false)}>Hide</button>
    </>
  );
}

createRoot(document.getElementById("app")).render(<StrictMode><Page /></StrictMode>);
