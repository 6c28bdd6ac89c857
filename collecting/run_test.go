package collecting_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/vault"
)

// crash ends a run in the middle, as kill -9 would: the page's write has
// committed or not, nothing is tidied up.
func (f *fixture) crash(b *bank, id fairlead.ConnectionID, size int, at string) {
	f.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	b.before = func(req connector.FetchRequest) {
		if req.Product == fairlead.ProductTransactions && req.Cursor == at {
			cancel()
		}
	}
	_, err := f.node(size).Run(ctx, fairlead.Work{Kind: fairlead.CollectWork, Key: string(id), Tenant: f.tenant.ID})
	if err == nil {
		f.Fatal("the run did not end in the middle")
	}
	b.before = nil
}

func TestACollectionGoesOnWhereItCrashed(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	for n := range 50 {
		b.books = append(b.books, movement("A", "", fmt.Sprintf("2026-10-%02d", 1+n/5), fmt.Sprintf("-%d.00", n%4), "SHOP"))
	}
	f.crash(b, id, 10, "30")
	if n := len(f.records(id, fairlead.TransactionRecord)); n != 30 && n != 40 {
		t.Fatalf("%d transactions after the crash", n)
	}
	started := f.last(id).Started
	first := len(b.since)
	f.wait(time.Minute)
	f.collecting = f.node(10)
	f.run(id)
	if n := len(f.records(id, fairlead.TransactionRecord)); n != 50 {
		t.Errorf("%d transactions, want 50", n)
	}
	if len(b.since) != first {
		t.Error("the collection began from the first page again")
	}
	col := f.last(id)
	if !col.Started.Equal(started) || col.Ended.IsZero() || f.connection(id).Status != fairlead.ConnectionActive {
		t.Errorf("the collection is %+v", col)
	}
}

func TestACrashedCollectionStillKnowsWhatItHasSeen(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	for n := range 50 {
		b.books = append(b.books, movement("A", fmt.Sprintf("T%02d", n), fmt.Sprintf("2026-10-%02d", 1+n/5), "-1.00", "SHOP"))
	}
	f.run(id)
	b.change(func() { b.books = slices.Delete(b.books, 45, 46) })
	f.wait(time.Minute)
	if err := f.collecting.Request(t.Context(), f.tenant.ID, id); err != nil {
		t.Fatal(err)
	}
	f.crash(b, id, 10, "30")
	f.collecting = f.node(10)
	f.run(id)
	refs := f.byRef(id)
	if _, there := refs["T45"]; there || len(refs) != 49 {
		t.Errorf("%d transactions live, want all but the one that is gone", len(refs))
	}
}

func TestPassingProblemsBackOffAndThenRecover(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t, fairlead.ProductAccounts)
	b.fails[fairlead.ProductAccounts] = problem(fairlead.InstitutionDown, 0)
	for n, wait := range []time.Duration{time.Minute, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 6 * time.Hour, 6 * time.Hour} {
		f.run(id)
		if got := f.connection(id).NextRun.Sub(f.clock()); got != wait {
			t.Errorf("after %d failures the next run is %s away, want %s", n+1, got, wait)
		}
		f.wait(wait)
	}
	if conn := f.connection(id); conn.Status != fairlead.ConnectionCollecting || conn.Problem == nil {
		t.Errorf("a connection that never brought anything is %s", conn.Status)
	}
	b.change(func() { delete(b.fails, fairlead.ProductAccounts) })
	f.run(id)
	if conn := f.connection(id); conn.Status != fairlead.ConnectionActive || conn.Problem != nil || conn.Failures != 0 {
		t.Errorf("the connection is %+v", conn)
	}
}

func TestStoredRecordsStayWhenAProductFails(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	b.books = []fairlead.Transaction{movement("A", "T1", "2026-11-02", "-4.50", "COFFEE")}
	f.run(id)
	b.change(func() { b.fails[fairlead.ProductTransactions] = problem(fairlead.InstitutionDown, 0) })
	f.again(id)
	if n := len(f.records(id, fairlead.TransactionRecord)); n != 1 {
		t.Errorf("%d transactions, want the one that was stored", n)
	}
	if conn := f.connection(id); conn.Status != fairlead.ConnectionActive || conn.Products[fairlead.ProductTransactions].LastGood.IsZero() {
		t.Errorf("the connection is %s, %+v", conn.Status, conn.Products[fairlead.ProductTransactions])
	}
}

