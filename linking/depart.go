package linking

import (
	"context"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// maxReturn bounds what an institution sends back in an address.
const (
	maxReturnFields = 32
	maxReturnBytes  = 16 << 10
)

// goState is the state parameter of a conversation's visits: derived under a key
// of the vault, so that every turn names the same one and only its hash is kept.
func (l *Linking) goState(p place, conversation string) string {
	return l.o.Vault.MAC(p.tenantID, "go", string(p.linkID), conversation)
}

// Depart says where the institution awaits the person. state is for a cookie of
// the browser that leaves: a return that brings it is trusted. Errors: Conflict
// when there is nowhere to go, Gone when the address has expired.
func (l *Linking) Depart(ctx context.Context, s Session) (address, state string, err error) {
	p, err := l.locate(ctx, s)
	if err != nil {
		return "", "", err
	}
	sc, err := l.look(ctx, p)
	if err != nil {
		return "", "", err
	}
	if err := sc.open(); err != nil {
		return "", "", err
	}
	c := sc.link.Conversation
	if c == nil || c.Step.Send == nil {
		return "", "", moved()
	}
	if opens := c.Step.Send.Opens; !opens.IsZero() && !sc.now.Before(opens) {
		if err := l.refuse(ctx, sc, fairlead.Errorf(fairlead.ChallengeExpired, "The institution's address has expired.")); err != nil && !fairlead.Is(err, fairlead.Conflict) {
			return "", "", err
		}
		return "", "", fairlead.Errorf(fairlead.Gone, "The institution's address has expired.")
	}
	return c.Step.Send.URL, l.goState(p, c.ID), nil
}

// Return takes the person coming back from the institution. trusted is false
// when the browser does not hold the state that left with it (cookieState):
// nothing has happened then, and the page asks before ConfirmReturn. Coming back
// twice is no error. Errors: NotFound for a state that leads nowhere (any more).
func (l *Linking) Return(ctx context.Context, state, cookieState string, query map[string]string) (fairlead.LinkID, bool, error) {
	sc, err := l.returned(ctx, state)
	if err != nil {
		return "", false, err
	}
	if !same(state, cookieState) {
		return sc.link.ID, false, nil
	}
	return sc.link.ID, true, l.comeBack(ctx, sc, query)
}

// ReturnScreen describes the link of an untrusted return: who asks, for whom, so
// that the person can tell whether they began it.
func (l *Linking) ReturnScreen(ctx context.Context, state string) (Screen, error) {
	sc, err := l.returned(ctx, state)
	if err != nil {
		return Screen{}, err
	}
	s, err := l.screen(ctx, sc)
	if err != nil {
		return Screen{}, err
	}
	// Whoever holds only the state is not in the session: no step, no result.
	s.Step, s.Connected, s.Destination, s.Accounts = nil, nil, nil, nil
	return s, nil
}

// ConfirmReturn goes on with an untrusted return after the person has said yes.
func (l *Linking) ConfirmReturn(ctx context.Context, state string, query map[string]string) (fairlead.LinkID, error) {
	sc, err := l.returned(ctx, state)
	if err != nil {
		return "", err
	}
	return sc.link.ID, l.comeBack(ctx, sc, query)
}

// returned finds the scene that a state leads back to.
func (l *Linking) returned(ctx context.Context, state string) (sc scene, err error) {
	wall := l.o.Clock()
	err = l.o.Store.View(ctx, func(tx *store.Tx) error {
		t, err := tx.Tokens.Get(fairlead.OAuthStateToken, fairlead.TokenHash(state))
		if err != nil {
			return err
		}
		sc, err = read(tx, place{tenantID: t.Tenant, linkID: fairlead.LinkID(t.Subject)}, wall)
		return err
	})
	if fairlead.Is(err, fairlead.NotFound) {
		return sc, fairlead.Errorf(fairlead.NotFound, "This visit is not known, or has ended.")
	}
	return sc, in("returning from an institution", err)
}

// comeBack hands what the institution sent back to the connector.
func (l *Linking) comeBack(ctx context.Context, sc scene, query map[string]string) error {
	size := 0
	for k, v := range query {
		size += len(k) + len(v)
	}
	if len(query) > maxReturnFields || size > maxReturnBytes {
		return fairlead.Errorf(fairlead.TooLarge, "The institution sent too much back.")
	}
	if err := sc.open(); err != nil {
		return err
	}
	c := sc.link.Conversation
	if c == nil || c.Step.Send == nil || sc.real.Before(c.Busy) {
		return nil // came back before, or in another tab: the page shows where the link stands
	}
	err := l.resume(ctx, sc, fairlead.Answer{Return: query}, nil)
	if fairlead.Is(err, fairlead.Conflict) {
		return nil
	}
	return err
}
