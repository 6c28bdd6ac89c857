package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"runtime/debug"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// conn runs statements on one connection, inside one transaction.
type conn interface {
	exec(query string, args ...any) (int64, error)
	query(query string, args ...any) (*sql.Rows, error)
	// fault classifies an error of the driver.
	fault(doing string, err error) error
}

// session is one transaction: what its drawers share.
type session struct {
	conn   conn
	engine engine
	tables *catalogue
	write  bool

	told
	later *told // where told goes, when others share the transaction; nil: it is written with this session
	audit []fairlead.AuditEntry
	undo  []func() // gives nouns back the versions they had
	wrote bool     // a row was changed
	err   error    // the first statement that failed: the transaction can't be kept
	over  bool     // fn came back

	clock   fairlead.Tenant   // whose clock was looked at last
	turns   [shelfCount]int64 // of the shelves when a View began
	read    bool              // something was read: a View's snapshot stands
	shelved bool              // something was taken from a shelf before that
	strict  bool              // nothing is
	moved   bool              // what was taken is not what the snapshot has: fn runs anew
	upTo    int64             // the last commit of which something may have been seen

	tokenTurn int64    // of the token shelf when a View began
	presented []string // tokens that were taken from it before the snapshot stood

	// raced tells that a compare-and-swap was lost on what this very transaction
	// had read: running it anew would win.
	raced bool
	seen  map[string]int64 // versions that this transaction read, by table, tenant and id
}

// tx is the session as drawers.
func (s *session) tx() *store.Tx {
	t := s.tables
	return &store.Tx{
		Tenants:        tenants{s},
		Tokens:         tokens{s},
		Applications:   drawer[fairlead.Application]{s, t.applications},
		Keys:           drawer[fairlead.Key]{s, t.keys},
		Persons:        drawer[fairlead.Person]{s, t.persons},
		Templates:      drawer[fairlead.Template]{s, t.templates},
		Links:          links{drawer[fairlead.Link]{s, t.links}},
		Connections:    drawer[fairlead.Connection]{s, t.connections},
		Consents:       drawer[fairlead.Consent]{s, t.consents},
		Collections:    drawer[fairlead.Collection]{s, t.collections},
		Endpoints:      drawer[fairlead.Endpoint]{s, t.endpoints},
		Deliveries:     lanes{drawer[fairlead.Delivery]{s, t.notices}},
		SavedResponses: drawer[store.SavedResponse]{s, t.replies},
		Notes:          notes{s},
		Records:        records{s},
		Events:         events{s},
		Audit:          audit{s},
		Work:           work{s},
	}
}

// run calls fn and then writes what waits for the end of the transaction. A
// panic comes back as an error; when run fails, what nouns were told is undone.
func (s *session) run(fn func(*session) error) (err error) {
	finished := false
	defer func() {
		if !finished { // a panic, or runtime.Goexit, which recover does not see
			err = panicked(recover())
		}
		if err != nil {
			s.takeBack()
		}
		s.over = true
	}()
	err = fn(s)
	if err == nil {
		err = s.err
	}
	if err == nil && s.write {
		err = s.flush()
	}
	finished = true
	return err
}

// panicked keeps where it happened, but not the value: that may hold anything.
func panicked(value any) error {
	if e, ok := value.(interface {
		error
		RuntimeError()
	}); ok {
		return internal("panic inside a transaction: %w\n%s", e, debug.Stack())
	}
	return internal("panic inside a transaction (%T)\n%s", value, debug.Stack())
}

// takeBack gives every noun the version it had before this transaction.
func (s *session) takeBack() {
	for i := len(s.undo) - 1; i >= 0; i-- {
		s.undo[i]()
	}
	s.undo = nil
}

// flush writes the audit and the events last, so that the rows which give
// them their order are held only until the commit that follows.
func (s *session) flush() error {
	if s.later == nil { // work before the audit, as a Cancel inside has it: one order everywhere
		if err := s.flushDues(); err != nil {
			return err
		}
	}
	if err := s.flushAudit(); err != nil {
		return err
	}
	if s.later == nil {
		return s.flushTold(s.told)
	}
	s.later.add(s.told)
	return nil
}

// touched tells whether there is anything in the transaction to be taken back.
func (s *session) touched() bool { return s.wrote || s.err != nil }

// usable refuses what comes after a failure, or after the end: the connection
// may be another's by then.
func (s *session) usable() error {
	if s.over {
		return internal("a transaction used after its end")
	}
	return s.err
}

// writable refuses a write inside View, too.
func (s *session) writable() error {
	if !s.write {
		return internal("a write inside View")
	}
	return s.usable()
}

func (s *session) exec(query string, args ...any) (int64, error) {
	if err := s.writable(); err != nil {
		return 0, err
	}
	n, err := s.conn.exec(query, args...)
	s.wrote = s.wrote || n > 0
	return n, s.failed(err)
}

