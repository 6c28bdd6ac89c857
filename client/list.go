package client

import (
	"context"
	"iter"
	"net/url"
)

// Page is one page of a list.
type Page[T any] struct {
	Data []T `json:"data"`
	// Next is where the next page begins; nil at the end. A feed always has one.
	Next *string `json:"next"`
}

// List fetches its pages as they are needed.
type List[T any] struct {
	fetch   func(after string) (*Page[T], error)
	after   string
	forever bool
}

// longWait is how many seconds a request for what is to come waits.
const longWait = "30"

func list[T any](ctx context.Context, c *Client, path string, params any) List[T] {
	query := values(params)
	return List[T]{after: query.Get("after"), fetch: func(after string) (*Page[T], error) {
		q := url.Values{}
		for name, v := range query {
			q[name] = v
		}
		q.Del("after")
		if after != "" {
			q.Set("after", after)
		}
		return fetch[Page[T]](ctx, c, "GET", path, q, nil)
	}}
}

// follow is a list that goes on for ever.
func follow[T any](ctx context.Context, c *Client, path string, params any) List[T] {
	query := values(params)
	if query == nil {
		query = url.Values{}
	}
	if query.Get("wait") == "" {
		query.Set("wait", longWait)
	}
	l := list[T](ctx, c, path, query)
	l.forever = true
	return l
}

// All iterates over everything. An error ends it.
func (l List[T]) All() iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for page, err := range l.Pages() {
			if err != nil {
				var none T
				yield(none, err)
				return
			}
			for _, element := range page.Data {
				if !yield(element, nil) {
					return
				}
			}
		}
	}
}

// Pages iterates over pages, of a feed to what is there by now. An error ends it.
func (l List[T]) Pages() iter.Seq2[*Page[T], error] {
	return func(yield func(*Page[T], error) bool) {
		for after := l.after; ; {
			page, err := l.fetch(after)
			if err != nil {
				yield(nil, err)
				return
			}
			empty := len(page.Data) == 0
			if (!empty || !l.forever) && !yield(page, nil) {
				return
			}
			if page.Next == nil || (!l.forever && (empty || *page.Next == after)) {
				return
			}
			after = *page.Next
		}
	}
}

// Page is the first page alone.
func (l List[T]) Page() (*Page[T], error) { return l.fetch(l.after) }
