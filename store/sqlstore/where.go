package sqlstore

import (
	"strconv"
	"strings"
)

// where writes a query whose conditions vary, with numbered parameters.
type where struct {
	text string
	args []any
}

func newWhere(text string, args ...any) *where { return &where{text, args} }

// and adds a condition whose one parameter is written "?".
func (w *where) and(text string, value any) {
	w.args = append(w.args, value)
	w.text += " AND " + strings.Replace(text, "?", w.parameter(0), 1)
}

// parameter is the one that many before the last.
func (w *where) parameter(back int) string { return "$" + strconv.Itoa(len(w.args)-back) }

// limit bounds the query to a page.
func (w *where) limit(n int) string {
	w.args = append(w.args, n)
	return limitTo(len(w.args))
}

// limitTo bounds a query by a parameter. SQLite plans a statement anew for every
// value that is bound to a bare LIMIT; of an expression it expects nothing.
func limitTo(parameter int) string { return " LIMIT $" + strconv.Itoa(parameter) + " + 0" }

// andOneOf adds "column is one of", where values are few and from a closed list; an
// empty list means any.
func andOneOf[T ~string](w *where, column string, values []T) {
	if len(values) == 0 {
		return
	}
	parameters := make([]string, len(values))
	for i, value := range values {
		w.args = append(w.args, string(value))
		parameters[i] = w.parameter(0)
	}
	w.text += " AND " + column + " IN (" + strings.Join(parameters, ", ") + ")"
}
