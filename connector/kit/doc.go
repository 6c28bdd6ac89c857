// Package kit holds what several connectors need and the engine must not know:
// cutting a list into pages by cursor, the usual login forms, the memory between
// two turns as versioned bytes, and fetching JSON with every failure classified.
//
// It owns no connection, no retry and no clock. A connector that needs none of it
// need not import it.
//
// The flow of a fetch: API.Get or API.Post → one request through the engine's
// guarded client → a body under a cap → JSON, or a *fairlead.Error of a kind from
// the closed list, which never holds an address, a header or a body.
package kit
