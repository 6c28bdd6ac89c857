package looptest

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/dialect"
	"github.com/fairlead-dev/fairlead/reading"
)

// stored is what a server has of a connection.
type stored struct {
	accounts     map[fairlead.RecordID]fairlead.Account
	transactions []fairlead.Transaction // pending and posted
	holdings     []fairlead.Holding
	securities   map[fairlead.RecordID]fairlead.Security
	movements    []fairlead.InvestmentTransaction
	statements   []statement
}

// statement is a document with the hash of the bytes that are handed out.
type statement struct {
	fairlead.Document
	bytes string
}

// read reads all of a connection, with the bytes of its statements.
func read(a *apptest.App, con string) stored {
	a.T.Helper()
	s, of := records(a, con), reading.Query{Connection: fairlead.ConnectionID(con)}
	for _, d := range all(a, of, a.Server.Verbs.Reading.Documents) {
		if d.Kind != "statement" {
			continue
		}
		status, content := a.Raw("GET", "/documents/"+string(d.ID)+"/content", nil)
		sum := sha256.Sum256(content)
		if hash := hex.EncodeToString(sum[:]); status != 200 || hash != d.SHA256 || int64(len(content)) != d.Size {
			a.T.Errorf("the statement %s is answered %d with the hash %s, and is said to have %s", d.ID, status, hash, d.SHA256)
		}
		s.statements = append(s.statements, statement{d, string(content)})
	}
	return s
}

// records reads what a connection has but for its documents.
func records(a *apptest.App, con string) stored {
	a.T.Helper()
	of, r := reading.Query{Connection: fairlead.ConnectionID(con)}, a.Server.Verbs.Reading
	s := stored{
		accounts: map[fairlead.RecordID]fairlead.Account{}, securities: map[fairlead.RecordID]fairlead.Security{},
		transactions: all(a, of, r.Transactions), holdings: all(a, of, r.Holdings), movements: all(a, of, r.InvestmentTransactions),
	}
	s.transactions = slices.DeleteFunc(s.transactions, func(t fairlead.Transaction) bool {
		return t.State != fairlead.TransactionPending && t.State != fairlead.TransactionPosted
	})
	for _, each := range all(a, of, r.Accounts) {
		s.accounts[each.ID] = each
	}
	for _, each := range all(a, of, r.Securities) {
		s.securities[each.ID] = each
	}
	return s
}

// all reads a list to its end.
func all[T any](a *apptest.App, q reading.Query, list func(context.Context, fairlead.TenantID, reading.Query) (reading.Page[T], error)) (out []T) {
	a.T.Helper()
	for each, err := range dialect.All(a.T.Context(), tenant(a), q, list) {
		if err != nil {
			a.T.Fatal(err)
		}
		out = append(out, each)
	}
	return out
}

// facts are what is compared: a sentence about each thing, by what the thing is called on
// both sides.
type facts map[string]string

// add refuses a second thing of one name: nothing may be there twice.
func (l loop) add(f facts, side, key, fact string) {
	l.T.Helper()
	if _, twice := f[key]; twice {
		l.T.Errorf("the %s server has %s twice", side, key)
	}
	f[key] = fact
}

// differences names what two sides do not have alike, in order.
func differences(want, got facts) (out []string) {
	keys := maps.Clone(want)
	maps.Copy(keys, got)
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		if want[key] != got[key] {
			out = append(out, fmt.Sprintf("%s\n\tfirst:  %s\n\tsecond: %s", key, cmp.Or(want[key], "has none"), cmp.Or(got[key], "has none")))
		}
	}
	return out
}

// report fails with the first few of some differences.
func (l loop) report(when, what string, n int, want, got facts) {
	l.T.Helper()
	if len(want) < n {
		l.T.Errorf("%s the first server has %d %s, which proves nothing", when, len(want), what)
	}
	l.T.Logf("%s %d %s are compared", when, len(want), what)
	d := differences(want, got)
	if len(d) > 0 {
		l.T.Errorf("%s there are %d %s on the first server and %d on the second, and %d differ:\n%s", when, len(want), what, len(got), len(d), strings.Join(d[:min(len(d), 6)], "\n"))
	}
}

// sums is what the transactions of each account come to.
func (s stored) sums(account func(fairlead.RecordID) string) facts {
	totals := map[string]fairlead.Decimal{}
	for _, t := range s.transactions {
		if t.State == fairlead.TransactionPosted {
			key := account(t.Account) + " " + t.Amount.Currency
			totals[key] = totals[key].Add(t.Amount.Amount)
		}
	}
	f := facts{}
	for key, total := range totals {
		f[key] = plain(total)
	}
	return f
}

// plain is an amount without zeros at its end: how many there are is the wire's matter.
func plain(d fairlead.Decimal) string {
	text := d.String()
	if strings.Contains(text, ".") {
		text = strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
	}
	return text
}

func money(m *fairlead.Money) string {
	if m == nil {
		return "unknown"
	}
	return plain(m.Amount) + " " + m.Currency
}
