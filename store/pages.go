package store

import (
	"context"
	"iter"

	"github.com/fairlead-dev/fairlead"
)

// mostPage is the largest page that a table gives.
const mostPage = 1000

// All walks all that a query finds, page by page, inside one transaction. A
// failure comes as the last pair. id is the noun's, by which the next page begins.
func All[T any](t Table[T], tenant fairlead.TenantID, q Query, id func(T) string) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for page, err := range pages(func(q Query) ([]T, error) { return t.List(tenant, q) }, q, id) {
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
func Pages[T any](ctx context.Context, s Store, table func(*Tx) Table[T], tenant fairlead.TenantID, q Query, id func(T) string) iter.Seq2[[]T, error] {
	return pages(func(q Query) (page []T, err error) {
		err = s.View(ctx, func(tx *Tx) (err error) {
			page, err = table(tx).List(tenant, q)
			return err
		})
		return page, err
	}, q, id)
}

func pages[T any](list func(Query) ([]T, error), q Query, id func(T) string) iter.Seq2[[]T, error] {
	if q.Limit == 0 {
		q.Limit = mostPage
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
			q.After = id(page[len(page)-1])
		}
	}
}

// AllRecords walks all live records that a query finds, page by page, inside one
// transaction. A failure comes as the last pair.
func AllRecords(r Records, tenant fairlead.TenantID, q RecordQuery) iter.Seq2[fairlead.Record, error] {
	if q.Limit == 0 {
		q.Limit = mostPage
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

// PageSize is how long a page is for which limit was asked: usual for 0, and
// never more than most.
func PageSize(limit, usual, most int) int {
	if limit <= 0 {
		return usual
	}
	return min(limit, most)
}
