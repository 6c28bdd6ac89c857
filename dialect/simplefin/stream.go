package simplefin

import (
	"bufio"
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/dialect"
	"github.com/fairlead-dev/fairlead/reading"
)

// bufferSize is how much of an answer is in memory before it is sent.
const bufferSize = 32 << 10

// writer writes an account set piece by piece and stops at the first error: a person may
// have years of transactions, which need not be in memory at once.
type writer struct {
	*SimpleFIN
	program
	out *bufio.Writer
	err error
}

// write sends an account set. When a later page cannot be read the answer is cut: half a
// set must not look like a whole one.
func (s *SimpleFIN) write(w http.ResponseWriter, p program, set gathered) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	out := &writer{SimpleFIN: s, program: p, out: bufio.NewWriterSize(sending{w, http.NewResponseController(w)}, bufferSize)}
	out.set(set)
	if out.err == nil {
		out.err = out.out.Flush()
	}
	if out.err != nil {
		if p.Context().Err() == nil && !errors.Is(out.err, context.Canceled) {
			s.verbs.Log.ErrorContext(p.Context(), "simplefin: an answer broke off", "error", out.err)
		}
		panic(http.ErrAbortHandler)
	}
}

// sendTime is how long a piece of an answer may take.
const sendTime = 2 * time.Minute

// sending gives each piece of an answer time of its own: a long one may take longer than
// others on the whole.
type sending struct {
	http.ResponseWriter
	control *http.ResponseController
}

func (s sending) Write(b []byte) (int, error) {
	_ = s.control.SetWriteDeadline(time.Now().Add(sendTime))
	return s.ResponseWriter.Write(b)
}

func (w *writer) text(s string) {
	if w.err == nil {
		_, w.err = w.out.WriteString(s)
	}
}

func (w *writer) value(v any) {
	if w.err != nil {
		return
	}
	var b []byte
	if b, w.err = encode(v); w.err == nil {
		_, w.err = w.out.Write(b)
	}
}

// set writes the whole answer.
func (w *writer) set(set gathered) {
	w.text(`{"errors":`)
	w.value(messages(set.errors))
	if w.query.version2 {
		w.text(`,"errlist":`)
		w.value(append([]attention{}, set.errors...))
		w.text(`,"connections":`)
		connections := []wireConnection{}
		for _, c := range set.connections {
			connections = append(connections, w.connectionOf(c))
		}
		w.value(connections)
	}
	w.text(`,"accounts":[`)
	first := true
	for _, c := range set.connections {
		securities := map[fairlead.RecordID]fairlead.Security{}
		for _, a := range c.accounts {
			if !first {
				w.text(",")
			}
			first = false
			w.account(c, a, securities)
		}
	}
	w.text("]}\n")
}

// account writes one account with its lists.
func (w *writer) account(c shared, a fairlead.Account, securities map[fairlead.RecordID]fairlead.Security) {
	if w.err != nil {
		return
	}
	head, err := encode(w.accountOf(c, a, w.query.version2))
	if err != nil {
		w.err = err
		return
	}
	w.text(string(head[:len(head)-1])) // open again
	if !w.query.balancesOnly {
		w.text(`,"transactions":[`)
		w.transactions(a)
		w.text("]")
	}
	if a.Kind == fairlead.AccountInvestment || a.Kind == fairlead.AccountPension {
		w.text(`,"holdings":[`)
		w.holdings(c, a, securities)
		w.text("]")
	}
	w.text("}")
}

// transactions writes those of an account in the order of when they were posted: what is
// pending is posted at 0, and so comes first.
func (w *writer) transactions(a fairlead.Account) {
	if w.query.nothing {
		return
	}
	first := true
	for _, state := range []fairlead.TransactionState{fairlead.TransactionPending, fairlead.TransactionPosted} {
		if state == fairlead.TransactionPending && !w.query.pending {
			continue
		}
		q := reading.Query{Account: a.ID, State: string(state), Days: w.query.days, Oldest: true}
		for t, err := range dialect.All(w.Context(), w.tenant.ID, q, w.verbs.Reading.Transactions) {
			if w.err == nil {
				w.err = err
			}
			if w.err != nil {
				return
			}
			if !first {
				w.text(",")
			}
			first = false
			w.value(transactionOf(t))
		}
	}
}

// holdings writes the positions of an account.
func (w *writer) holdings(c shared, a fairlead.Account, securities map[fairlead.RecordID]fairlead.Security) {
	first := true
	for h, err := range dialect.All(w.Context(), w.tenant.ID, reading.Query{Account: a.ID}, w.verbs.Reading.Holdings) {
		if w.err == nil {
			w.err = err
		}
		if w.err != nil {
			return
		}
		security, known := securities[h.Security]
		if !known && h.Security != "" {
			security, err = w.verbs.Reading.Security(w.Context(), w.tenant.ID, h.Security)
			if err != nil && !fairlead.Is(err, fairlead.NotFound) {
				w.err = err
				return
			}
			securities[h.Security] = security
		}
		if !first {
			w.text(",")
		}
		first = false
		w.value(c.holdingOf(h, security))
	}
}
