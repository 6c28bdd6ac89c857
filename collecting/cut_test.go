package collecting_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/collecting"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/sandbox/world"
	"github.com/fairlead-dev/fairlead/directory"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/vault"
)

// cutter ends runs at instants of its choosing, as kill -9, a lost lease or a database
// that goes away would: what has committed stays, and nothing else does. An instant is
// before a page is requested, after it came and before it is written, after it was
// written and before anybody knows, or inside a document's bytes.
type cutter struct {
	at     func(instant int, where string) bool // nil: never
	passed []string                             // every instant of every run, by where it is
	cancel context.CancelFunc
	mu     sync.Mutex // documents are read side by side
}

var errCut = errors.New("the process was killed")

func (c *cutter) instant(where string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.passed = append(c.passed, where)
	if c.at != nil && c.at(len(c.passed)-1, where) {
		c.cancel()
		return errCut
	}
	return nil
}

// cutConnector is a connector between whose calls runs may end.
type cutConnector struct {
	connector.Connector
	cutter *cutter
}

func (c cutConnector) Fetch(ctx context.Context, s connector.Session, req connector.FetchRequest) (connector.Page, error) {
	where := string(req.Product) + " " + req.Cursor
	if err := c.cutter.instant("before " + where); err != nil {
		return connector.Page{}, err
	}
	page, err := c.Connector.Fetch(ctx, s, req)
	if err == nil {
		err = c.cutter.instant("within " + where)
	}
	for i, d := range page.Documents {
		if d.Open == nil {
			continue
		}
		page.Documents[i].Open = func(ctx context.Context) (io.ReadCloser, error) {
			bytes, err := d.Open(ctx)
			if err != nil {
				return nil, err
			}
			return struct {
				io.Reader
				io.Closer
			}{io.MultiReader(io.LimitReader(bytes, 40), cutReader{c.cutter, "in the bytes of " + d.Ref}, bytes), bytes}, nil
		}
	}
	return page, err
}

type cutReader struct {
	cutter *cutter
	where  string
}

func (r cutReader) Read([]byte) (int, error) {
	if err := r.cutter.instant(r.where); err != nil {
		return 0, err
	}
	return 0, io.EOF
}

// cutStore is a store whose writer may die between the commit and the answer.
type cutStore struct {
	store.Store
	cutter *cutter
}

func (s cutStore) Update(ctx context.Context, fn func(*store.Tx) error) error {
	if err := s.Store.Update(ctx, fn); err != nil {
		return err
	}
	return s.cutter.instant("after a write")
}

// cutNode is a new process over the fixture's database, whose runs c ends.
func (f *fixture) cutNode(c *cutter, pageSize int) *collecting.Collecting {
	f.Helper()
	var wrapped []connector.Connector
	for _, each := range f.connectors {
		wrapped = append(wrapped, cutConnector{each, c})
	}
	registry, err := connector.NewRegistry(wrapped...)
	if err != nil {
		f.Fatal(err)
	}
	return collecting.New(collecting.Options{
		Store: cutStore{f.store, c}, Vault: f.vault, Bucket: f.bucket, Clock: f.clock, Directory: directory.New(registry, f.store),
		ConnectorEnv: f.connectorEnv, Publisher: eventLog{}, PageSize: pageSize,
		SaveAfter: time.Hour, // however slow the machine is
	})
}

// collect runs a connection's collection to its end, in a new process after each cut.
func (f *fixture) collect(c *cutter, id fairlead.ConnectionID, pageSize int) {
	f.Helper()
	for range 20_000 {
		ctx, cancel := context.WithCancel(context.Background())
		c.cancel = cancel
		_, err := f.cutNode(c, pageSize).Run(ctx, fairlead.Work{Kind: fairlead.CollectWork, Key: string(id), Tenant: f.tenant.ID})
		cut := ctx.Err() != nil
		cancel()
		switch {
		case cut:
		case err != nil:
			f.Fatal(err)
		default:
			return
		}
	}
	f.Fatal("the collection does not end")
}

