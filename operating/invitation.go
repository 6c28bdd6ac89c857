package operating

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/securitylog"
	"github.com/fairlead-dev/fairlead/store"
)

const (
	invitationLife = 24 * time.Hour // real time
	// firstSubject is what invitations of the first operator, who is not there yet, open.
	firstSubject = "first"
	maxFirst     = 20 // of them at a time: nodes that start side by side print one each
)

// invitationState is the State of an invitation of the first operator.
type invitationState struct {
	Operator fairlead.OperatorID `json:"operator"` // that they will be
}

// Invitation is what an invitation's address opens.
type Invitation struct {
	Operator fairlead.Operator // the first one has an id and a role, and no e-mail yet
	First    bool              // whoever accepts chooses the e-mail
	Expires  time.Time         // real time
}

// address is where an invitation is accepted.
func (o *Operating) address(token fairlead.Secret) string {
	return o.o.BaseURL + InvitationPath + token.Reveal()
}

// FirstInvitation mints an invitation for the first owner, good once and for 24 hours,
// while no owner can sign in; else address is empty.
func (o *Operating) FirstInvitation(ctx context.Context) (address string, err error) {
	now := o.o.Clock()
	token, id := fairlead.NewSecret(fairlead.NewToken()), fairlead.OperatorID(fairlead.NewID("ope", now))
	err = o.o.Store.Update(ctx, func(tx *store.Tx) error {
		address = ""
		owners, err := ownersWho(tx, signsIn)
		if err != nil || len(owners) > 0 {
			return err
		}
		state, err := json.Marshal(invitationState{id})
		if err != nil {
			return err
		}
		old, err := tx.Tokens.Of(fairlead.ServerTenant, fairlead.InvitationToken, firstSubject)
		if err != nil {
			return err
		}
		for _, t := range old[:max(0, len(old)-maxFirst+1)] {
			if err := tx.Tokens.Delete(t.Kind, t.Name); err != nil {
				return err
			}
		}
		address = o.address(token)
		err = tx.Tokens.Put(&fairlead.Token{
			Kind: fairlead.InvitationToken, Name: fairlead.TokenHash(token.Reveal()), Tenant: fairlead.ServerTenant, Subject: firstSubject,
			Expires: now.Add(invitationLife), State: state,
		})
		if err != nil {
			return err
		}
		return audit(ctx, tx, now, "operator.invite", id)
	})
	if err != nil {
		return "", in("inviting the first operator", err)
	}
	return address, nil
}

// invite mints an invitation of an operator that ends those before it.
func invite(tx *store.Tx, op fairlead.Operator, token fairlead.Secret, now time.Time) error {
	if err := dropInvitations(tx, string(op.ID)); err != nil {
		return err
	}
	return tx.Tokens.Put(&fairlead.Token{
		Kind: fairlead.InvitationToken, Name: fairlead.TokenHash(token.Reveal()), Tenant: fairlead.ServerTenant, Subject: string(op.ID),
		Expires: now.Add(invitationLife),
	})
}

// readInvitation finds what an invitation opens. Gone: it was used, or is too old; so is
// one that there never was.
func readInvitation(tx *store.Tx, token fairlead.Secret, now time.Time) (t fairlead.Token, op fairlead.Operator, err error) {
	gone := fairlead.Errorf(fairlead.Gone, "This invitation was used, or has expired. Have another one made.")
	t, err = tx.Tokens.Get(fairlead.InvitationToken, fairlead.TokenHash(token.Reveal()))
	if fairlead.Is(err, fairlead.NotFound) || err == nil && (!t.Live(now) || !t.Used.IsZero()) {
		err = gone
	}
	if err != nil {
		return t, op, err
	}
	if t.Subject != firstSubject {
		op, err = enabled(tx, fairlead.OperatorID(t.Subject))
		if fairlead.Is(err, fairlead.NotFound) {
			err = gone
		}
		return t, op, err
	}
	var state invitationState
	if err := json.Unmarshal(t.State, &state); err != nil {
		return t, op, err
	}
	owners, err := ownersWho(tx, signsIn)
	if err == nil && len(owners) > 0 {
		err = gone
	}
	return t, fairlead.Operator{ID: state.Operator, Role: fairlead.RoleOwner}, err
}

// Invitation reads what an invitation opens, and does not use it up. Gone: nothing any
// more. RateLimited: the client tried too many that open nothing.
func (o *Operating) Invitation(ctx context.Context, token fairlead.Secret, from Client) (i Invitation, err error) {
	if err := o.admit(ctx, from); err != nil {
		return i, err
	}
	err = o.o.Store.View(ctx, func(tx *store.Tx) error {
		t, op, err := readInvitation(tx, token, o.o.Clock())
		i = Invitation{op, t.Subject == firstSubject, t.Expires}
		return err
	})
	if fairlead.Is(err, fairlead.Gone) {
		o.countWrong(ctx, from, "")
	}
	return i, in("reading an invitation", err)
}

// Acceptance is what whoever was invited chooses: a password, a passkey, or both.
type Acceptance struct {
	Email    string // of the first operator only
	Name     string // empty: as invited
	Password NewPassword
	Passkey  *NewPasskey
}

