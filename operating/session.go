package operating

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/lifecycle"
	"github.com/fairlead-dev/fairlead/securitylog"
	"github.com/fairlead-dev/fairlead/store"
)

// A session's times, all real.
const (
	idleLimit    = 12 * time.Hour     // without a request
	sessionLife  = 7 * 24 * time.Hour // at most
	renewEvery   = time.Hour          // it gets another token
	renewedGrace = 30 * time.Second   // for which the one before is still good: requests run side by side
	seenEvery    = 5 * time.Minute    // that it is used is stored
	maxSessions  = 20                 // of one operator; the oldest gives way
)

// FreshFor is how long ago an operator may have shown who they are when they change how
// they sign in. The console asks the same for what is dangerous.
const FreshFor = 5 * time.Minute

// SessionID names a session, whatever its token is now: ses_….
type SessionID string

// Method is how an operator signed in.
type Method string

// Methods. The list is closed.
const (
	ByPassword   Method = "password" // with a code of an authenticator app
	ByRecovery   Method = "recovery" // a password with a recovery code
	ByPasskey    Method = "passkey"
	ByOIDC       Method = "oidc"
	ByInvitation Method = "invitation"
)

// Session is an operator's session in the console.
type Session struct {
	ID       SessionID
	Operator fairlead.Operator // as stored now
	Method   Method
	From     string    // client's address at the beginning
	Agent    string    // User-Agent at the beginning
	Created  time.Time // real time, as all the others
	Proven   time.Time // when the operator last showed who they are
	Seen     time.Time // last use, to five minutes
	Expires  time.Time // at the latest
	now      time.Time // when it was read
}

// Fresh reports whether the operator has shown who they are within so long: see Confirm.
func (s Session) Fresh(within time.Duration) bool { return s.now.Sub(s.Proven) < within }

// SignedIn is a session that has just begun, and the only copy of its token.
type SignedIn struct {
	Token   fairlead.Secret
	Session Session
}

// sessionState is the State of a session's token.
type sessionState struct {
	ID      SessionID `json:"id"`
	Method  Method    `json:"method"`
	From    string    `json:"from,omitempty"`
	Agent   string    `json:"agent,omitempty"`
	Created time.Time `json:"created"`
	Proven  time.Time `json:"proven"`
	Minted  time.Time `json:"minted"`
	Ends    time.Time `json:"ends"`
	// Renewed says that a newer token is the session's, and this one good for a moment.
	Renewed bool `json:"renewed,omitempty"`
}

// notSignedIn answers to a token that opens no session.
func notSignedIn() error {
	return fairlead.Errorf(fairlead.Unauthenticated, "You are not signed in, or your session has ended.")
}

// put writes a session under a token.
func (s sessionState) put(tx *store.Tx, t fairlead.Token) error {
	state, err := json.Marshal(s)
	if err != nil {
		return err
	}
	t.Kind, t.Tenant, t.State = fairlead.OperatorSessionToken, fairlead.ServerTenant, state
	return tx.Tokens.Put(&t)
}

// begin writes a new session of an operator, and that they signed in. The caller puts op.
func begin(ctx context.Context, tx *store.Tx, op *fairlead.Operator, method Method, c Client, token fairlead.Secret, now time.Time) (Session, error) {
	op.SignedIn = now
	s := sessionState{
		ID: SessionID(fairlead.NewID("ses", now)), Method: method, From: c.From, Agent: c.agent(),
		Created: now, Proven: now, Minted: now, Ends: now.Add(sessionLife),
	}
	present, err := sessionsOf(tx, op.ID, now)
	if err != nil {
		return Session{}, err
	}
	for _, old := range present[:max(0, len(present)-maxSessions+1)] {
		if err := endSession(tx, op.ID, func(s sessionState) bool { return s.ID == old.ID }); err != nil {
			return Session{}, err
		}
	}
	err = s.put(tx, fairlead.Token{Name: fairlead.TokenHash(token.Reveal()), Subject: string(op.ID), Expires: s.Ends, Seen: now})
	if err != nil {
		return Session{}, err
	}
	return s.session(*op, now, now), auditOwn(ctx, tx, now, "operator.sign_in", op.ID, c)
}

func (s sessionState) session(op fairlead.Operator, seen, now time.Time) Session {
	return Session{
		ID: s.ID, Operator: op, Method: s.Method, From: s.From, Agent: s.Agent, Created: s.Created, Proven: s.Proven, Seen: seen, Expires: s.Ends, now: now,
	}
}

