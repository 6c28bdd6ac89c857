package console

import (
	"slices"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/operating"
)

const operatorPath = "/console/operators/{operator}"

func (c *Console) operatorRoutes() []route {
	return []route{
		{"GET /console/operators", fairlead.PermissionOperate, c.operators},
		{"POST /console/operators", fairlead.PermissionOperate, c.invite},
		{"GET " + operatorPath, fairlead.PermissionOperate, c.ofOperator(c.operator)},
		{"POST " + operatorPath, fairlead.PermissionOperate, c.ofOperator(c.changeOperator)},
		{"POST " + operatorPath + "/disable", fairlead.PermissionOperate, c.ofOperator(c.disableOperator)},
		{"POST " + operatorPath + "/reset", fairlead.PermissionOperate, c.ofOperator(c.resetOperator)},
		{"GET " + accountPath, fairlead.PermissionView, c.account},
		{"POST " + accountPath + "/sessions", fairlead.PermissionView, c.endSessions},
		{"POST " + accountPath + "/password", fairlead.PermissionView, c.changePassword},
		{"POST " + accountPath + "/recovery", fairlead.PermissionView, c.newRecovery},
		{"POST " + accountPath + "/passkey", fairlead.PermissionView, c.beginAddPasskey},
		{"POST " + accountPath + "/passkey/answer", fairlead.PermissionView, c.addPasskey},
		{"POST " + accountPath + "/passkey/remove", fairlead.PermissionView, c.removePasskey},
	}
}

const operatorsPage = 100

func (c *Console) operators(v *view) error { return c.showOperators(v, nil, "") }

// showOperators lists operators, and above them the one who was just invited with the only
// copy of the invitation's address.
func (c *Console) showOperators(v *view, invited *fairlead.Operator, address string) error {
	all, err := c.o.Operating.Operators(v.ctx, fairlead.OperatorID(v.query("after")), operatorsPage)
	if err != nil {
		return err
	}
	next := ""
	if len(all) == operatorsPage {
		next = string(all[len(all)-1].ID)
	}
	return v.page("operators", "Operators", operatorList(v, all, next, invited, address))
}

// tenantsIn are the tenants that a form names.
func (v *view) tenantsIn() []fairlead.TenantID {
	ids := []fairlead.TenantID{}
	for _, id := range v.r.PostForm["tenant"] {
		ids = append(ids, fairlead.TenantID(id))
	}
	return ids
}

func (c *Console) invite(v *view) error {
	role, tenants := fairlead.Role(v.form("role")), v.tenantsIn()
	if role == fairlead.RoleOwner {
		tenants = nil
	}
	made, address, err := c.o.Operating.Invite(v.ctx, operating.Spec{Email: v.form("email"), Name: v.form("name"), Role: role, Tenants: tenants})
	if v.again(err) {
		return c.operators(v)
	}
	if err != nil {
		return err
	}
	return c.showOperators(v, &made, address)
}

func (c *Console) ofOperator(show func(*view, fairlead.Operator) error) func(*view) error {
	return func(v *view) error {
		o, err := c.o.Operating.Operator(v.ctx, fairlead.OperatorID(v.r.PathValue("operator")))
		if err != nil {
			return err
		}
		return show(v, o)
	}
}

func (c *Console) operator(v *view, o fairlead.Operator) error {
	sessions, err := c.o.Operating.Sessions(v.ctx, o.ID)
	if err != nil {
		return err
	}
	return v.page("operators", o.Name, operatorPage(v, o, sessions, ""))
}

func (c *Console) changeOperator(v *view, o fairlead.Operator) error {
	name, role, tenants := v.form("name"), fairlead.Role(v.form("role")), v.tenantsIn()
	if role == fairlead.RoleOwner {
		tenants = nil
	}
	_, err := c.o.Operating.Change(v.ctx, o.ID, operating.Changes{Name: &name, Role: &role, Tenants: tenants})
	if v.again(err) {
		return c.operator(v, o)
	}
	if err != nil {
		return err
	}
	return v.done("saved", join("operators", string(o.ID)))
}

