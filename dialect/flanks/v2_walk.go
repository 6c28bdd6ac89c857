package flanks

import (
	"slices"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/reading"
)

// walk goes over the connections of a list of Aggregation v2, one at a time, from any
// place on: a page of such a list begins where the one before it has ended.
type walk struct {
	f    *Flanks
	call call
	ids  *[]string // only these; nil: all
	at   string    // leads to the connection that is next
}

// walkOver begins at a place that next has told; "" is the beginning.
func (f *Flanks) walkOver(c call, ids *[]string, at string) *walk {
	w := &walk{f: f, call: c, at: at}
	if ids != nil {
		sorted := slices.Compact(slices.Sorted(slices.Values(*ids)))
		w.ids = &sorted
	}
	return w
}

// next reads a connection that was not deleted. here leads to it again, after to the one
// behind it; "" where there is none. found is false where there is no more.
func (w *walk) next() (conn fairlead.Connection, here string, found bool, err error) {
	for {
		here = w.at
		if w.ids == nil {
			page, err := w.f.verbs.Reading.Connections(w.call.Context(), w.call.Tenant.ID, reading.ListQuery{After: w.at, Limit: 1})
			if err != nil || len(page.Data) == 0 {
				return conn, "", false, err
			}
			conn, w.at = page.Data[0], page.Next
		} else {
			n, _ := slices.BinarySearch(*w.ids, w.at)
			if n == len(*w.ids) {
				return conn, "", false, nil
			}
			here, w.at = (*w.ids)[n], ""
			if n+1 < len(*w.ids) {
				w.at = (*w.ids)[n+1]
			}
			conn, err = w.f.connection(w.call, here)
			if err != nil && !fairlead.Is(err, fairlead.NotFound) && !fairlead.Is(err, fairlead.Invalid) {
				return conn, "", false, err
			}
		}
		if err == nil && conn.Status != fairlead.ConnectionDisconnected {
			return conn, here, true, nil
		}
		if err = nil; w.at == "" {
			return conn, "", false, nil
		}
	}
}

// more reports whether there may be a connection behind the one that was read.
func (w *walk) more() bool { return w.at != "" }

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