// readSession finds the live session of a token.
func readSession(tx *store.Tx, name string, now time.Time) (t fairlead.Token, s sessionState, op fairlead.Operator, err error) {
	t, err = tx.Tokens.Get(fairlead.OperatorSessionToken, name)
	if err == nil {
		err = json.Unmarshal(t.State, &s)
	}
	if err == nil && (!t.Live(now) || now.Sub(t.Seen) >= idleLimit) {
		err = notSignedIn()
	}
	if err == nil {
		op, err = tx.Operators.Get(fairlead.ServerTenant, t.Subject)
	}
	if err == nil && !op.Disabled.IsZero() || fairlead.Is(err, fairlead.NotFound) {
		err = notSignedIn()
	}
	return t, s, op, err
}

// Session reads the session of a token, and notes that it is used. Every hour it gets
// another token: renewed, which is empty otherwise, has to be given to the browser. The old one is
// good for half a minute more. Unauthenticated: the token opens no session.
func (o *Operating) Session(ctx context.Context, token fairlead.Secret) (s Session, renewed fairlead.Secret, err error) {
	if !plausible(token.Reveal()) {
		return s, renewed, notSignedIn()
	}
	name, now := fairlead.TokenHash(token.Reveal()), o.o.Clock()
	var t fairlead.Token
	var state sessionState
	err = o.o.Store.View(ctx, func(tx *store.Tx) error {
		var op fairlead.Operator
		if t, state, op, err = readSession(tx, name, now); err != nil {
			return err
		}
		s = state.session(op, t.Seen, now)
		return nil
	})
	if err != nil {
		return Session{}, renewed, in("reading a session", err)
	}
	if due := now.Sub(state.Minted) >= renewEvery && !state.Renewed; due || now.Sub(t.Seen) >= seenEvery {
		renewed, err = o.renew(ctx, name, due, now)
	}
	return s, renewed, in("renewing a session", err)
}

// renew notes that a session is used, and where due gives it another token, unless a
// request beside this one did.
func (o *Operating) renew(ctx context.Context, name string, due bool, now time.Time) (renewed fairlead.Secret, err error) {
	next := fairlead.NewSecret(fairlead.NewToken())
	err = o.o.Store.Update(ctx, func(tx *store.Tx) error {
		renewed = fairlead.Secret{}
		t, s, op, err := readSession(tx, name, now)
		if err != nil {
			return err
		}
		t.Seen = now
		if !due || s.Renewed {
			return tx.Tokens.Put(&t)
		}
		old, fresh := s, s
		old.Renewed, t.Expires = true, now.Add(renewedGrace)
		if s.Ends.Before(t.Expires) {
			t.Expires = s.Ends
		}
		if err := old.put(tx, t); err != nil {
			return err
		}
		fresh.Minted, renewed = now, next
		return fresh.put(tx, fairlead.Token{Name: fairlead.TokenHash(next.Reveal()), Subject: string(op.ID), Expires: s.Ends, Seen: now})
	})
	if fairlead.Is(err, fairlead.Conflict) { // another request was faster
		return fairlead.Secret{}, nil
	}
	if err != nil {
		renewed = fairlead.Secret{}
	}
	return renewed, err
}

// Sessions lists an operator's sessions, oldest first.
func (o *Operating) Sessions(ctx context.Context, of fairlead.OperatorID) (all []Session, err error) {
	err = o.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		all, err = sessionsOf(tx, of, o.o.Clock())
		return err
	})
	return all, in("listing sessions", err)
}

func sessionsOf(tx *store.Tx, of fairlead.OperatorID, now time.Time) (all []Session, err error) {
	tokens, err := tx.Tokens.Of(fairlead.ServerTenant, fairlead.OperatorSessionToken, string(of))
	if err != nil {
		return nil, err
	}
	for _, t := range tokens {
		var s sessionState
		if err := json.Unmarshal(t.State, &s); err != nil {
			return nil, err
		}
		if !s.Renewed && t.Live(now) && now.Sub(t.Seen) < idleLimit {
			all = append(all, s.session(fairlead.Operator{ID: of}, t.Seen, now))
		}
	}
	slices.SortStableFunc(all, func(a, b Session) int { return a.Created.Compare(b.Created) }) // a renewed token is a new one
	return all, nil
}

// endSession deletes the tokens of an operator's sessions that match.
func endSession(tx *store.Tx, of fairlead.OperatorID, match func(sessionState) bool) error {
	tokens, err := tx.Tokens.Of(fairlead.ServerTenant, fairlead.OperatorSessionToken, string(of))
	if err != nil {
		return err
	}
	for _, t := range tokens {
		var s sessionState
		if err := json.Unmarshal(t.State, &s); err != nil {
			return err
		}
		if !match(s) {
			continue
		}
		if err := tx.Tokens.Delete(t.Kind, t.Name); err != nil {
			return err
		}
	}
	return nil
}