// everything is all that a connection's collections have left, in words: the feed with
// each record's versions, the documents' bytes, the events, the collections, and how the
// connection stands. What is random in it (sealing, ids of collections) is not.
func (f *fixture) everything(id fairlead.ConnectionID) (out []string) {
	f.Helper()
	conn := f.connection(id)
	owner := vault.Owner{Tenant: f.tenant.ID, ID: string(id)}
	f.view(func(tx *store.Tx) error {
		out = nil
		for after := int64(0); ; {
			page, err := tx.Records.Changes(f.tenant.ID, id, after, 500)
			if err != nil {
				return err
			}
			if len(page) == 0 {
				break
			}
			for _, rec := range page {
				after = rec.Position
				versions, err := tx.Records.Versions(f.tenant.ID, rec.ID)
				if err != nil {
					return err
				}
				for _, v := range versions {
					out = append(out, f.record(conn, owner, v))
				}
			}
		}
		names := map[fairlead.CollectionID]int{"": 0}
		all, err := tx.Collections.List(f.tenant.ID, store.Query{Where: []store.Match{store.By(store.ByConnection, string(id))}, Limit: 1000})
		if err != nil {
			return err
		}
		slices.SortFunc(all, func(a, b fairlead.Collection) int { return a.Started.Compare(b.Started) })
		for _, c := range all {
			names[c.ID] = len(names)
			c.ID, c.Version = "", 0
			out = append(out, "collection "+encoded(f, c))
		}
		events, err := tx.Events.After(f.tenant.ID, store.EventQuery{Limit: 1000})
		for _, e := range events {
			n := names[e.Collection]
			e.ID, e.Collection = "", ""
			out = append(out, fmt.Sprintf("event of collection %d: %s", n, encoded(f, e)))
		}
		if err != nil {
			return err
		}
		left, err := tx.CollectionPages.List(f.tenant.ID, store.Query{})
		for _, p := range left {
			out = append(out, "left behind: "+p.ID)
		}
		return err
	})
	conn.Key, conn.Secrets, conn.Version = nil, nil, 0
	for product, state := range conn.Products {
		state.Tag = "" // none is stored where another process began the product
		conn.Products[product] = state
	}
	return append(out, "connection "+encoded(f, conn), fmt.Sprintf("%d blobs", f.blobs()))
}

// record is one version of a record, with the bytes of a document.
func (f *fixture) record(conn fairlead.Connection, owner vault.Owner, rec fairlead.Record) string {
	f.Helper()
	secret := ""
	if len(rec.Sealed) > 0 {
		plain, err := f.vault.Open(conn.Key, owner.At(string(rec.ID), "record"), rec.Sealed)
		if err != nil {
			f.Fatal(err)
		}
		secret = string(plain)
	}
	digest := ""
	var d fairlead.Document
	if rec.Kind == fairlead.DocumentRecord && json.Unmarshal(rec.Body, &d) == nil && d.Blob != "" {
		blob, err := f.bucket.Get(context.Background(), d.Blob)
		if err != nil {
			f.Fatal(err)
		}
		defer blob.Close()
		sealed, err := io.ReadAll(blob)
		if err != nil {
			f.Fatal(err)
		}
		plain, err := f.vault.Streams().Open(conn.Key, owner.At(d.Blob, "blob"), bytes.NewReader(sealed))
		if err != nil {
			f.Fatal(err)
		}
		sum := sha256.New()
		if _, err := io.Copy(sum, plain); err != nil {
			f.Fatal(err)
		}
		digest = hex.EncodeToString(sum.Sum(nil))
		if digest != d.SHA256 {
			f.Errorf("%s: the bytes are not those that the record says", d.Ref)
		}
	}
	rec.Sealed = nil
	return fmt.Sprintf("record %s %s %s", encoded(f, rec), secret, digest)
}

func encoded(f *fixture, v any) string {
	f.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		f.Fatal(err)
	}
	return string(b)
}