func TestDataThatIsNotReadyIsWaitedFor(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	b.books = []fairlead.Transaction{movement("A", "T1", "2026-11-02", "-4.50", "COFFEE")}
	b.fails[fairlead.ProductTransactions] = problem(fairlead.NotReady, 60*time.Second)
	f.run(id)
	if conn := f.connection(id); conn.Status != fairlead.ConnectionCollecting || !f.due(id).Equal(noon().Add(60*time.Second)) {
		t.Errorf("the connection is %s and due %s", conn.Status, f.due(id))
	}
	if slices.ContainsFunc(f.events(), func(e string) bool { return strings.HasPrefix(e, "collection.finished") }) {
		t.Error("the collection was published as finished")
	}
	b.change(func() { delete(b.fails, fairlead.ProductTransactions) })
	f.wait(time.Minute)
	f.run(id)
	if conn := f.connection(id); conn.Status != fairlead.ConnectionActive || len(f.records(id, fairlead.TransactionRecord)) != 1 {
		t.Errorf("the connection is %s", conn.Status)
	}
}

func TestDataThatIsNeverReadyDoesNotDelayTheCollectionForEver(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	b.fails[fairlead.ProductTransactions] = problem(fairlead.NotReady, time.Hour)
	for range 25 {
		f.run(id)
		f.wait(time.Hour)
	}
	if conn := f.connection(id); conn.Status != fairlead.ConnectionActive || conn.Products[fairlead.ProductTransactions].Problem == nil {
		t.Errorf("after a day the connection is %s, %+v", conn.Status, conn.Products[fairlead.ProductTransactions])
	}
}

// consented gives the connection a consent.
func (f *fixture) consented(id fairlead.ConnectionID, expires time.Time) {
	f.Helper()
	f.update(func(tx *store.Tx) error {
		c := fairlead.Consent{
			ID: "cns_1", Tenant: f.tenant.ID, Application: "app_1", Person: f.person.ID, Connection: id,
			Status: fairlead.ConsentAuthorised, Created: noon(), Expires: expires,
		}
		if err := tx.Consents.Put(f.tenant.ID, &c); err != nil {
			return err
		}
		conn, err := tx.Connections.Get(f.tenant.ID, string(id))
		if err != nil {
			return err
		}
		conn.Consent = c.ID
		return tx.Connections.Put(f.tenant.ID, &conn)
	})
}

func (f *fixture) consent() (c fairlead.Consent) {
	f.Helper()
	f.view(func(tx *store.Tx) (err error) {
		c, err = tx.Consents.Get(f.tenant.ID, "cns_1")
		return err
	})
	return c
}

func TestAConsentRevokedAtTheInstitutionEnds(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	f.consented(id, time.Time{})
	f.run(id)
	b.change(func() { b.fails[fairlead.ProductAccounts] = problem(fairlead.ConsentEnded, 0) })
	f.again(id)
	if c := f.consent(); c.Status != fairlead.ConsentRevokedAtInstitution || len(c.History) != 1 {
		t.Errorf("the consent is %s with history %v", c.Status, c.History)
	}
	events := f.events()
	if !slices.Contains(events, "consent.revoked revoked_at_institution consent_ended") ||
		!slices.Contains(events, "connection.needs_action needs_action consent_ended") {
		t.Errorf("published: %s", strings.Join(events, "; "))
	}
}

func TestNothingIsFetchedOnAnExpiredConsent(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	f.consented(id, noon().Add(time.Hour))
	f.run(id)
	calls := len(b.met)
	f.wait(2 * time.Hour)
	f.run(id)
	if len(b.met) != calls {
		t.Error("the institution was asked although the consent has expired")
	}
	if c := f.consent(); c.Status != fairlead.ConsentExpired || f.connection(id).Status != fairlead.ConnectionNeedsAction {
		t.Errorf("the consent is %s", c.Status)
	}
	if !slices.Contains(f.events(), "consent.expired expired consent_ended") {
		t.Errorf("published: %s", strings.Join(f.events(), "; "))
	}
}

func TestNewSecretsAreSealedAndUsed(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	b.secrets = map[string]fairlead.Secret{"token": fairlead.NewSecret("second-token")}
	f.run(id)
	if got := b.met[0]["token"].Reveal() + " " + b.met[1]["token"].Reveal(); got != "first second-token" {
		t.Errorf("the calls were made with %s", got)
	}
	conn := f.connection(id)
	plain, err := f.vault.Open(conn.Key, vault.Owner{Tenant: f.tenant.ID, ID: string(id)}.At(string(id), "secrets"), conn.Secrets)
	if err != nil || !bytes.Contains(plain, []byte("second-token")) || bytes.Contains(conn.Secrets, []byte("second-token")) {
		t.Errorf("the new secrets are not sealed as they should be (%v)", err)
	}
}

