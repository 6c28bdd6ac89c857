package kit

import (
	"strconv"

	"github.com/fairlead-dev/fairlead"
)

// DefaultLimit is the number of records on a page where none is requested.
const DefaultLimit = 500

// Page cuts out the page of items that a cursor names: "" for the first. next is
// the cursor of the page after, "" where there is none. The list must be the same
// and in the same order each time, so that a cursor always gives the same page.
func Page[T any](items []T, cursor string, limit int) (page []T, next string, err error) {
	from, to, next, err := Range(len(items), cursor, limit)
	if err != nil {
		return nil, "", err
	}
	return items[from:to:to], next, nil
}

// Range is where such a page begins and ends among so many items.
func Range(items int, cursor string, limit int) (from, to int, next string, err error) {
	if cursor != "" {
		if from, err = strconv.Atoi(cursor); err != nil || from < 0 || from > items {
			return 0, 0, "", fairlead.InvalidField("cursor", "unknown", "must be one that was given")
		}
	}
	if limit <= 0 {
		limit = DefaultLimit
	}
	to = min(items, from+limit)
	if to < items {
		next = strconv.Itoa(to)
	}
	return from, to, next, nil
}