// blobs counts what is in the bucket.
func (f *fixture) blobs() (n int) {
	f.Helper()
	err := filepath.WalkDir(f.files, func(_ string, d os.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			n++
		}
		return err
	})
	if err != nil {
		f.Fatal(err)
	}
	return n
}

// life is what happens to one connection: the same for one that is never cut and for
// those that are.
type life struct {
	name     string
	pageSize int
	begin    func(testing.TB) (*fixture, fairlead.ConnectionID)
	days     []func(*fixture) // what happens before each further collection
}

// live runs a life whose collections are cut by at.
func (l life) live(t testing.TB, at func(int, string) bool) (everything, instants []string) {
	t.Helper()
	f, id := l.begin(t)
	c := &cutter{at: at}
	f.collect(c, id, l.pageSize)
	for _, day := range l.days {
		f.wait(26 * time.Hour)
		day(f)
		if err := f.collecting.Request(t.Context(), f.tenant.ID, id); err != nil {
			t.Fatal(err)
		}
		f.collect(c, id, l.pageSize)
	}
	return f.everything(id), c.passed
}

// equal compares what two lives have left.
func equal(t *testing.T, whole, cut []string, how string) {
	t.Helper()
	missing, extra := map[string]int{}, map[string]int{}
	for _, s := range whole {
		missing[s]++
	}
	for _, s := range cut {
		if missing[s] > 0 {
			missing[s]--
		} else {
			extra[s]++
		}
	}
	maps.DeleteFunc(missing, func(_ string, n int) bool { return n == 0 })
	if len(missing) == 0 && len(extra) == 0 && slices.Equal(whole, cut) {
		return
	}
	t.Errorf("cut %s: %d of %d lines differ, %d are missing", how, len(extra), len(cut), len(missing))
	for n, s := range slices.Sorted(maps.Keys(missing)) {
		if n < 3 {
			t.Logf("missing: %.900s", s)
		}
	}
	for n, s := range slices.Sorted(maps.Keys(extra)) {
		if n < 3 {
			t.Logf("instead: %.900s", s)
		}
	}
}

// alike are lives at a bank whose like pairs are divided by page boundaries.
func alike() []life {
	pairs := func(withIDs bool) func(testing.TB) (*fixture, fairlead.ConnectionID) {
		return func(t testing.TB) (*fixture, fairlead.ConnectionID) {
			f, b, id := linked(t, fairlead.ProductAccounts, fairlead.ProductTransactions, fairlead.ProductStatements)
			for n := range 24 {
				m := movement("A", "", fmt.Sprintf("2026-10-%02d", 1+(n+1)/2), "-4.50", "COFFEE") // 0 | 1 2 | 3 4 …
				if withIDs {
					m.Ref = fmt.Sprintf("T%02d", n)
				}
				b.books = append(b.books, m)
			}
			for n := range 5 {
				b.papers = append(b.papers, paper(fmt.Sprintf("P%d", n), strings.Repeat("paper ", 20+n)))
			}
			return f, id
		}
	}
	of := func(f *fixture) *bank { return f.connectors[1].(*bank) }
	more := func(ref string) func(*fixture) {
		return func(f *fixture) { // a third like one, on the next page
			of(f).change(func() {
				b := of(f)
				b.books = slices.Insert(b.books, 3, movement("A", ref, "2026-10-02", "-4.50", "COFFEE"))
				b.books = append(b.books, movement("A", ref+"-", "2026-11-20", "-4.50", "COFFEE"))
			})
		}
	}
	gone := func(f *fixture) {
		of(f).change(func() { of(f).books = slices.Delete(of(f).books, 5, 6) })
	}
	renamed := func(f *fixture) { // the bank has moved: every id is another
		of(f).change(func() {
			for n := range of(f).books {
				of(f).books[n].Ref = fmt.Sprintf("N%02d", n)
			}
		})
	}
	closed := func(f *fixture) { // an account is not listed any more, its movements are
		of(f).change(func() { of(f).accounts = of(f).accounts[1:] })
	}
	return []life{
		{"like pairs with ids", 2, pairs(true), []func(*fixture){more("X"), gone}},
		{"like pairs without ids", 2, pairs(false), []func(*fixture){more(""), gone}},
		{"like pairs, three a page", 3, pairs(true), []func(*fixture){more("X"), renamed}},
		{"like pairs, one a page", 1, pairs(false), []func(*fixture){more("")}},
		{"like pairs of an account that closes", 2, pairs(true), []func(*fixture){closed, more("X")}},
	}
}

