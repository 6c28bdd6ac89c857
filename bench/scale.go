package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/server"
	"github.com/fairlead-dev/fairlead/store"
)

// growing is something that is made larger in steps, and what is done to it at each size.
type growing struct {
	chart
	// open begins with nothing. grow is called with each size in turn and returns a side for each line.
	open func(ctx context.Context, s settings) (grow func(ctx context.Context, size int) ([]side, error), err error)
}

// everySize is what make bench-scale draws.
func everySize() []growing {
	return []growing{
		{chart{
			name: "links", title: "Links stored", x: "links stored", unit: "a request", sizes: []int{1000, 10_000, 100_000, 1_000_000}, lines: []line{{name: "create: POST /v1/links"}, {name: "read: GET /v1/links/{id}"}},
			note: "SQLite; the links stored are of 1,000 persons and of the last year, their tokens beside them.",
		}, growLinks},
		{chart{
			name: "events", title: "Events stored", x: "events stored", unit: "a request or an event", sizes: []int{1000, 10_000, 100_000, 1_000_000}, lines: []line{{name: "publish an event"}, {name: "GET /v1/events, 50 of them"}},
			note: "SQLite; one tenant. An event is published in a transaction of its own; pages are read from anywhere in the feed.",
		}, growEvents},
		{chart{
			name: "rows", title: "Rows collected", x: "rows collected into one connection", unit: "a row", sizes: rowSizes(), lines: []line{{name: "collecting"}},
			note: "SQLite; one collection in a process that does nothing else. Each figure is of the rows since the size before.",
		}, nil},
		{chart{
			name: "pages", title: "Transactions stored", x: "transactions of one connection", unit: "a page of 500", sizes: []int{1000, 10_000, 100_000, 1_000_000}, lines: []line{{name: "the newest 500"}, {name: "500 from the middle on"}},
			note: "SQLite; GET /v1/connections/{id}/transactions, twenty transactions a day.",
		}, growPages},
		{chart{
			name: "endpoints", title: "Webhook endpoints", x: "endpoints of one application", unit: "a delivery", sizes: []int{1, 3, 10, 30}, lines: []line{{name: "event → receipt"}},
			note: "SQLite; each event goes to every endpoint, and a delivery is one receipt.",
		}, growEndpoints},
		{chart{
			name: "tenants", title: "Tenants", x: "tenants", unit: "a request", sizes: []int{1, 10, 100, 1000}, lines: []line{{name: "create: POST /v1/links"}, {name: "read: GET /v1/links?limit=1"}},
			note: "SQLite; the requests are of all tenants in turn.",
		}, growTenants},
		{chart{
			name: "nodes", title: "Nodes on PostgreSQL", x: "nodes", unit: "a request or a delivery", sizes: []int{1, 2, 4}, lines: []line{{name: "create: POST /v1/links"}, {name: "event → receipt"}},
			note: "PostgreSQL, whose own time is not in it; the nodes share this machine, and are called in turn.",
		}, growNodes},
	}
}

// scale measures each line at each size and writes the pictures and their tables.
func scale(ctx context.Context, s settings) error {
	for _, g := range everySize() {
		if !s.only.MatchString(g.title) {
			continue
		}
		c, err := g.measure(ctx, s)
		if err != nil {
			return fmt.Errorf("%s: %w", g.title, err)
		}
		if len(c.sizes) == 0 {
			fmt.Printf("\n%s: skipped: %s\n", g.title, noPostgres)
			continue
		}
		if err := c.write(s.charts); err != nil {
			return err
		}
		fmt.Printf("\n%s\n", c.table())
	}
	return nil
}