func TestSecretsAreRenewedWhenTheyAreDue(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	f.run(id)
	if b.renewed != 0 {
		t.Error("fresh secrets were renewed")
	}
	b.renew = func() (map[string]fairlead.Secret, time.Time, error) {
		return map[string]fairlead.Secret{"token": fairlead.NewSecret("renewed")}, f.clock().Add(48 * time.Hour), nil
	}
	f.again(id)
	f.again(id)
	if b.renewed != 1 || b.met[len(b.met)-1]["token"].Reveal() != "renewed" {
		t.Errorf("renewed %d times", b.renewed)
	}
	f.wait(48 * time.Hour)
	f.again(id)
	if b.renewed != 2 {
		t.Errorf("renewed %d times, want again when it was due", b.renewed)
	}
}

func TestARenewalThatFailsForAWhileIsTriedAgain(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	f.run(id)
	b.renew = func() (map[string]fairlead.Secret, time.Time, error) {
		return nil, time.Time{}, problem(fairlead.InstitutionDown, 0)
	}
	calls := len(b.met)
	f.again(id)
	if conn := f.connection(id); conn.Status != fairlead.ConnectionActive || !conn.NextRun.Equal(f.clock().Add(time.Minute)) || len(b.met) != calls {
		t.Errorf("the connection is %s, next run %s", conn.Status, conn.NextRun)
	}
	b.renew = func() (map[string]fairlead.Secret, time.Time, error) {
		return nil, time.Time{}, problem(fairlead.RejectedLogin, 0)
	}
	f.again(id)
	if conn := f.connection(id); conn.Status != fairlead.ConnectionNeedsAction {
		t.Errorf("the connection is %s", conn.Status)
	}
}

func TestNumbersAndIdentitiesLieSealed(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t, fairlead.ProductAccounts, fairlead.ProductIdentity)
	b.holders = []fairlead.Identity{{
		Ref: "h", Names: []string{"Ada Lovelace"}, Documents: []fairlead.TaxDocument{{Kind: "ssn", Number: "078-05-1120"}},
		Relations: []fairlead.AccountRelation{{AccountRef: "A", Role: "owner"}},
	}}
	f.run(id)
	for _, rec := range append(f.records(id, fairlead.AccountRecord), f.records(id, fairlead.IdentityRecord)...) {
		if text := string(rec.Body) + string(rec.Sealed); strings.Contains(text, "DE00") || strings.Contains(text, "Lovelace") || strings.Contains(text, "1120") {
			t.Errorf("%s lies open", rec.ID)
		}
		if len(rec.Sealed) == 0 {
			t.Errorf("%s has nothing sealed", rec.ID)
		}
	}
	rec := f.records(id, fairlead.IdentityRecord)[0]
	plain, err := f.vault.Open(f.connection(id).Key, vault.Owner{Tenant: f.tenant.ID, ID: string(id)}.At(string(rec.ID), "record"), rec.Sealed)
	var i fairlead.Identity
	if err != nil || json.Unmarshal(plain, &i) != nil || i.Names[0] != "Ada Lovelace" || i.Relations[0].Account == "" {
		t.Errorf("the identity opens as %+v (%v)", i, err)
	}
	f.again(id)
	if a, i := f.counts(id, fairlead.ProductAccounts), f.counts(id, fairlead.ProductIdentity); a != "+0 ~0 -0" || i != "+0 ~0 -0" {
		t.Errorf("sealing the same again counts as a change: %s, %s", a, i)
	}
	b.change(func() { b.accounts[0].Numbers.IBAN = "DE11 changed" })
	f.again(id)
	if a := f.counts(id, fairlead.ProductAccounts); a != "+0 ~1 -0" {
		t.Errorf("a new number is not noticed: %s", a)
	}
}

func TestOnlyChosenAccountsAreStored(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	b.books = []fairlead.Transaction{movement("A", "T1", "2026-11-02", "-1.00", "ONE"), movement("B", "T2", "2026-11-02", "-1.00", "TWO")}
	f.update(func(tx *store.Tx) error {
		conn, err := tx.Connections.Get(f.tenant.ID, string(id))
		if err != nil {
			return err
		}
		conn.Accounts = []string{"B"}
		return tx.Connections.Put(f.tenant.ID, &conn)
	})
	f.run(id)
	if refs := f.byRef(id); len(refs) != 1 || refs["T2"] == "" || len(f.records(id, fairlead.AccountRecord)) != 1 {
		t.Errorf("stored %v", refs)
	}
}