// endOthers ends an operator's sessions but for one; "": all.
func endOthers(tx *store.Tx, of fairlead.OperatorID, spared SessionID) error {
	return endSession(tx, of, func(s sessionState) bool { return s.ID != spared })
}

// SignOut ends a session.
func (o *Operating) SignOut(ctx context.Context, s Session) error {
	return in("signing out", o.o.Store.Update(ctx, func(tx *store.Tx) error {
		if err := endSession(tx, s.Operator.ID, func(other sessionState) bool { return other.ID == s.ID }); err != nil {
			return err
		}
		return audit(ctx, tx, o.o.Clock(), "operator.sign_out", s.Operator.ID)
	}))
}

// EndSession ends one session of an operator. NotFound: there is none of this id.
func (o *Operating) EndSession(ctx context.Context, of fairlead.OperatorID, id SessionID) error {
	now := o.o.Clock()
	return in("ending a session", o.o.Store.Update(ctx, func(tx *store.Tx) error {
		all, err := sessionsOf(tx, of, now)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(all, func(s Session) bool { return s.ID == id }) {
			return fairlead.Errorf(fairlead.NotFound, "There is no such session.")
		}
		if err := endSession(tx, of, func(s sessionState) bool { return s.ID == id }); err != nil {
			return err
		}
		return audit(ctx, tx, now, "operator.session_end", of)
	}))
}

// EndOtherSessions ends all sessions of an operator but this one.
func (o *Operating) EndOtherSessions(ctx context.Context, s Session) error {
	return in("ending sessions", o.o.Store.Update(ctx, func(tx *store.Tx) error {
		if err := endOthers(tx, s.Operator.ID, s.ID); err != nil {
			return err
		}
		return audit(ctx, tx, o.o.Clock(), "operator.session_end", s.Operator.ID)
	}))
}

// proven notes that the operator of a session has just shown who they are.
func proven(tx *store.Tx, of Session, now time.Time) error {
	tokens, err := tx.Tokens.Of(fairlead.ServerTenant, fairlead.OperatorSessionToken, string(of.Operator.ID))
	if err != nil {
		return err
	}
	found := false
	for _, t := range tokens {
		var s sessionState
		if err := json.Unmarshal(t.State, &s); err != nil {
			return err
		}
		if s.ID != of.ID || !t.Live(now) {
			continue
		}
		s.Proven, found = now, true
		if err := s.put(tx, t); err != nil {
			return err
		}
	}
	if !found {
		return notSignedIn()
	}
	return nil
}

// fresh refuses, where who somebody is was shown too long ago. The code is confirm.
func fresh(s Session) error {
	if s.Fresh(FreshFor) {
		return nil
	}
	return &fairlead.Error{Kind: fairlead.Forbidden, Code: "confirm", Detail: "Show once more who you are first."}
}

// changeOwn changes how the operator of a fresh session signs in, and ends their other
// sessions.
func (o *Operating) changeOwn(ctx context.Context, s Session, action string, change func(*store.Tx, *fairlead.Operator) error) error {
	if err := fresh(s); err != nil {
		return err
	}
	now := o.o.Clock()
	err := o.o.Store.Update(ctx, func(tx *store.Tx) error {
		op, err := enabled(tx, s.Operator.ID)
		if err != nil {
			return err
		}
		if err := change(tx, &op); err != nil {
			return err
		}
		if err := tx.Operators.Put(fairlead.ServerTenant, &op); err != nil {
			return err
		}
		if err := endOthers(tx, op.ID, s.ID); err != nil {
			return err
		}
		return audit(ctx, tx, now, action, op.ID)
	})
	if err == nil {
		o.report(ctx, securitylog.OperatorChanged, Client{}, s.Operator.ID)
	}
	return in("changing how an operator signs in", err)
}

// enabled is the operator of an id, who is not disabled; else NotFound.
func enabled(tx *store.Tx, id fairlead.OperatorID) (fairlead.Operator, error) {
	op, err := tx.Operators.Get(fairlead.ServerTenant, string(id))
	if err == nil && !op.Disabled.IsZero() {
		err = fairlead.Errorf(fairlead.NotFound, "There is no such operator.")
	}
	return op, err
}

// dropInvitations ends what an operator was invited with.
func dropInvitations(tx *store.Tx, subject string) error {
	return lifecycle.DropTokens(tx, fairlead.ServerTenant, subject, fairlead.InvitationToken)
}
