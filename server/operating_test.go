package server_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/pquerna/otp/totp"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/operating"
	"github.com/fairlead-dev/fairlead/vault/keyset"
)

func TestAnOperatorSignsInAfterTheKeysWereRotated(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	if address, err := a.Server.FirstInvitation(t.Context()); err != nil || address != "" {
		t.Errorf("dev invites an operator: %q, %v", address, err)
	}
	verb, from := a.Server.Operating, operating.Client{From: "127.0.0.1"}
	address, err := verb.FirstInvitation(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	token := fairlead.NewSecret(strings.TrimPrefix(address, a.URL+operating.InvitationPath))
	i, err := verb.Invitation(t.Context(), token, from)
	if err != nil {
		t.Fatal(err)
	}
	e, err := verb.Enrol(i.Operator)
	if err != nil {
		t.Fatal(err)
	}
	app, now := strings.ReplaceAll(e.Secret, " ", ""), fairlead.RealClock()
	code, _ := totp.GenerateCode(app, now)
	made, recovery, err := verb.Accept(t.Context(), token, operating.Acceptance{Email: "owner@example.com", Password: operating.NewPassword{
		Password: fairlead.NewSecret("hunter2 walks the dog"), Enrolment: e.Sealed, Code: fairlead.NewSecret(code),
	}}, from)
	if err != nil {
		t.Fatal(err)
	}
	before := made.Session.Operator.TOTP
	keys := a.Server.Vault.(*keyset.Vault)
	old := keys.Keys()[0].ID
	fresh, err := keys.Add()
	if err == nil {
		err = keys.Promote(fresh)
	}
	if err == nil {
		_, err = a.Server.Command(t.Context(), "keys.rewrap", []byte("{}"))
	}
	if err == nil {
		err = keys.Retire(old)
	}
	if err != nil {
		t.Fatal(err)
	}
	after, err := verb.Operator(t.Context(), made.Session.Operator.ID)
	if err != nil || bytes.Equal(before, after.TOTP) {
		t.Errorf("the secret of the app is sealed as it was, %v", err)
	}
	// The code of the next step: the one of now was used.
	code, _ = totp.GenerateCode(app, now.Add(30e9))
	c := operating.Credentials{Email: "owner@example.com", Password: fairlead.NewSecret("hunter2 walks the dog"), Code: fairlead.NewSecret(code)}
	if _, err := verb.SignIn(t.Context(), c, from); err != nil {
		t.Error(err)
	}
	c.Code = fairlead.NewSecret(recovery[0])
	if _, err := verb.SignIn(t.Context(), c, from); err != nil {
		t.Error(err)
	}
}