func (g growing) measure(ctx context.Context, s settings) (c chart, err error) {
	if g.open == nil {
		return g.collected(ctx, s)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	grow, err := g.open(ctx, s)
	if err != nil || grow == nil {
		return c, err
	}
	c = g.chart
	c.sizes, c.lines = nil, make([]line, len(g.lines))
	c.note += fmt.Sprintf(" The middle of %d rounds of %s units; %d callers, %d processors, %s, %s. The processor's time is that of the callers too.",
		s.rounds, grouped(s.units), s.callers, runtime.NumCPU(), runtime.GOARCH, runtime.Version())
	for _, size := range g.sizes {
		if size > s.largest {
			break
		}
		sides, err := grow(ctx, size)
		if err != nil {
			return c, err
		}
		c.sizes = append(c.sizes, size)
		for n, side := range sides {
			point, err := middle(ctx, s, side)
			if err != nil {
				return c, err
			}
			c.lines[n] = line{g.lines[n].name, append(c.lines[n].points, point)}
		}
	}
	return c, nil
}

// rowSizes are the sizes at which a collection's cost is told.
func rowSizes() []int {
	return slices.DeleteFunc(slices.Clone(growthSteps), func(size int) bool { return size < 3000 })
}

// collected has rows collected, which tells the cost of each step itself.
func (g growing) collected(ctx context.Context, s settings) (chart, error) {
	c := g.chart
	steps, err := grow(ctx, s, min(s.largest, g.sizes[len(g.sizes)-1]))
	if err != nil {
		return c, err
	}
	c.sizes = nil
	for _, step := range steps {
		if step.from >= 1000 { // what comes before is mostly the start
			c.sizes = append(c.sizes, step.Rows)
			c.lines[0].points = append(c.lines[0].points, measured{float64(step.Rows - step.from), step.Took, step.CPU})
		}
	}
	most := steps[len(steps)-1]
	c.note += fmt.Sprintf(" The process used %.0f MB before and at most %.0f MB; its database has %.0f MB in the end.", steps[0].Resident, most.Peak, most.Size)
	return c, nil
}

// middle is the round of which half cost more, after one that warms up.
func middle(ctx context.Context, s settings, of side) (measured, error) {
	var all []measured
	for n := range s.rounds + 1 {
		took, err := quiet(ctx, of)
		if err != nil {
			return took, err
		}
		if n > 0 {
			all = append(all, took)
		}
	}
	return measured{
		units:  float64(s.units),
		cpu:    time.Duration(median(each(all, measured.cpuPerUnit)) * float64(s.units) * 1e9),
		lasted: time.Duration(float64(s.units) / median(each(all, measured.perSecond)) * 1e9),
	}, nil
}

// inBatches calls do for the numbers between two, as many a transaction as one may write.
func inBatches(ctx context.Context, st store.Store, from, to int, do func(tx *store.Tx, n int) error) error {
	const most = 250
	for ; from < to; from += most {
		err := st.Update(ctx, func(tx *store.Tx) error {
			for n := from; n < min(to, from+most); n++ {
				if err := do(tx, n); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// opened starts the application until ctx ends, with the credentials of its first caller.
func opened(ctx context.Context, s settings) (h *app, who access.Caller, header http.Header, err error) {
	if h, err = open(context.WithoutCancel(ctx), s); err != nil {
		return nil, who, nil, err
	}
	context.AfterFunc(ctx, func() { h.close() })
	if who, err = h.Verbs.Access.ByClient(ctx, access.DevClientID, fairlead.NewSecret(access.DevSecret)); err != nil {
		return nil, who, nil, err
	}
	token, err := h.token(ctx, caller(s), "/v1/oauth/token")
	header = asJSON.Clone()
	header.Set("Authorization", "Bearer "+token)
	return h, who, header, err
}

// spread is an instant of the last year: the n-th of so many.
func spread(now time.Time, n, of int) time.Time {
	const year = 365 * 24 * time.Hour
	return now.Add(-year + time.Duration(float64(year)*float64(n)/float64(of))).Truncate(time.Millisecond)
}

func growLinks(ctx context.Context, s settings) (func(context.Context, int) ([]side, error), error) {
	h, who, header, err := opened(ctx, s)
	if err != nil {
		return nil, err
	}
	now, tenant, app := time.Now().UTC(), who.Tenant.ID, who.Application.ID
	people := make([]fairlead.Person, persons)
	err = inBatches(ctx, h.Store, 0, len(people), func(tx *store.Tx, n int) error {
		people[n] = fairlead.Person{ID: fairlead.PersonID(fairlead.NewID("per", now)), Tenant: tenant, Reference: fmt.Sprintf("person-%d", n), Created: now}
		return tx.Persons.Put(tenant, &people[n])
	})
	stored, some := 0, []fairlead.LinkID(nil)
	put := func(tx *store.Tx, n int) error {
		born := spread(now, n, s.largest)
		person := people[n*7919%len(people)]
		link := fairlead.Link{
			ID: fairlead.LinkID(fairlead.NewID("lnk", born)), Tenant: tenant, Application: app, Person: person.ID, Reference: person.Reference,
			Stage: fairlead.StageInstitution, Status: fairlead.LinkFinished, Created: born, Expires: born.Add(30 * time.Minute), Ended: born.Add(time.Minute), ExpiryQueued: born.Add(30 * time.Minute),
			Token: fairlead.DatedHash(fairlead.NewDatedToken(born)),
		}
		if n%997 == 0 {
			some = append(some, link.ID)
		}
		if err := tx.Links.Put(tenant, &link); err != nil {
			return err
		}
		return tx.Tokens.Put(&fairlead.Token{
			Kind: fairlead.LinkToken, Name: link.Token, Tenant: tenant, Application: app, Subject: string(link.ID), Expires: now.AddDate(1, 0, 0), Known: true,
		})
	}
	c := caller(s)
	return func(ctx context.Context, size int) ([]side, error) {
		if err := inBatches(ctx, h.Store, stored, size, put); err != nil {
			return nil, err
		}
		stored = size
		return []side{
			counted(s, func(ctx context.Context, n int64) error {
				_, err := send(ctx, c, http.MethodPost, h.URL()+"/v1/links", header, fmt.Appendf(nil, `{"person":"person-%d"}`, n%persons))
				return err
			}),
			counted(s, func(ctx context.Context, n int64) error {
				_, err := send(ctx, c, http.MethodGet, h.URL()+"/v1/links/"+string(some[n*31%int64(len(some))]), header, nil)
				return err
			}),
		}, nil
	}, err
}

func growEvents(ctx context.Context, s settings) (func(context.Context, int) ([]side, error), error) {
	h, who, header, err := opened(ctx, s)
	if err != nil {
		return nil, err
	}
	c, stored, cursors := caller(s), 0, []string{"start"}
	return func(ctx context.Context, size int) ([]side, error) {
		if err := h.fill(ctx, who, size-stored); err != nil {
			return nil, err
		}
		stored = size
		for end := false; !end; { // the cursors of all pages, so that any can be read
			var page struct {
				Data []struct{}
				Next string
			}
			if err := h.call(ctx, c, http.MethodGet, "/events?limit=500&after="+cursors[len(cursors)-1], nil, &page); err != nil {
				return nil, err
			}
			if end = len(page.Data) < 500; !end {
				cursors = append(cursors, page.Next)
			}
		}
		return []side{
			counted(s, func(ctx context.Context, _ int64) error {
				return h.Store.Update(ctx, func(tx *store.Tx) error { return h.Verbs.Notifying.Publish(tx, happened(who)) })
			}),
			counted(s, func(ctx context.Context, n int64) error {
				_, err := send(ctx, c, http.MethodGet, h.URL()+"/v1/events?limit=50&after="+cursors[n*31%int64(len(cursors))], header, nil)
				return err
			}),
		}, nil
	}, nil
}

func growPages(ctx context.Context, s settings) (func(context.Context, int) ([]side, error), error) {
	h, who, header, err := opened(ctx, s)
	if err != nil {
		return nil, err
	}
	now, books := time.Now().UTC(), newBank().books
	connection := fairlead.Connection{
		ID: fairlead.ConnectionID(fairlead.NewID("con", now)), Tenant: who.Tenant.ID, Application: who.Application.ID, Person: "per_1",
		Institution: "ins_harbor", Connector: "sandbox", Identity: "ada", Status: fairlead.ConnectionActive, Created: now,
	}
	if err := h.Store.Update(ctx, func(tx *store.Tx) error { return tx.Connections.Put(who.Tenant.ID, &connection) }); err != nil {
		return nil, err
	}
	account, first := fairlead.RecordID(fairlead.NewID("acc", now)), fairlead.Date{Year: 1900, Month: 1, Day: 1}
	const perDay = 20
	put := func(tx *store.Tx, n int) error {
		t := books[n%len(books)]
		t.Ref, t.Booked = fmt.Sprintf("T%08d", n), first.AddDays(n/perDay)
		body, err := json.Marshal(t)
		if err != nil {
			return err
		}
		return tx.Records.Upsert(who.Tenant.ID, connection.ID, []fairlead.Record{{
			ID: fairlead.RecordID(fairlead.NewID("txn", now)), Tenant: who.Tenant.ID, Connection: connection.ID, Account: account,
			Kind: fairlead.TransactionRecord, Ref: t.Ref, Day: t.Booked, State: string(t.State), Version: 1, Changed: now, Reason: "first", Body: body,
		}})
	}
	c, stored := caller(s), 0
	return func(ctx context.Context, size int) ([]side, error) {
		if err := inBatches(ctx, h.Store, stored, size, put); err != nil {
			return nil, err
		}
		stored = size
		reading := func(query string) side {
			address := fmt.Sprintf("%s/v1/connections/%s/transactions?limit=%d%s", h.URL(), connection.ID, pageRows, query)
			s := s
			s.units = max(1, s.units/10) // a page is dear
			return counted(s, func(ctx context.Context, _ int64) error {
				_, err := send(ctx, c, http.MethodGet, address, header, nil)
				return err
			})
		}
		return []side{reading(""), reading("&to=" + first.AddDays(size/perDay/2).String())}, nil
	}, nil
}

func growEndpoints(ctx context.Context, s settings) (func(context.Context, int) ([]side, error), error) {
	h, who, _, err := opened(ctx, s)
	if err != nil {
		return nil, err
	}
	receiver := &sink{all: make(chan struct{}, 1)}
	address, err := serve(ctx, receiver)
	if err != nil {
		return nil, err
	}
	c, stored := caller(s), 0
	return func(ctx context.Context, size int) ([]side, error) {
		for ; stored < size; stored++ {
			if err := h.call(ctx, c, http.MethodPost, "/webhook_endpoints", map[string]string{"url": fmt.Sprintf("%s/%d", address, stored)}, nil); err != nil {
				return nil, err
			}
		}
		return []side{received(s, receiver, size, who, h)}, nil
	}, nil
}

// received publishes events at nodes in turn until each has come as often as there are endpoints; a unit is a receipt.
func received(s settings, receiver *sink, endpoints int, who access.Caller, nodes ...*app) side {
	s.units = max(1, s.units/endpoints)
	publish := counted(s, func(ctx context.Context, n int64) error {
		h := nodes[n%int64(len(nodes))]
		return h.Store.Update(ctx, func(tx *store.Tx) error { return h.Verbs.Notifying.Publish(tx, happened(who)) })
	})
	return func(ctx context.Context) (measured, error) {
		receiver.expect(int64(s.units * endpoints))
		watch := startWatch()
		if took, err := publish(ctx); err != nil {
			return took, err
		}
		err := receiver.wait(ctx)
		return watch.took(s.units * endpoints), err
	}
}

func growTenants(ctx context.Context, s settings) (func(context.Context, int) ([]side, error), error) {
	h, _, _, err := opened(ctx, s)
	if err != nil {
		return nil, err
	}
	c := caller(s)
	var callers []http.Header
	return func(ctx context.Context, size int) ([]side, error) {
		for len(callers) < size {
			header, err := h.tenant(ctx, fmt.Sprintf("tenant %d", len(callers)))
			if err != nil {
				return nil, err
			}
			callers = append(callers, header)
		}
		sending := func(method, path, body string) side {
			return counted(s, func(ctx context.Context, n int64) error {
				_, err := send(ctx, c, method, h.URL()+path, callers[n%int64(len(callers))], []byte(body))
				return err
			})
		}
		return []side{sending(http.MethodPost, "/v1/links", `{"person":"anna"}`), sending(http.MethodGet, "/v1/links?limit=1", "")}, nil
	}, nil
}

func growNodes(ctx context.Context, s settings) (func(context.Context, int) ([]side, error), error) {
	t, err := postgresTables(ctx, s)
	if err != nil || t.address == "" {
		return nil, err
	}
	context.AfterFunc(ctx, t.drop)
	shared, err := os.MkdirTemp(s.folder, "shared-")
	if err != nil {
		return nil, err
	}
	receiver := &sink{all: make(chan struct{}, 1)}
	address, err := serve(ctx, receiver)
	if err != nil {
		return nil, err
	}
	var nodes []*app
	var headers []http.Header
	c := caller(s)
	return func(ctx context.Context, size int) ([]side, error) {
		for len(nodes) < size {
			h, err := openAs(context.WithoutCancel(ctx), s, server.Config{
				Store: t.address, Node: fmt.Sprint("node ", len(nodes)), Vault: "file://" + filepath.Join(shared, "keyset.json"), Blobs: "file://" + filepath.Join(shared, "blobs"),
			})
			if err != nil {
				return nil, err
			}
			context.AfterFunc(ctx, func() { h.close() })
			if len(nodes) == 0 {
				if err := h.call(ctx, c, http.MethodPost, "/webhook_endpoints", map[string]string{"url": address}, nil); err != nil {
					return nil, err
				}
			}
			token, err := h.token(ctx, c, "/v1/oauth/token")
			if err != nil {
				return nil, err
			}
			header := asJSON.Clone()
			header.Set("Authorization", "Bearer "+token)
			nodes, headers = append(nodes, h), append(headers, header)
		}
		who, err := nodes[0].Verbs.Access.ByClient(ctx, access.DevClientID, fairlead.NewSecret(access.DevSecret))
		return []side{
			counted(s, func(ctx context.Context, n int64) error {
				at := n % int64(len(nodes))
				_, err := send(ctx, c, http.MethodPost, nodes[at].URL()+"/v1/links", headers[at], fmt.Appendf(nil, `{"person":"person-%d"}`, n%persons))
				return err
			}),
			received(s, receiver, 1, who, nodes...),
		}, err
	}, nil
}
