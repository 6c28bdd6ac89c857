package operating

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/lifecycle"
	"github.com/fairlead-dev/fairlead/sealing"
	"github.com/fairlead-dev/fairlead/securitylog"
	"github.com/fairlead-dev/fairlead/store"
)

// Of wrong passwords and codes so many are free; each one more locks signing in by
// password, twice as long each time. What locks does not hinder passkeys and OpenID Connect,
// which nobody guesses.
const (
	freeFailures = 10
	firstLock    = time.Minute
	longestLock  = time.Hour
)

// The server's own counter of wrong answers that count at no operator: they take a write
// as well, so that time does not tell whether there is one.
const (
	ownNotes     = "operating"
	unknownCount = "unknown"
)

// Credentials is what an operator types: all at once, so that nothing says which of it
// was wrong.
type Credentials struct {
	Email    string
	Password fairlead.Secret
	Code     fairlead.Secret // of the authenticator app, or a recovery code
}

// proof is what credentials were found to show, before it is known that it still counts.
type proof struct {
	right    bool
	version  string // of the password that was right
	step     int64  // of the code; 0: a recovery code
	recovery string // hash of it
}

func (p proof) method() Method {
	if p.recovery != "" {
		return ByRecovery
	}
	return ByPassword
}

// SignIn begins a session by password and code. Errors: Unauthenticated, the same for
// whatever is wrong, also while wrong answers have locked the operator's password;
// RateLimited, with RetryAfter.
func (o *Operating) SignIn(ctx context.Context, c Credentials, from Client) (SignedIn, error) {
	if err := o.admit(ctx, from); err != nil {
		return SignedIn{}, err
	}
	var op fairlead.Operator
	email := strings.ToLower(strings.TrimSpace(c.Email))
	if plausible(email) {
		err := o.o.Store.View(ctx, func(tx *store.Tx) (err error) {
			op, err = tx.Operators.Find(fairlead.ServerTenant, store.By(store.ByEmail, email))
			return err
		})
		if err != nil && !fairlead.Is(err, fairlead.NotFound) {
			return SignedIn{}, in("signing in", err)
		}
	}
	made := SignedIn{Token: fairlead.NewSecret(fairlead.NewToken())}
	err := o.prove(ctx, op, c, from, func(tx *store.Tx, op *fairlead.Operator, p proof, now time.Time) (err error) {
		made.Session, err = begin(ctx, tx, op, p.method(), from, made.Token, now)
		return err
	})
	if err != nil {
		return SignedIn{}, err
	}
	o.report(ctx, securitylog.OperatorSignedIn, from, op.ID)
	return made, nil
}

// Confirm has the operator of a session show once more who they are, by password and code.
// Errors: see SignIn.
func (o *Operating) Confirm(ctx context.Context, s Session, c Credentials, from Client) error {
	if err := o.admit(ctx, from); err != nil {
		return err
	}
	return o.prove(ctx, s.Operator, c, from, func(tx *store.Tx, op *fairlead.Operator, _ proof, now time.Time) error {
		if err := proven(tx, s, now); err != nil {
			return err
		}
		return auditOwn(ctx, tx, now, "operator.confirm", op.ID, from)
	})
}

// prove checks credentials of an operator (zero: there is none), counts a failure, and
// runs then in the same transaction as what a right answer changes.
func (o *Operating) prove(
	ctx context.Context, op fairlead.Operator, c Credentials, from Client, then func(*store.Tx, *fairlead.Operator, proof, time.Time) error,
) error {
	p, err := o.check(ctx, op, c, from)
	if err != nil {
		return in("checking a password", err)
	}
	now, right, locked := o.o.Clock(), false, false
	err = o.o.Store.Update(ctx, func(tx *store.Tx) error {
		right, locked = false, false
		present, err := tx.Operators.Get(fairlead.ServerTenant, string(op.ID))
		if err != nil && !fairlead.Is(err, fairlead.NotFound) {
			return err
		}
		if err != nil || !present.Disabled.IsZero() || now.Before(present.Locked) {
			_, err := tx.Notes.Next(fairlead.ServerTenant, ownNotes, unknownCount)
			return err
		}
		if right = p.spend(&present); right {
			present.Failures, present.Locked = 0, time.Time{}
			if err := then(tx, &present, p, now); err != nil {
				return err
			}
		} else if locked = fail(&present, now); locked {
			err := lifecycle.Audit(ctx, tx, fairlead.AuditEntry{
				Tenant: fairlead.ServerTenant, At: now, Actor: "system", Action: "operator.lock", Subject: string(present.ID), From: from.From,
			})
			if err != nil {
				return err
			}
		}
		return tx.Operators.Put(fairlead.ServerTenant, &present)
	})
	if locked {
		o.report(ctx, securitylog.OperatorLocked, from, op.ID)
	}
	if err == nil && !right {
		err = refused()
	}
	o.judged(ctx, from, op.ID, err)
	return in("signing in", err)
}

