package flanks

import (
	"encoding/json"

	"github.com/fairlead-dev/fairlead"
)

// Status is the table of errors, for the test that it is complete.
var Status = status

// Products are those of every link.
func Products() []fairlead.Product { return spec().Products }

// PageToken is a page_token that stands before what at leads to, or in a connection: in a
// part, after a place in it.
func PageToken(list string, query map[string]any, at, connection, part, next string) string {
	text, _ := json.Marshal(query)
	var hash string
	switch list {
	case "products":
		var q productQuery
		json.Unmarshal(text, &q)
		hash = hashOf(q)
	case "transactions":
		var q transactionQuery
		json.Unmarshal(text, &q)
		hash = hashOf(q)
	}
	return *pageToken{List: list, Query: hash, At: at, Connection: connection, Part: part, Next: next}.text()
}
