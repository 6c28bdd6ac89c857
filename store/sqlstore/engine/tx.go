package engine

import (
	"database/sql"
	"runtime/debug"
	"slices"

	"github.com/fairlead-dev/fairlead/store"
)

// Conn runs statements on one connection, inside one transaction.
type Conn interface {
	Exec(query string, args ...any) (int64, error)
	Query(query string, args ...any) (*sql.Rows, error)
	// Fault classifies an error of the driver.
	Fault(doing string, err error) error
}

// Scanner is a row that was read.
type Scanner interface{ Scan(...any) error }

// Tx is one transaction. An engine makes it and gives it what the engine owns: a
// connection, a view of its caches, a race detector, and the outbox of those
// that share the commit.
type Tx struct {
	Conn  Conn
	Write bool
	Cache Cache
	Races *Races // nil: nobody else writes
	// Outbox is this transaction's; Batch that of the transactions which ran before
	// it and share its commit, nil where it commits alone.
	Outbox Outbox
	Batch  *Outbox

	undo      []func()         // give nouns the versions back that they had
	observers []store.Observer // are told once it is committed
	wrote     bool             // a row was changed
	err       error            // of the first statement that failed: nothing can be committed
	ended     bool
}

// Run calls functions one after another until one fails. A panic comes back as an
// error; when Run fails, what nouns were given is undone.
func (tx *Tx) Run(fns ...func(*Tx) error) (err error) {
	returned := false
	defer func() {
		if !returned { // a panic, or runtime.Goexit, which recover does not see
			err = panicked(recover())
		}
		if err != nil {
			tx.Undo()
		}
		tx.ended = true
	}()
	for _, fn := range fns {
		if err = fn(tx); err == nil {
			err = tx.err
		}
		if err != nil {
			break
		}
	}
	returned = true
	return err
}

// panicked says where it happened, but not the value: that may hold anything.
func panicked(value any) error {
	if e, ok := value.(interface {
		error
		RuntimeError()
	}); ok {
		return Internal("panic inside a transaction: %w\n%s", e, debug.Stack())
	}
	return Internal("panic inside a transaction (%T)\n%s", value, debug.Stack())
}

// OnUndo adds what takes a change of a noun back.
func (tx *Tx) OnUndo(fn func()) { tx.undo = append(tx.undo, fn) }

// Undo gives every noun the version it had before this transaction.
func (tx *Tx) Undo() {
	for i := len(tx.undo) - 1; i >= 0; i-- {
		tx.undo[i]()
	}
	tx.undo = nil
}

// OnCommit adds who is told of the commit, each once.
func (tx *Tx) OnCommit(o store.Observer) {
	if !slices.Contains(tx.observers, o) {
		tx.observers = append(tx.observers, o)
	}
}

// Committed tells the observers, once the commit is durable. ordered says that nobody
// else writes, and that commits are told of in their order.
func (tx *Tx) Committed(ordered bool) {
	for _, o := range tx.observers {
		o.Committed(store.Committed{Events: tx.Outbox.Events, Deliveries: tx.Outbox.Deliveries, Ordered: ordered})
	}
}

// Err is the first failure.
func (tx *Tx) Err() error { return tx.err }

// Dirty reports whether there is anything in the database to be rolled back.
func (tx *Tx) Dirty() bool { return tx.wrote || tx.err != nil }

// Usable refuses what comes after a failure, or after the end: the connection may
// be another's by then.
func (tx *Tx) Usable() error {
	if tx.ended {
		return Internal("a transaction used after its end")
	}
	return tx.err
}

// Writable refuses a write inside View, too.
func (tx *Tx) Writable() error {
	if !tx.Write {
		return Internal("a write inside View")
	}
	return tx.Usable()
}

// Fail remembers that a statement failed. Even when fn goes on, nothing runs any
// more and nothing is committed: the database may have ended the transaction, and
// what ran then would be outside of it.
func (tx *Tx) Fail(err error) error {
	if err != nil && tx.err == nil {
		tx.err = err
	}
	return err
}

// Exec runs a statement and returns how many rows it changed.
func (tx *Tx) Exec(query string, args ...any) (int64, error) {
	if err := tx.Writable(); err != nil {
		return 0, err
	}
	n, err := tx.Conn.Exec(query, args...)
	tx.wrote = tx.wrote || n > 0
	return n, tx.Fail(err)
}

// Read calls scan for each row of a query.
func (tx *Tx) Read(scan func(Scanner) error, query string, args ...any) error {
	if err := tx.Usable(); err != nil {
		return err
	}
	rows, err := tx.Conn.Query(query, args...)
	if err != nil {
		return tx.Fail(err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return tx.Fail(Internal("reading a row: %w", err))
		}
	}
	if err := rows.Err(); err != nil {
		return tx.Fail(tx.Conn.Fault("reading rows", err))
	}
	return nil
}

// Returning runs a statement that writes one row and returns a number of it.
func (tx *Tx) Returning(query string, args ...any) (n int64, err error) {
	if err := tx.Writable(); err != nil {
		return 0, err
	}
	tx.wrote = true
	err = tx.Read(func(row Scanner) error { return row.Scan(&n) }, query, args...)
	return n, err
}

// OnBehalf runs fn, which writes for the others of a batch: that may stay when this
// transaction fails.
func (tx *Tx) OnBehalf(fn func() error) error {
	wrote := tx.wrote
	err := fn()
	if err == nil {
		tx.wrote = wrote
	}
	return err
}
