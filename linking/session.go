package linking

import (
	"context"
	"encoding/json"
	"errors"
	"time"
	"unicode/utf8"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/lifecycle"
	"github.com/fairlead-dev/fairlead/store"
)

const (
	maxSessions  = 20 // of one link at a time: the oldest give way, but for the first and the one that acts
	continueLife = 10 * time.Minute

	// A session ends when nothing comes of it for so long, in real time, wherever the
	// link stands; one whose person is at the institution is waited for.
	idleLimit = 2 * time.Hour
	// seenEvery is how often a session that is used is noted to be.
	seenEvery = 5 * time.Minute
)

// ErrOpenedElsewhere is why a link that may be opened once is Gone for a second browser.
var ErrOpenedElsewhere = errors.New("linking: the link was opened before")

// Enter turns a link's token, or a template's, into a page session: a cookie's
// (PageToken) or a frame's (FrameToken). A template mints its link here. The
// first visit publishes link.opened. A link that was left begins anew where its spec has
// it so. Errors: Gone when the link has ended, or was visited and may be visited once; NotFound for an unknown token.
func (l *Linking) Enter(ctx context.Context, e Entry, kind fairlead.TokenKind, client string) (fairlead.Link, Session, error) {
	if kind != fairlead.PageToken && kind != fairlead.FrameToken {
		return fairlead.Link{}, Session{}, fairlead.Errorf(fairlead.Internal, "linking: a session is a page's or a frame's")
	}
	if e.Template != "" {
		made, err := l.fromTemplate(ctx, e)
		if err != nil {
			return fairlead.Link{}, Session{}, err
		}
		e.Token = made.Token
	}
	s := Session{Kind: kind, Token: fairlead.NewDatedToken(l.o.Clock()), Client: client}
	v, err := l.admit(ctx, e, s)
	if err != nil {
		return fairlead.Link{}, Session{}, err
	}
	if e.Welcomed && v.link.Stage == fairlead.StageWelcome {
		err = v.Proceed(ctx)
	} else {
		err = v.Run(ctx)
	}
	return v.link, s, err
}

// admit writes the session of a token, in one transaction.
func (l *Linking) admit(ctx context.Context, e Entry, session Session) (*Visit, error) {
	v := &Visit{l: l, client: session.Client, session: fairlead.DatedHash(session.Token)}
	wall := l.o.Clock()
	err := l.o.Store.Update(ctx, func(tx *store.Tx) error {
		t, err := tokenOf(tx, e.Token, fairlead.LinkToken, fairlead.ContinueToken)
		if err != nil {
			return err
		}
		if v.state, err = l.readState(tx, t.Tenant, fairlead.LinkID(t.Subject), wall); err != nil {
			return err
		}
		if err := v.state.open(); err != nil {
			if !v.reopens(t) {
				return err
			}
			if err := l.reopen(tx, &t, &v.state); err != nil {
				return err
			}
		}
		if err := useToken(tx, t, v.state); err != nil {
			return err
		}
		first := v.link.Opened.IsZero()
		if first || t.Kind == fairlead.ContinueToken {
			v.link.LastSession = v.session
		}
		if !first && t.Kind == fairlead.ContinueToken {
			if err := tx.Links.Put(t.Tenant, &v.link); err != nil {
				return err
			}
		}
		if first {
			v.link.Opened = v.now
			addMetadata(&v.link.Spec, e.Metadata)
			if err := tx.Links.Put(t.Tenant, &v.link); err != nil {
				return err
			}
			if err := l.o.Publisher.Publish(tx, v.event(fairlead.EventLinkOpened)); err != nil {
				return err
			}
		}
		return addSession(tx, v.link, session, wall)
	})
	if fairlead.Is(err, fairlead.NotFound) {
		return nil, fairlead.Errorf(fairlead.NotFound, "There is no such link.")
	}
	v.at = checkpointOf(v.link)
	return v, in("entering a link", err)
}

// Framers are the origins that may frame the page of a link's token: read before
// Enter, so that a page which may not leaves no trace and spends no visit.
// NotFound for an unknown token.
func (l *Linking) Framers(ctx context.Context, token string) (origins []string, err error) {
	v, err := l.open(ctx, "", func(tx *store.Tx) (fairlead.Token, error) {
		return tokenOf(tx, token, fairlead.LinkToken, fairlead.ContinueToken)
	})
	if fairlead.Is(err, fairlead.NotFound) {
		return nil, fairlead.Errorf(fairlead.NotFound, "There is no such link.")
	}
	if err != nil {
		return nil, err
	}
	return l.ancestors(v.state), nil
}

