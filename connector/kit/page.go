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
	from := 0
	if cursor != "" {
		if from, err = strconv.Atoi(cursor); err != nil || from < 0 || from > len(items) {
			return nil, "", fairlead.InvalidField("cursor", "unknown", "must be one that was given")
		}
	}
	if limit <= 0 {
		limit = DefaultLimit
	}
	to := min(len(items), from+limit)
	if to < len(items) {
		next = strconv.Itoa(to)
	}
	return items[from:to:to], next, nil
}
