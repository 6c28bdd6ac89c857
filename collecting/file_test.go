package collecting_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/kit"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/vault"
)

// sheet is an uploaded file of the tests: JSON of what it holds.
type sheet struct {
	Accounts     []fairlead.Account               `json:"accounts"`
	Transactions []fairlead.Transaction           `json:"transactions"`
	Holdings     []fairlead.Holding               `json:"holdings"`
	Movements    []fairlead.InvestmentTransaction `json:"movements"`
	Papers       []fairlead.Document              `json:"papers"`  // each of its own name as bytes
	Pending      bool                             `json:"pending"` // the pending rows are all there are
	Positions    bool                             `json:"positions"`
	Uploaded     *connector.Uploaded              `json:"uploaded"`
	Fails        *fairlead.FileWarning            `json:"fails"`
	Panics       bool                             `json:"panics"`
}

// files is a connector of uploaded sheets.
type files struct {
	read int
	busy int // how many more times it has no means to read
}

const filesID = "ins_files"

func (*files) Describe() connector.Description {
	return connector.Description{Name: "files", Institutions: []fairlead.Institution{{
		ID: filesID, ShortName: "files", Name: "Files",
		Products: []fairlead.Product{fairlead.ProductAccounts, fairlead.ProductTransactions, fairlead.ProductHoldings, fairlead.ProductInvestmentTransactions, fairlead.ProductStatements},
		Logins:   []fairlead.LoginKind{fairlead.LoginFile}, Environments: []fairlead.Environment{fairlead.Sandbox, fairlead.Live},
	}}}
}

func (*files) Begin(context.Context, connector.Start) (connector.Turn, error) {
	return connector.Turn{}, fairlead.Errorf(fairlead.Unsupported, "It is linked already.")
}

func (*files) Resume(context.Context, connector.Start, []byte, fairlead.Answer) (connector.Turn, error) {
	return connector.Turn{}, fairlead.Errorf(fairlead.Unsupported, "It is linked already.")
}

func (f *files) Fetch(_ context.Context, s connector.Session, req connector.FetchRequest) (page connector.Page, err error) {
	v, err := s.Once("sheet", func() (any, error) {
		if f.busy > 0 {
			f.busy--
			return nil, fairlead.Errorf(fairlead.Unavailable, "Too many files are read right now.")
		}
		f.read++
		r, err := s.Open(*s.File)
		if err != nil {
			return nil, err
		}
		defer r.Close()
		var read sheet
		return read, json.NewDecoder(r).Decode(&read)
	})
	if err != nil {
		return page, err
	}
	read := v.(sheet)
	switch {
	case read.Panics:
		panic("a row that nobody thought of")
	case read.Fails != nil:
		return page, &fairlead.Error{Kind: fairlead.Invalid, Detail: "This file can't be read.", File: read.Fails}
	}
	if req.Cursor == "" {
		page.Uploaded = read.Uploaded
	}
	switch req.Product {
	case fairlead.ProductAccounts:
		page.Accounts, page.Cursor, err = kit.Page(read.Accounts, req.Cursor, req.Limit)
	case fairlead.ProductTransactions:
		page.Transactions, page.Cursor, err = kit.Page(read.Transactions, req.Cursor, req.Limit)
	case fairlead.ProductHoldings:
		page.Holdings, page.Cursor, err = kit.Page(read.Holdings, req.Cursor, req.Limit)
	case fairlead.ProductInvestmentTransactions:
		page.InvestmentTransactions, page.Cursor, err = kit.Page(read.Movements, req.Cursor, req.Limit)
	case fairlead.ProductStatements:
		for _, d := range read.Papers {
			page.Documents = append(page.Documents, connector.Document{Document: d, Open: func(context.Context) (io.ReadCloser, error) {
				return io.NopCloser(strings.NewReader(d.FileName)), nil
			}})
		}
	}
	if page.More = page.Cursor != ""; page.More {
		return page, err
	}
	for _, a := range read.Accounts {
		if req.Product == fairlead.ProductTransactions && read.Pending {
			page.Covers = append(page.Covers, connector.Coverage{AccountRef: a.Ref, Pending: true})
		}
		if req.Product == fairlead.ProductHoldings && read.Positions {
			page.Covers = append(page.Covers, connector.Coverage{AccountRef: a.Ref})
		}
	}
	return page, err
}