// check compares credentials with what is stored of an operator. It takes as long
// whatever is wrong.
func (o *Operating) check(ctx context.Context, op fairlead.Operator, c Credentials, from Client) (p proof, err error) {
	right, err := o.passwordRight(ctx, op.Password, c.Password, from)
	if err != nil {
		return p, err
	}
	p.version = op.Password
	code := c.Code.Reveal()
	if !plausible(code) || len(op.TOTP) == 0 {
		return p, nil
	}
	secret, err := o.o.Vault.OpenRoot(sealing.TOTPLocation(op.ID), op.TOTP)
	if err != nil {
		return p, err
	}
	step, matches := matchingStep(string(secret), code, o.o.Clock())
	if matches {
		p.step = step
	} else if hash := recoveryHash(code); slices.Contains(op.Recovery, hash) {
		p.recovery = hash
	}
	p.right = right && (matches || p.recovery != "")
	return p, nil
}

// spend uses a proof's code up, and reports whether it counts: its operator may have
// changed since it was checked, and no code counts twice.
func (p proof) spend(op *fairlead.Operator) bool {
	if !p.right || op.Password != p.version {
		return false
	}
	if p.recovery == "" {
		if p.step <= op.TOTPStep {
			return false
		}
		op.TOTPStep = p.step
		return true
	}
	at := slices.Index(op.Recovery, p.recovery)
	if at < 0 {
		return false
	}
	op.Recovery = slices.Delete(op.Recovery, at, at+1)
	return true
}

// fail counts a failure, and reports whether it locks.
func fail(op *fairlead.Operator, now time.Time) bool {
	op.Failures++
	if op.Failures < freeFailures {
		return false
	}
	lock := longestLock
	if doubled := op.Failures - freeFailures; doubled < 6 {
		lock = min(firstLock<<doubled, longestLock)
	}
	op.Locked = now.Add(lock)
	return true
}

// NewPassword is a password that an operator chooses. Who has no authenticator app yet
// sets one up with it: Enrolment is what Enrol gave, and Code what the app shows.
type NewPassword struct {
	Password  fairlead.Secret
	Enrolment string
	Code      fairlead.Secret
}

// SetPassword changes the password of a fresh session's operator, and ends their other
// sessions. recovery is set, and to be shown this once, where an authenticator app was set
// up. Errors: Invalid at a field; Forbidden with the code confirm: see Confirm.
func (o *Operating) SetPassword(ctx context.Context, s Session, p NewPassword, from Client) (recovery []string, err error) {
	if err := fresh(s); err != nil {
		return nil, err
	}
	hash, factor, err := o.choose(ctx, s.Operator, p, from)
	if err != nil {
		return nil, err
	}
	err = o.changeOwn(ctx, s, "operator.password", func(_ *store.Tx, op *fairlead.Operator) error {
		op.Password, op.Failures, op.Locked = hash, 0, time.Time{}
		if factor != nil {
			factor.into(op)
		}
		if len(op.TOTP) == 0 { // another session took it away meanwhile
			return fairlead.InvalidField("enrolment", "required", "is too old: begin again")
		}
		return nil
	})
	if err != nil || factor == nil {
		return nil, err
	}
	return factor.codes, nil
}

// choose checks and hashes a password that somebody chooses, and confirms what they
// enrol. factor is nil where they have one and enrol nothing.
func (o *Operating) choose(ctx context.Context, of fairlead.Operator, p NewPassword, from Client) (hash string, factor *secondFactor, err error) {
	if err := checkPassword(p.Password, of.Email); err != nil {
		return "", nil, err
	}
	if p.Enrolment != "" || len(of.TOTP) == 0 {
		f, err := o.confirm(of.ID, p.Enrolment, p.Code)
		if err != nil {
			return "", nil, err
		}
		factor = &f
	}
	hash, err = o.hashPassword(ctx, p.Password, from)
	return hash, factor, err
}

// SetTOTP sets up another authenticator app for a fresh session's operator, with new
// recovery codes, which are shown this once, and ends their other sessions. Errors: see SetPassword.
func (o *Operating) SetTOTP(ctx context.Context, s Session, enrolment string, code fairlead.Secret) (recovery []string, err error) {
	if err := fresh(s); err != nil {
		return nil, err
	}
	factor, err := o.confirm(s.Operator.ID, enrolment, code)
	if err != nil {
		return nil, err
	}
	err = o.changeOwn(ctx, s, "operator.totp", func(_ *store.Tx, op *fairlead.Operator) error {
		factor.into(op)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return factor.codes, nil
}

// NewRecovery replaces the recovery codes of a fresh session's operator. They are shown
// this once. Errors: see SetPassword.
func (o *Operating) NewRecovery(ctx context.Context, s Session) ([]string, error) {
	codes, hashes := newRecovery()
	err := o.changeOwn(ctx, s, "operator.recovery", func(_ *store.Tx, op *fairlead.Operator) error {
		if len(op.TOTP) == 0 {
			return fairlead.Errorf(fairlead.Conflict, "Recovery codes stand in for an authenticator app, and none is set up.")
		}
		op.Recovery = hashes
		return nil
	})
	if err != nil {
		return nil, err
	}
	return codes, nil
}
