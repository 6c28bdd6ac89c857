package dialect

import (
	"context"
	"iter"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/reading"
)

// pageSize is how many items All reads at once: the most that a list gives.
const pageSize = 500

// All reads a list of package reading to its end, page by page. An error ends it.
func All[Q reading.Query | reading.ListQuery, T any](
	ctx context.Context, tenant fairlead.TenantID, query Q,
	list func(context.Context, fairlead.TenantID, Q) (reading.Page[T], error),
) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for after, more := "", true; more; {
			page, err := list(ctx, tenant, pageOf(query, after))
			if err != nil {
				var none T
				yield(none, err)
				return
			}
			for _, item := range page.Data {
				if !yield(item, nil) {
					return
				}
			}
			after, more = page.Next, page.Next != ""
		}
	}
}

// pageOf is the query of the page after a cursor.
func pageOf[Q reading.Query | reading.ListQuery](query Q, after string) Q {
	switch q := any(&query).(type) {
	case *reading.Query:
		q.Limit, q.After = pageSize, after
	case *reading.ListQuery:
		q.Limit, q.After = pageSize, after
	}
	return query
}
