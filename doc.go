// Package fairlead holds the nouns: what a link, a connection, a record, a
// document, an event are, and the rules that belong to them alone.
//
// It owns types and pure functions. It does no I/O, keeps no state and imports
// only the standard library, so that every other package may import it.
//
// The whole product in one sentence: a Link becomes a Connection; a Connection
// is collected into Records and Documents; Records are read, and Events are
// delivered, in a Dialect. docs/terms.md defines each word.
package fairlead
