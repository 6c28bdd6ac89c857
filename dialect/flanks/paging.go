package flanks

import (
	"encoding/base64"
	"encoding/json"

	"github.com/fairlead-dev/fairlead"
)

// perConnectPage is how many items a page of the newer lists has at most.
const perConnectPage = 100

// paged is a page of the newer lists.
type paged[T any] struct {
	Items []T     `json:"items"`
	Next  *string `json:"next_page_token"` // null: there is no more
}

// pageToken names a place in a list of a kind, so that a token of one list is refused
// by another.
type pageToken struct {
	List string `json:"l"`
	At   string `json:"a"`           // id of the last item, or of the connection that is being read
	Part string `json:"p,omitempty"` // of that connection
	Next string `json:"n,omitempty"` // cursor in that part
}

func (p pageToken) text() *string {
	b, _ := json.Marshal(p) // plain text: cannot fail
	s := base64.RawURLEncoding.EncodeToString(b)
	return &s
}

// placeOf reads the page_token of a request for a list; none, and null, is its beginning.
func placeOf(token *string, list string) (p pageToken, err error) {
	if token == nil || *token == "" {
		return pageToken{List: list}, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(*token)
	if err == nil {
		err = json.Unmarshal(b, &p)
	}
	if err != nil || p.List != list || len(*token) > 2048 {
		return p, fairlead.InvalidField("page_token", "format", "must be the next_page_token of a page of this list")
	}
	return p, nil
}
