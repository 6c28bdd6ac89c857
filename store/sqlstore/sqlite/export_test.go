package sqlite

import (
	"context"
	"fmt"
	"strings"

	"github.com/fairlead-dev/fairlead/store/sqlstore/engine"
)

// Plans explains every statement that was run: text → plan.
func (d *Database) Plans() (map[string]string, error) {
	plans := map[string]string{}
	err := d.View(context.Background(), func(tx *engine.Tx) error {
		conns := []*conn{tx.Conn.(*lazySnapshot).conn, d.writer.conn}
		for range len(d.readers.idle) {
			<-d.readers.idle
			c := d.readers.take()
			conns = append(conns, c)
			defer d.readers.put(c)
		}
		for _, c := range conns {
			for text := range c.prepared {
				if word, _, _ := strings.Cut(strings.TrimSpace(text), " "); !strings.Contains("SELECT INSERT UPDATE DELETE WITH", word) {
					continue
				}
				var lines []string
				err := tx.Read(func(row engine.Scanner) error {
					var a, b, c int
					var line string
					err := row.Scan(&a, &b, &c, &line)
					lines = append(lines, line)
					return err
				}, "EXPLAIN QUERY PLAN "+text, make([]any, strings.Count(text, "$"))...)
				if err != nil {
					return fmt.Errorf("%s: %w", text, err)
				}
				plans[text] = strings.Join(lines, "\n")
			}
		}
		return nil
	})
	return plans, err
}

// LimitPages makes the disk full at so many pages.
func (d *Database) LimitPages(pages int) error {
	return d.Update(context.Background(), func(tx *engine.Tx) error {
		_, err := tx.Exec(fmt.Sprintf("PRAGMA max_page_count = %d", pages))
		return err
	}, func(*engine.Tx) error { return nil })
}

// BreakDisk lets every later sync of the log fail.
func (d *Database) BreakDisk() error { return d.writer.syncer.log.Close() }
