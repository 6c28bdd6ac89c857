package sqlstore

import (
	"context"
	"fmt"
	"strings"

	"github.com/fairlead-dev/fairlead/store"
)

// Plans explains every statement that a SQLite store has run: text → plan.
func Plans(s store.Store) (map[string]string, error) {
	e, ok := s.(*sqlStore).engine.(*sqlite)
	if !ok {
		return nil, fmt.Errorf("not SQLite")
	}
	plans := map[string]string{}
	err := e.view(context.Background(), func(se *session) error {
		own := se.conn.(*snapshot).sqliteConn
		known := []*sqliteConn{own, e.writer.conn}
		for range len(e.readers) {
			c := <-e.readers
			known = append(known, c)
			defer func() { e.readers <- c }()
		}
		for _, c := range known {
			for text := range c.known {
				if word, _, _ := strings.Cut(strings.TrimSpace(text), " "); !strings.Contains("SELECT INSERT UPDATE DELETE WITH", word) {
					continue
				}
				lines, err := all(se, func(row scanner) (line string, err error) {
					var a, b, c int
					err = row.Scan(&a, &b, &c, &line)
					return line, err
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

// LimitPages makes the disk of a SQLite store full at so many pages.
func LimitPages(s store.Store, pages int) error {
	return s.(*sqlStore).engine.update(context.Background(), func(se *session) error {
		_, err := se.exec(fmt.Sprintf("PRAGMA max_page_count = %d", pages))
		return err
	})
}

// BreakDisk lets every later sync of a SQLite store's log fail.
func BreakDisk(s store.Store) error {
	return s.(*sqlStore).engine.(*sqlite).writer.syncer.log.Close()
}
