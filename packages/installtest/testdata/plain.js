// An application's page without a framework.
import { createLink } from "@fairlead/link";

window.seen = { success: [], exit: [], events: [] };
const origin = new URLSearchParams(location.search).get("origin");
const button = document.createElement("button");
button.textContent = "Plain";
button.onclick = async () => {
  const { token } = await fetch("/token", { method: "POST" }).then((r) => r.json());
  createLink({
    origin, token,
    onSuccess: (result) => window.seen.success.push(["plain", result]),
    onExit: (result) => window.seen.exit.push(["plain", result]),
  }).open();
};
document.getElementById("app").append(button);
window.wrong = () => {
  try { createLink({ origin, token: "short" }); } catch (error) { return `${error.name}: ${error.message}`; }
};
