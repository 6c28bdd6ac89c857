package flanks

import (
	"slices"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/reading"
)

// walk goes over the connections of a list of Aggregation v2, one after another, from any
// place on: a page of such a list begins where the one before it has ended.
//
// A place is the id that is next, where the ids are given. Where all connections are gone
// over it is the cursor of a page of them and, behind a bar, the id in it that was last.
type walk struct {
	f    *Flanks
	call call
	ids  *[]string // only these; nil: all
	at   string    // leads to the connection that is next; "" behind the last one

	// The page of all connections that at stands in.
	here, behind string // lead to it, and to the one behind it
	rest           []fairlead.Connection
	pages          int // that were read
}

// A walk over all connections reads so many pages of so many at most: those that were
// deleted stay in the store, and a list of nothing but them must not read them all.
const (
	connectionsAPage   = 100
	pagesOfConnections = 10
)

// walkOver begins at a place that next has told; "" is the beginning.
func (f *Flanks) walkOver(c call, ids *[]string, at string) *walk {
	w := &walk{f: f, call: c, at: at}
	if ids != nil {
		sorted := slices.Compact(slices.Sorted(slices.Values(*ids)))
		w.ids = &sorted
	}
	return w
}

// next reads a connection that was not deleted; here leads to it again. found is false
// where there is none, or none was among those that a walk looks at: then there may be
// more.
func (w *walk) next() (conn fairlead.Connection, here string, found bool, err error) {
	read := w.listed
	if w.ids != nil {
		read = w.named
	}
	for {
		conn, here, found, err = read()
		if err != nil || !found || conn.Status != fairlead.ConnectionDisconnected {
			return conn, here, found, err
		}
		if w.at == "" {
			return fairlead.Connection{}, "", false, nil
		}
	}
}

// named reads the next of the ids; one that names nothing is as good as deleted.
func (w *walk) named() (conn fairlead.Connection, here string, found bool, err error) {
	n, _ := slices.BinarySearch(*w.ids, w.at)
	if w.at = ""; n == len(*w.ids) {
		return conn, "", false, nil
	}
	if here = (*w.ids)[n]; n+1 < len(*w.ids) {
		w.at = (*w.ids)[n+1]
	}
	conn, err = w.f.connection(w.call, here)
	if fairlead.Is(err, fairlead.NotFound) || fairlead.Is(err, fairlead.Invalid) {
		conn.Status, err = fairlead.ConnectionDisconnected, nil
	}
	return conn, here, true, err
}

// listed reads the next of all connections, deleted or not.
func (w *walk) listed() (conn fairlead.Connection, here string, found bool, err error) {
	for len(w.rest) == 0 {
		if w.pages == pagesOfConnections || w.pages > 0 && w.at == "" {
			return conn, "", false, nil
		}
		after, last, _ := strings.Cut(w.at, "|")
		page, err := w.f.verbs.Reading.Connections(w.call.Context(), w.call.Tenant.ID, reading.ListQuery{After: after, Limit: connectionsAPage})
		if err != nil {
			return conn, "", false, err
		}
		w.pages++
		w.here, w.behind = after, page.Next
		w.rest = slices.DeleteFunc(page.Data, func(c fairlead.Connection) bool { return string(c.ID) <= last })
		if len(w.rest) == 0 {
			w.at = page.Next
		}
	}
	conn, here = w.rest[0], w.at
	w.rest = w.rest[1:]
	if w.at = w.behind; len(w.rest) > 0 {
		w.at = w.here + "|" + string(conn.ID)
	}
	return conn, here, true, nil
}

// more reports whether there may be a connection behind what was read.
func (w *walk) more() bool { return w.at != "" }

// token is the next_page_token of a page of a list that ends before what is next.
func (w *walk) token(list pageToken) *string {
	if !w.more() {
		return nil
	}
	return pageToken{List: list.List, Query: list.Query, At: w.at}.text()
}

// connectionsOf are the connections that a query can find something in: those of the
// products that it names, if it does. nil: any.
func (f *Flanks) connectionsOf(c call, products, connections *[]string) (*[]string, error) {
	if products == nil {
		return connections, nil
	}
	found := []string{}
	for _, id := range *products {
		conn, err := f.connectionOfProduct(c, fairlead.RecordID(id))
		switch {
		case fairlead.Is(err, fairlead.NotFound):
		case err != nil:
			return nil, err
		case within(connections, string(conn)):
			found = append(found, string(conn))
		}
	}
	return &found, nil
}
