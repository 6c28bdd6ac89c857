package engine

import "github.com/fairlead-dev/fairlead"

// Cache is what a transaction may see of what its engine holds in memory. What it
// gives is what the transaction would have read, and the caller's own.
type Cache interface {
	// Rows is what a query of a cached table reads: a slice of its nouns.
	Rows(table, query string, args []any) (nouns any, ok bool)
	StoreRows(table, query string, args []any, nouns any)
	// InvalidateTable comes before a write to a cached table.
	InvalidateTable(table string)

	Token(kind fairlead.TokenKind, name string) (fairlead.Token, bool)
	StoreToken(t fairlead.Token)
	// InvalidateToken comes before a write to a token, InvalidateTokens before one to
	// many.
	InvalidateToken(kind fairlead.TokenKind, name string)
	InvalidateTokens()
}

// NoCache is for an engine on which others write.
type NoCache struct{}

var _ Cache = NoCache{}

func (NoCache) Rows(string, string, []any) (any, bool)                          { return nil, false }
func (NoCache) StoreRows(string, string, []any, any)                            {}
func (NoCache) InvalidateTable(string)                                          {}
func (NoCache) Token(fairlead.TokenKind, string) (t fairlead.Token, found bool) { return t, false }
func (NoCache) StoreToken(fairlead.Token)                                       {}
func (NoCache) InvalidateToken(fairlead.TokenKind, string)                      {}
func (NoCache) InvalidateTokens()                                               {}