func (c *Console) disableOperator(v *view, o fairlead.Operator) error {
	err := c.o.Operating.Disable(v.ctx, o.ID)
	if v.again(err) {
		return c.operator(v, o)
	}
	if err != nil {
		return err
	}
	return v.done("saved", join("operators", string(o.ID)))
}

func (c *Console) resetOperator(v *view, o fairlead.Operator) error {
	address, err := c.o.Operating.Reset(v.ctx, o.ID)
	if v.again(err) {
		return c.operator(v, o)
	}
	if err != nil {
		return err
	}
	return v.page("operators", o.Name, operatorPage(v, o, nil, address))
}

// account is the operator's own page. On a development server nobody has one.
func (c *Console) account(v *view) error {
	if v.session.ID == "" {
		return fairlead.Errorf(fairlead.NotFound, "On a development server nobody signs in, and nobody has an account.")
	}
	sessions, err := c.o.Operating.Sessions(v.ctx, v.operator.ID)
	if err != nil {
		return err
	}
	slices.Reverse(sessions)
	var enrol operating.Enrolment
	qr := ""
	if !hasTOTP(v.operator) || v.form("enrolment") != "" || v.query("app") != "" {
		if enrol, qr, err = c.enrol(v, v.operator); err != nil {
			return err
		}
	}
	return v.page("account", "Your account", account(v, sessions, enrol, qr))
}

// proven runs what needs that the operator has shown lately who they are, and otherwise has
// them do that first.
func (v *view) proven(do func() error) error {
	if !v.session.Fresh(operating.FreshFor) {
		return v.unproven(accountPath)
	}
	err := do()
	if v.again(err) {
		return v.c.account(v)
	}
	return err
}

func (c *Console) endSessions(v *view) error {
	if id := v.form("session"); id != "" {
		if err := c.o.Operating.EndSession(v.ctx, v.operator.ID, operating.SessionID(id)); err != nil {
			return err
		}
	} else if err := c.o.Operating.EndOtherSessions(v.ctx, v.session); err != nil {
		return err
	}
	return v.done("saved", accountPath)
}

func (c *Console) changePassword(v *view) error {
	return v.proven(func() error {
		p := v.newPassword()
		var codes []string
		var err error
		if p.Password.Empty() && p.Enrolment != "" {
			codes, err = c.o.Operating.SetTOTP(v.ctx, v.session, p.Enrolment, p.Code)
		} else {
			codes, err = c.o.Operating.SetPassword(v.ctx, v.session, p, v.client())
		}
		if err != nil {
			return err
		}
		if len(codes) > 0 {
			return v.page("account", "Recovery codes", recoveryCodes(codes))
		}
		return v.done("saved", accountPath)
	})
}

func (c *Console) newRecovery(v *view) error {
	return v.proven(func() error {
		codes, err := c.o.Operating.NewRecovery(v.ctx, v.session)
		if err != nil {
			return err
		}
		return v.page("account", "Recovery codes", recoveryCodes(codes))
	})
}

func (c *Console) beginAddPasskey(v *view) error {
	return v.proven(func() error {
		options, err := c.o.Operating.BeginPasskey(v.ctx, v.operator)
		if err != nil {
			return err
		}
		return v.usePasskey(passkey{
			options: options, create: true, action: accountPath + "/passkey/answer", back: accountPath, fields: map[string]string{"passkey_name": v.form("passkey_name")},
		})
	})
}

func (c *Console) addPasskey(v *view) error {
	return v.proven(func() error {
		if err := c.o.Operating.AddPasskey(v.ctx, v.session, operating.NewPasskey{PasskeyAnswer: v.answer(), Name: v.form("passkey_name")}); err != nil {
			return err
		}
		return v.done("saved", accountPath)
	})
}

func (c *Console) removePasskey(v *view) error {
	return v.proven(func() error {
		for _, p := range v.operator.Passkeys {
			if passkeyID(p) == v.form("passkey") {
				if err := c.o.Operating.RemovePasskey(v.ctx, v.session, p.ID); err != nil {
					return err
				}
				return v.done("deleted", accountPath)
			}
		}
		return fairlead.Errorf(fairlead.NotFound, "You have no such passkey.")
	})
}
