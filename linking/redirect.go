package linking

import (
	"context"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/securitylog"
	"github.com/fairlead-dev/fairlead/store"
)

// What an institution may send back in an address.
const (
	maxReturnFields = 32
	maxReturnBytes  = 16 << 10
)

// oauthState is the state parameter of a conversation's visits: derived under a
// key of the vault, so that every turn names the same one and only its hash is stored.
func (l *Linking) oauthState(link fairlead.Link, conversation string) string {
	return l.o.Vault.MAC(link.Tenant, "go", string(link.ID), conversation)
}

// Depart says where the institution awaits the person. cookie is the value of one
// for the browser that leaves: a return that brings it is trusted. Errors: Conflict
// when there is nowhere to go, Gone when the address has expired.
func (v *Visit) Depart(ctx context.Context) (address, cookie string, err error) {
	if err := v.state.open(); err != nil {
		return "", "", err
	}
	c := v.link.Conversation
	if c == nil || c.Step.Send == nil {
		return "", "", moved()
	}
	if opens := c.Step.Send.Opens; !opens.IsZero() && !v.now.Before(opens) {
		err := v.refuse(ctx, fairlead.Errorf(fairlead.ChallengeExpired, "The institution's address has expired."))
		if err == nil {
			err = v.advance(ctx)
		}
		if err != nil && !fairlead.Is(err, fairlead.Conflict) {
			return "", "", err
		}
		return "", "", fairlead.Errorf(fairlead.Gone, "The institution's address has expired.")
	}
	if v.session != "" && v.session != v.link.LastSession { // who leaves is who comes back, and sees what came of it
		v.acting()
		if err := v.change(ctx, func(*store.Tx, *state) error { return nil }); err != nil {
			return "", "", err
		}
	}
	return c.Step.Send.URL, v.l.oauthState(v.link, c.ID), nil
}

// OpenReturn reads the link that the state of a redirect leads back to. Whoever
// holds only the state is not in the session: the Visit shows who asks, and for
// whom, but no step and no result. Errors: NotFound for a state that leads
// nowhere (any more). client is where the request came from, for audit.
func (l *Linking) OpenReturn(ctx context.Context, state, client string) (*Visit, error) {
	v, err := l.open(ctx, client, func(tx *store.Tx) (fairlead.Token, error) {
		t, err := tx.Tokens.Get(fairlead.OAuthStateToken, fairlead.TokenHash(state))
		if fairlead.Is(err, fairlead.NotFound) {
			err = fairlead.Errorf(fairlead.NotFound, "This visit is not known, or has ended.")
		}
		return t, err
	})
	if err == nil {
		v.limited = true
	} else if fairlead.Is(err, fairlead.NotFound) || fairlead.Is(err, fairlead.Gone) {
		l.o.Security.Report(ctx, securitylog.StateRefused, securitylog.Entry{})
	}
	return v, err
}

// Return hands what the institution sent back to the connector. The caller has
// made sure that the browser is the one that left, or that the person has said
// yes. Coming back twice is no error.
func (v *Visit) Return(ctx context.Context, query map[string]string) error {
	size := 0
	for name, value := range query {
		size += len(name) + len(value)
	}
	if len(query) > maxReturnFields || size > maxReturnBytes {
		return fairlead.Errorf(fairlead.TooLarge, "The institution sent too much back.")
	}
	if err := v.state.open(); err != nil {
		return err
	}
	if err := v.awaitPoll(ctx); err != nil {
		return err
	}
	c := v.link.Conversation
	if c == nil || c.Step.Send == nil || v.wall.Before(c.Busy) {
		return nil // came back before, or in another tab: the page shows where the link stands
	}
	if err := v.resume(ctx, fairlead.Answer{Return: query}, nil); !fairlead.Is(err, fairlead.Conflict) {
		return err
	}
	return nil
}

// awaitPoll waits for a poll in flight to end, as long as a request may wait: what came
// back with the browser is handed on after it.
func (v *Visit) awaitPoll(ctx context.Context) error {
	for began := time.Now(); time.Since(began) < turnPatience; {
		if c := v.link.Conversation; c == nil || !c.Polling || !v.wall.Before(c.Busy) {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(returnPause):
		}
		if err := v.refresh(ctx); err != nil {
			return err
		}
	}
	return nil
}
