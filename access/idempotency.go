package access

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/sealing"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/vault"
)

const (
	responseLife      = 24 * time.Hour   // real time: how long an answer is given again
	unansweredLife    = 60 * time.Second // real time: after which a first request without an answer counts as crashed
	retryAfter        = time.Second      // when to ask again while the first is under way
	maxResponse       = 4 << 20          // bytes of an answer that is stored
	maxIdempotencyKey = 255              // characters of an Idempotency-Key
)

// IdempotentRequest is one idempotent request. Either it is Done and holds the answer to
// give again, or the caller runs it and calls Finish with the answer (Abandon
// when there is none worth storing).
type IdempotentRequest struct {
	Status int                 // 0: not answered yet
	Header map[string][]string // of the answer
	Body   []byte

	access   *Access
	response store.SavedResponse // as it was written; empty where the request has no key
}

// Done reports whether the request was answered before.
func (r IdempotentRequest) Done() bool { return r.Status != 0 }

// answer is what is sealed of an answer: headers too, for they may hold addresses that open things.
type answer struct {
	Header map[string][]string `json:"header,omitempty"`
	Body   []byte              `json:"body,omitempty"`
}

// Begin starts a request under an Idempotency-Key, scoped to application, method
// and path. Without a key it always runs and stores nothing. Conflict when the
// key was used with another body, or (with RetryAfter) while the first is under
// way; one that crashed without an answer may run again after a minute.
func (a *Access) Begin(ctx context.Context, c Caller, method, path, key string, body []byte) (IdempotentRequest, error) {
	if key == "" {
		return IdempotentRequest{access: a}, nil
	}
	if len(key) > maxIdempotencyKey {
		return IdempotentRequest{}, fairlead.InvalidField("Idempotency-Key", "range", "must have at most 255 characters")
	}
	tenant, wall := c.Tenant.ID, a.clock()
	fresh := store.SavedResponse{
		ID: fairlead.DerivedID("rpl", string(c.Application.ID), method, path, key), Tenant: tenant,
		// Keyed, because a body may hold a secret that a plain hash would let one guess.
		Request: a.vault.MAC(tenant, "idempotency", string(body)), Created: wall,
	}
	var response store.SavedResponse
	err := a.store.Update(ctx, func(tx *store.Tx) error {
		before, err := tx.SavedResponses.Get(tenant, fresh.ID)
		response = fresh
		switch {
		case fairlead.Is(err, fairlead.NotFound):
		case err != nil:
			return err
		case !wall.Before(before.Created.Add(responseLife)):
			response.Version = before.Version
		case before.Request != fresh.Request:
			return fairlead.Errorf(fairlead.Conflict, "This Idempotency-Key was used with another request.")
		case before.Status != 0:
			response = before
			return nil
		case wall.Before(before.Created.Add(unansweredLife)):
			return &fairlead.Error{Kind: fairlead.Conflict, Detail: "The first request with this Idempotency-Key is still under way.", RetryAfter: retryAfter}
		default:
			response.Version = before.Version
		}
		return tx.SavedResponses.Put(tenant, &response)
	})
	if err != nil {
		return IdempotentRequest{}, fmt.Errorf("access: beginning an idempotent request: %w", err)
	}
	r := IdempotentRequest{access: a, response: response}
	if response.Status == 0 {
		return r, nil
	}
	return r.opened()
}

// opened unseals the stored answer.
func (r IdempotentRequest) opened() (IdempotentRequest, error) {
	plain, err := r.access.vault.OpenRoot(r.location(), r.response.Answer)
	if err != nil {
		return IdempotentRequest{}, fmt.Errorf("access: opening a stored answer: %w", err)
	}
	var stored answer
	if err := json.Unmarshal(plain, &stored); err != nil {
		return IdempotentRequest{}, fmt.Errorf("access: reading a stored answer: %w", err)
	}
	r.Status, r.Header, r.Body = r.response.Status, stored.Header, stored.Body
	return r, nil
}

// location binds an answer to its own row.
func (r IdempotentRequest) location() vault.Location {
	return sealing.AnswerLocation(r.response.Tenant, r.response.ID)
}

// Finish stores the answer. Conflict when the request took so long that another
// one took it over: the answer is still good to send. An answer over 4 MiB is
// TooLarge and the key is forgotten.
func (r IdempotentRequest) Finish(ctx context.Context, status int, header map[string][]string, body []byte) error {
	if r.response.ID == "" {
		return nil
	}
	if status == 0 {
		return fairlead.Errorf(fairlead.Internal, "access: an answer without a status")
	}
	if len(body) > maxResponse {
		if err := r.Abandon(ctx); err != nil {
			return err
		}
		return fairlead.Errorf(fairlead.TooLarge, "The answer is too large to be kept.")
	}
	plain, err := json.Marshal(answer{Header: header, Body: body})
	if err != nil {
		return fmt.Errorf("access: storing an answer: %w", err)
	}
	sealed, err := r.access.vault.SealRoot(r.location(), plain)
	if err != nil {
		return fmt.Errorf("access: sealing an answer: %w", err)
	}
	return in("storing an answer", r.access.store.Update(ctx, func(tx *store.Tx) error {
		response := r.response
		response.Status, response.Answer = status, sealed
		return tx.SavedResponses.Put(response.Tenant, &response)
	}))
}

// Abandon forgets the request, so that the same key may run again at once: for
// failures of our own, which are no answer.
func (r IdempotentRequest) Abandon(ctx context.Context) error {
	if r.response.ID == "" || r.Done() {
		return nil
	}
	return in("abandoning an idempotent request", r.access.store.Update(ctx, func(tx *store.Tx) error {
		now, err := tx.SavedResponses.Get(r.response.Tenant, r.response.ID)
		if err != nil || now.Version != r.response.Version { // gone, or somebody else's by now
			if fairlead.Is(err, fairlead.NotFound) {
				return nil
			}
			return err
		}
		return tx.SavedResponses.Delete(r.response.Tenant, r.response.ID)
	}))
}
