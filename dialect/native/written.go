package native

import (
	"encoding/json"
	"reflect"
	"strconv"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/jsonform"
	"github.com/fairlead-dev/fairlead/reading"
)

// Lists of records are not made of nouns: their JSON is written from the stored one. What
// a member of a body here is called there, if it is not the same, its tag `from` says.

var transactionForm = jsonform.New(reflect.TypeFor[fairlead.Transaction](), reflect.TypeFor[TransactionBody]())

// writtenTransactions is a page as it is answered.
func writtenTransactions(p reading.Page[reading.Encoded]) (list[TransactionBody], error) {
	size := 256
	for _, e := range p.Data {
		size += 256 + len(e.Body) + len(e.Private)
	}
	text := append(make([]byte, 0, size), `{"data":[`...)
	for n, e := range p.Data {
		if n > 0 {
			text = append(text, ',')
		}
		var err error
		if text, err = appendTransaction(text, e); err != nil {
			return list[TransactionBody]{}, err
		}
	}
	text = append(text, `],"next":`...)
	if p.Next == "" {
		text = append(text, "null"...)
	} else {
		text = appendText(text, p.Next)
	}
	return list[TransactionBody]{text: append(text, "}\n"...)}, nil
}

func appendTransaction(text []byte, e reading.Encoded) ([]byte, error) {
	text = appendText(append(text, `{"id":`...), e.ID)
	text = appendText(append(text, `,"connection_id":`...), e.Connection)
	text = appendText(append(text, `,"account_id":`...), e.Account)
	state := e.State
	if e.Removed {
		state = string(fairlead.TransactionRemoved)
	}
	text = appendText(append(text, `,"status":`...), state)
	text, err := transactionForm.Append(text, e.Body, e.Private)
	if err != nil {
		return text, err
	}
	text = strconv.AppendInt(append(text, `,"version":`...), int64(e.Version), 10)
	if !e.Changed.IsZero() {
		text = append(e.Changed.AppendFormat(append(text, `,"changed_at":"`...), time.RFC3339Nano), '"')
	}
	return append(text, '}'), nil
}

// appendText writes a text that is short and hardly ever needs escaping.
func appendText[S ~string](dst []byte, text S) []byte {
	for n := range len(text) {
		if c := text[n]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			quoted, _ := json.Marshal(string(text)) // a string always encodes
			return append(dst, quoted...)
		}
	}
	return append(append(append(dst, '"'), text...), '"')
}
