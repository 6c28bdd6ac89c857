package klavi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/dialect/klavi/report"
	"github.com/fairlead-dev/fairlead/notes"
)

const (
	maxConsents = 50 // of one link
	// claimLasts is when a claim of which nothing came is anybody's again: its request was
	// cut off in the moment between claiming and making the link.
	claimLasts = time.Hour
)

// claim is the note by which a consent of the API has one of its link's places, and its
// externalTrackId.
type claim struct {
	At   time.Time       `json:"at"`             // real time
	Link fairlead.LinkID `json:"link,omitempty"` // the consent's own; "" while it is being made
}

// claimConsent claims an externalTrackId and one of the places that a link has for
// consents, for requests at once never the same. It is a Conflict where the
// externalTrackId was used.
func (k *Klavi) claimConsent(ctx context.Context, c access.Caller, parent fairlead.LinkID, trackID string) (track, slot string, err error) {
	track = "track/" + string(c.Application.ID) + "/" + report.UUID(trackID)
	switch free, err := k.claimed(ctx, c.Tenant.ID, track); {
	case err != nil:
		return "", "", err
	case !free:
		return "", "", fairlead.Errorf(fairlead.Conflict, "externalTrackId was used already")
	}
	taken, err := k.verbs.Notes.KV(name).List(ctx, c.Tenant.ID, childrenOf(parent), "", maxConsents)
	for n := 0; err == nil && n < maxConsents; n++ {
		slot := fmt.Sprintf("%s%02d", childrenOf(parent), n)
		if slices.ContainsFunc(taken, func(note fairlead.Note) bool {
			var c claim
			return note.Key == slot && json.Unmarshal(note.Value, &c) == nil && !c.free(k.verbs.Clock())
		}) {
			continue // without a transaction of its own
		}
		var free bool
		if free, err = k.claimed(ctx, c.Tenant.ID, slot); free {
			return track, slot, nil
		}
	}
	if err == nil {
		err = business(tooManyConsents, "the link has too many consents")
	}
	return "", "", k.release(ctx, c.Tenant.ID, err, track)
}

// claimed claims a note, if it is free.
func (k *Klavi) claimed(ctx context.Context, tenant fairlead.TenantID, key string) (free bool, err error) {
	now := k.verbs.Clock()
	_, err = notes.Change(ctx, k.verbs.Notes.KV(name), tenant, key, func(c *claim) error {
		if !c.free(now) {
			return errTaken
		}
		*c = claim{At: now}
		return nil
	})
	if errors.Is(err, errTaken) {
		return false, nil
	}
	return err == nil, err
}

var errTaken = errors.New("klavi: it is taken")

// free tells a claim of nobody's, or of somebody who never came back.
func (c claim) free(now time.Time) bool { return c.Link == "" && now.Sub(c.At) > claimLasts }

// settle says which link claims are for.
func (k *Klavi) settle(ctx context.Context, tenant fairlead.TenantID, link fairlead.LinkID, keys ...string) error {
	for _, key := range keys {
		if err := k.verbs.Notes.KV(name).Put(ctx, tenant, key, claim{At: k.verbs.Clock(), Link: link}); err != nil {
			return err
		}
	}
	return nil
}

// release gives claims back because of an error, which it returns, also where whoever
// asked has gone.
func (k *Klavi) release(ctx context.Context, tenant fairlead.TenantID, because error, keys ...string) error {
	if err := k.verbs.Notes.KV(name).Delete(context.WithoutCancel(ctx), tenant, keys...); err != nil {
		return err
	}
	return because
}

// childrenOf is the prefix under which the claims of a link's consents are noted.
func childrenOf(id fairlead.LinkID) string { return "child/" + string(id) + "/" }
