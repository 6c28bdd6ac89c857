package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"
)

// listing is how every command that lists prints: a table for people, or JSON.
type listing struct {
	JSON bool `name:"json" help:"Print JSON: one array, an object for each row, times in RFC 3339."`
}

// column is one column of a list. Its name is the key of JSON, as the API says it, and its
// heading in capitals.
type column[T any] struct {
	name string
	of   func(T) any
}

// worded is a value that has words of its own in a table, and its parts in JSON.
type worded struct {
	value any
	words string
}

func (w worded) MarshalJSON() ([]byte, error) { return json.Marshal(w.value) }

// list prints rows. empty is what a table without any says instead; "": its headings.
func list[T any](w *env, l listing, empty string, rows []T, columns ...column[T]) error {
	if l.JSON {
		return listJSON(w, rows, columns)
	}
	if len(rows) == 0 && empty != "" {
		fmt.Fprintln(w.out, empty)
		return nil
	}
	t := tabwriter.NewWriter(w.out, 0, 4, 2, ' ', 0)
	cells := make([]string, len(columns))
	for i, c := range columns {
		cells[i] = strings.ToUpper(strings.ReplaceAll(strings.TrimSuffix(c.name, "_at"), "_", " "))
	}
	fmt.Fprintln(t, strings.Join(cells, "\t"))
	for _, r := range rows {
		for i, c := range columns {
			cells[i] = cell(c.of(r))
		}
		fmt.Fprintln(t, strings.Join(cells, "\t"))
	}
	return t.Flush()
}

// listJSON prints an array of objects whose keys are in the order of the columns.
func listJSON[T any](w *env, rows []T, columns []column[T]) error {
	var b bytes.Buffer
	b.WriteByte('[')
	for i, r := range rows {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('{')
		for n, c := range columns {
			value := c.of(r)
			if at, ok := value.(time.Time); ok && at.IsZero() {
				value = nil
			}
			text, err := json.Marshal(value)
			if err != nil {
				return err
			}
			if n > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, "%q:%s", c.name, text)
		}
		b.WriteByte('}')
	}
	b.WriteByte(']')
	return indented(w, b.Bytes())
}

// printJSON prints one value.
func printJSON(w *env, value any) error {
	body, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return indented(w, body)
}

func indented(w *env, body []byte) error {
	var b bytes.Buffer
	if err := json.Indent(&b, body, "", "  "); err != nil {
		return err
	}
	b.WriteByte('\n')
	_, err := w.out.Write(b.Bytes())
	return err
}

// cell is a value in a table.
func cell(value any) string {
	switch v := value.(type) {
	case nil:
		return "-"
	case worded:
		return v.words
	case time.Time:
		return when(v)
	case bool:
		if v {
			return "yes"
		}
		return "no"
	case []string:
		return strings.Join(v, " ")
	}
	return strings.Join(strings.Fields(fmt.Sprint(value)), " ")
}

func when(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.UTC().Format("2006-01-02 15:04 UTC")
}

// table prints rows under headings, of a report that is no list.
func table[T any](w *env, headings []string, rows []T, cells func(T) []string) error {
	t := tabwriter.NewWriter(w.out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(t, strings.Join(headings, "\t"))
	for _, r := range rows {
		fmt.Fprintln(t, strings.Join(cells(r), "\t"))
	}
	return t.Flush()
}
