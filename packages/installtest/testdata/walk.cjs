// The same package as CommonJS.
const assert = require("node:assert/strict");
const { readFileSync } = require("node:fs");
const { Decimal, Fairlead, FairleadError } = require("@fairlead/node");

const config = JSON.parse(readFileSync(0, "utf8"));
const fairlead = new Fairlead({ url: config.url, clientId: config.id, clientSecret: "wrong" });
fairlead.connections.list().all().then(
  () => assert.fail("wrong credentials were let in"),
  (error) => {
    assert.ok(error instanceof FairleadError && error.status === 401 && error.name === "AuthenticationError", String(error));
    assert.equal(String(Decimal.sum(["0.1", "0.2"])), "0.3");
  },
);
