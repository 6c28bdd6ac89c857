package linking

import (
	"context"
	"encoding/json"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

const (
	maxSessions  = 20 // of one link at a time: the oldest give way
	handoverLife = 10 * time.Minute
)

// Enter turns a link's token, or a template's, into a page session: a cookie's
// (PageToken) or a frame's (FrameToken). A template mints its link here. The
// first visit tells link.opened. Errors: Gone when the link has ended, or was
// visited and may be visited once; NotFound for an unknown token.
func (l *Linking) Enter(ctx context.Context, v Entry, kind fairlead.TokenKind, client string) (fairlead.Link, Session, error) {
	if kind != fairlead.PageToken && kind != fairlead.FrameToken {
		return fairlead.Link{}, Session{}, fairlead.Errorf(fairlead.Internal, "linking: a session is a page's or a frame's")
	}
	if v.Template != "" {
		made, err := l.fromTemplate(ctx, v)
		if err != nil {
			return fairlead.Link{}, Session{}, err
		}
		v.Token = made.Token
	}
	s := Session{Kind: kind, Token: fairlead.NewDatedToken(l.o.Clock()), Client: client}
	sc, err := l.admit(ctx, v, s)
	if err != nil {
		return fairlead.Link{}, Session{}, err
	}
	if sc.link.Stage == fairlead.StageConversation && sc.link.Conversation == nil && sc.link.Problem == nil {
		if err := l.begin(ctx, sc.place); err != nil && !fairlead.Is(err, fairlead.Conflict) {
			return fairlead.Link{}, Session{}, err
		}
	}
	return sc.link, s, nil
}

// admit writes the session of a token, in one transaction.
func (l *Linking) admit(ctx context.Context, v Entry, s Session) (scene, error) {
	var sc scene
	wall := l.o.Clock()
	err := l.o.Store.Update(ctx, func(tx *store.Tx) error {
		t, err := tokenOf(tx, v.Token, fairlead.LinkToken, fairlead.ContinueToken)
		if err != nil {
			return err
		}
		if sc, err = read(tx, place{tenantID: t.Tenant, linkID: fairlead.LinkID(t.Subject), client: s.Client}, wall); err != nil {
			return err
		}
		if err := sc.open(); err != nil {
			return err
		}
		if err := useToken(tx, t, sc); err != nil {
			return err
		}
		if sc.link.Opened.IsZero() {
			sc.link.Opened = sc.now
			tell(&sc.link.Spec, v.Metadata)
			if err := tx.Links.Put(t.Tenant, &sc.link); err != nil {
				return err
			}
			if err := l.o.Publisher.Publish(tx, sc.event(fairlead.EventLinkOpened)); err != nil {
				return err
			}
		}
		return addSession(tx, sc.link, s)
	})
	if fairlead.Is(err, fairlead.NotFound) {
		return sc, fairlead.Errorf(fairlead.NotFound, "There is no such link.")
	}
	return sc, in("entering a link", err)
}

// Framers are the origins that may frame the page of a link's token: asked before
// Enter, so that a page which may not leaves no trace and spends no visit.
// NotFound for an unknown token.
func (l *Linking) Framers(ctx context.Context, token string) (origins []string, err error) {
	wall := l.o.Clock()
	err = l.o.Store.View(ctx, func(tx *store.Tx) error {
		t, err := tokenOf(tx, token, fairlead.LinkToken, fairlead.ContinueToken)
		if err != nil {
			return err
		}
		sc, err := read(tx, place{tenantID: t.Tenant, linkID: fairlead.LinkID(t.Subject)}, wall)
		origins = l.ancestors(sc)
		return err
	})
	if fairlead.Is(err, fairlead.NotFound) {
		return nil, fairlead.Errorf(fairlead.NotFound, "There is no such link.")
	}
	return origins, in("looking who may frame a link", err)
}

// maxOpener bounds what an opener's script may give along.
const maxOpener = 4 << 10

// tell keeps what the opener's script gave along, unless the application itself
// has said something. It is untrusted: what can't be kept is dropped.
func tell(spec *fairlead.Spec, metadata json.RawMessage) {
	if len(spec.Metadata) == 0 && len(metadata) <= maxOpener && json.Valid(metadata) {
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

// useToken spends what may be used once. A hand-over ends the sessions before it.
func useToken(tx *store.Tx, t fairlead.Token, sc scene) error {
	once := t.Kind == fairlead.ContinueToken || sc.link.Spec.OneVisit
	if !once {
		return nil
	}
	if !t.Used.IsZero() || (t.Kind == fairlead.ContinueToken && !t.Live(sc.now)) {
		return fairlead.Errorf(fairlead.Gone, "This address was used already.")
	}
	t.Used = sc.now
	if err := tx.Tokens.Put(&t); err != nil {
		return err
	}
	if t.Kind != fairlead.ContinueToken {
		return nil
	}
	return dropTokens(tx, t.Tenant, t.Subject, fairlead.PageToken, fairlead.FrameToken)
}

// dropTokens deletes the tokens of some kinds that open a subject.
func dropTokens(tx *store.Tx, tenant fairlead.TenantID, subject string, kinds ...fairlead.TokenKind) error {
	for _, kind := range kinds {
		tokens, err := tx.Tokens.Of(tenant, kind, subject)
		if err != nil {
			return err
		}
		for _, t := range tokens {
			if err := tx.Tokens.Delete(kind, t.Name); err != nil {
				return err
			}
		}
	}
	return nil
}

// addSession writes a page session; it lives as long as its link is kept.
func addSession(tx *store.Tx, link fairlead.Link, s Session) error {
	open, err := tx.Tokens.Of(link.Tenant, s.Kind, string(link.ID))
	if err != nil {
		return err
	}
	for len(open) >= maxSessions {
		if err := tx.Tokens.Delete(s.Kind, open[0].Name); err != nil {
			return err
		}
		open = open[1:]
	}
	return tx.Tokens.Put(&fairlead.Token{
		Kind: s.Kind, Name: fairlead.DatedHash(s.Token), Tenant: link.Tenant, Application: link.Application, Subject: string(link.ID),
	})
}

// ContinueOnDevice mints a one-use address that moves the session to another device and
// ends this one. It lives for ten minutes.
func (l *Linking) ContinueOnDevice(ctx context.Context, s Session) (address string, err error) {
	p, err := l.locate(ctx, s)
	if err != nil {
		return "", err
	}
	token := fairlead.NewToken()
	wall := l.o.Clock()
	err = l.o.Store.Update(ctx, func(tx *store.Tx) error {
		sc, err := read(tx, p, wall)
		if err != nil {
			return err
		}
		if err := sc.open(); err != nil {
			return err
		}
		// A newer address ends the older ones.
		if err := dropTokens(tx, sc.link.Tenant, string(sc.link.ID), fairlead.ContinueToken); err != nil {
			return err
		}
		return tx.Tokens.Put(&fairlead.Token{
			Kind: fairlead.ContinueToken, Name: fairlead.TokenHash(token), Tenant: sc.link.Tenant, Application: sc.link.Application,
			Subject: string(sc.link.ID), Expires: sc.now.Add(handoverLife),
		})
	})
	if err != nil {
		return "", in("handing a link over", err)
	}
	return l.o.BaseURL + "/l/" + token, nil
}

// Proceed leads from the welcome on. Where saved logins of a returning person
// are offered, it uses them.
func (l *Linking) Proceed(ctx context.Context, s Session) error {
	p, err := l.locate(ctx, s)
	if err != nil {
		return err
	}
	return l.proceed(ctx, p)
}

func (l *Linking) proceed(ctx context.Context, p place) error {
	sc, err := l.look(ctx, p)
	if err != nil {
		return err
	}
	if sc.link.Spec.Returning && sc.link.Stage == fairlead.StageWelcome {
		saved, err := l.saved(ctx, sc)
		if err != nil {
			return err
		}
		if len(saved) > 0 {
			return l.relink(ctx, sc, saved)
		}
	}
	sc, err = l.change(ctx, p, func(_ *store.Tx, sc *scene) error {
		if sc.link.Stage != fairlead.StageWelcome {
			return moved()
		}
		sc.link.Stage = onward(sc.link, fairlead.StageWelcome)
		return nil
	})
	return l.arrive(ctx, sc, err)
}

// moved is the answer to a tab that shows an earlier stage than the link stands at.
func moved() error {
	return fairlead.Errorf(fairlead.Conflict, "This page is out of date: the link has moved on.")
}

// arrive begins the conversation when the link has come to it.
func (l *Linking) arrive(ctx context.Context, sc scene, err error) error {
	if err != nil || sc.link.Stage != fairlead.StageConversation {
		return err
	}
	return l.begin(ctx, sc.place)
}

// Choose takes the institution: id, short name or code.
func (l *Linking) Choose(ctx context.Context, s Session, institution string) error {
	p, err := l.locate(ctx, s)
	if err != nil {
		return err
	}
	return l.choose(ctx, p, institution)
}

func (l *Linking) choose(ctx context.Context, p place, name string) error {
	sc, err := l.change(ctx, p, func(_ *store.Tx, sc *scene) error {
		if sc.link.Stage != fairlead.StageInstitution {
			return moved()
		}
		i, err := l.o.Registry.Institution(sc.tenant.Environment, name)
		if err != nil {
			return fairlead.InvalidField("institution_id", "unknown", "must be an institution of the list")
		}
		for _, c := range l.candidates(sc.tenant.Environment, sc.link.Spec) {
			if c.ID == i.ID {
				sc.link.Institution, sc.link.Problem = i.ID, nil
				sc.link.Stage = onward(sc.link, fairlead.StageInstitution)
				return nil
			}
		}
		return fairlead.InvalidField("institution_id", "unknown", "must be an institution of the list")
	})
	return l.arrive(ctx, sc, err)
}

// Back leads to the stage before. A conversation under way is given up.
func (l *Linking) Back(ctx context.Context, s Session) error {
	p, err := l.locate(ctx, s)
	if err != nil {
		return err
	}
	_, err = l.change(ctx, p, func(tx *store.Tx, sc *scene) error {
		to := backward(sc.link, sc.link.Stage)
		if to == "" {
			return fairlead.Errorf(fairlead.Conflict, "There is no way back from here.")
		}
		if to == fairlead.StageInstitution {
			if err := l.dropConsent(tx, sc, fairlead.ConsentRejected, ""); err != nil {
				return err
			}
			sc.link.Institution = ""
		}
		leave(&sc.link)
		sc.link.Stage = to
		return nil
	})
	return err
}

// Retry begins the conversation anew, after a problem.
func (l *Linking) Retry(ctx context.Context, s Session) error {
	p, err := l.locate(ctx, s)
	if err != nil {
		return err
	}
	sc, err := l.change(ctx, p, func(_ *store.Tx, sc *scene) error {
		c := sc.link.Conversation
		if sc.link.Stage != fairlead.StageConversation || (c != nil && sc.real.Before(c.Busy)) {
			return moved()
		}
		leave(&sc.link)
		return nil
	})
	return l.arrive(ctx, sc, err)
}

// Another leads to the choice of an institution: to connect one more, to try
// another after a problem, or to sign in rather than use what is saved.
func (l *Linking) Another(ctx context.Context, s Session) error {
	p, err := l.locate(ctx, s)
	if err != nil {
		return err
	}
	_, err = l.change(ctx, p, func(tx *store.Tx, sc *scene) error {
		if !more(sc.link) || sc.link.Stage == fairlead.StageAcceptance || sc.link.Stage == fairlead.StageAccounts {
			return fairlead.Errorf(fairlead.Conflict, "This link connects no other institution.")
		}
		if err := l.dropConsent(tx, sc, fairlead.ConsentRejected, ""); err != nil {
			return err
		}
		leave(&sc.link)
		sc.link.Institution = ""
		sc.link.Stage = fairlead.StageInstitution
		return nil
	})
	return err
}
