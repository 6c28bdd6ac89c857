package flanks

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"reflect"

	"github.com/fairlead-dev/fairlead"
)

// perV2Page is how many items a page of the newer lists has at most.
const perV2Page = 100

// paged is a page of the newer lists.
type paged[T any] struct {
	Items []T     `json:"items"`
	Next  *string `json:"next_page_token"` // null: there is no more
}

// pageToken names a place in a list of a kind, so that a token of one list is refused
// by another. Whose list it is goes by who shows it: it opens nothing.
type pageToken struct {
	List       string `json:"l"`
	Query      string `json:"q"`           // that the list answers: of another one the place means nothing
	At         string `json:"a"`           // id of the last item; of the lists over connections, what leads to the one being read
	Connection string `json:"c,omitempty"` // that one: Part and Next are places in it alone
	Part       string `json:"p,omitempty"` // of that connection
	Next       string `json:"n,omitempty"` // cursor in that part
}

// in is the place in a connection that here leads to: its beginning where the token was
// of another one, which is gone since.
func (p pageToken) in(conn fairlead.Connection, here string) pageToken {
	if p.Connection == string(conn.ID) {
		return p
	}
	return pageToken{List: p.List, Query: p.Query, At: here, Connection: string(conn.ID)}
}

func (p pageToken) text() *string {
	b, _ := json.Marshal(p) // plain text: cannot fail
	s := base64.RawURLEncoding.EncodeToString(b)
	return &s
}

// maxPageToken bounds what is decoded; ours have a few hundred bytes.
const maxPageToken = 2048

// hashOf tells queries apart.
func hashOf(query any) string {
	text, _ := json.Marshal(query) // lists of texts: cannot fail
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}

// maxIn is how many values a list of a query has at most: as many as a page has items.
// Each may cost a read, and each thing that is looked at is held against all of them.
const maxIn = perV2Page

// checkIn refuses a query, a struct, with a list of more values.
func checkIn(query any) error {
	q := reflect.ValueOf(query)
	for n, field := range jsonFields(q.Type()) {
		if !q.Type().Field(n).IsExported() {
			continue
		}
		if values, ok := q.Field(n).Interface().(*[]string); ok && values != nil && len(*values) > maxIn {
			return fairlead.InvalidField("query."+field, "range", "must have at most 100 values")
		}
	}
	return nil
}

// placeOf reads the page_token of a request for a list, whose query it checks for its
// length; none, and null, is the list's beginning.
func placeOf(token *string, list string, query any) (p pageToken, err error) {
	if err := checkIn(query); err != nil {
		return p, err
	}
	begin := pageToken{List: list, Query: hashOf(query)}
	if textOf(token) == "" {
		return begin, nil
	}
	if len(*token) <= maxPageToken {
		b, err := base64.RawURLEncoding.DecodeString(*token)
		if err == nil && json.Unmarshal(b, &p) == nil && p.List == begin.List && p.Query == begin.Query {
			return p, nil
		}
	}
	return p, fairlead.InvalidField("page_token", "format", "must be the next_page_token of a page of this list, sent with the same query")
}
