package table

import (
	"embed"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"
)

// role is what a column holds.
type role string

const (
	roleDate            role = "date" // of several columns, the first that is filled
	roleValueDate       role = "value_date"
	roleAmount          role = "amount"
	roleMoneyIn         role = "money_in"
	roleMoneyOut        role = "money_out"
	roleFee             role = "fee"         // not in the amount: it goes off
	roleFlag            role = "flag"        // says whether money came in or went out
	roleDescription     role = "description" // several are put together
	rolePayee           role = "payee"       // the other side
	rolePayer           role = "payer"       // the other side of money that came in
	rolePayeeAccount    role = "payee_account"
	roleBalance         role = "balance"
	roleCurrency        role = "currency"
	roleReference       role = "reference" // the institution's id of the row
	roleAccount         role = "account"
	roleType            role = "type"
	roleState           role = "state"
	roleImpact          role = "impact" // says of a row that it moved no money, as the state may
	roleCategory        role = "category"
	roleForeign         role = "foreign_amount"
	roleForeignCurrency role = "foreign_currency"
	roleRate            role = "rate" // account currency for one unit of the foreign one
	roleCheck           role = "check_number"
	roleCard            role = "card" // last digits
	roleInstalment      role = "instalment"
	rolePart            role = "part"    // an amount that another row holds already
	roleProduct         role = "product" // tells accounts apart that have no number
	roleIgnore          role = "ignore"
)

// choices are the roles a person may give a column of an unknown table.
var choices = []string{
	string(roleIgnore), string(roleDate), string(roleValueDate), string(roleAmount), string(roleMoneyIn), string(roleMoneyOut),
	string(roleDescription), string(rolePayee), string(roleBalance), string(roleCurrency), string(roleReference), string(roleAccount), string(roleType),
}

// layout is how one bank writes its tables: a file of layouts/. Headers and labels are
// compared folded.
type layout struct {
	Name    string `json:"-"`    // of the file
	Bank    string `json:"bank"` // as people call it
	BankID  string `json:"bank_id,omitempty"`
	Kind    string `json:"kind,omitempty"` // of the account; depository
	Subtype string `json:"subtype,omitempty"`
	Scheme  string `json:"scheme,omitempty"` // of its names; bank
	// Headers are the headers that the bank wrote over the years, each with every column's.
	// One that comes twice is named "Divisa" and "Divisa#2".
	Headers [][]string `json:"headers,omitempty"`
	More    bool       `json:"more,omitempty"` // other columns may stand among them
	// Shape recognises a table without header: what each cell holds (date, amount, text,
	// any, or =TEXT). Columns are then named "1", "2" …
	Shape   []string          `json:"shape,omitempty"`
	Columns map[role][]string `json:"columns"`
	Dates   string            `json:"dates,omitempty"`   // an order of the port; else found out
	Decimal string            `json:"decimal,omitempty"` // "," or "."; else found out
	// Currency of every row, where no column says it. Without either, a person must.
	Currency string `json:"currency,omitempty"`
	// Inverted: positive amounts are money out, as in many files of cards.
	Inverted bool     `json:"inverted,omitempty"`
	Out      []string `json:"out,omitempty"`     // values of the flag that mean money out
	In       []string `json:"in,omitempty"`      // and in
	Pending  []string `json:"pending,omitempty"` // values of the state, or words in place of the day
	Skip     []string `json:"skip,omitempty"`    // values of state or impact with which no money moved
	// Kinds are kinds of transactions by values of the type.
	Kinds map[string]string `json:"kinds,omitempty"`
	// Above are labels of what stands above the header: account, balance.
	Above map[string][]string `json:"above,omitempty"`

	folded [][]string // Headers, sorted
}

//go:embed layouts/*.json
var layoutFiles embed.FS

// layouts are all, in the order of their names.
var layouts = sync.OnceValue(func() (all []*layout) {
	files, err := layoutFiles.ReadDir("layouts")
	if err != nil {
		panic(err)
	}
	for _, f := range files {
		data, err := layoutFiles.ReadFile(path.Join("layouts", f.Name()))
		if err != nil {
			panic(err)
		}
		l, err := parseLayout(strings.TrimSuffix(f.Name(), ".json"), data)
		if err != nil {
			panic(fmt.Sprintf("layouts/%s: %v", f.Name(), err))
		}
		all = append(all, l)
	}
	return all
})

