package simplefin

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector/kit"
)

// The protocol's own structs, of both versions. Numbers are read as text, whether the
// server writes them as text or as numbers, so that no amount goes through a float.
type (
	answer struct {
		v2          bool
		errors      []complaint
		connections []bank
		accounts    []account
		shaped      bool // it has a list of accounts
	}
	complaint struct {
		Code      text `json:"code"`
		Msg       text `json:"msg"`
		Message   text `json:"message"`
		ConnID    text `json:"conn_id"`
		AccountID text `json:"account_id"`
	}
	bank struct { // a connection of version 2
		ConnID   text `json:"conn_id"`
		Name     text `json:"name"`
		ConnName text `json:"conn_name"`
		OrgID    text `json:"org_id"`
		OrgURL   text `json:"org_url"`
		SfinURL  text `json:"sfin_url"`
	}
	org struct { // of version 1
		ID      text `json:"id"`
		Domain  text `json:"domain"`
		Name    text `json:"name"`
		URL     text `json:"url"`
		SfinURL text `json:"sfin-url"`
	}
	account struct {
		Org              org             `json:"org"`
		ConnID           text            `json:"conn_id"`
		ConnName         text            `json:"conn_name"`
		ID               text            `json:"id"`
		Name             text            `json:"name"`
		Currency         text            `json:"currency"`
		Balance          text            `json:"balance"`
		AvailableBalance text            `json:"available-balance"`
		BalanceDate      text            `json:"balance-date"`
		Transactions     *[]transaction  `json:"transactions"` // nil: not given, which is not none
		Holdings         *[]holding      `json:"holdings"`
		Extra            json.RawMessage `json:"extra"`
		more             fairlead.Extra  // what else there is
	}
	transaction struct {
		ID           text            `json:"id"`
		Posted       text            `json:"posted"`
		Amount       text            `json:"amount"`
		Description  text            `json:"description"`
		Payee        text            `json:"payee"`
		Memo         text            `json:"memo"`
		TransactedAt text            `json:"transacted_at"`
		Pending      text            `json:"pending"`
		MCC          text            `json:"mcc"`
		Currency     text            `json:"currency"`
		Extra        json.RawMessage `json:"extra"`
		more         fairlead.Extra
	}
	holding struct {
		ID            text `json:"id"`
		Created       text `json:"created"`
		Currency      text `json:"currency"`
		CostBasis     text `json:"cost_basis"`
		Description   text `json:"description"`
		MarketValue   text `json:"market_value"`
		PurchasePrice text `json:"purchase_price"`
		Shares        text `json:"shares"`
		Symbol        text `json:"symbol"`
		more          fairlead.Extra
	}
)

// text is a scalar of JSON as text: a string's content, a number's digits, "true". null
// and what is no scalar are "".
type text string

func (t *text) UnmarshalJSON(b []byte) error {
	switch b = bytes.TrimSpace(b); {
	case len(b) == 0, b[0] == '{', b[0] == '[', string(b) == "null":
		*t = ""
	case b[0] == '"':
		var s string
		if err := json.Unmarshal(b, &s); err != nil {
			return err
		}
		*t = text(s)
	default:
		*t = text(b)
	}
	return nil
}

// maxText bounds a text that a server gives, in bytes.
const maxText = 1 << 10

// shown is a text that may be shown: without control characters and not too long.
func (t text) shown() string { return kit.Clean(string(t), maxText) }

// id is a text that names something.
func (t text) id() string { return kit.Clean(string(t), maxText/4) }

// decimal reads an amount. Commas between thousands are taken out where they can mean
// nothing else.
func (t text) decimal() (fairlead.Decimal, bool) {
	s := strings.TrimSpace(string(t))
	if whole, fraction, _ := strings.Cut(s, "."); strings.Contains(whole, ",") {
		groups := strings.Split(strings.TrimLeft(whole, "+-"), ",")
		if groups[0] == "" || len(groups[0]) > 3 || strings.Contains(fraction, ",") ||
			slices.ContainsFunc(groups[1:], func(g string) bool { return len(g) != 3 }) {
			return fairlead.Decimal{}, false
		}
		s = strings.ReplaceAll(s, ",", "")
	}
	d, err := kit.ParseDecimal(s)
	return d, err == nil
}

// said are the words of an error, whichever name a server gives them.
func (c complaint) said() string { return kit.Sanitise(string(first(c.Msg, c.Message))) }

// first is the first text that says something.
func first(all ...text) text {
	for _, t := range all {
		if strings.TrimSpace(string(t)) != "" {
			return t
		}
	}
	return ""
}

// note adds to extras what is not empty.
func note(e fairlead.Extra, name, value string) fairlead.Extra {
	if value == "" {
		return e
	}
	if e == nil {
		e = fairlead.Extra{}
	}
	e["simplefin."+name] = value
	return e
}
