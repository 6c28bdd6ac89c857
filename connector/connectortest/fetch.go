package connectortest

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"sync/atomic"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
)

// fetchAll fetches every product of the closed list: those that the institution
// offers must be served, the others refused as Unsupported.
func (r *run) fetchAll() {
	r.Helper()
	for _, p := range fairlead.Products() {
		if r.Session.Institution.Offers(p) {
			r.result.Data[p] = r.fetch(p)
			continue
		}
		_, err := r.New().Fetch(r.Context(), r.Session, connector.FetchRequest{Product: p, Limit: r.Limit})
		if !fairlead.Is(err, fairlead.Unsupported) {
			r.Errorf("%s is not offered, so asking for it must give Unsupported, not %v", p, err)
		}
	}
	r.checkData()
	r.openDocuments()
	r.lostCursor()
}

// maxDocument bounds what is read of a document.
const maxDocument = 32 << 20

// openDocuments reads the first document of each product from several sides at once: the
// same bytes come each time, and their number is what was said, if anything was.
func (r *run) openDocuments() {
	r.Helper()
	for _, p := range fairlead.Products() {
		documents := r.result.Data[p].Documents
		if len(documents) == 0 || documents[0].Open == nil {
			continue
		}
		d := documents[0]
		var bodies [2][]byte
		var failed [2]error
		var both sync.WaitGroup
		for n := range bodies {
			both.Go(func() { bodies[n], failed[n] = r.bytesOf(d) })
		}
		both.Wait()
		r.mustNot(errors.Join(failed[:]...), "opening and reading a document")
		first, second := bodies[0], bodies[1]
		switch {
		case len(first) == 0:
			r.Errorf("%s: document %s is empty", p, d.Ref)
		case string(first) != string(second):
			r.Errorf("%s: document %s has other bytes the second time", p, d.Ref)
		case d.Size != 0 && d.Size != int64(len(first)):
			r.Errorf("%s: document %s is said to have %d bytes and has %d", p, d.Ref, d.Size, len(first))
		}
	}
}

func (r *run) bytesOf(d connector.Document) ([]byte, error) {
	body, err := d.Open(r.Context())
	if err != nil {
		return nil, err
	}
	defer body.Close()
	return io.ReadAll(io.LimitReader(body, maxDocument))
}

// fetch reads a product to its end and returns all in one page. Each page is fetched
// by a fresh connector, and once more by the same one: it must come out the same and
// cost as many calls, because a connector that saves some has a memory.
func (r *run) fetch(p fairlead.Product) connector.Page {
	r.Helper()
	var all connector.Page
	var calls atomic.Int64
	session := counting(r.Session, &calls)
	req := connector.FetchRequest{Product: p, Limit: r.Limit, Have: func(string) bool { return false }}
	seen := map[string]bool{}
	for range maxPages {
		c := r.New()
		calls.Store(0)
		page, err := c.Fetch(r.Context(), session, req)
		r.mustNot(err, fmt.Sprintf("fetching %s", p))
		first := calls.Load()
		again, err := c.Fetch(r.Context(), session, req)
		r.mustNot(err, fmt.Sprintf("fetching %s again", p))
		if encoded(page) != encoded(again) {
			r.Errorf("%s: the same cursor gave another page the second time", p)
		}
		if second := calls.Load() - first; first != second {
			r.Errorf("%s: a page took %d calls, and %d the second time: the connector has a memory of its own", p, first, second)
		}
		r.noCanary(page.Cursor, "a cursor")
		if rows := size(page); rows > 4*r.Limit+50 {
			r.Errorf("%s: a page holds %d records where %d were asked for", p, rows, r.Limit)
		}
		if page.Unchanged || page.Tag != "" && page.More || len(page.Tag) > connector.MaxTag {
			r.Errorf("%s: a page is unchanged since no tag, or has a tag that is too long, or before the last page", p)
		}
		r.noCanary(page.Tag, "a tag")
		gather(&all, page)
		if !page.More {
			r.fetchUnchanged(p, page.Tag)
			return all
		}
		if page.Cursor == "" || seen[page.Cursor] {
			r.Fatalf("%s: there is more, but the cursor leads nowhere new", p)
		}
		seen[page.Cursor] = true
		if page.Secrets != nil {
			r.Session.Secrets, session.Secrets = page.Secrets, page.Secrets
		}
		req.Cursor = page.Cursor
	}
	r.Fatalf("%s does not end within %d pages", p, maxPages)
	return all
}