// institutions are those of the sandbox that a password opens, of every country.
var institutions = []string{"harbor", "anchor", "ancora", "testbank", "puerto"}

// personas are lives at the sandbox's banks.
func personas(pageSize int) (out []life) {
	for _, p := range world.Personas() {
		if p.Bulk > 0 {
			continue // heavy: the same as good, a hundred times over
		}
		for _, i := range institutions {
			out = append(out, life{p.Name + " at " + i, pageSize, func(t testing.TB) (*fixture, fairlead.ConnectionID) {
				f := newFixture(t)
				return f, f.login(i, p.Name, "good")
			}, []func(*fixture){func(*fixture) {}}})
		}
	}
	return out
}

// soak reports whether everything is run, as `make soak` does, instead of a part.
func soak() bool { return os.Getenv("FAIRLEAD_SOAK") == "1" }

func TestACollectionOfLikePairsThatIsCutAnywhereIsTheCollectionItResumes(t *testing.T) {
	t.Parallel()
	for _, l := range alike() {
		t.Run(l.name, func(t *testing.T) {
			t.Parallel()
			whole, instants := l.live(t, nil)
			for _, n := range cuts(instants, l.name, 3) {
				cut, _ := l.live(t, func(i int, _ string) bool { return i == n })
				equal(t, whole, cut, fmt.Sprintf("once, at instant %d, %s", n, instants[n]))
			}
			equal(t, whole, everywhere(t, l), "everywhere")
		})
	}
}

// everywhere is what a life leaves that is cut at each of its instants once, but inside
// the bytes of some documents only.
func everywhere(t testing.TB, l life) []string {
	t.Helper()
	times := map[string]int{}
	cut, _ := l.live(t, func(_ int, where string) bool {
		if strings.HasPrefix(where, "in the bytes") {
			if times[where]++; times[where] > 1 {
				return false
			}
			times["documents"]++
			return times["documents"]%20 == 1
		}
		times[where]++
		return where == "after a write" && times[where]%2 == 1 || where != "after a write" && times[where] == 1
	})
	return cut
}

func TestAPersonasCollectionThatIsCutAnywhereIsTheCollectionItResumes(t *testing.T) {
	t.Parallel()
	lives := personas(100)
	if !soak() {
		lives = personas(400)
		seeded(t.Name()).Shuffle(len(lives), func(i, j int) { lives[i], lives[j] = lives[j], lives[i] })
		lives = lives[:2]
	}
	for _, l := range lives {
		t.Run(l.name, func(t *testing.T) {
			t.Parallel()
			whole, instants := l.live(t, nil)
			equal(t, whole, everywhere(t, l), "everywhere")
			for _, n := range cuts(instants, l.name, 1) {
				cut, _ := l.live(t, func(i int, _ string) bool { return i == n })
				equal(t, whole, cut, fmt.Sprintf("once, at instant %d, %s", n, instants[n]))
			}
		})
	}
}

func seeded(text string) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(text))
	return rand.New(rand.NewPCG(h.Sum64(), 8))
}

// cuts are the instants at which a life is cut once: some, always the same, or all but
// those inside the bytes of one document after another, of which it is the first.
func cuts(instants []string, name string, some int) (out []int) {
	if !soak() {
		return seeded(name).Perm(len(instants))[:min(some, len(instants))]
	}
	inBytes := false
	for n, where := range instants {
		in := strings.HasPrefix(where, "in the bytes")
		if !in || !inBytes {
			out = append(out, n)
		}
		inBytes = in
	}
	return out
}
