package deliver

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// receipts are the deliveries that receivers have accepted and the store does not know
// of yet. Each is in a file as soon as the answer's status is known, some milliseconds
// before its batch is stored: what a write left in the page cache outlives a process
// that is killed. Without a file, or with one that can't be written, a kill repeats
// what was not stored: a receiver is to bear that anyway.
type receipts struct {
	path string
	log  *slog.Logger

	mu     sync.Mutex
	file   *os.File
	size   int
	left   map[fairlead.DeliveryID]receipt // written, and not stored
	broken bool
	owed   []receipt // of batches that could not be stored

	reading sync.Mutex
	read    bool // what the process before this one left is stored
}

// receipt is one line of the file.
type receipt struct {
	Tenant   fairlead.TenantID   `json:"tenant"`
	Delivery fairlead.DeliveryID `json:"delivery"`
	At       time.Time           `json:"at"` // real time
	Status   int                 `json:"status"`
}

const (
	// maxReceipts is how many bytes the file may have before what is stored is left out.
	maxReceipts = 256 << 10
	// receiptBatch is how many left ones are stored in one transaction.
	receiptBatch = 200
)

func newReceipts(path string, log *slog.Logger) *receipts {
	return &receipts{path: path, log: log, left: map[fairlead.DeliveryID]receipt{}, read: path == ""}
}

// accepted writes that a delivery was.
func (r *receipts) accepted(d fairlead.Delivery, at time.Time, status int) {
	if r.path == "" {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	one := receipt{d.Tenant, d.ID, at, status}
	r.left[d.ID] = one
	if r.broken {
		return
	}
	if err := r.write(one); err != nil {
		r.log.Error("receipts can't be written: after a kill deliveries may be sent once more", "error", err)
		r.broken = true // until all are stored
	}
}

func (r *receipts) write(one receipt) (err error) {
	if r.file == nil {
		if r.file, err = os.OpenFile(r.path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600); err != nil {
			return err
		}
	}
	text, err := json.Marshal(one)
	if err != nil {
		return err
	}
	n, err := r.file.Write(append(text, '\n'))
	r.size += n
	return err
}

// stored says that the outcomes of a batch are: the file forgets them now and then.
func (r *receipts) stored(batch []*attempt) {
	if r.path == "" {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, a := range batch {
		delete(r.left, a.delivery.ID)
	}
	if r.file == nil { // it could not be made: there may be room by now
		r.broken = r.broken && len(r.left) > 0
		return
	}
	if r.size < maxReceipts && !(r.broken && len(r.left) == 0) {
		return
	}
	if err := r.shorten(); err != nil {
		r.log.Error("the file of receipts could not be shortened", "error", err)
	}
}

// unstored says that the outcomes of a batch could not be: what of it was accepted is
// owed, and stored before anything else is sent.
func (r *receipts) unstored(batch []*attempt) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, a := range batch {
		if a.result.accepted() {
			r.owed = append(r.owed, receipt{a.delivery.Tenant, a.delivery.ID, a.result.attempt.At, a.result.attempt.Status})
		}
	}
}

// takeOwed is what is owed.
func (r *receipts) takeOwed() []receipt {
	r.mu.Lock()
	defer r.mu.Unlock()
	owed := r.owed
	r.owed = nil
	return owed
}

// shorten writes what is left anew.
func (r *receipts) shorten() error {
	next := r.path + ".new"
	f, err := os.OpenFile(next, os.O_CREATE|os.O_WRONLY|os.O_TRUNC|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	old, size := r.file, r.size
	r.file, r.size = f, 0
	for _, one := range r.left {
		if err = r.write(one); err != nil {
			break
		}
	}
	if err == nil {
		err = os.Rename(next, r.path)
	}
	if err != nil {
		r.file, r.size = old, size
		return errors.Join(err, f.Close(), os.Remove(next))
	}
	r.broken = false
	return old.Close()
}

// recall stores, before anything is delivered, what is owed and, once, what the process
// before this one left.
func (e *Engine) recall(ctx context.Context) error {
	r := e.receipts
	r.reading.Lock()
	defer r.reading.Unlock()
	if owed := r.takeOwed(); len(owed) > 0 {
		if err := e.storeReceipts(ctx, owed); err != nil {
			r.mu.Lock()
			r.owed = append(r.owed, owed...)
			r.mu.Unlock()
			return fmt.Errorf("deliver: storing %d receipts: %w", len(owed), err)
		}
		r.mu.Lock()
		for _, one := range owed {
			delete(r.left, one.Delivery)
		}
		r.mu.Unlock()
	}
	if r.read {
		return nil
	}
	accepted, err := readReceipts(r.path)
	if err != nil { // it must not stop all that is to be delivered
		bad := r.path + ".bad"
		r.log.Error("the file of receipts cannot be read: what it has is sent again", "moved_to", bad, "error", errors.Join(err, os.Rename(r.path, bad)))
		r.read = true
		return nil
	}
	for len(accepted) > 0 {
		n := min(len(accepted), receiptBatch)
		if err := e.storeEach(ctx, accepted[:n]); err != nil {
			return fmt.Errorf("deliver: storing %d receipts: %w", n, err)
		}
		accepted = accepted[n:]
	}
	if err := os.Remove(r.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("deliver: %w", err)
	}
	r.read = true
	return nil
}

// storeEach stores receipts together, or, where one of them leads to what cannot be
// read, each alone, and lets that one go.
func (e *Engine) storeEach(ctx context.Context, accepted []receipt) error {
	err := e.storeReceipts(ctx, accepted)
	if !fairlead.Is(err, fairlead.Internal) {
		return err
	}
	for _, one := range accepted {
		err := e.storeReceipts(ctx, []receipt{one})
		if fairlead.Is(err, fairlead.Internal) {
			e.receipts.log.Error("a receipt could not be stored: its delivery is sent again", "delivery", one.Delivery, "error", err)
		} else if err != nil {
			return err
		}
	}
	return nil
}

// readReceipts reads the file; a last line that was cut is none.
func readReceipts(path string) (accepted []receipt, err error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("deliver: reading receipts: %w", err)
	}
	for scanner := bufio.NewScanner(bytes.NewReader(text)); scanner.Scan(); {
		var one receipt
		if json.Unmarshal(scanner.Bytes(), &one) == nil && one.Delivery != "" {
			accepted = append(accepted, one)
		}
	}
	return accepted, nil
}

// storeReceipts ends deliveries that were accepted. Those that wait no more were
// stored by the process before, or by another node.
func (e *Engine) storeReceipts(ctx context.Context, accepted []receipt) error {
	wall := e.o.Clock()
	return e.o.Store.Update(ctx, func(tx *store.Tx) error {
		for _, one := range accepted {
			d, err := tx.Deliveries.Get(one.Tenant, string(one.Delivery))
			if fairlead.Is(err, fairlead.NotFound) || err == nil && d.State != fairlead.DeliveryWaiting {
				continue
			}
			if err != nil {
				return err
			}
			owner, err := tx.Tenants.Get(one.Tenant)
			if err != nil {
				return err
			}
			applyPolicy(&d, outcome{attempt: fairlead.Attempt{At: one.At, Status: one.Status}}, owner.Time(wall))
			if err := tx.Deliveries.Put(d.Tenant, &d); err != nil {
				return err
			}
		}
		return nil
	})
}