func TestTransactionsOfAnUnlistedAccountAreStored(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t, fairlead.ProductTransactions)
	b.books = []fairlead.Transaction{movement("A", "T1", "2026-11-02", "-1.00", "ONE"), movement("A", "T2", "2026-11-02", "-2.00", "TWO")}
	f.run(id)
	accounts := f.records(id, fairlead.AccountRecord)
	if len(accounts) != 1 || f.records(id, fairlead.TransactionRecord)[0].Account != accounts[0].ID {
		t.Errorf("%d accounts, want a bare one", len(accounts))
	}
}

func TestADocumentThatFailsIsRequestedAgain(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t, fairlead.ProductAccounts, fairlead.ProductStatements)
	broken := paper("S1", "")
	broken.Open = func(context.Context) (io.ReadCloser, error) { return nil, problem(fairlead.InstitutionDown, 0) }
	large := paper("S2", "")
	large.Open = func(context.Context) (io.ReadCloser, error) { return io.NopCloser(endless{}), nil }
	b.papers = []connector.Document{broken, large, paper("S3", "fine")}
	f.run(id)
	if f.connection(id).Status != fairlead.ConnectionActive {
		t.Error("a failing document stops the connection")
	}
	kinds := map[string]fairlead.ErrorKind{}
	for _, rec := range f.records(id, fairlead.DocumentRecord) {
		var d fairlead.Document
		if err := json.Unmarshal(rec.Body, &d); err != nil {
			t.Fatal(err)
		}
		if d.Failed != nil {
			kinds[d.Ref] = d.Failed.Kind
		}
	}
	if len(kinds) != 2 || kinds["S1"] != fairlead.InstitutionDown || kinds["S2"] != fairlead.TooLarge {
		t.Errorf("failed documents: %v", kinds)
	}
	b.change(func() { b.papers = []connector.Document{paper("S1", "here"), paper("S3", "fine")} })
	f.again(id)
	count := func(kind string) (n int) {
		for _, e := range f.events() {
			if strings.HasPrefix(e, kind+" ") {
				n++
			}
		}
		return n
	}
	if first, all, later := count("document.arrived"), count("documents.available"), count("document.available"); first != 1 || all != 1 || later != 1 {
		t.Errorf("%d arrived first, in %d events; %d later; want one each", first, all, later)
	}
	revised := paper("S3b", "better")
	revised.Revision, revised.ReplacesRef = 1, "S3"
	b.change(func() { b.papers = append(b.papers, revised) })
	f.again(id)
	if !slices.Contains(f.events(), "document.revised statement ") {
		t.Errorf("published: %s", strings.Join(f.events(), "; "))
	}
}

// endless is a document without an end.
type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

func TestAnUploadIsSealedAndCollectedFrom(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	f.run(id)
	b.books = []fairlead.Transaction{movement("A", "T1", "2026-11-02", "-1.00", "ONE")}
	col, err := f.collecting.Upload(t.Context(), f.tenant.ID, id, fairlead.File{Name: `C:\Users\ada\statement.ofx`}, strings.NewReader("the file's own words"))
	if err != nil {
		t.Fatal(err)
	}
	if col.File.Name != "statement.ofx" || col.File.Size != 20 || col.Cause != fairlead.CauseUpload {
		t.Errorf("the collection is %+v", col)
	}
	blob, err := f.bucket.Get(t.Context(), col.File.Blob)
	if err != nil {
		t.Fatal(err)
	}
	defer blob.Close()
	if sealed, _ := io.ReadAll(blob); bytes.Contains(sealed, []byte("words")) {
		t.Error("the file lies open")
	}
	f.wait(time.Second)
	f.run(id)
	if last := f.last(id); last.ID != col.ID || last.Ended.IsZero() || last.Products[fairlead.ProductTransactions].Added != 1 {
		t.Errorf("the collection of the upload is %+v", last)
	}
	if _, err := f.collecting.Upload(t.Context(), f.tenant.ID, id, fairlead.File{Name: "x"}, endless{}); !fairlead.Is(err, fairlead.TooLarge) {
		t.Errorf("an endless file gave %v", err)
	}
	harbor := f.login("harbor", "good", "good")
	if _, err := f.collecting.Upload(t.Context(), f.tenant.ID, harbor, fairlead.File{Name: "x"}, strings.NewReader("x")); !fairlead.Is(err, fairlead.Unsupported) {
		t.Errorf("a file for a bank that takes none gave %v", err)
	}
}

