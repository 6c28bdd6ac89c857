package operating

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/securitylog"
	"github.com/fairlead-dev/fairlead/store"
)

const (
	maxName    = 100  // characters
	maxTenants = 1000 // of one operator
)

// Spec is who is invited.
type Spec struct {
	Email   string
	Name    string // empty: the part of the e-mail before its @
	Role    fairlead.Role
	Tenants []fairlead.TenantID // in which the role counts; none for an owner, else at least one
}

// Changes is what of an operator is changed; nil stays.
type Changes struct {
	Name    *string
	Role    *fairlead.Role
	Tenants []fairlead.TenantID // counts with Role, or alone where it is not nil
}

// Operators returns a page of the server's operators in the order of ids, disabled ones
// too. Limit 0 means 100. They have nothing in them that somebody signs in with.
func (o *Operating) Operators(ctx context.Context, after fairlead.OperatorID, limit int) (page []fairlead.Operator, err error) {
	err = o.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		page, err = tx.Operators.List(fairlead.ServerTenant, store.Query{After: string(after), Limit: limit})
		return err
	})
	return page, in("listing operators", err)
}

// Operator returns the operator of an id, or NotFound.
func (o *Operating) Operator(ctx context.Context, id fairlead.OperatorID) (op fairlead.Operator, err error) {
	err = o.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		op, err = tx.Operators.Get(fairlead.ServerTenant, string(id))
		return err
	})
	return op, in("reading an operator", err)
}

// OperatorByEmail returns the operator of an e-mail address, or NotFound.
func (o *Operating) OperatorByEmail(ctx context.Context, email string) (op fairlead.Operator, err error) {
	err = o.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		op, err = tx.Operators.Find(fairlead.ServerTenant, store.By(store.ByEmail, strings.ToLower(strings.TrimSpace(email))))
		return err
	})
	return op, in("reading an operator", err)
}

// Invited reports whether an operator was invited and has not chosen yet how to sign in.
func Invited(op fairlead.Operator) bool { return op.Disabled.IsZero() && !signsIn(op) }

// Invite makes an operator, and an invitation whose address is good once and for 24 hours.
// Who invites is ctx's actor. Errors: Invalid at a field; Conflict at email.
func (o *Operating) Invite(ctx context.Context, spec Spec) (op fairlead.Operator, address string, err error) {
	now := o.o.Clock()
	made := fairlead.Operator{ID: fairlead.OperatorID(fairlead.NewID("ope", now)), Role: spec.Role, Tenants: spec.Tenants, Created: now}
	if made.Email, err = checkEmail(spec.Email); err != nil {
		return op, "", err
	}
	if made.Name, err = checkName(spec.Name, made); err != nil {
		return op, "", err
	}
	token := fairlead.NewSecret(fairlead.NewToken())
	err = o.o.Store.Update(ctx, func(tx *store.Tx) error {
		op = made
		if err := checkRole(tx, &op); err != nil {
			return err
		}
		if err := putOperator(tx, &op); err != nil {
			return err
		}
		if err := invite(tx, op, token, now); err != nil {
			return err
		}
		return audit(ctx, tx, now, "operator.invite", op.ID)
	})
	if err != nil {
		return fairlead.Operator{}, "", in("inviting an operator", err)
	}
	o.report(ctx, securitylog.OperatorChanged, Client{}, op.ID)
	return op, o.address(token), nil
}

// Reset takes from an operator all that they sign in with, ends their sessions, and makes
// another invitation: of who has lost it, was not in time, or was disabled. Conflict: it is ctx's actor.
func (o *Operating) Reset(ctx context.Context, id fairlead.OperatorID) (address string, err error) {
	if who, _ := fairlead.ActorIn(ctx); who == string(id) {
		return "", fairlead.Errorf(fairlead.Conflict, "You can't reset yourself: change how you sign in, or have another owner do it.")
	}
	token := fairlead.NewSecret(fairlead.NewToken())
	err = o.change(ctx, id, "operator.reset", func(tx *store.Tx, op *fairlead.Operator, now time.Time) error {
		if err := unbind(tx, op); err != nil {
			return err
		}
		*op = fairlead.Operator{
			ID: op.ID, Email: op.Email, Name: op.Name, Role: op.Role, Tenants: op.Tenants, Created: op.Created, SignedIn: op.SignedIn, Version: op.Version,
		}
		if err := endOthers(tx, id, ""); err != nil {
			return err
		}
		return invite(tx, *op, token, now)
	})
	if err != nil {
		return "", err
	}
	return o.address(token), nil
}

