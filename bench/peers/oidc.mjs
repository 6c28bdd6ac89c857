// Serves oidc-provider on 127.0.0.1 for one client, whose tokens are opaque and kept in memory: node oidc.mjs PORT
import Provider from "oidc-provider"

const port = Number(process.argv[2])
new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    { client_id: "bench", client_secret: "benchmarks", grant_types: ["client_credentials"], response_types: [], redirect_uris: [], token_endpoint_auth_method: "client_secret_basic" },
  ],
  features: { clientCredentials: { enabled: true }, introspection: { enabled: true }, devInteractions: { enabled: false } },
}).listen(port, "127.0.0.1")
