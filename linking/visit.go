package linking

import (
	"cmp"
	"context"
	"crypto/hmac"
	"fmt"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/lifecycle"
	"github.com/fairlead-dev/fairlead/sealing"
	"github.com/fairlead-dev/fairlead/store"
)

// Session is what the browser holds: a cookie's or a frame address's token.
type Session struct {
	Kind  fairlead.TokenKind // PageToken or FrameToken
	Token string
	// Client is where the request came from, for audit.
	Client string
}

// state is a link with all that decides what comes next, as one transaction read it.
type state struct {
	tenant fairlead.Tenant
	app    fairlead.Application
	link   fairlead.Link
	wall   time.Time // real time
	now    time.Time // tenant time
}

// Visit is one link as it stands now, and what a person can do with it. Each
// action changes the stored link in one transaction and then lets the dispatcher
// run what needs no person. A Visit serves one request, one call at a time.
type Visit struct {
	l       *Linking
	client  string
	session string // name of the page's session that it was opened by; "": by none
	acts    bool   // the person does something in it
	patient bool   // waits for a turn to its end: nobody waits for the answer
	state
	at      checkpoint  // where the link was stored last, as far as this Visit knows
	pending *pending    // what the conversation has just brought, or nil
	found   *connecting // the connection that pending leads to, once it was looked for
	ended   *LinkResult // what the end is made of, where the last change has read it
	limited bool        // opened by the state of a redirect alone: sees no step and no result
}

// checkpoint names the very turn that a link was read at: what is saved later is
// saved only if nobody has moved on meanwhile.
type checkpoint struct {
	stage        fairlead.Stage
	conversation string
	turn         int
	busy         time.Time
}

func checkpointOf(link fairlead.Link) checkpoint {
	at := checkpoint{stage: link.Stage, turn: link.Turns}
	if c := link.Conversation; c != nil {
		at.conversation, at.busy = c.ID, c.Busy
	}
	return at
}

func (a checkpoint) equal(b checkpoint) bool {
	return a.stage == b.stage && a.conversation == b.conversation && a.turn == b.turn && a.busy.Equal(b.busy)
}

// Open reads the link of a page session. id is the link that the address names,
// "" in a frame, whose address is the session itself. Errors: Unauthenticated
// without a session, NotFound when the address names another link.
func (l *Linking) Open(ctx context.Context, s Session, id fairlead.LinkID) (*Visit, error) {
	if (s.Kind != fairlead.PageToken && s.Kind != fairlead.FrameToken) || s.Token == "" {
		return nil, noSession()
	}
	var found fairlead.Token
	v, err := l.open(ctx, s.Client, func(tx *store.Tx) (t fairlead.Token, err error) {
		t, err = tx.Tokens.Get(s.Kind, fairlead.DatedHash(s.Token))
		switch {
		case fairlead.Is(err, fairlead.NotFound):
			return t, noSession()
		case err == nil && id != "" && t.Subject != string(id):
			return t, fairlead.Errorf(fairlead.NotFound, "There is no such link.")
		}
		found = t
		return t, err
	})
	if err != nil {
		return v, err
	}
	if idle(found, v.state) {
		return nil, noSession()
	}
	v.session = found.Name
	l.noteSeen(ctx, found, v.wall)
	return v, v.seen(ctx)
}

// acting marks the Visit as one in which the person does something: the session that
// they hold is from here on the one that sees what comes of the link.
func (v *Visit) acting() { v.acts = v.session != "" }

// openLink reads a link by its id: for what acts without a page.
func (l *Linking) openLink(ctx context.Context, tenant fairlead.TenantID, id fairlead.LinkID, client string) (*Visit, error) {
	return l.open(ctx, client, func(*store.Tx) (fairlead.Token, error) {
		return fairlead.Token{Tenant: tenant, Subject: string(id)}, nil
	})
}

func (l *Linking) open(ctx context.Context, client string, find func(*store.Tx) (fairlead.Token, error)) (*Visit, error) {
	v := &Visit{l: l, client: client}
	wall := l.o.Clock()
	err := l.o.Store.View(ctx, func(tx *store.Tx) error {
		t, err := find(tx)
		if err != nil {
			return err
		}
		v.state, err = l.readState(tx, t.Tenant, fairlead.LinkID(t.Subject), wall)
		return err
	})
	v.at = checkpointOf(v.link)
	return v, in("opening a link", err)
}

// ID is the link's.
func (v *Visit) ID() fairlead.LinkID { return v.link.ID }

// refresh reads the link anew.
func (v *Visit) refresh(ctx context.Context) error {
	fresh, err := v.l.openLink(ctx, v.tenant.ID, v.link.ID, v.client)
	if err == nil {
		v.state, v.at, v.pending, v.found, v.ended = fresh.state, fresh.at, nil, nil, nil
	}
	return err
}

