package collecting_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/erasing"
	"github.com/fairlead-dev/fairlead/store"
)

// statement is a sheet of one account on a day of March 2024.
func statement(day int, balance int64, rows ...fairlead.Transaction) sheet {
	amount := fairlead.NewMoney(balance, 0, "EUR")
	return sheet{
		Accounts: []fairlead.Account{{
			Ref: "A", Kind: fairlead.AccountDepository, Name: "Current account", Mask: "1111", Currency: "EUR",
			Balances: fairlead.Balances{Current: &amount, AsOf: fairlead.Date{Year: 2024, Month: 3, Day: day}.Time()},
		}},
		Transactions: rows,
	}
}

func pendingRow(day, amount, text string) fairlead.Transaction {
	row := movement("A", "", day, amount, text)
	row.State = fairlead.TransactionPending
	return row
}

// rows are the live transactions, in words.
func (s *sheetFixture) rows(id fairlead.ConnectionID) []string {
	out := []string{}
	for _, rec := range s.records(id, fairlead.TransactionRecord) {
		var t fairlead.Transaction
		if err := json.Unmarshal(rec.Body, &t); err != nil {
			s.Fatal(err)
		}
		out = append(out, fmt.Sprint(t.Booked, " ", t.Amount.Amount, " ", t.Description, " ", t.State))
	}
	slices.Sort(out)
	return out
}

// balance is that of the one account, with its day.
func (s *sheetFixture) balance(id fairlead.ConnectionID) string {
	var a fairlead.Account
	if err := json.Unmarshal(s.records(id, fairlead.AccountRecord)[0].Body, &a); err != nil {
		s.Fatal(err)
	}
	return fmt.Sprint(a.Balances.Current.Amount, " ", fairlead.DateOf(a.Balances.AsOf))
}