// Accept makes an operator of whoever has an invitation's token, and begins their session.
// recovery codes are set, and to be shown this once, where a password was chosen. Errors: Gone;
// Invalid at a field (email, name, password, enrolment, code, passkey); Conflict at email.
func (o *Operating) Accept(ctx context.Context, token fairlead.Secret, a Acceptance, from Client) (made SignedIn, recovery []string, err error) {
	i, err := o.Invitation(ctx, token, from)
	if err != nil {
		return made, nil, err
	}
	op := i.Operator
	if i.First {
		if op.Email, err = checkEmail(a.Email); err != nil {
			return made, nil, err
		}
	}
	if op.Name, err = checkName(a.Name, op); err != nil {
		return made, nil, err
	}
	if a.Password.Password.Empty() && a.Passkey == nil {
		return made, nil, fairlead.InvalidField("password", "required", "must not be empty where no passkey is made")
	}
	if err := o.chosen(ctx, &op, a, from, &recovery); err != nil {
		return made, nil, err
	}
	made.Token = fairlead.NewSecret(fairlead.NewToken())
	now := o.o.Clock()
	err = o.o.Store.Update(ctx, func(tx *store.Tx) (err error) {
		t, present, err := readInvitation(tx, token, now)
		if err != nil {
			return err
		}
		t.Used = now // by compare-and-swap: of two who accept at once one loses
		if err := tx.Tokens.Put(&t); err != nil {
			return err
		}
		if err := dropInvitations(tx, t.Subject); err != nil {
			return err
		}
		accepted := op
		accepted.Version, accepted.Role, accepted.Tenants, accepted.Created = present.Version, present.Role, present.Tenants, present.Created
		if i.First {
			accepted.Created = now
		}
		if made.Session, err = begin(ctx, tx, &accepted, ByInvitation, from, made.Token, now); err != nil {
			return err
		}
		made.Session.Operator = accepted
		if err := putOperator(tx, &accepted); err != nil {
			return err
		}
		return auditOwn(ctx, tx, now, "operator.accept", accepted.ID, from)
	})
	if err != nil {
		return SignedIn{}, nil, in("accepting an invitation", err)
	}
	o.report(ctx, securitylog.OperatorChanged, from, op.ID)
	return made, recovery, nil
}

// chosen checks what somebody chose to sign in with, and gives it to the operator.
func (o *Operating) chosen(ctx context.Context, op *fairlead.Operator, a Acceptance, from Client, recovery *[]string) error {
	op.Password, op.TOTP, op.TOTPStep, op.Recovery, op.Passkeys = "", nil, 0, nil, nil
	if a.Passkey != nil {
		key, err := o.registered(ctx, *op, *a.Passkey)
		if err != nil {
			return err
		}
		op.Passkeys = []fairlead.Passkey{key}
	}
	if a.Password.Password.Empty() {
		return nil
	}
	hash, factor, err := o.choose(ctx, *op, a.Password, from)
	if err != nil {
		return err
	}
	op.Password = hash
	factor.into(op)
	*recovery = factor.codes
	return nil
}

// putOperator writes an operator, whose e-mail is unique.
func putOperator(tx *store.Tx, op *fairlead.Operator) error {
	taken, err := tx.Operators.Find(fairlead.ServerTenant, store.By(store.ByEmail, op.Email))
	if err == nil && taken.ID != op.ID {
		return &fairlead.Error{
			Kind: fairlead.Conflict, Detail: "An operator has this e-mail address.",
			Fields: []fairlead.Field{{Name: "email", Code: "exclusive", Reason: "is an operator's already"}},
		}
	}
	if err != nil && !fairlead.Is(err, fairlead.NotFound) {
		return err
	}
	return tx.Operators.Put(fairlead.ServerTenant, op)
}

// signsIn reports whether an operator has anything to sign in with.
func signsIn(op fairlead.Operator) bool {
	return op.Password != "" || len(op.Passkeys) > 0 || op.Issuer != ""
}

// ownersWho are the enabled owners of some kind.
func ownersWho(tx *store.Tx, do func(fairlead.Operator) bool) (owners []fairlead.Operator, err error) {
	for after := ""; ; {
		page, err := tx.Operators.List(fairlead.ServerTenant, store.Query{After: after, Limit: 1000})
		if err != nil || len(page) == 0 {
			return owners, err
		}
		after = string(page[len(page)-1].ID)
		owners = append(owners, slices.DeleteFunc(page, func(op fairlead.Operator) bool {
			return op.Role != fairlead.RoleOwner || !op.Disabled.IsZero() || !do(op)
		})...)
	}
}

// checkEmail is an address as it is stored.
func checkEmail(text string) (string, error) {
	email := strings.ToLower(strings.TrimSpace(text))
	local, host, ok := strings.Cut(email, "@")
	if email == "" {
		return "", fairlead.InvalidField("email", "required", "must not be empty")
	}
	if !ok || local == "" || !strings.Contains(host, ".") && host != "localhost" || strings.Contains(host, "@") || len(email) > 254 || !printable(email) || strings.ContainsAny(email, " \t") {
		return "", fairlead.InvalidField("email", "format", "must be an e-mail address")
	}
	return email, nil
}
