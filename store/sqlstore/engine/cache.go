package engine

// Cache is what a transaction may see of what its engine holds in memory. What it
// gives is what the transaction would have read, and the caller's own.
type Cache interface {
	// Rows is what a query of a cached table reads: a slice of its nouns.
	Rows(table, query string, args []any) (nouns any, ok bool)
	StoreRows(table, query string, args []any, nouns any)
	// InvalidateTable comes before a write to a cached table.
	InvalidateTable(table string)

	// Row is what StoreRow was given for a row that has not been written since. It is
	// everybody's: nobody changes it.
	Row(row Row) (value any, ok bool)
	// StoreRow remembers a row that this transaction has just read; bytes is about what
	// it takes.
	StoreRow(row Row, value any, bytes int)
	// InvalidateRow comes before a write to a row that may be cached, InvalidateRows
	// before one to many.
	InvalidateRow(row Row)
	InvalidateRows()
}

// NoCache is for an engine on which others write.
type NoCache struct{}

var _ Cache = NoCache{}

func (NoCache) Rows(string, string, []any) (any, bool) { return nil, false }
func (NoCache) StoreRows(string, string, []any, any)   {}
func (NoCache) InvalidateTable(string)                 {}
func (NoCache) Row(Row) (any, bool)                    { return nil, false }
func (NoCache) StoreRow(Row, any, int)                 {}
func (NoCache) InvalidateRow(Row)                      {}
func (NoCache) InvalidateRows()                        {}
