package sqlstore

import (
	"strconv"
	"strings"
)

// condition writes a query whose conditions vary, with numbered parameters.
type condition struct {
	text string
	args []any
}

func newCondition(text string, args ...any) *condition { return &condition{text, args} }

// and adds a condition whose one parameter is written "?".
func (c *condition) and(text string, value any) {
	c.args = append(c.args, value)
	c.text += " AND " + strings.Replace(text, "?", "$"+strconv.Itoa(len(c.args)), 1)
}

// mark is the parameter that many before the last one.
func (c *condition) mark(back int) string { return "$" + strconv.Itoa(len(c.args)-back) }

// limit adds a page's size.
func (c *condition) limit(n int) string {
	c.args = append(c.args, n)
	return upTo(len(c.args))
}

// upTo bounds a query by a parameter. SQLite plans a statement anew for every
// value that is bound to a bare LIMIT; of an expression it expects nothing.
func upTo(parameter int) string { return " LIMIT $" + strconv.Itoa(parameter) + " + 0" }

// in adds "column is one of", where values are few and from a closed list; an
// empty list means any.
func in[T ~string](c *condition, column string, values []T) {
	if len(values) == 0 {
		return
	}
	marks := make([]string, len(values))
	for i, value := range values {
		c.args = append(c.args, string(value))
		marks[i] = "$" + strconv.Itoa(len(c.args))
	}
	c.text += " AND " + column + " IN (" + strings.Join(marks, ", ") + ")"
}