func parseLayout(name string, data []byte) (*layout, error) {
	l := &layout{}
	d := json.NewDecoder(strings.NewReader(string(data)))
	d.DisallowUnknownFields()
	if err := d.Decode(l); err != nil {
		return nil, err
	}
	l.Name = name
	for _, h := range l.Headers {
		l.folded = append(l.folded, sortedNames(h))
	}
	for _, list := range [][]string{l.Out, l.In, l.Pending, l.Skip} {
		for i := range list {
			list[i] = fold(list[i])
		}
	}
	for k, v := range l.Kinds {
		delete(l.Kinds, k)
		l.Kinds[fold(k)] = v
	}
	return l, nil
}

// nameOf folds a header, the number of one that comes again left.
func nameOf(header string) string {
	if base, n, ok := strings.Cut(header, "#"); ok && (n == "2" || n == "3") {
		return fold(base) + "#" + n
	}
	return fold(header)
}

// names folds the headers of a row and numbers those that come again. Columns without
// a header have none.
func names(cells []string) []string {
	out := make([]string, len(cells))
	seen := make(map[string]int, len(cells))
	for i, c := range cells {
		name := fold(plain(c))
		if name == "" {
			continue
		}
		if seen[name]++; seen[name] > 1 {
			name = fmt.Sprintf("%s#%d", name, seen[name])
		}
		out[i] = name
	}
	return out
}

func sortedNames(header []string) []string {
	var out []string
	for _, h := range header {
		if n := nameOf(h); n != "" {
			out = append(out, n)
		}
	}
	slices.Sort(out)
	return out
}

// recognise finds the layout of a header.
func recognise(header []string) *layout {
	var have []string
	for _, n := range names(header) {
		if n != "" {
			have = append(have, n)
		}
	}
	if len(have) < 2 {
		return nil
	}
	slices.Sort(have)
	for _, l := range layouts() {
		for _, want := range l.folded {
			if slices.Equal(want, have) || l.More && len(want) <= len(have) && includes(have, want) {
				return l
			}
		}
	}
	return nil
}

// includes reports whether one sorted list is in another.
func includes(have, want []string) bool {
	for _, w := range want {
		if _, ok := slices.BinarySearch(have, w); !ok {
			return false
		}
	}
	return true
}

// bare finds the layout of a table without header by its first rows.
func bare(rows []row) *layout {
	for _, l := range layouts() {
		if len(l.Shape) > 0 && len(rows) > 0 && !slices.ContainsFunc(rows, func(r row) bool { return !l.fits(r) }) {
			return l
		}
	}
	return nil
}

// fits reports whether a row has the layout's shape.
func (l *layout) fits(r row) bool {
	if len(r.cells) > len(l.Shape) {
		return false
	}
	for i, shape := range l.Shape {
		cell := r.cell(i)
		ok := true
		switch {
		case shape == "date":
			_, ok = readDay(cell)
		case shape == "amount":
			ok = isAmount(cell)
		case shape == "text":
			ok = cell != "" && !isAmount(cell)
		case shape == "number":
			_, n := digits(cell)
			ok = n > 0 && strings.Trim(cell, "0123456789") == ""
		case strings.HasPrefix(shape, "="):
			ok = cell == shape[1:]
		}
		if !ok {
			return false
		}
	}
	return true
}

// find gives the columns of each role.
func (l *layout) find(header []string) map[role][]int {
	columns := map[role][]int{}
	index := map[string]int{}
	for i, n := range names(header) {
		if n != "" {
			index[n] = i + 1
		}
	}
	for r, wanted := range l.Columns {
		for _, w := range wanted {
			n := 0
			if len(l.Shape) > 0 && len(l.Headers) == 0 {
				n, _ = digits(w)
			} else {
				n = index[nameOf(w)]
			}
			if n > 0 {
				columns[r] = append(columns[r], n-1)
			}
		}
	}
	return columns
}