// LinkByToken leads from a link's token to the link, without entering it: for
// vendors whose link token is a bearer. Gone when the link has ended.
func (l *Linking) LinkByToken(ctx context.Context, token string) (fairlead.Link, error) {
	v, err := l.open(ctx, "", func(tx *store.Tx) (fairlead.Token, error) {
		return tokenOf(tx, token, fairlead.LinkToken)
	})
	if fairlead.Is(err, fairlead.NotFound) {
		return fairlead.Link{}, fairlead.Errorf(fairlead.Unauthenticated, "This link token is not valid.")
	}
	if err == nil {
		err = v.state.open()
	}
	if err != nil {
		return fairlead.Link{}, err
	}
	return v.link, nil
}

// MaxOpenerMetadata bounds what an opener's script may give along, in bytes of UTF-8:
// link.js counts the same.
const MaxOpenerMetadata = 4 << 10

// addMetadata takes what the opener's script gave along, unless the application
// itself has said something. It is untrusted: what can't be stored is dropped.
func addMetadata(spec *fairlead.Spec, metadata json.RawMessage) {
	if len(spec.Metadata) == 0 && len(metadata) <= MaxOpenerMetadata && utf8.Valid(metadata) && json.Valid(metadata) {
		spec.Metadata = metadata
	}
}

// tokenOf finds a token of one of several kinds.
func tokenOf(tx *store.Tx, value string, kinds ...fairlead.TokenKind) (t fairlead.Token, err error) {
	for _, kind := range kinds {
		if t, err = tx.Tokens.Get(kind, fairlead.DatedHash(value)); !fairlead.Is(err, fairlead.NotFound) {
			return t, err
		}
	}
	return t, err
}

// useToken spends what may be used once. One that continues on another device
// ends the sessions before it.
func useToken(tx *store.Tx, t fairlead.Token, s state) error {
	once := t.Kind == fairlead.ContinueToken || s.link.Spec.OneVisit
	if !once {
		return nil
	}
	switch {
	case t.Kind == fairlead.ContinueToken && (!t.Used.IsZero() || !t.Live(s.now)):
		return fairlead.Errorf(fairlead.Gone, "This address was used already.")
	case !t.Used.IsZero():
		return &fairlead.Error{Kind: fairlead.Gone, Detail: "This link was opened elsewhere.", Err: ErrOpenedElsewhere}
	}
	t.Used = s.now
	if err := tx.Tokens.Put(&t); err != nil {
		return err
	}
	if t.Kind != fairlead.ContinueToken {
		return nil
	}
	return lifecycle.DropTokens(tx, t.Tenant, t.Subject, fairlead.PageToken, fairlead.FrameToken)
}

// addSession writes a page session; it lives as long as its link is stored and it is
// used.
func addSession(tx *store.Tx, link fairlead.Link, s Session, wall time.Time) error {
	if err := lifecycle.MakeRoom(tx, link.Tenant, s.Kind, string(link.ID), maxSessions, link.LastSession); err != nil {
		return err
	}
	return tx.Tokens.Put(&fairlead.Token{
		Kind: s.Kind, Name: fairlead.DatedHash(s.Token), Tenant: link.Tenant, Application: link.Application, Subject: string(link.ID), Seen: wall,
	})
}

// idle reports whether a session has not been used for too long.
func idle(t fairlead.Token, s state) bool {
	if c := s.link.Conversation; c != nil && c.Step.Send != nil {
		return false
	}
	return s.wall.Sub(t.Seen) > idleLimit
}

// noteSeen writes that a session is used, now and then. Nothing depends on it here
// and now: whoever is faster may be.
func (l *Linking) noteSeen(ctx context.Context, t fairlead.Token, wall time.Time) {
	if wall.Sub(t.Seen) < seenEvery {
		return
	}
	err := l.o.Store.Update(ctx, func(tx *store.Tx) error {
		t := t
		t.Seen = wall
		return tx.Tokens.Put(&t)
	})
	if err != nil && !fairlead.Is(err, fairlead.Conflict) {
		l.o.Log.WarnContext(ctx, "a session's use could not be noted", "error", err)
	}
}

// ContinueOnDevice mints a one-use address that moves the session to another
// device and ends this one. It lives for ten minutes.
func (v *Visit) ContinueOnDevice(ctx context.Context) (address string, err error) {
	token := fairlead.NewToken()
	wall := v.l.o.Clock()
	err = v.l.o.Store.Update(ctx, func(tx *store.Tx) error {
		s, err := v.l.readState(tx, v.tenant.ID, v.link.ID, wall)
		if err != nil {
			return err
		}
		if err := s.open(); err != nil {
			return err
		}
		// A newer address ends the older ones.
		if err := lifecycle.DropTokens(tx, s.tenant.ID, string(s.link.ID), fairlead.ContinueToken); err != nil {
			return err
		}
		return tx.Tokens.Put(&fairlead.Token{
			Kind: fairlead.ContinueToken, Name: fairlead.TokenHash(token), Tenant: s.tenant.ID, Application: s.link.Application,
			Subject: string(s.link.ID), Expires: s.now.Add(continueLife),
		})
	})
	if err != nil {
		return "", in("continuing a link on another device", err)
	}
	return v.l.o.BaseURL + "/l/" + token, nil
}