// failed remembers that a statement failed: even when fn goes on, nothing runs
// any more and nothing is kept. The engine may have given up the transaction,
// and what ran then would be outside of it.
func (s *session) failed(err error) error {
	if err != nil && s.err == nil {
		s.err = err
	}
	return err
}

type scanner interface{ Scan(...any) error }

// all reads every row of a query.
func all[T any](s *session, scan func(scanner) (T, error), query string, args ...any) ([]T, error) {
	if err := s.usable(); err != nil {
		return nil, err
	}
	rows, err := s.conn.query(query, args...)
	if err != nil {
		return nil, s.failed(err)
	}
	defer rows.Close()
	s.read = true
	var list []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, s.failed(internal("reading a row: %w", err))
		}
		list = append(list, v)
	}
	if err := rows.Err(); err != nil {
		return nil, s.failed(s.conn.fault("reading rows", err))
	}
	return list, nil
}

// one reads the only row of a query, if there is any.
func one[T any](s *session, scan func(scanner) (T, error), query string, args ...any) (v T, found bool, err error) {
	list, err := all(s, scan, query, args...)
	if err != nil || len(list) == 0 {
		return v, false, err
	}
	return list[0], true, nil
}

// number reads one integer.
func number(s *session, query string, args ...any) (int64, error) {
	n, _, err := one(s, scanNumber, query, args...)
	return n, err
}

func scanNumber(row scanner) (n int64, err error) {
	err = row.Scan(&n)
	return n, err
}

func scanText(row scanner) (t string, err error) {
	err = row.Scan(&t)
	return t, err
}

// bump counts a counter row up by n and returns where it then stands.
func (s *session) bump(query string, args ...any) (int64, error) {
	if err := s.writable(); err != nil {
		return 0, err
	}
	s.wrote = true
	return number(s, query, args...)
}

// scanBody reads (version, body) into a noun.
func scanBody[T any](version func(*T) *int64) func(scanner) (T, error) {
	return func(row scanner) (noun T, err error) {
		var body sql.RawBytes // decoding copies what it keeps
		var v int64
		if err := row.Scan(&v, &body); err != nil {
			return noun, err
		}
		if err := json.Unmarshal(body, &noun); err != nil {
			return noun, fmt.Errorf("a body is not what its noun is: %w", err)
		}
		*version(&noun) = v
		return noun, nil
	}
}

// encode gives the body that is kept.
func encode(noun any) (string, error) {
	var body strings.Builder // unlike Marshal, it is written once and not copied
	if err := json.NewEncoder(&body).Encode(noun); err != nil {
		return "", internal("encoding %T: %w", noun, err)
	}
	return strings.TrimSuffix(body.String(), "\n"), nil
}

// swap is compare-and-swap: it inserts at version 0, else replaces exactly that
// version, and tells the noun its new one. place names the row.
func (s *session) swap(version *int64, place, what string, insert, replace func() (int64, error)) error {
	write := replace
	if *version == 0 {
		write = insert
	}
	n, err := write()
	if err != nil {
		return err
	}
	old := *version
	if n == 0 {
		if at, read := s.seen[place]; read && at == old {
			s.raced = true
		} else if old == 0 && s.seen[what] == missed {
			s.raced = true
		}
		if old == 0 {
			return &fairlead.Error{Kind: fairlead.Conflict, Detail: "The " + what + " exists already, or something unique to it is taken.", Err: store.ErrStale}
		}
		return &fairlead.Error{Kind: fairlead.Conflict, Detail: "The " + what + " was changed meanwhile, or something unique to it is taken.", Err: store.ErrStale}
	}
	s.undo = append(s.undo, func() { *version = old })
	*version = old + 1
	if s.seen != nil {
		s.seen[place] = old + 1
	}
	return nil
}

// missed marks in seen that something of a kind was looked for in vain.
const missed = -1

// saw remembers the version of what was read (0: not there), where others may write meanwhile.
func (s *session) saw(place, what string, version int64) {
	if s.seen == nil {
		return
	}
	if version == 0 {
		s.seen[what] = missed
	}
	if place != "" {
		s.seen[place] = version
	}
}

// pageSize is what a query may return: 0 asks for the usual.
func pageSize(limit, usual, most int) int {
	if limit <= 0 {
		return usual
	}
	return min(limit, most)
}

// instant is a time as it is stored.
func instant(t time.Time) int64 { return t.UnixMicro() }

// timeAt is a stored time.
func timeAt(micros int64) time.Time { return time.UnixMicro(micros).UTC() }

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// keyValue is a key as its column holds it: absent ones are NULL.
func keyValue(v string) any {
	if v == "" {
		return nil
	}
	return v
}

// waiting refuses what was still in the queue when its caller left.
func waiting(ctx context.Context) error { return unavailable("waiting for a turn", ctx.Err()) }

// wake tells whoever sleeps that something may be due.
type wake struct{ c chan struct{} }

func newWake() *wake { return &wake{make(chan struct{}, 1)} }

func (w *wake) signal() {
	select {
	case w.c <- struct{}{}:
	default:
	}
}
