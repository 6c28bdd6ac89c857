package console

import (
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"path"
	"strings"

	"github.com/skip2/go-qrcode"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/operating"
)

const (
	signInPath     = "/console/signin"
	confirmPath    = "/console/confirm"
	accountPath    = "/console/account"
	invitationPath = operating.InvitationPath + "{token}"
)

// allowPasskeys lets the page use passkeys: the server's own policy lets none.
func (v *view) allowPasskeys() {
	if h := v.w.Header(); !v.c.o.Dev {
		h.Set("Permissions-Policy", strings.NewReplacer(
			"publickey-credentials-create=()", "publickey-credentials-create=(self)", "publickey-credentials-get=()", "publickey-credentials-get=(self)",
		).Replace(h.Get("Permissions-Policy")))
	}
}

func (c *Console) signInRoutes() []route {
	return []route{
		{"GET " + signInPath, everybody, c.signInPage},
		{"POST " + signInPath, everybody, c.signIn},
		{"POST " + signInPath + "/passkey", everybody, c.beginPasskeySignIn},
		{"POST " + signInPath + "/passkey/answer", everybody, c.passkeySignIn},
		{"POST " + signInPath + "/oidc", everybody, c.departOIDC},
		{"GET " + operating.OIDCPath, everybody, c.arriveOIDC},
		{"GET " + invitationPath, everybody, c.invitation},
		{"POST " + invitationPath, everybody, c.accept},
		{"POST " + invitationPath + "/passkey", everybody, c.beginAcceptPasskey},
		{"POST /console/signout", fairlead.PermissionView, c.signOut},
		{"GET " + confirmPath, fairlead.PermissionView, c.confirmPage},
		{"POST " + confirmPath, fairlead.PermissionView, c.confirm},
		{"POST " + confirmPath + "/passkey", fairlead.PermissionView, c.beginPasskeyConfirm},
		{"POST " + confirmPath + "/passkey/answer", fairlead.PermissionView, c.passkeyConfirm},
		{"POST " + confirmPath + "/oidc", fairlead.PermissionView, c.departConfirm},
	}
}

// everybody is what a route needs that is for who is not signed in.
const everybody fairlead.Permission = ""

// enter finds the operator of the request.
func (v *view) enter(rt route) error {
	v.ctx = v.r.Context()
	if v.c.o.Dev {
		v.operator = fairlead.Operator{ID: "operator", Name: "Developer", Role: fairlead.RoleOwner}
		v.ctx = fairlead.WithActor(v.ctx, string(v.operator.ID), v.client().From)
		return nil
	}
	cookie, err := v.r.Cookie(v.cookie("operator"))
	if err != nil && rt.needs == everybody {
		return nil
	}
	if err != nil {
		return fairlead.Errorf(fairlead.Unauthenticated, "You are not signed in.")
	}
	session, renewed, err := v.c.o.Operating.Session(v.ctx, fairlead.NewSecret(cookie.Value))
	switch {
	case fairlead.Is(err, fairlead.Unauthenticated) && rt.needs == everybody:
		return nil
	case err != nil:
		return err
	}
	if !renewed.Empty() {
		v.setCookie("operator", renewed.Reveal(), 0)
	}
	v.session, v.operator = session, session.Operator
	v.ctx = fairlead.WithActor(v.ctx, string(v.operator.ID), v.client().From)
	return nil
}

// client is where the request comes from.
func (v *view) client() operating.Client {
	return operating.Client{From: v.c.o.Client(v.r), Agent: v.r.UserAgent()}
}

// cookie names a cookie of the console.
func (v *view) cookie(use string) string {
	if v.c.o.Secure {
		return "__Host-fl-" + use
	}
	return "fl-" + use
}

