package operating_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/operating"
)

func TestTheFirstInvitationMakesAnOwnerOnceAndNoMore(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	before, err := s.FirstInvitation(t.Context())
	must(t, err)
	p := s.owner()
	op := s.session(p.signedIn.Token).Operator
	if op.Role != fairlead.RoleOwner || op.Email != "owner@example.com" || op.Name != "owner" || !op.May(fairlead.PermissionOperate, fairlead.ServerTenant) {
		t.Errorf("it made %+v", op)
	}
	if len(p.recovery) != 10 {
		t.Errorf("the recovery codes are %q", p.recovery)
	}
	if address, err := s.FirstInvitation(t.Context()); err != nil || address != "" {
		t.Errorf("another first invitation is %q, %v", address, err)
	}
	_, err = s.Invitation(t.Context(), tokenOf(t, before), from)
	wantKind(t, err, fairlead.Gone)
	s.audited("operator.accept", p.id, p.id)
	s.audited("operator.sign_in", p.id, p.id)
}

func TestAnInvitationEndsAfterADayOrWhenItWasAccepted(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	owner := s.owner()
	_, address := s.invite(owner, operating.Spec{Email: "Second@Example.com", Role: fairlead.RoleOwner})
	s.wait(24*time.Hour - time.Second)
	i, err := s.Invitation(t.Context(), tokenOf(t, address), from)
	if err != nil || i.Operator.Email != "second@example.com" || i.First {
		t.Errorf("it opens %+v, %v", i, err)
	}
	s.wait(time.Second)
	_, err = s.Invitation(t.Context(), tokenOf(t, address), from)
	wantKind(t, err, fairlead.Gone)
	again, err := s.Reset(owner.ctx(), i.Operator.ID)
	must(t, err)
	second := s.accept(again, "ignored@example.com")
	if second.signedIn.Session.Operator.Email != "second@example.com" {
		t.Error("who was invited chose their e-mail")
	}
	_, err = s.Invitation(t.Context(), tokenOf(t, again), from)
	wantKind(t, err, fairlead.Gone)
}

func TestOfTwoWhoAcceptAtOnceOneIsTheOperator(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	address, err := s.FirstInvitation(t.Context())
	must(t, err)
	token := tokenOf(t, address)
	i, err := s.Invitation(t.Context(), token, from)
	must(t, err)
	e, err := s.Enrol(i.Operator)
	must(t, err)
	code := s.codeOf(strings.ReplaceAll(e.Secret, " ", ""))
	var both sync.WaitGroup
	errs := make([]error, 2)
	for n := range errs {
		both.Go(func() {
			_, _, errs[n] = s.Accept(t.Context(), token, operating.Acceptance{
				Email: "owner@example.com", Password: operating.NewPassword{Password: secret(goodPassword), Enrolment: e.Sealed, Code: code},
			}, from)
		})
	}
	both.Wait()
	if (errs[0] == nil) == (errs[1] == nil) {
		t.Errorf("they got %v and %v", errs[0], errs[1])
	}
}

