package access

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/sealing"
	"github.com/fairlead-dev/fairlead/store"
)

const (
	responseLife      = 24 * time.Hour   // real time: how long an answer is given again
	underWayWait      = 10 * time.Second // real time: how long a request waits for the first with its key
	retryAfter        = time.Second      // when to ask again while the first is under way
	maxResponse       = 4 << 20          // bytes of an answer that is stored
	maxIdempotencyKey = 255              // characters of an Idempotency-Key
)

// IdempotentRequest is what an Idempotency-Key stands for.
type IdempotentRequest struct {
	Method, Path, Key string
	Body              []byte
	// How says how the request becomes one effect with its answer.
	How Idempotency
}

// Idempotency is how a request becomes one effect with its answer.
type Idempotency int

const (
	// InOneTransaction stores what the request does, and its answer, in one
	// transaction (store.Atomically). It may not take long.
	InOneTransaction Idempotency = iota
	// InSteps is for what takes long: Effect does once what must not be done twice,
	// and a request that was cut off goes on from there.
	InSteps
	// ByItself is for what knows its own replays: the key is held to one body, and
	// each request runs.
	ByItself
)

// Answer is what a request was answered with.
type Answer struct {
	Status   int
	Header   map[string][]string
	Body     []byte
	Replayed bool // it was given before
}

// final reports whether an answer is one to keep: a refusal, a server's own failure, or
// "come again later" is not, and what led to it is rolled back. A request that is mended
// after a refusal may use its key again.
func (a Answer) final() bool { return a.Status < 400 }

// passes reports whether the same request may be answered otherwise later.
func (a Answer) passes() bool { return a.Status >= 500 || len(a.Header["Retry-After"]) > 0 }

// savedAnswer is what is sealed of an answer: headers too, for they may hold addresses that open things.
type savedAnswer struct {
	Header map[string][]string `json:"header,omitempty"`
	Body   []byte              `json:"body,omitempty"`
}

// Once runs a request under an Idempotency-Key, scoped to application, method and
// path, or gives the answer that the first one got. What the request did and its
// answer are stored together: a process that dies in between has done neither.
//
// Errors: Invalid for a key that is too long; Conflict when the key was used with
// another body, or (with RetryAfter) while the first is still under way.
func (a *Access) Once(ctx context.Context, c Caller, r IdempotentRequest, run func(context.Context) Answer) (Answer, error) {
	if len(r.Key) > maxIdempotencyKey {
		return Answer{}, fairlead.InvalidField("Idempotency-Key", "range", "must have at most 255 characters")
	}
	tenant := c.Tenant.ID
	row := store.SavedResponse{
		ID: fairlead.DerivedID("rpl", string(c.Application.ID), r.Method, r.Path, r.Key), Tenant: tenant,
		// Keyed, because a body may hold a secret that a plain hash would let one guess.
		Request: a.vault.MAC(tenant, "idempotency", string(r.Body)), Created: a.clock(),
	}
	leave, err := a.underWay.enter(ctx, string(tenant)+" "+row.ID)
	if err != nil {
		return Answer{}, err
	}
	defer leave()
	for {
		answer, err := a.once(ctx, row, r.How, run)
		// Another node answered the key meanwhile: it is there to be read.
		if !errors.Is(err, errAnsweredElsewhere) {
			return answer, in("answering an idempotent request", err)
		}
	}
}

// errAnsweredElsewhere is a lost race for a key.
var errAnsweredElsewhere = errors.New("access: the key was answered by another node")

func (a *Access) once(ctx context.Context, row store.SavedResponse, how Idempotency, run func(context.Context) Answer) (Answer, error) {
	before, err := a.savedResponse(ctx, row)
	if err != nil {
		return Answer{}, err
	}
	if before.Status != 0 && how != ByItself {
		return a.openAnswer(before)
	}
	row.Version, row.Effect = before.Version, before.Effect
	if how == InSteps {
		steps := &steps{access: a, row: row}
		answer := run(context.WithValue(ctx, stepsKey{}, steps))
		if steps.lost {
			return Answer{}, errAnsweredElsewhere
		}
		if answer.passes() || !answer.final() && steps.row.Effect == "" {
			return answer, nil
		}
		put, err := a.putAnswer(steps.row, answer)
		if err != nil {
			return Answer{}, err
		}
		return answer, lostToOthers(a.store.Update(context.WithoutCancel(ctx), put))
	}
	var answer Answer
	err = store.Atomically(ctx, a.store, func(ctx context.Context) (func(*store.Tx) error, error) {
		answer = run(ctx)
		switch {
		case how == ByItself && !answer.passes() && !answer.final(): // what a refusal wrote down stays
			return func(*store.Tx) error { return nil }, nil
		case answer.passes():
			return nil, errNotKept
		case !answer.final(): // refused at the commit, so that a lost race is run again
			return func(*store.Tx) error { return errNotKept }, nil
		case how == ByItself:
			return a.putAnswer(row, Answer{Status: answer.Status})
		}
		return a.putAnswer(row, answer)
	})
	switch {
	case errors.Is(err, errNotKept):
		return answer, nil
	case errors.Is(err, store.ErrRolledBack) && answer.Status >= 400:
		// The answer says that nothing came of it, and nothing is what was stored.
		return answer, nil
	}
	return answer, lostToOthers(err)
}

// errNotKept rolls a request back whose answer is none to keep.
var errNotKept = errors.New("access: an answer that is not kept")

// lostToOthers tells the loss of the key's row from other failures.
func lostToOthers(err error) error {
	if errors.Is(err, errRowTaken) {
		return errAnsweredElsewhere
	}
	return err
}