// sheetFixture is a fixture with connections that are fed by sheets.
type sheetFixture struct {
	*fixture
	files *files
	n     int
}

func newSheetFixture(t testing.TB) *sheetFixture {
	f := &files{}
	return &sheetFixture{fixture: newFixture(t, f), files: f}
}

// open makes a new connection.
func (s *sheetFixture) open() fairlead.ConnectionID {
	s.n++
	conn := fairlead.Connection{
		ID: fairlead.ConnectionID(fmt.Sprint("con_files", s.n)), Tenant: s.tenant.ID, Application: "app_1", Person: s.person.ID, Reference: s.person.Reference,
		Institution: filesID, Connector: "files", Identity: fmt.Sprint(s.n), Status: fairlead.ConnectionCollecting, Created: s.clock(), Uploaded: true,
		Products: map[fairlead.Product]fairlead.ProductState{},
	}
	for _, p := range s.files.Describe().Institutions[0].Products {
		conn.Products[p] = fairlead.ProductState{Status: fairlead.ProductPending}
	}
	owner := vault.Owner{Tenant: s.tenant.ID, ID: string(conn.ID)}
	var err error
	if conn.Key, err = s.vault.NewKey(owner); err != nil {
		s.Fatal(err)
	}
	if conn.Secrets, err = s.vault.Seal(conn.Key, owner.At(owner.ID, "secrets"), []byte("{}")); err != nil {
		s.Fatal(err)
	}
	s.update(func(tx *store.Tx) error { return tx.Connections.Put(s.tenant.ID, &conn) })
	return conn.ID
}

func (s *sheetFixture) upload(id fairlead.ConnectionID, f sheet) fairlead.Collection {
	s.Helper()
	content, err := json.Marshal(f)
	if err != nil {
		s.Fatal(err)
	}
	col, err := s.collecting.Upload(s.Context(), s.tenant.ID, id, fairlead.File{Name: "sheet.json"}, strings.NewReader(string(content)))
	if err != nil {
		s.Fatal(err)
	}
	return s.ended(id, col.ID)
}

// ended runs the connection and gives the collection as it ended.
func (s *sheetFixture) ended(id fairlead.ConnectionID, col fairlead.CollectionID) (ended fairlead.Collection) {
	s.Helper()
	s.run(id)
	s.view(func(tx *store.Tx) (err error) {
		ended, err = tx.Collections.Get(s.tenant.ID, string(col))
		return err
	})
	if ended.Ended.IsZero() {
		s.Fatal("the collection has not ended")
	}
	return ended
}

func (s *sheetFixture) undo(id fairlead.ConnectionID, upload fairlead.CollectionID) fairlead.Collection {
	s.Helper()
	col, err := s.collecting.Undo(s.Context(), s.tenant.ID, id, upload)
	if err != nil {
		s.Fatal(err)
	}
	return s.ended(id, col.ID)
}

// content is what is live, in words that do not depend on ids.
func (s *sheetFixture) content(id fairlead.ConnectionID) []string {
	s.Helper()
	out := []string{}
	for _, kind := range fairlead.RecordKinds() {
		for _, rec := range s.records(id, kind) {
			var noun map[string]any
			if err := json.Unmarshal(rec.Body, &noun); err != nil {
				s.Fatal(err)
			}
			for _, name := range []string{"id", "account", "connection", "security", "ref", "pending_ref"} {
				if kind != fairlead.AccountRecord || name != "ref" {
					delete(noun, name)
				}
			}
			text, _ := json.Marshal(noun)
			out = append(out, fmt.Sprint(kind, " ", rec.Day, " ", rec.State, " ", string(text)))
		}
	}
	slices.Sort(out)
	return out
}