func TestWhatIsChosenWrongIsNamedAndUsesNothingUp(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	address, err := s.FirstInvitation(t.Context())
	must(t, err)
	token := tokenOf(t, address)
	i, err := s.Invitation(t.Context(), token, from)
	must(t, err)
	e, err := s.Enrol(i.Operator)
	must(t, err)
	other, err := s.Enrol(fairlead.Operator{ID: "ope_other", Email: "other@example.com"})
	must(t, err)
	good := operating.Acceptance{Email: "owner@example.com", Name: "Olga Owner", Password: operating.NewPassword{
		Password: secret(goodPassword), Enrolment: e.Sealed, Code: s.codeOf(strings.ReplaceAll(e.Secret, " ", "")),
	}}
	for what, c := range map[string]struct {
		field  string
		change func(*operating.Acceptance)
	}{
		"no e-mail":             {"email", func(a *operating.Acceptance) { a.Email = "" }},
		"no address":            {"email", func(a *operating.Acceptance) { a.Email = "owner" }},
		"two addresses":         {"email", func(a *operating.Acceptance) { a.Email = "a@b.example c@d.example" }},
		"a name with a break":   {"name", func(a *operating.Acceptance) { a.Name = "Olga\nOwner" }},
		"nothing to sign in":    {"password", func(a *operating.Acceptance) { a.Password.Password = fairlead.Secret{} }},
		"short":                 {"password", func(a *operating.Acceptance) { a.Password.Password = secret("elevenchars") }},
		"long":                  {"password", func(a *operating.Acceptance) { a.Password.Password = secret(strings.Repeat("long ", 41)) }},
		"common":                {"password", func(a *operating.Acceptance) { a.Password.Password = secret("Password1234") }},
		"common twice":          {"password", func(a *operating.Acceptance) { a.Password.Password = secret("dragondragon") }},
		"one key":               {"password", func(a *operating.Acceptance) { a.Password.Password = secret("aaaaaaaaaaaaaaaa") }},
		"the e-mail":            {"password", func(a *operating.Acceptance) { a.Password.Password = secret("my owner@example.com") }},
		"no text":               {"password", func(a *operating.Acceptance) { a.Password.Password = secret("\xff\xfe and some more text") }},
		"no app":                {"enrolment", func(a *operating.Acceptance) { a.Password.Enrolment = "" }},
		"another's enrolment":   {"enrolment", func(a *operating.Acceptance) { a.Password.Enrolment = other.Sealed }},
		"a made up enrolment":   {"enrolment", func(a *operating.Acceptance) { a.Password.Enrolment = "AAAA" }},
		"another code":          {"code", func(a *operating.Acceptance) { a.Password.Code = secret("000000") }},
		"a code of yesterday's": {"code", func(a *operating.Acceptance) { a.Password.Code = secret("") }},
	} {
		a := good
		c.change(&a)
		_, _, err := s.Accept(t.Context(), token, a, from)
		e, _ := err.(*fairlead.Error)
		if e == nil || e.Kind != fairlead.Invalid || len(e.Fields) != 1 || e.Fields[0].Name != c.field {
			t.Errorf("%s: %v, want the field %s", what, err, c.field)
		}
	}
	if shown, err := s.OpenEnrolment(i.Operator, e.Sealed); err != nil || shown != e {
		t.Errorf("the form shows %+v next, %v", shown, err)
	}
	made, _, err := s.Accept(t.Context(), token, good, from)
	if err != nil || made.Session.Operator.Name != "Olga Owner" {
		t.Errorf("after all of them: %+v, %v", made.Session.Operator, err)
	}
}

func TestAnEnrolmentIsTooOldAfterAnHour(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	p := s.owner()
	e, err := s.Enrol(fairlead.Operator{ID: p.id})
	must(t, err)
	s.wait(time.Hour)
	_, err = s.OpenEnrolment(fairlead.Operator{ID: p.id}, e.Sealed)
	wantField(t, err, "enrolment")
}

func TestWhoIsInvitedHasARoleInTenantsThatThereAre(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	owner := s.owner()
	acme := s.tenant("acme")
	for field, spec := range map[string]operating.Spec{
		"role":      {Email: "a@example.com", Role: "boss", Tenants: []fairlead.TenantID{acme}},
		"tenants":   {Email: "a@example.com", Role: fairlead.RoleSupport},
		"tenants.1": {Email: "a@example.com", Role: fairlead.RoleSupport, Tenants: []fairlead.TenantID{acme, "ten_none"}},
		"email":     {Email: "owner@example.com", Role: fairlead.RoleOwner},
	} {
		_, _, err := s.Invite(owner.ctx(), spec)
		wantField(t, err, field)
	}
	_, _, err := s.Invite(owner.ctx(), operating.Spec{Email: "a@example.com", Role: fairlead.RoleOwner, Tenants: []fairlead.TenantID{acme}})
	wantField(t, err, "tenants")
	op, address := s.invite(owner, operating.Spec{Email: "dev@example.com", Name: "Dora", Role: fairlead.RoleDeveloper, Tenants: []fairlead.TenantID{acme, acme}})
	if !operating.Invited(op) || !slices.Equal(op.Tenants, []fairlead.TenantID{acme}) {
		t.Errorf("invited is %+v", op)
	}
	got := s.accept(address, "").signedIn.Session.Operator
	if operating.Invited(got) || !got.May(fairlead.PermissionManage, acme) || got.May(fairlead.PermissionManage, s.tenant("other")) || got.Name != "Dora" {
		t.Errorf("accepted is %+v", got)
	}
	s.audited("operator.invite", owner.id, op.ID)
}