// errRowTaken marks that of all writes of a transaction it was the key's that lost.
var errRowTaken = errors.New("access: the key's row was taken")

// savedResponse reads the row of a key, if it is still in use; a new one has Version 0
// and no Status. Conflict: the key belongs to another body.
func (a *Access) savedResponse(ctx context.Context, row store.SavedResponse) (before store.SavedResponse, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) (err error) {
		before, err = tx.SavedResponses.Get(row.Tenant, row.ID)
		return err
	})
	switch {
	case fairlead.Is(err, fairlead.NotFound):
		return store.SavedResponse{}, nil
	case err != nil:
		return before, err
	case !row.Created.Before(before.Created.Add(responseLife)):
		return store.SavedResponse{Version: before.Version}, nil
	case before.Request != row.Request:
		return before, fairlead.Errorf(fairlead.Conflict, "This Idempotency-Key was used with another request.")
	}
	return before, nil
}

// putAnswer seals an answer and returns what stores it.
func (a *Access) putAnswer(row store.SavedResponse, answer Answer) (func(*store.Tx) error, error) {
	if answer.Status == 0 {
		return nil, fairlead.Errorf(fairlead.Internal, "access: an answer without a status")
	}
	if len(answer.Body) > maxResponse {
		return nil, fairlead.Errorf(fairlead.TooLarge, "The answer is too large to be kept. Send the request without an Idempotency-Key.")
	}
	saved := savedAnswer{Header: map[string][]string{}, Body: answer.Body}
	for _, k := range []string{"Content-Type", "Location"} {
		if v := answer.Header[k]; len(v) > 0 {
			saved.Header[k] = v
		}
	}
	plain, err := json.Marshal(saved)
	if err != nil {
		return nil, fmt.Errorf("access: storing an answer: %w", err)
	}
	row.Status = answer.Status
	if row.Answer, err = a.vault.SealRoot(sealing.AnswerLocation(row.Tenant, row.ID), plain); err != nil {
		return nil, fmt.Errorf("access: sealing an answer: %w", err)
	}
	return putRow(row), nil
}

// putRow stores the row of a key.
func putRow(row store.SavedResponse) func(*store.Tx) error {
	return func(tx *store.Tx) error {
		put := row
		err := tx.SavedResponses.Put(row.Tenant, &put)
		if errors.Is(err, store.ErrStale) {
			return errRowTaken // not ErrStale: running the request again would not help
		}
		return err
	}
}

// openAnswer unseals a stored answer.
func (a *Access) openAnswer(row store.SavedResponse) (Answer, error) {
	plain, err := a.vault.OpenRoot(sealing.AnswerLocation(row.Tenant, row.ID), row.Answer)
	if err != nil {
		return Answer{}, fmt.Errorf("access: opening a stored answer: %w", err)
	}
	var stored savedAnswer
	if err := json.Unmarshal(plain, &stored); err != nil {
		return Answer{}, fmt.Errorf("access: reading a stored answer: %w", err)
	}
	return Answer{Status: row.Status, Header: stored.Header, Body: stored.Body, Replayed: true}, nil
}

// steps is a request that runs InSteps.
type steps struct {
	access *Access
	row    store.SavedResponse
	lost   bool // another node has the key
}

type stepsKey struct{}

// Effect does once, under the Idempotency-Key of the request that ctx belongs to,
// what a request InSteps must not do twice, and returns its result: at most 200
// bytes that lead to what was done (an id, an instant). It is stored with the
// effect; where that was done before, run is not called. Elsewhere it calls run.
func (a *Access) Effect(ctx context.Context, run func(context.Context) (result string, err error)) (string, error) {
	s, _ := ctx.Value(stepsKey{}).(*steps)
	if s == nil {
		return run(ctx)
	}
	if s.row.Effect != "" {
		return s.row.Effect, nil
	}
	row := s.row
	err := store.Atomically(ctx, a.store, func(ctx context.Context) (func(*store.Tx) error, error) {
		result, err := run(ctx)
		row.Effect = result
		return putRow(row), err
	})
	if err != nil {
		s.lost = errors.Is(err, errRowTaken)
		return "", lostToOthers(err)
	}
	row.Version++
	s.row = row
	return row.Effect, nil
}

// underWay is what is being answered on this node: of those with one key the first
// runs, and the others wait for its answer.
type underWay struct {
	mu      sync.Mutex
	running map[string]chan struct{} // closed when the one that runs has ended
}

// enter waits for its turn. Conflict, with RetryAfter: that took too long.
func (u *underWay) enter(ctx context.Context, key string) (leave func(), err error) {
	limit := time.NewTimer(underWayWait)
	defer limit.Stop()
	for {
		ended, first := u.join(key)
		if first {
			return func() { u.leave(key) }, nil
		}
		select {
		case <-ended:
		case <-ctx.Done():
			return nil, fairlead.Errorf(fairlead.Unavailable, "The request was given up.")
		case <-limit.C:
			return nil, &fairlead.Error{Kind: fairlead.Conflict, Detail: "The first request with this Idempotency-Key is still under way.", RetryAfter: retryAfter}
		}
	}
}

func (u *underWay) join(key string) (ended <-chan struct{}, first bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if c, ok := u.running[key]; ok {
		return c, false
	}
	if u.running == nil {
		u.running = map[string]chan struct{}{}
	}
	u.running[key] = make(chan struct{})
	return nil, true
}

func (u *underWay) leave(key string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	close(u.running[key])
	delete(u.running, key)
}