// aSheet draws a file of one account.
func aSheet(t *rapid.T, n int) sheet {
	day := rapid.IntRange(1, 28).Draw(t, "day")
	balance := fairlead.NewMoney(int64(rapid.IntRange(1, 900).Draw(t, "balance")), 2, "EUR")
	account := fairlead.Account{
		Ref: "A", Kind: fairlead.AccountDepository, Name: "Current account", Mask: "1111", Currency: "EUR",
		Balances: fairlead.Balances{Current: &balance, AsOf: fairlead.Date{Year: 2024, Month: 3, Day: day}.Time()},
	}
	f := sheet{Accounts: []fairlead.Account{account}, Pending: rapid.Bool().Draw(t, "lists pending"), Positions: rapid.Bool().Draw(t, "lists positions")}
	for i := range rapid.IntRange(0, 6).Draw(t, "rows") {
		text := rapid.SampledFrom([]string{"COFFEE", "GROCER", "RENT"}).Draw(t, "text")
		at := fmt.Sprintf("2024-02-%02d", rapid.IntRange(1, 3).Draw(t, "at"))
		ref := ""
		if rapid.Bool().Draw(t, "has id") {
			ref = fmt.Sprintf("dl%d-%d", n, i)
		}
		row := movement("A", ref, at, rapid.SampledFrom([]string{"-4.20", "-60.00"}).Draw(t, "amount"), text)
		if rapid.Bool().Draw(t, "has more") {
			row.MCC = "58" + text[:2]
		}
		f.Transactions = append(f.Transactions, row)
	}
	for range rapid.IntRange(0, 2).Draw(t, "pending rows") {
		row := movement("A", "", fmt.Sprintf("2024-04-%02d", rapid.IntRange(1, 2).Draw(t, "on")), "-9.99", rapid.SampledFrom([]string{"HOTEL", "TAXI"}).Draw(t, "pending"))
		row.State = fairlead.TransactionPending
		f.Transactions = append(f.Transactions, row)
	}
	for _, name := range []string{"ACME", "GLOBEX"} {
		if rapid.Bool().Draw(t, name) {
			quantity := fairlead.NewMoney(int64(rapid.IntRange(1, 9).Draw(t, "units")), 0, "EUR")
			f.Holdings = append(f.Holdings, fairlead.Holding{AccountRef: "A", Ref: name, SecurityRef: name, Quantity: quantity.Amount, Value: quantity, Kind: "equity"})
		}
	}
	return f
}

func TestAnUploadThatIsUndoneNeverWas(t *testing.T) {
	t.Parallel()
	s := newSheetFixture(t)
	checks := 0
	rapid.Check(t, func(t *rapid.T) {
		if checks++; checks > 50 && !t.Failed() {
			return // each takes many durable writes
		}
		var sheets []sheet
		for n := range rapid.IntRange(1, 4).Draw(t, "files") {
			sheets = append(sheets, aSheet(t, n))
		}
		if rapid.Bool().Draw(t, "one twice") {
			sheets = append(sheets, sheets[0])
		}
		undone := map[int]bool{}
		with, without := s.open(), s.open()
		var ids []fairlead.CollectionID
		for _, f := range sheets {
			ids = append(ids, s.upload(with, f).ID)
		}
		for range rapid.IntRange(1, 2).Draw(t, "undone") {
			n := rapid.IntRange(0, len(sheets)-1).Draw(t, "which")
			if !undone[n] {
				s.undo(with, ids[n])
			}
			undone[n] = true
		}
		for n, f := range sheets {
			if !undone[n] {
				s.upload(without, f)
			}
		}
		if diff := cmp.Diff(s.content(without), s.content(with)); diff != "" {
			t.Fatalf("what was undone still shows (-as if it never was +undone):\n%s", diff)
		}
	})
}
