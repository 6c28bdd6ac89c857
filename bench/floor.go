package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store/sqlstore"
)

// bare makes a database with the product's tables and opens it with the driver
// alone, as durable as the product's: a write-ahead log, synced at every commit.
func bare(ctx context.Context, folder string) (*sql.DB, error) {
	file := filepath.Join(folder, fairlead.NewToken()[:12]+".db")
	made, err := sqlstore.Open(ctx, "sqlite://"+file, sqlstore.Options{Migrate: true})
	if err != nil {
		return nil, err
	}
	if err := made.Close(); err != nil {
		return nil, err
	}
	return openBare(file)
}

func openBare(file string) (*sql.DB, error) {
	return sql.Open("sqlite", "file:"+file+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(wal)&_pragma=synchronous(full)&_pragma=cache_size(-32768)")
}

// inserter puts one row for each request, and everybody who waits into one commit.
type inserter struct {
	db   *sql.DB
	line chan row
}

// row is what one request keeps.
type row struct {
	id, person string
	body       []byte
	stored     chan error
}

const (
	insertLink = "INSERT INTO links (tenant, id, version, application, person, body) VALUES ('ten_1', ?, 1, 'app_1', ?, ?)"
	mostInRow  = 512
)

// newInserter commits until the context ends.
func newInserter(ctx context.Context, db *sql.DB) (*inserter, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	insert, err := conn.PrepareContext(ctx, insertLink)
	if err != nil {
		return nil, err
	}
	i := &inserter{db: db, line: make(chan row, mostInRow)}
	go func() {
		defer conn.Close()
		defer insert.Close()
		for {
			select {
			case <-ctx.Done():
				return
			case first := <-i.line:
				i.batch(conn, insert, first)
			}
		}
	}()
	return i, nil
}

func (i *inserter) batch(conn *sql.Conn, insert *sql.Stmt, first row) {
	ctx := context.Background()
	batch := []row{first}
	for more := true; more && len(batch) < mostInRow; {
		select {
		case next := <-i.line:
			batch = append(batch, next)
		default:
			more = false
		}
	}
	_, err := conn.ExecContext(ctx, "BEGIN IMMEDIATE")
	for _, r := range batch {
		if err == nil {
			_, err = insert.Exec(r.id, r.person, string(r.body))
		}
	}
	if err == nil {
		_, err = conn.ExecContext(ctx, "COMMIT")
	}
	for _, r := range batch {
		r.stored <- err
	}
}

// ServeHTTP decodes the request, keeps a row as large as the product's own, and
// answers with as many bytes as the product does.
func (i *inserter) answering(answer []byte) http.Handler {
	content := make([]byte, 600)
	for n := range content {
		content[n] = 'x'
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent, err := io.ReadAll(r.Body)
		var body map[string]any
		if err == nil && len(sent) > 0 {
			err = json.Unmarshal(sent, &body)
		}
		if err == nil {
			person, _ := body["person"].(string)
			mine := row{id: fairlead.NewID("lnk", time.Now()), person: person, body: content, stored: make(chan error, 1)}
			i.line <- mine
			err = <-mine.stored
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Write(answer)
	})
}
