package store

import (
	"context"
	"iter"

	"github.com/fairlead-dev/fairlead"
)

// maxPage is the largest page that a table gives.
const maxPage = 1000

// Noun is a pointer to what a Table stores.
type Noun[T any] interface {
	*T
	// Row is where it is stored, and the version it was read at.
	Row() (tenant fairlead.TenantID, id string, version *int64)
}

// All walks all that a query finds, page by page, inside one transaction. A
// failure comes as the last pair.
func All[T any, N Noun[T]](t Table[T], tenant fairlead.TenantID, q Query) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for page, err := range pages[T, N](func(q Query) ([]T, error) { return t.List(tenant, q) }, q) {
			if err != nil {
				var none T
				yield(none, err)
				return
			}
			for _, noun := range page {
				if !yield(noun, nil) {
					return
				}
			}
		}
	}
}

// Pages walks all that a query finds with a View of its own for each page, for
// what is too long for one transaction. A failure comes as the last pair.
func Pages[T any, N Noun[T]](ctx context.Context, s Store, table func(*Tx) Table[T], tenant fairlead.TenantID, q Query) iter.Seq2[[]T, error] {
	return pages[T, N](func(q Query) (page []T, err error) {
		err = s.View(ctx, func(tx *Tx) (err error) {
			page, err = table(tx).List(tenant, q)
			return err
		})
		return page, err
	}, q)
}

func pages[T any, N Noun[T]](list func(Query) ([]T, error), q Query) iter.Seq2[[]T, error] {
	if q.Limit == 0 {
		q.Limit = maxPage
	}
	return func(yield func([]T, error) bool) {
		for {
			page, err := list(q)
			if err != nil {
				yield(nil, err)
				return
			}
			if len(page) > 0 && !yield(page, nil) {
				return
			}
			if len(page) < q.Limit {
				return
			}
			_, q.After, _ = N(&page[len(page)-1]).Row()
		}
	}
}

// AllRecords walks all live records that a query finds, page by page, inside one
// transaction. A failure comes as the last pair.
func AllRecords(r Records, tenant fairlead.TenantID, q RecordQuery) iter.Seq2[fairlead.Record, error] {
	if q.Limit == 0 {
		q.Limit = maxPage
	}
	return func(yield func(fairlead.Record, error) bool) {
		for {
			page, err := r.List(tenant, q)
			if err != nil {
				yield(fairlead.Record{}, err)
				return
			}
			for _, record := range page {
				if !yield(record, nil) {
					return
				}
			}
			if len(page) < q.Limit {
				return
			}
			last := page[len(page)-1]
			q.AfterDay, q.After = last.Day, last.ID
		}
	}
}

// Collect gathers what All or Pages walk, or returns their failure.
func Collect[T any](all iter.Seq2[T, error]) (list []T, err error) {
	for v, err := range all {
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, nil
}

// PageSize is the length of a page: limit, usual for 0, and
// never more than most.
func PageSize(limit, usual, most int) int {
	if limit <= 0 {
		return usual
	}
	return min(limit, most)
}