// setCookie stores a value in this browser, until it is closed or for so many seconds; less
// than none: not any more.
func (v *view) setCookie(use, value string, seconds int) {
	http.SetCookie(v.w, &http.Cookie{
		Name: v.cookie(use), Value: value, Path: "/", MaxAge: seconds, Secure: v.c.o.Secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

// returnPath is where to go after signing in: a page of the console, whatever was said.
func returnPath(to string) string {
	u, err := url.Parse(to)
	if err != nil || u.Host != "" || u.Scheme != "" || u.User != nil || !strings.HasPrefix(to, "/console") || path.Clean(u.Path) != u.Path ||
		strings.ContainsAny(to, "\\\r\n") || strings.HasPrefix(u.Path, signInPath) {
		return "/console"
	}
	return to
}

// signInAgain has who is not signed in do so, and come back to the page.
func (v *view) signInAgain() error {
	to := "/console"
	if v.r.Method == http.MethodGet {
		to = v.r.URL.RequestURI()
	}
	return v.done("", signInPath+"?"+url.Values{"to": {returnPath(to)}}.Encode())
}

func (c *Console) signInPage(v *view) error {
	if v.operator.ID != "" {
		return v.done("", returnPath(v.query("to")))
	}
	v.allowPasskeys()
	return v.page("", "Sign in", signIn(v, returnPath(v.query("to"))))
}

// refusedSignIn shows the form again, with why.
func (v *view) refusedSignIn(err error, again func() error) error {
	e, ok := errors.AsType[*fairlead.Error](err)
	if !ok || e.Kind != fairlead.Unauthenticated && e.Kind != fairlead.RateLimited && !v.again(err) {
		return err
	}
	v.problem = e
	return again()
}

func (c *Console) signIn(v *view) error {
	made, err := c.o.Operating.SignIn(v.ctx, v.credentials(), v.client())
	if err != nil {
		return v.refusedSignIn(err, func() error { return v.page("", "Sign in", signIn(v, returnPath(v.form("to")))) })
	}
	return v.signedIn(made, v.form("to"))
}

// credentials are what the form says.
func (v *view) credentials() operating.Credentials {
	return operating.Credentials{
		Email: v.form("email"), Password: fairlead.NewSecret(v.r.PostFormValue("password")), Code: fairlead.NewSecret(v.form("code")),
	}
}

func (v *view) signedIn(made operating.SignedIn, to string) error {
	v.setCookie("operator", made.Token.Reveal(), 0)
	return v.done("", returnPath(to))
}

// passkey is a page whose script has the browser use a passkey, and sends what it answers.
type passkey struct {
	options operating.PasskeyOptions
	create  bool
	action  string            // where the answer goes
	fields  map[string]string // that go with it
	back    string
}

func (v *view) usePasskey(p passkey) error {
	v.allowPasskeys()
	return v.page("", "Passkey", passkeyPage(v, p))
}

// answer is what the browser's passkey answered.
func (v *view) answer() operating.PasskeyAnswer {
	return operating.PasskeyAnswer{Challenge: fairlead.NewSecret(v.form("challenge")), Response: []byte(v.form("response"))}
}

func (c *Console) beginPasskeySignIn(v *view) error {
	options, err := c.o.Operating.BeginPasskeySignIn(v.ctx, v.client())
	if err != nil {
		return v.refusedSignIn(err, func() error { return v.page("", "Sign in", signIn(v, returnPath(v.form("to")))) })
	}
	to := returnPath(v.form("to"))
	return v.usePasskey(passkey{options: options, action: signInPath + "/passkey/answer", fields: map[string]string{"to": to}, back: signInPath})
}

func (c *Console) passkeySignIn(v *view) error {
	made, err := c.o.Operating.FinishPasskeySignIn(v.ctx, v.answer(), v.client())
	if err != nil {
		return v.refusedSignIn(err, func() error { return v.page("", "Sign in", signIn(v, returnPath(v.form("to")))) })
	}
	return v.signedIn(made, v.form("to"))
}

// departOIDC leads the browser to the OpenID Connect provider. The answer is a page that
// goes on by itself: the policy lets forms be sent to this server only, and a redirect after
// one counts as such.
func (c *Console) departOIDC(v *view) error {
	departure, err := c.o.Operating.BeginOIDC(v.ctx, returnPath(v.form("to")), v.client())
	if err != nil {
		return v.refusedSignIn(err, func() error { return v.page("", "Sign in", signIn(v, returnPath(v.form("to")))) })
	}
	v.setCookie("oidc", departure.Browser.Reveal(), 600)
	return v.page("", "Sign in", departing(departure.Address))
}

func (c *Console) arriveOIDC(v *view) error {
	cookie, err := v.r.Cookie(v.cookie("oidc"))
	if err != nil {
		return v.done("", signInPath)
	}
	v.setCookie("oidc", "", -1)
	made, to, err := c.o.Operating.FinishOIDC(v.ctx, operating.Arrival{
		State: fairlead.NewSecret(v.query("state")), Code: fairlead.NewSecret(v.query("code")), Browser: fairlead.NewSecret(cookie.Value),
	}, v.client())
	if err != nil {
		return v.refusedSignIn(err, func() error { return v.page("", "Sign in", signIn(v, "/console")) })
	}
	if made.Token.Empty() { // who is signed in has confirmed it
		return v.done("", returnPath(to))
	}
	return v.signedIn(made, to)
}

func (c *Console) signOut(v *view) error {
	if v.session.ID != "" {
		if err := c.o.Operating.SignOut(v.ctx, v.session); err != nil {
			return err
		}
		v.setCookie("operator", "", -1)
	}
	return v.done("", signInPath)
}

// invited is the page of an invitation.
type invited struct {
	token string
	of    operating.Invitation
	enrol operating.Enrolment
	qr    string // a picture of enrol, as a data: address
}

func (c *Console) readInvitation(v *view) (i invited, err error) {
	i.token = v.r.PathValue("token")
	if i.of, err = c.o.Operating.Invitation(v.ctx, fairlead.NewSecret(i.token), v.client()); err != nil {
		return i, err
	}
	i.enrol, i.qr, err = c.enrol(v, i.of.Operator)
	return i, err
}

// enrol is the secret of an authenticator app that a form shows: the one it showed before,
// or a new one.
func (c *Console) enrol(v *view, of fairlead.Operator) (e operating.Enrolment, qr string, err error) {
	if sealed := v.form("enrolment"); sealed != "" {
		e, err = c.o.Operating.OpenEnrolment(of, sealed)
	}
	if e.Sealed == "" {
		e, err = c.o.Operating.Enrol(of)
	}
	if err != nil {
		return e, "", err
	}
	picture, err := qrcode.Encode(e.URI, qrcode.Medium, -4)
	if err != nil {
		return e, "", err
	}
	return e, "data:image/png;base64," + base64.StdEncoding.EncodeToString(picture), nil
}

func (c *Console) invitation(v *view) error {
	i, err := c.readInvitation(v)
	if err != nil {
		return err
	}
	v.allowPasskeys()
	return v.page("", "Welcome", invitation(v, i))
}

func (c *Console) accept(v *view) error {
	a := operating.Acceptance{Email: v.form("email"), Name: v.form("name")}
	if v.form("response") != "" {
		a.Passkey = &operating.NewPasskey{PasskeyAnswer: v.answer()}
	} else {
		a.Password = v.newPassword()
	}
	made, recovery, err := c.o.Operating.Accept(v.ctx, fairlead.NewSecret(v.r.PathValue("token")), a, v.client())
	if v.again(err) {
		return c.invitation(v)
	}
	if err != nil {
		return err
	}
	if len(recovery) == 0 {
		return v.signedIn(made, "/console")
	}
	v.setCookie("operator", made.Token.Reveal(), 0)
	v.operator = made.Session.Operator
	return v.page("", "Recovery codes", recoveryCodes(recovery))
}

// newPassword is the password that a form chooses, with an authenticator app for it.
func (v *view) newPassword() operating.NewPassword {
	return operating.NewPassword{
		Password: fairlead.NewSecret(v.r.PostFormValue("password")), Enrolment: v.form("enrolment"), Code: fairlead.NewSecret(v.form("code")),
	}
}

func (c *Console) beginAcceptPasskey(v *view) error {
	token := v.r.PathValue("token")
	i, err := c.o.Operating.Invitation(v.ctx, fairlead.NewSecret(token), v.client())
	if err != nil {
		return err
	}
	of := i.Operator
	if of.Email == "" {
		of.Email = v.form("email")
	}
	options, err := c.o.Operating.BeginPasskey(v.ctx, of)
	if v.again(err) {
		return c.invitation(v)
	}
	if err != nil {
		return err
	}
	return v.usePasskey(passkey{
		options: options, create: true, action: operating.InvitationPath + url.PathEscape(token), back: operating.InvitationPath + url.PathEscape(token),
		fields: map[string]string{"email": v.form("email"), "name": v.form("name")},
	})
}

func (c *Console) confirmPage(v *view) error {
	v.allowPasskeys()
	return v.page("", "Confirm that it is you", confirmForm(v, returnPath(v.query("to"))))
}

func (c *Console) confirm(v *view) error {
	credentials := v.credentials()
	credentials.Email = v.operator.Email
	if err := c.o.Operating.Confirm(v.ctx, v.session, credentials, v.client()); err != nil {
		return v.refusedSignIn(err, func() error { return v.page("", "Confirm that it is you", confirmForm(v, returnPath(v.form("to")))) })
	}
	return v.done("", returnPath(v.form("to")))
}

func (c *Console) beginPasskeyConfirm(v *view) error {
	options, err := c.o.Operating.BeginPasskeyConfirm(v.ctx, v.session, v.client())
	if err != nil {
		return v.refusedSignIn(err, func() error { return v.page("", "Confirm that it is you", confirmForm(v, returnPath(v.form("to")))) })
	}
	to := returnPath(v.form("to"))
	return v.usePasskey(passkey{options: options, action: confirmPath + "/passkey/answer", fields: map[string]string{"to": to}, back: confirmPath})
}

// departConfirm has an operator show at the OpenID Connect provider that it is them.
func (c *Console) departConfirm(v *view) error {
	departure, err := c.o.Operating.BeginOIDCConfirm(v.ctx, v.session, returnPath(v.form("to")), v.client())
	if err != nil {
		return v.refusedSignIn(err, func() error { return v.page("", "Confirm that it is you", confirmForm(v, returnPath(v.form("to")))) })
	}
	v.setCookie("oidc", departure.Browser.Reveal(), 600)
	return v.page("", "Confirm that it is you", departing(departure.Address))
}

func (c *Console) passkeyConfirm(v *view) error {
	if err := c.o.Operating.FinishPasskeyConfirm(v.ctx, v.session, v.answer(), v.client()); err != nil {
		return v.refusedSignIn(err, func() error { return v.page("", "Confirm that it is you", confirmForm(v, returnPath(v.form("to")))) })
	}
	return v.done("", returnPath(v.form("to")))
}

// came is the page that a form was sent from, as the browser says it.
func (v *view) came() string {
	u, err := url.Parse(v.r.Referer())
	if err != nil || u.Host != v.r.Host {
		return "/console"
	}
	return u.RequestURI()
}

// unproven has an operator show once more who they are, and come back to the page.
func (v *view) unproven(to string) error {
	return v.done("", confirmPath+"?"+url.Values{"to": {returnPath(to)}}.Encode())
}