// readState fills a state inside a transaction. A turn that ran in this node's process
// before this one is not in flight any more.
func (l *Linking) readState(tx *store.Tx, tenant fairlead.TenantID, id fairlead.LinkID, wall time.Time) (s state, err error) {
	s.wall = wall
	if s.tenant, s.now, err = lifecycle.TenantNow(tx, tenant, wall); err != nil {
		return s, err
	}
	if s.link, err = tx.Links.Get(tenant, string(id)); err != nil {
		return s, err
	}
	if c := s.link.Conversation; c != nil && l.died(c.Process) && wall.Before(c.Busy) {
		dead := *c
		dead.Busy = longAgo
		s.link.Conversation = &dead
	}
	s.app, err = tx.Applications.Get(tenant, string(s.link.Application))
	return s, err
}

// longAgo is until when a turn of a dead process is in flight.
var longAgo = time.Unix(0, 0).UTC()

// died reports whether a process (node/start) is gone: an earlier one of this node, or of a node that is silent.
func (l *Linking) died(process string) bool {
	node, _, ok := strings.Cut(process, "/")
	own, _, _ := strings.Cut(l.o.Process, "/")
	return ok && (node == own && process != l.o.Process || l.o.Died != nil && l.o.Died(process))
}

// open refuses what can no longer be acted on.
func (s state) open() error {
	if s.link.Status != fairlead.LinkOpen || !s.now.Before(s.link.Expires) {
		return &fairlead.Error{Kind: fairlead.Gone, Detail: "This link has ended.", Err: &EndedError{s.link, s.company(), themeOf(s)}}
	}
	return nil
}

// EndedError is why a link that has ended is Gone: what whoever comes back to its address
// may be told of it.
type EndedError struct {
	Link    fairlead.Link
	Company string // whose application it is
	Theme   fairlead.Theme
}

func (*EndedError) Error() string { return "linking: the link has ended" }

// company is the name that the page gives the application.
func (s state) company() string {
	return cmp.Or(s.link.Spec.Presentation.CompanyName, s.app.CompanyName)
}

// change moves an open link on in one transaction, wherever it stands now, and
// takes over what was stored. act may run more than once.
func (v *Visit) change(ctx context.Context, act func(*store.Tx, *state) error) error {
	wall := v.l.o.Clock()
	var s state
	err := v.l.o.Store.Update(ctx, func(tx *store.Tx) (err error) {
		if s, err = v.l.readState(tx, v.tenant.ID, v.link.ID, wall); err != nil {
			return err
		}
		if err := s.open(); err != nil {
			return err
		}
		if len(s.link.Trail) == 0 {
			s.link.Track(laterOf(s.link.Created, s.link.Opened))
		}
		if err := act(tx, &s); err != nil {
			return err
		}
		s.link.Track(s.now)
		if v.acts {
			s.link.LastSession = v.session
		}
		return tx.Links.Put(s.link.Tenant, &s.link)
	})
	if err != nil {
		return in("moving a link on", err)
	}
	v.state, v.at = s, checkpointOf(s.link)
	return nil
}

// laterOf is the later of two instants.
func laterOf(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// changeHere is change for a link that nobody has moved on since it was read.
func (v *Visit) changeHere(ctx context.Context, act func(*store.Tx, *state) error) error {
	return v.change(ctx, func(tx *store.Tx, s *state) error {
		if !checkpointOf(s.link).equal(v.at) {
			return moved()
		}
		return act(tx, s)
	})
}

// moved is the answer to a tab that shows an earlier stage than the link stands at.
func moved() error {
	return fairlead.Errorf(fairlead.Conflict, "This page is out of date: the link has moved on.")
}

func noSession() error {
	return fairlead.Errorf(fairlead.Unauthenticated, "This page's session has ended.")
}

// event is a fact about the link, at the state's time.
func (s state) event(kind fairlead.EventKind) fairlead.Event {
	return fairlead.Event{
		Tenant: s.tenant.ID, Application: s.link.Application, Kind: kind, At: s.now, Link: s.link.ID,
		Institution: s.link.Institution, Person: s.link.Person, Reference: s.link.Reference, Status: string(s.link.Status),
	}
}

// audit records what somebody did at the link.
func (v *Visit) audit(ctx context.Context, tx *store.Tx, s *state, actor, action, subject string) error {
	return lifecycle.Audit(ctx, tx, fairlead.AuditEntry{Tenant: s.tenant.ID, At: s.wall, Actor: actor, Action: action, Subject: subject, From: v.client})
}

// institution is the one that the link stands at.
func (v *Visit) institution(ctx context.Context) (fairlead.Institution, error) {
	return v.l.o.Directory.Find(ctx, v.tenant, string(v.link.Institution))
}

// sealed and opened are JSON under the link's own key.
func (v *Visit) sealed(f sealing.Field, value any) (fairlead.Sealed, error) {
	return v.l.sealer.SealJSON(sealing.LinkKey(v.link), string(v.link.ID), f, value)
}

func (v *Visit) opened(f sealing.Field, sealed fairlead.Sealed, into any) error {
	return v.l.sealer.OpenJSON(sealing.LinkKey(v.link), string(v.link.ID), f, sealed, into)
}

// same compares two secrets in constant time.
func same(a, b string) bool { return hmac.Equal([]byte(a), []byte(b)) }

// in says what was being done; nil stays nil.
func in(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("linking: %s: %w", doing, err)
}
