package server_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/operating"
	"github.com/fairlead-dev/fairlead/vault/keyset"
)

// operatorFrom is where operators are in tests.
var operatorFrom = operating.Client{From: "127.0.0.1"}

// firstOperator accepts the first invitation with a password and an app.
func firstOperator(t *testing.T, a *apptest.App, password string) (made operating.SignedIn, app string, recovery []string) {
	t.Helper()
	verb := a.Server.Operating
	address, err := verb.FirstInvitation(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	token := fairlead.NewSecret(strings.TrimPrefix(address, a.URL+operating.InvitationPath))
	i, err := verb.Invitation(t.Context(), token, operatorFrom)
	if err != nil {
		t.Fatal(err)
	}
	e, err := verb.Enrol(i.Operator)
	if err != nil {
		t.Fatal(err)
	}
	app = strings.ReplaceAll(e.Secret, " ", "")
	code, err := totp.GenerateCode(app, fairlead.RealClock())
	if err != nil {
		t.Fatal(err)
	}
	made, recovery, err = verb.Accept(t.Context(), token, operating.Acceptance{Email: "owner@example.com", Password: operating.NewPassword{
		Password: fairlead.NewSecret(password), Enrolment: e.Sealed, Code: fairlead.NewSecret(code),
	}}, operatorFrom)
	if err != nil {
		t.Fatal(err)
	}
	return made, app, recovery
}

func TestAnOperatorSignsInAfterTheKeysWereRotated(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	if address, err := a.Server.FirstInvitation(t.Context()); err != nil || address != "" {
		t.Errorf("dev invites an operator: %q, %v", address, err)
	}
	const password = "hunter2 walks the dog"
	made, app, recovery := firstOperator(t, a, password)
	verb, before := a.Server.Operating, made.Session.Operator.TOTP
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
	code, err := totp.GenerateCode(app, fairlead.RealClock().Add(30*time.Second)) // that of now was used
	if err != nil {
		t.Fatal(err)
	}
	for _, code := range []string{code, recovery[0]} {
		c := operating.Credentials{Email: "owner@example.com", Password: fairlead.NewSecret(password), Code: fairlead.NewSecret(code)}
		if _, err := verb.SignIn(t.Context(), c, operatorFrom); err != nil {
			t.Error(err)
		}
	}
}