// Change changes an operator. Another role, or other tenants, end their sessions. Conflict:
// it is the last owner who can sign in, and would be none any more.
func (o *Operating) Change(ctx context.Context, id fairlead.OperatorID, c Changes) (changed fairlead.Operator, err error) {
	err = o.change(ctx, id, "operator.change", func(tx *store.Tx, op *fairlead.Operator, _ time.Time) (err error) {
		before := *op
		if c.Name != nil {
			if *c.Name == "" {
				return fairlead.InvalidField("name", "required", "must not be empty")
			}
			if op.Name, err = checkName(*c.Name, *op); err != nil {
				return err
			}
		}
		if c.Role != nil {
			op.Role, op.Tenants = *c.Role, c.Tenants
		} else if c.Tenants != nil {
			op.Tenants = c.Tenants
		}
		if c.Role != nil || c.Tenants != nil {
			if err := checkRole(tx, op); err != nil {
				return err
			}
		}
		if op.Role != before.Role || !slices.Equal(op.Tenants, before.Tenants) {
			if err := endOthers(tx, id, ""); err != nil {
				return err
			}
		}
		if before.Role == fairlead.RoleOwner && op.Role != fairlead.RoleOwner {
			if err := otherOwner(tx, id); err != nil {
				return err
			}
		}
		changed = *op
		return nil
	})
	return changed, err
}

// Disable has an operator sign in no more, and ends their sessions. Conflict: it is the
// last owner who can sign in.
func (o *Operating) Disable(ctx context.Context, id fairlead.OperatorID) error {
	return o.change(ctx, id, "operator.disable", func(tx *store.Tx, op *fairlead.Operator, now time.Time) error {
		if !op.Disabled.IsZero() {
			return nil
		}
		if op.Role == fairlead.RoleOwner {
			if err := otherOwner(tx, id); err != nil {
				return err
			}
		}
		op.Disabled = now
		if err := dropInvitations(tx, string(id)); err != nil {
			return err
		}
		return endOthers(tx, id, "")
	})
}

// change changes an operator in the name of ctx's actor.
func (o *Operating) change(ctx context.Context, id fairlead.OperatorID, action string, do func(*store.Tx, *fairlead.Operator, time.Time) error) error {
	now := o.o.Clock()
	err := o.o.Store.Update(ctx, func(tx *store.Tx) error {
		op, err := tx.Operators.Get(fairlead.ServerTenant, string(id))
		if err != nil {
			return err
		}
		if err := do(tx, &op, now); err != nil {
			return err
		}
		if err := tx.Operators.Put(fairlead.ServerTenant, &op); err != nil {
			return err
		}
		return audit(ctx, tx, now, action, id)
	})
	if err == nil {
		o.report(ctx, securitylog.OperatorChanged, Client{}, id)
	}
	return in("changing an operator", err)
}

// otherOwner refuses where nobody else is an owner who can sign in. It writes one of those
// that are, so that of two owners who end one another at once one loses.
func otherOwner(tx *store.Tx, than fairlead.OperatorID) error {
	others, err := ownersWho(tx, func(op fairlead.Operator) bool { return op.ID != than && signsIn(op) })
	if err != nil {
		return err
	}
	if len(others) == 0 {
		return fairlead.Errorf(fairlead.Conflict, "This is the last owner who can sign in. Make somebody else an owner first.")
	}
	return tx.Operators.Put(fairlead.ServerTenant, &others[0])
}

// checkRole wants a role of the list, and tenants that there are.
func checkRole(tx *store.Tx, op *fairlead.Operator) error {
	if !slices.Contains(fairlead.Roles(), op.Role) {
		return fairlead.InvalidField("role", "unknown", "must be owner, developer, support or auditor")
	}
	if op.Role == fairlead.RoleOwner {
		if len(op.Tenants) > 0 {
			return fairlead.InvalidField("tenants", "exclusive", "must be empty for an owner, who has all")
		}
		op.Tenants = nil
		return nil
	}
	if len(op.Tenants) == 0 {
		return fairlead.InvalidField("tenants", "required", "must name a tenant")
	}
	if len(op.Tenants) > maxTenants {
		return fairlead.InvalidField("tenants", "range", "must have at most 1000 entries")
	}
	op.Tenants = slices.Compact(slices.Sorted(slices.Values(op.Tenants)))
	for i, id := range op.Tenants {
		t, err := tx.Tenants.Get(id)
		if fairlead.Is(err, fairlead.NotFound) || err == nil && !t.Deleted.IsZero() {
			return fairlead.InvalidField(fmt.Sprintf("tenants.%d", i), "unknown", "must be the id of a tenant")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// checkName is a name as it is stored; an empty one is what the operator has, or what
// their e-mail begins with.
func checkName(name string, of fairlead.Operator) (string, error) {
	if name == "" {
		name = of.Name
	}
	if name == "" {
		name, _, _ = strings.Cut(of.Email, "@")
	}
	switch {
	case utf8.RuneCountInString(name) > maxName:
		return "", fairlead.InvalidField("name", "range", "must have at most 100 characters")
	case !printable(name) || strings.TrimSpace(name) != name:
		return "", fairlead.InvalidField("name", "format", "must be printable text without space around it")
	}
	return name, nil
}

// printable reports whether text is what a page can show on one line.
func printable(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) })
}

// unbind has an operator's account at the OpenID Connect provider lead to them no more.
func unbind(tx *store.Tx, op *fairlead.Operator) error {
	if op.Issuer == "" {
		return nil
	}
	name := accountName(op.Issuer, op.Subject)
	op.Issuer, op.Subject = "", ""
	return tx.Tokens.Delete(fairlead.OperatorAccountToken, name)
}
