// Calls every method of the client once, and prints which requests it made.
import { Fairlead } from "@fairlead/node";

const seen = new Set();
const fairlead = new Fairlead({
  url: "http://127.0.0.1:9", clientId: "dev", clientSecret: "dev-secret",
  fetch: async (address, { method }) => {
    seen.add(`${method} ${address.pathname}`);
    return Response.json({ data: [], next: null });
  },
});
for (const resource of Object.values(fairlead)) {
  for (const method of Object.values(resource)) {
    const answer = method("{}", "{}", {}, {});
    await (answer.page ? answer.page() : answer);
  }
}
for (const request of seen) console.log(decodeURIComponent(request));