func TestWhoIsResetChoosesAnewAndWhoIsDisabledSignsInNoMore(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	owner := s.owner()
	op, address := s.invite(owner, operating.Spec{Email: "second@example.com", Role: fairlead.RoleOwner})
	second := s.accept(address, "")
	_, err := s.Reset(second.ctx(), second.id)
	wantKind(t, err, fairlead.Conflict)
	again, err := s.Reset(owner.ctx(), op.ID)
	must(t, err)
	s.ended(second.signedIn.Token)
	_, err = s.SignIn(t.Context(), second.credentials(), from)
	wantKind(t, err, fairlead.Unauthenticated)
	second = s.accept(again, "")
	second.signIn()
	must(t, s.Disable(owner.ctx(), op.ID))
	s.ended(second.signedIn.Token)
	_, err = s.SignIn(t.Context(), second.credentials(), from)
	wantKind(t, err, fairlead.Unauthenticated)
	if got, err := s.Operator(t.Context(), op.ID); err != nil || got.Disabled.IsZero() || got.May(fairlead.PermissionView, "ten_any") {
		t.Errorf("the row is %+v, %v", got, err)
	}
	s.audited("operator.reset", owner.id, op.ID)
	s.audited("operator.disable", owner.id, op.ID)
	again, err = s.Reset(owner.ctx(), op.ID)
	must(t, err)
	s.accept(again, "").signIn()
}

func TestTheLastOwnerStaysOne(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	owner := s.owner()
	acme := s.tenant("acme")
	s.invite(owner, operating.Spec{Email: "invited@example.com", Role: fairlead.RoleOwner}) // who cannot sign in yet
	support := fairlead.RoleSupport
	demote := operating.Changes{Role: &support, Tenants: []fairlead.TenantID{acme}}
	wantKind(t, s.Disable(owner.ctx(), owner.id), fairlead.Conflict)
	_, err := s.Change(owner.ctx(), owner.id, demote)
	wantKind(t, err, fairlead.Conflict)
	_, address := s.invite(owner, operating.Spec{Email: "second@example.com", Role: fairlead.RoleOwner})
	second := s.accept(address, "")

	// Both end one another at once: one of them stays.
	var both sync.WaitGroup
	var errs [2]error
	both.Go(func() { errs[0] = s.Disable(owner.ctx(), second.id) })
	both.Go(func() { errs[1] = s.Disable(second.ctx(), owner.id) })
	both.Wait()
	if (errs[0] == nil) == (errs[1] == nil) {
		t.Errorf("they got %v and %v", errs[0], errs[1])
	}
}

func TestAnotherRoleEndsSessionsAndAnotherNameDoesNot(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	owner := s.owner()
	acme := s.tenant("acme")
	_, address := s.invite(owner, operating.Spec{Email: "dev@example.com", Role: fairlead.RoleDeveloper, Tenants: []fairlead.TenantID{acme}})
	dev := s.accept(address, "")
	name, auditor := "Dora", fairlead.RoleAuditor
	op, err := s.Change(owner.ctx(), dev.id, operating.Changes{Name: &name})
	if err != nil || op.Name != name || s.session(dev.signedIn.Token).Operator.Name != name {
		t.Errorf("changed is %+v, %v", op, err)
	}
	_, err = s.Change(owner.ctx(), dev.id, operating.Changes{Role: &auditor, Tenants: []fairlead.TenantID{acme}})
	must(t, err)
	s.ended(dev.signedIn.Token)
	if op := s.session(dev.signIn().Token).Operator; op.Role != auditor || op.May(fairlead.PermissionManage, acme) {
		t.Errorf("it is %+v", op)
	}
	s.audited("operator.change", owner.id, dev.id)
}
