package server

import (
	"context"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/operating"
)

// OperatorParams is what a command about an operator takes.
type OperatorParams struct {
	Email   string        `json:"email,omitempty"`
	Name    string        `json:"name,omitempty"`
	Role    fairlead.Role `json:"role,omitempty"`
	Tenants []string      `json:"tenants,omitempty"` // names
}

// ListedOperator is an operator as they stand, without what they sign in with.
type ListedOperator struct {
	ID       fairlead.OperatorID `json:"id"`
	Email    string              `json:"email"`
	Name     string              `json:"name"`
	Role     fairlead.Role       `json:"role"`
	Tenants  []string            `json:"tenants"` // names; empty of an owner
	Status   string              `json:"status"`  // active, invited, disabled
	Created  time.Time           `json:"created"`
	SignedIn time.Time           `json:"signed_in,omitzero"`
}

// NewInvitation is an operator with the only copy of an invitation's address.
type NewInvitation struct {
	Operator ListedOperator `json:"operator"`
	Address  string         `json:"address"`
}

// listedOperator names an operator's tenants.
func (s *Server) listedOperator(ctx context.Context, op fairlead.Operator) (ListedOperator, error) {
	l := ListedOperator{
		ID: op.ID, Email: op.Email, Name: op.Name, Role: op.Role, Tenants: []string{}, Status: "active", Created: op.Created, SignedIn: op.SignedIn,
	}
	switch {
	case !op.Disabled.IsZero():
		l.Status = "disabled"
	case operating.Invited(op):
		l.Status = "invited"
	}
	for _, id := range op.Tenants {
		t, err := s.Verbs.Access.Tenant(ctx, id)
		if err != nil {
			return l, err
		}
		l.Tenants = append(l.Tenants, t.Name)
	}
	return l, nil
}

func (s *Server) operatorInvite(ctx context.Context, p Params) (any, error) {
	spec := operating.Spec{Email: p.Operator.Email, Name: p.Operator.Name, Role: p.Operator.Role}
	for _, name := range p.Operator.Tenants {
		t, err := s.Verbs.Access.TenantNamed(ctx, name)
		if err != nil {
			return nil, unknown("tenant", name, err)
		}
		spec.Tenants = append(spec.Tenants, t.ID)
	}
	op, address, err := s.Operating.Invite(ctx, spec)
	if err != nil {
		return nil, err
	}
	listed, err := s.listedOperator(ctx, op)
	return NewInvitation{listed, address}, err
}

func (s *Server) operatorList(ctx context.Context, _ Params) (any, error) {
	out := []ListedOperator{}
	for after := fairlead.OperatorID(""); ; {
		page, err := s.Operating.Operators(ctx, after, 500)
		if err != nil || len(page) == 0 {
			return out, err
		}
		for _, op := range page {
			after = op.ID
			listed, err := s.listedOperator(ctx, op)
			if err != nil {
				return nil, err
			}
			out = append(out, listed)
		}
	}
}

// operatorNamed finds who a command is about.
func (s *Server) operatorNamed(ctx context.Context, p Params) (fairlead.Operator, error) {
	op, err := s.Operating.OperatorByEmail(ctx, p.Operator.Email)
	return op, unknown("operator", p.Operator.Email, err)
}

func (s *Server) operatorDisable(ctx context.Context, p Params) (any, error) {
	op, err := s.operatorNamed(ctx, p)
	if err == nil {
		err = s.Operating.Disable(ctx, op.ID)
	}
	if err == nil {
		op, err = s.Operating.Operator(ctx, op.ID)
	}
	if err != nil {
		return nil, err
	}
	return s.listedOperator(ctx, op)
}

func (s *Server) operatorReset(ctx context.Context, p Params) (any, error) {
	op, err := s.operatorNamed(ctx, p)
	if err != nil {
		return nil, err
	}
	address, err := s.Operating.Reset(ctx, op.ID)
	if err == nil {
		op, err = s.Operating.Operator(ctx, op.ID)
	}
	if err != nil {
		return nil, err
	}
	listed, err := s.listedOperator(ctx, op)
	return NewInvitation{listed, address}, err
}