// fetchUnchanged fetches a product by the tag that its last page had: nothing is new.
func (r *run) fetchUnchanged(p fairlead.Product, tag string) {
	r.Helper()
	if tag == "" {
		return
	}
	page, err := r.New().Fetch(r.Context(), r.Session, connector.FetchRequest{Product: p, Limit: r.Limit, Tag: tag})
	r.mustNot(err, fmt.Sprintf("fetching %s by its tag", p))
	if !page.Unchanged || page.More || size(page) > 0 || page.Tag != "" && page.Tag != tag {
		r.Errorf("%s: by the tag of its last page nothing is new, and the page says otherwise", p)
	}
}

// counting is the session with its files and its HTTP client counted into calls.
func counting(s connector.Session, calls *atomic.Int64) connector.Session {
	if open := s.Open; open != nil {
		s.Open = func(f fairlead.File) (io.ReadCloser, error) {
			calls.Add(1)
			return open(f)
		}
	}
	if s.Client != nil {
		client := *s.Client
		client.Transport = counter{cmp.Or[http.RoundTripper](client.Transport, http.DefaultTransport), calls}
		s.Client = &client
	}
	return s
}

// counter counts the requests that pass through it.
type counter struct {
	next  http.RoundTripper
	calls *atomic.Int64
}

func (c counter) RoundTrip(r *http.Request) (*http.Response, error) {
	c.calls.Add(1)
	return c.next.RoundTrip(r)
}

// encoded is a page as text, to compare.
func encoded(p connector.Page) string {
	documents := make([]fairlead.Document, 0, len(p.Documents))
	for _, d := range p.Documents {
		documents = append(documents, d.Document)
	}
	p.Documents, p.Secrets = nil, nil
	b, err := json.Marshal([]any{p, documents})
	if err != nil {
		return err.Error()
	}
	return string(b)
}

func size(p connector.Page) int {
	return len(p.Accounts) + len(p.Transactions) + len(p.Bills) + len(p.Loans) + len(p.Securities) + len(p.Holdings) +
		len(p.InvestmentTransactions) + len(p.Identities) + len(p.Documents)
}

func gather(all *connector.Page, p connector.Page) {
	all.Accounts = append(all.Accounts, p.Accounts...)
	all.Transactions = append(all.Transactions, p.Transactions...)
	all.Bills = append(all.Bills, p.Bills...)
	all.Loans = append(all.Loans, p.Loans...)
	all.Securities = append(all.Securities, p.Securities...)
	all.Holdings = append(all.Holdings, p.Holdings...)
	all.InvestmentTransactions = append(all.InvestmentTransactions, p.InvestmentTransactions...)
	all.Identities = append(all.Identities, p.Identities...)
	all.Documents = append(all.Documents, p.Documents...)
	all.Covers = append(all.Covers, p.Covers...)
}

// lostCursor fetches with cursors that the connector never gave.
func (r *run) lostCursor() {
	r.Helper()
	for _, p := range r.Session.Institution.Products {
		for _, cursor := range []string{"no such cursor", "-1", "999999999", "\x00"} {
			_, err := r.New().Fetch(r.Context(), r.Session, connector.FetchRequest{Product: p, Cursor: cursor, Limit: r.Limit})
			if err != nil {
				r.checkError(err, fmt.Sprintf("fetching %s with a cursor that is not its own", p))
			}
		}
	}
}