func TestWhatAConnectorMakesOnceIsMadeAnewInEachCollection(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	made := 0
	b.once = func() (any, error) { made++; return "parsed", nil }
	f.run(id)
	if made != 1 {
		t.Errorf("made %d times for all pages of the first collection, want once", made)
	}
	b.books = []fairlead.Transaction{movement("A", "T1", "2026-11-02", "-1.00", "ONE")}
	if err := f.collecting.Request(t.Context(), f.tenant.ID, id); err != nil {
		t.Fatal(err)
	}
	f.run(id)
	if made != 2 {
		t.Errorf("made %d times over two collections, want twice", made)
	}
}

func TestTwoRequestsCollectOnce(t *testing.T) {
	t.Parallel()
	f, _, id := linked(t)
	for range 2 {
		if err := f.collecting.Request(t.Context(), f.tenant.ID, id); err != nil {
			t.Fatal(err)
		}
	}
	f.run(id)
	if conn := f.connection(id); len(conn.Waiting) != 0 {
		t.Errorf("collections still wait: %v", conn.Waiting)
	}
	if err := f.collecting.Request(t.Context(), f.tenant.ID, "con_none"); !fairlead.Is(err, fairlead.NotFound) {
		t.Errorf("asking for nothing gave %v", err)
	}
}

func TestAConnectionCutInTheMiddleIsWrittenNoMore(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	b.books = []fairlead.Transaction{movement("A", "T1", "2026-11-02", "-1.00", "ONE")}
	b.before = func(req connector.FetchRequest) {
		if req.Product != fairlead.ProductTransactions {
			return
		}
		f.update(func(tx *store.Tx) error {
			conn, err := tx.Connections.Get(f.tenant.ID, string(id))
			if err != nil {
				return err
			}
			conn.Status, conn.Key, conn.Secrets = fairlead.ConnectionDisconnected, nil, nil
			return tx.Connections.Put(f.tenant.ID, &conn)
		})
	}
	f.run(id)
	if n := len(f.records(id, fairlead.TransactionRecord)); n != 0 {
		t.Errorf("%d transactions were written after the connection was cut", n)
	}
	if !f.due(id).IsZero() {
		t.Error("a cut connection is scheduled")
	}
}

func TestASecondSeedOfTheSameGivesTheSameIDs(t *testing.T) {
	t.Parallel()
	one, two := newFixture(t), newFixture(t)
	for _, f := range []*fixture{one, two} {
		f.run(f.login("harbor", "good", "good", fairlead.ProductAccounts, fairlead.ProductTransactions))
	}
	ids := func(r fairlead.Record) fairlead.RecordID { return r.ID }
	if !slices.Equal(keys(one.records("con_harbor", fairlead.TransactionRecord), ids), keys(two.records("con_harbor", fairlead.TransactionRecord), ids)) {
		t.Error("two servers of one seed give different ids")
	}
}

func TestNothingSecretIsInTheDatabaseFile(t *testing.T) {
	t.Parallel()
	if apptest.OnPostgres() {
		return // it has no files of ours; what is sealed is sealed before the store
	}
	f := newFixture(t, newBank())
	id := f.connect("bank", map[string]string{"token": "a-very-secret-token"}, fairlead.ProductAccounts)
	f.run(id)
	files, err := filepath.Glob(filepath.Join(f.folder, "*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no database files: %v", err)
	}
	for _, path := range files {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{"a-very-secret-token", "DE00 A1111"} {
			if bytes.Contains(content, []byte(secret)) {
				t.Errorf("%s holds %q", filepath.Base(path), secret)
			}
		}
	}
}

func TestIDsOfALaterPageComeBehind(t *testing.T) {
	t.Parallel()
	f, bank, id := linked(t)
	f.tenant.Seed = "" // as a live tenant: ids derive from nothing
	f.update(func(tx *store.Tx) error { return tx.Tenants.Put(&f.tenant) })
	for n := range 60 {
		bank.books = append(bank.books, movement("A", fmt.Sprintf("T%02d", n), "2026-11-01", "-1.00", "SHOP"))
	}
	bank.before = func(connector.FetchRequest) { f.wait(time.Millisecond) }
	if err := f.runBy(f.node(20), id); err != nil {
		t.Fatal(err)
	}
	rows := f.records(id, fairlead.TransactionRecord)
	if len(rows) != 60 {
		t.Fatalf("%d rows are stored", len(rows))
	}
	for n, r := range rows { // by day, then by id
		if page := fmt.Sprintf("T%d", n/20*2); r.Ref < page || r.Ref >= fmt.Sprintf("T%d", n/20*2+2) {
			t.Errorf("row %d by its id is %s", n, r.Ref)
		}
	}
}