func (s *sheetFixture) expect(what string, got, want any) {
	s.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		s.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func TestAnOlderFileSetsNoBalanceBack(t *testing.T) {
	t.Parallel()
	s := newSheetFixture(t)
	id := s.open()
	s.upload(id, statement(31, 900))
	s.upload(id, statement(10, 111))
	s.expect("after an older file", s.balance(id), "900 2024-03-31")
	s.upload(id, statement(31, 901))
	s.expect("after a correction of the same day", s.balance(id), "901 2024-03-31")
}

func TestTheDayOfABalanceMovesOnWithTheSameAmount(t *testing.T) {
	t.Parallel()
	s := newSheetFixture(t)
	id := s.open()
	s.upload(id, statement(10, 900))
	s.upload(id, statement(31, 900))
	s.expect("the balance", s.balance(id), "900 2024-03-31")
}

func TestAPendingRowLeavesWithAListThatIsWithoutIt(t *testing.T) {
	t.Parallel()
	s := newSheetFixture(t)
	id := s.open()
	older := statement(10, 1, pendingRow("2024-03-09", "-9.00", "HOTEL"), pendingRow("2024-03-09", "-5.00", "TAXI"))
	s.upload(id, older)
	newer := statement(12, 1, pendingRow("2024-03-09", "-5.00", "TAXI"), movement("A", "h1", "2024-03-11", "-9.50", "HOTEL AND TIP"))
	newer.Pending = true
	s.upload(id, newer)
	want := []string{"2024-03-09 -5.00 TAXI pending", "2024-03-11 -9.50 HOTEL AND TIP posted"}
	s.expect("after the list", s.rows(id), want)
	s.upload(id, older)
	s.expect("after the older file again", s.rows(id), want)
}

func TestAnOlderFileBringsNoPendingRowOfABookedOne(t *testing.T) {
	t.Parallel()
	s := newSheetFixture(t)
	id := s.open()
	s.upload(id, statement(12, 1, movement("A", "b1", "2024-03-11", "-42.00", "BOOKSHOP")))
	s.upload(id, statement(12, 1, pendingRow("2024-03-10", "-42.00", "BOOKSHOP")))
	s.expect("the rows", s.rows(id), []string{"2024-03-11 -42.00 BOOKSHOP posted"})
}

func TestAnOlderFileSetsNoPositionBack(t *testing.T) {
	t.Parallel()
	s := newSheetFixture(t)
	id := s.open()
	units := func(day int, n int64) sheet {
		f := statement(day, 1)
		value := fairlead.NewMoney(n, 0, "EUR")
		f.Holdings, f.Positions = []fairlead.Holding{{AccountRef: "A", Ref: "X", SecurityRef: "X", Quantity: value.Amount, Value: value, Kind: "equity"}}, true
		return f
	}
	s.upload(id, units(31, 20))
	s.upload(id, units(10, 5))
	s.upload(id, statement(9, 1))
	if all := s.records(id, fairlead.HoldingRecord); len(all) != 1 || !strings.Contains(string(all[0].Body), `"quantity":"20"`) {
		t.Errorf("after an older file there are %d positions, the first %s", len(all), all[0].Body)
	}
}

func TestAFileSaysItselfWhatItCorrects(t *testing.T) {
	t.Parallel()
	s := newSheetFixture(t)
	id := s.open()
	first := statement(10, 1, movement("A", "1", "2024-03-09", "-9.00", "HOTEL"), movement("A", "2", "2024-03-09", "-1.00", "BAR"))
	s.upload(id, first)
	before := s.records(id, fairlead.TransactionRecord)
	right := movement("A", "3", "2024-03-10", "-8.00", "HOTEL")
	right.PendingRef = "1"
	s.upload(id, statement(11, 1, right))
	want := []string{"2024-03-09 -1.00 BAR posted", "2024-03-10 -8.00 HOTEL posted"}
	s.expect("after the correction", s.rows(id), want)
	s.upload(id, first)
	s.expect("after the first file again", s.rows(id), want)
	after := s.records(id, fairlead.TransactionRecord)
	ids := func(all []fairlead.Record) (out []string) {
		for _, rec := range all {
			out = append(out, string(rec.ID))
		}
		slices.Sort(out)
		return out
	}
	s.expect("the ids", ids(after), ids(before))
}

func TestATextThatGrowsIsTheSameRow(t *testing.T) {
	t.Parallel()
	s := newSheetFixture(t)
	id := s.open()
	short, long := statement(10, 1, movement("A", "1", "2024-03-09", "-9.00", "CARD HOTEL")), statement(10, 1, movement("A", "1", "2024-03-09", "-9.00", "CARD HOTEL ROMA"))
	for _, f := range []sheet{short, long, short} {
		s.upload(id, f)
	}
	s.expect("the rows", s.rows(id), []string{"2024-03-09 -9.00 CARD HOTEL ROMA posted"})
}

func TestAFileThatCannotBeReadIsOneProblemOfThePerson(t *testing.T) {
	t.Parallel()
	s := newSheetFixture(t)
	id := s.open()
	col := s.upload(id, sheet{Fails: &fairlead.FileWarning{Line: 7, Field: "DTPOSTED", Reason: "must be a date"}})
	if s.files.read != 1 {
		t.Errorf("the file was read %d times", s.files.read)
	}
	var problems []fairlead.Problem
	for _, c := range col.Products {
		if c.Problem != nil {
			problems = append(problems, *c.Problem)
		}
	}
	want := []fairlead.Problem{{
		Kind: fairlead.Invalid, Actor: fairlead.ActorPerson, Since: noon(), Detail: "This file can't be read.",
		File: &fairlead.FileWarning{Line: 7, Field: "DTPOSTED", Reason: "must be a date"},
	}}
	s.expect("the problems", problems, want)
	if due := s.due(id); !due.IsZero() {
		t.Errorf("it is read again at %s", due)
	}
	s.expect("the connection's problem", s.connection(id).Problem, &want[0])
	s.upload(id, statement(10, 1))
	if p := s.connection(id).Problem; p != nil {
		t.Errorf("after a good file the problem is %v", p)
	}
}

func TestAnAcceptedFileIsReadLaterWhereThereWereNoMeans(t *testing.T) {
	t.Parallel()
	s := newSheetFixture(t)
	id := s.open()
	s.files.busy = 1
	col, err := s.collecting.Upload(t.Context(), s.tenant.ID, id, fairlead.File{Name: "sheet.json"}, strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	s.run(id)
	if due := s.due(id); due.IsZero() {
		t.Fatal("it is not read again")
	}
	for p, c := range s.ended(id, col.ID).Products {
		if c.Problem != nil {
			t.Errorf("%s ended with %v", p, c.Problem)
		}
	}
}

func TestAFileThatMakesItsReaderPanicIsRefused(t *testing.T) {
	t.Parallel()
	s := newSheetFixture(t)
	id := s.open()
	col := s.upload(id, sheet{Panics: true})
	p := col.Products[fairlead.ProductAccounts].Problem
	if p == nil || p.Kind != fairlead.Invalid || p.Actor != fairlead.ActorPerson || p.File == nil || len(col.Products) != 1 {
		t.Errorf("the products say %v", col.Products)
	}
	if due := s.due(id); !due.IsZero() {
		t.Errorf("it is read again at %s", due)
	}
}

func TestACollectionShowsWhatItsFileLeftOutAndOffers(t *testing.T) {
	t.Parallel()
	s := newSheetFixture(t)
	id := s.open()
	balance := fairlead.NewMoney(5, 0, "EUR")
	f := statement(10, 1)
	f.Uploaded = &connector.Uploaded{Offered: []fairlead.PreviewAccount{{Ref: "B", Name: "Ada Lovelace", Mask: "2222", Balance: &balance, Transactions: 3}}}
	for n := range 150 {
		f.Uploaded.Warnings = append(f.Uploaded.Warnings, fairlead.FileWarning{Line: n, Reason: "was left out"})
	}
	col := s.upload(id, f)
	if len(col.Warnings) != 100 || col.Warnings[7].Line != 7 {
		t.Errorf("there are %d warnings", len(col.Warnings))
	}
	s.expect("what is offered", col.Offered, []fairlead.PreviewAccount{{Ref: "B", Mask: "2222", Transactions: 3}})
}

func TestTheNumberOfAnAccountInTheNameOfAFileLiesNotOpen(t *testing.T) {
	t.Parallel()
	s := newSheetFixture(t)
	id := s.open()
	const number = "370400440532013000"
	bring := func(f sheet) fairlead.Collection {
		t.Helper()
		content, err := json.Marshal(f)
		if err != nil {
			t.Fatal(err)
		}
		col, err := s.collecting.Upload(t.Context(), s.tenant.ID, id, fairlead.File{Name: "DE89" + number + ".ofx"}, strings.NewReader(string(content)))
		if err != nil {
			t.Fatal(err)
		}
		return s.ended(id, col.ID)
	}
	f := statement(10, 1)
	f.Uploaded = &connector.Uploaded{Warnings: []fairlead.FileWarning{{File: number + ".csv", Reason: "was left out"}}}
	for _, col := range []fairlead.Collection{bring(f), bring(sheet{Fails: &fairlead.FileWarning{File: number + ".csv", Line: 7, Reason: "must be a date"}})} {
		raw, err := json.Marshal([]any{col, s.connection(id)})
		if err != nil || strings.Contains(string(raw), number) || !strings.Contains(col.File.Name, "3000.ofx") {
			t.Errorf("the name is %q in %s, %v", col.File.Name, raw, err)
		}
	}
}

func TestAFileOfOtherAccountsSaysThatItBroughtNothing(t *testing.T) {
	t.Parallel()
	s := newSheetFixture(t)
	id := s.open()
	s.upload(id, statement(10, 1))
	s.update(func(tx *store.Tx) error {
		conn, err := tx.Connections.Get(s.tenant.ID, string(id))
		conn.Accounts = []string{"A"}
		if err != nil {
			return err
		}
		return tx.Connections.Put(s.tenant.ID, &conn)
	})
	other := statement(10, 1, movement("B", "1", "2024-03-09", "-9.00", "HOTEL"))
	other.Accounts[0].Ref = "B"
	col := s.upload(id, other)
	s.expect("the warnings", col.Warnings, []fairlead.FileWarning{{Kind: fairlead.FileOtherAccounts, Reason: "holds nothing of the accounts of this connection"}})
}

func TestOnlyAnUploadThatEndedIsUndoneAndOnce(t *testing.T) {
	t.Parallel()
	s := newSheetFixture(t)
	id, other := s.open(), s.open()
	first := s.upload(id, statement(10, 1, movement("A", "1", "2024-03-09", "-9.00", "HOTEL")))
	waiting, err := s.collecting.Upload(t.Context(), s.tenant.ID, id, fairlead.File{Name: "x"}, strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	refused := func(of fairlead.ConnectionID, col fairlead.CollectionID, kind fairlead.ErrorKind) {
		t.Helper()
		if _, err := s.collecting.Undo(t.Context(), s.tenant.ID, of, col); !fairlead.Is(err, kind) {
			t.Errorf("undoing gave %v, want %s", err, kind)
		}
	}
	refused(id, waiting.ID, fairlead.Conflict)
	refused(other, first.ID, fairlead.NotFound)
	s.ended(id, waiting.ID)
	undo := s.undo(id, first.ID)
	refused(id, first.ID, fairlead.Conflict)
	refused(id, undo.ID, fairlead.Conflict)
	s.expect("what the undo removed", undo.Products[fairlead.ProductTransactions].Removed, 1)
	s.expect("its cause", undo.Cause, fairlead.CauseUndo)
	if !slices.ContainsFunc(s.events(), func(e string) bool { return strings.HasPrefix(e, string(fairlead.EventRecordsChanged)) }) {
		t.Error("nobody is informed")
	}
}

func TestAnUndoThatIsCutGoesOn(t *testing.T) {
	t.Parallel()
	s := newSheetFixture(t)
	var rows []fairlead.Transaction
	for n := range 20 {
		rows = append(rows, movement("A", fmt.Sprint(n), "2024-03-09", fmt.Sprintf("-%d.00", n+1), "SHOP"))
	}
	sheets := []sheet{statement(10, 1, rows[:10]...), statement(12, 2, rows[5:15]...), statement(11, 3, rows[12:]...)}
	plain, cut := s.open(), s.open()
	for _, f := range []sheet{sheets[0], sheets[2]} {
		s.upload(plain, f)
	}
	c := &cutter{at: func(instant int, _ string) bool { return instant%23 == 7 }}
	var ids []fairlead.CollectionID
	for _, f := range sheets {
		content, err := json.Marshal(f)
		if err != nil {
			t.Fatal(err)
		}
		col, err := s.collecting.Upload(t.Context(), s.tenant.ID, cut, fairlead.File{Name: "x"}, strings.NewReader(string(content)))
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, col.ID)
		s.collect(c, cut, 3)
	}
	if _, err := s.collecting.Undo(t.Context(), s.tenant.ID, cut, ids[1]); err != nil {
		t.Fatal(err)
	}
	c = &cutter{at: func(instant int, _ string) bool { return instant%3 == 1 }}
	s.collect(c, cut, 3)
	if len(c.passed) < 5 {
		t.Errorf("the undo was cut at %d instants only", len(c.passed))
	}
	s.expect("what is stored", s.content(cut), s.content(plain))
	if conn := s.connection(cut); len(conn.Waiting) != 0 {
		t.Errorf("%d collections wait", len(conn.Waiting))
	}
}

func TestWhatAnUploadSaidGoesWithIt(t *testing.T) {
	t.Parallel()
	s := newSheetFixture(t)
	id := s.open()
	s.upload(id, statement(10, 1, movement("A", "1", "2024-03-09", "-9.00", "HOTEL")))
	logged := func() (n int) {
		s.view(func(tx *store.Tx) error {
			pages, err := tx.UploadPages.List(s.tenant.ID, store.Query{})
			n = len(pages)
			return err
		})
		return n
	}
	if logged() == 0 {
		t.Fatal("nothing is logged")
	}
	s.wait(91 * 24 * time.Hour)
	if err := s.collecting.Prune(t.Context(), s.tenant.ID); err != nil {
		t.Fatal(err)
	}
	if n := logged(); n != 0 {
		t.Errorf("%d pages are left of a collection that is not", n)
	}
}

func TestARowThatWasBookedIsPendingAgainWhereThatIsUndone(t *testing.T) {
	t.Parallel()
	s := newSheetFixture(t)
	id := s.open()
	s.upload(id, statement(10, 1, pendingRow("2024-03-09", "-42.00", "BOOKSHOP")))
	booked := s.upload(id, statement(12, 1, movement("A", "b1", "2024-03-11", "-42.00", "BOOKSHOP")))
	s.expect("the rows", s.rows(id), []string{"2024-03-11 -42.00 BOOKSHOP posted"})
	s.undo(id, booked.ID)
	s.expect("the rows without the later file", s.rows(id), []string{"2024-03-09 -42.00 BOOKSHOP pending"})
}

func TestAPaperThatTwoFilesHaveStaysWhereOneOfThemIsUndone(t *testing.T) {
	t.Parallel()
	s := newSheetFixture(t)
	id := s.open()
	f := statement(10, 1)
	f.Papers = []fairlead.Document{{Ref: "march", FileName: "march.pdf", Kind: "statement", AccountRefs: []string{"A"}}}
	first, second := s.upload(id, f), s.upload(id, f)
	papers := func() (blobs []string) {
		for _, rec := range s.records(id, fairlead.DocumentRecord) {
			var d fairlead.Document
			if err := json.Unmarshal(rec.Body, &d); err != nil {
				t.Fatal(err)
			}
			blobs = append(blobs, d.Blob)
		}
		return blobs
	}
	there := func(blob string) bool {
		r, err := s.bucket.Get(t.Context(), blob)
		if err == nil {
			r.Close()
		}
		return err == nil
	}
	before := papers()
	if len(before) != 1 || !there(before[0]) {
		t.Fatalf("the files bring the papers %v", before)
	}
	s.undo(id, first.ID)
	s.expect("the papers without the first file", papers(), before)
	if !there(before[0]) {
		t.Error("the bytes of the paper are gone")
	}
	s.undo(id, second.ID)
	if left := papers(); len(left) != 0 || there(before[0]) {
		t.Errorf("without both there are the papers %v", left)
	}
	s.upload(id, f)
	s.expect("the papers of the file once more", papers(), before)
	if !there(before[0]) {
		t.Error("the bytes of the paper have not come back")
	}
}

func TestAnAccountThatAnUndoneFileAddedIsChosenNoMore(t *testing.T) {
	t.Parallel()
	s := newSheetFixture(t)
	id := s.open()
	s.upload(id, statement(10, 1, movement("A", "1", "2024-03-09", "-9.00", "HOTEL")))
	other := statement(11, 2, movement("B", "2", "2024-03-10", "-8.00", "TAXI"))
	other.Accounts[0].Ref = "B"
	adding := other
	adding.Uploaded = &connector.Uploaded{Added: []string{"B"}}
	added := s.upload(id, adding)
	more := s.upload(id, other)
	s.undo(id, added.ID)
	s.expect("the rows, of which another file speaks too", s.rows(id), []string{"2024-03-09 -9.00 HOTEL posted", "2024-03-10 -8.00 TAXI posted"})
	if chosen := s.connection(id).Accounts; len(chosen) > 0 {
		t.Errorf("the connection has %v only", chosen)
	}
	s.undo(id, more.ID)
	s.expect("the rows without both", s.rows(id), []string{"2024-03-09 -9.00 HOTEL posted"})
	again := s.upload(id, adding)
	s.undo(id, again.ID)
	s.expect("what is chosen", s.connection(id).Accounts, []string{"A"})
	s.upload(id, other)
	s.expect("the rows after the file without adding", s.rows(id), []string{"2024-03-09 -9.00 HOTEL posted"})
	s.upload(id, adding)
	s.expect("the rows after the file with adding", s.rows(id), []string{"2024-03-09 -9.00 HOTEL posted", "2024-03-10 -8.00 TAXI posted"})
	s.expect("what is chosen then", s.connection(id).Accounts, []string{"A", "B"})
}

func TestAnUploadIsUndoneAfterTheConsentHasEnded(t *testing.T) {
	t.Parallel()
	s := newSheetFixture(t)
	id := s.open()
	first := s.upload(id, statement(10, 1, movement("A", "1", "2024-03-09", "-9.00", "HOTEL")))
	s.update(func(tx *store.Tx) error {
		consent := fairlead.Consent{ID: "cns_old", Tenant: s.tenant.ID, Connection: id, Status: fairlead.ConsentExpired}
		if err := tx.Consents.Put(s.tenant.ID, &consent); err != nil {
			return err
		}
		conn, err := tx.Connections.Get(s.tenant.ID, string(id))
		if err != nil {
			return err
		}
		conn.Consent = consent.ID
		return tx.Connections.Put(s.tenant.ID, &conn)
	})
	s.undo(id, first.ID)
	s.expect("the rows", s.rows(id), []string{})
}

func TestAFileBroughtAgainAndAgainIsUndoneAsOne(t *testing.T) {
	t.Parallel()
	s := newSheetFixture(t)
	id := s.open()
	plain, more := movement("A", "1", "2024-03-09", "-9.00", "HOTEL"), movement("A", "1", "2024-03-09", "-9.00", "HOTEL")
	more.MCC = "7011"
	s.upload(id, statement(10, 1, plain))
	before := s.content(id)
	var cols []fairlead.CollectionID
	for _, row := range []fairlead.Transaction{plain, more, more, plain, more} {
		cols = append(cols, s.upload(id, statement(10, 1, row)).ID)
	}
	with := s.content(id)
	for n, col := range cols {
		s.expect(fmt.Sprint("before undo ", n), s.content(id), with)
		s.undo(id, col)
	}
	s.expect("after all are undone", s.content(id), before)
}

// ender ends nothing: what is erased here has ended.
type ender struct{ erasing.Ender }

func TestWhatAnUploadSaidIsErasedWithThePerson(t *testing.T) {
	t.Parallel()
	s := newSheetFixture(t)
	id := s.open()
	s.upload(id, sheet{Fails: &fairlead.FileWarning{File: "ada.ofx", Line: 7, Reason: "must be a date"}})
	problem := s.connection(id).Problem
	if problem == nil || problem.File == nil || problem.File.File != "ada.ofx" {
		t.Fatalf("the problem is %+v", problem)
	}
	s.upload(id, statement(10, 1, movement("A", "1", "2024-03-09", "-9.00", "HOTEL")))
	if len(s.connection(id).Newest) == 0 {
		t.Fatal("no day is noted")
	}
	s.update(func(tx *store.Tx) error {
		conn, err := tx.Connections.Get(s.tenant.ID, string(id))
		if err != nil {
			return err
		}
		conn.Problem = problem
		conn.Status, conn.Ended = fairlead.ConnectionDisconnected, s.clock()
		return tx.Connections.Put(s.tenant.ID, &conn)
	})
	x := erasing.New(erasing.Options{Store: s.store, Vault: s.vault, Bucket: s.bucket, Clock: s.clock, Ender: ender{}})
	erase := func() {
		t.Helper()
		if _, err := x.Erase(t.Context(), fairlead.Work{Kind: fairlead.EraseWork, Key: string(s.person.ID), Tenant: s.tenant.ID}); err != nil {
			t.Fatal(err)
		}
	}
	erase()
	s.view(func(tx *store.Tx) error {
		pages, err := tx.UploadPages.List(s.tenant.ID, store.Query{})
		if len(pages) > 0 {
			t.Errorf("%d pages of what an upload said are left", len(pages))
		}
		return err
	})
	s.wait(2 * time.Hour)
	erase()
	conn := s.connection(id)
	raw, err := json.Marshal(conn)
	if err != nil || strings.Contains(string(raw), "ada.ofx") || len(conn.Newest) > 0 {
		t.Errorf("the connection is %s still, %v", raw, err)
	}
}

func TestATwinThatWasRefusedIsThereWithoutTheFilesThatWereNewer(t *testing.T) {
	t.Parallel()
	s := newSheetFixture(t)
	id := s.open()
	taxi := func(day string) fairlead.Transaction { return pendingRow(day, "-9.99", "TAXI") }
	newest := s.upload(id, statement(20, 1, taxi("2024-04-02")))
	newer := statement(4, 2, taxi("2024-04-01"), taxi("2024-04-02"))
	newer.Pending = true
	second := s.upload(id, newer)
	s.upload(id, statement(1, 3, taxi("2024-04-02"), taxi("2024-04-02")))
	s.undo(id, newest.ID)
	s.expect("without the newest", s.rows(id), []string{"2024-04-01 -9.99 TAXI pending", "2024-04-02 -9.99 TAXI pending"})
	s.undo(id, second.ID)
	s.expect("without both", s.rows(id), []string{"2024-04-02 -9.99 TAXI pending", "2024-04-02 -9.99 TAXI pending"})
}
