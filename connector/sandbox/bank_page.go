package sandbox

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/kit"
	"github.com/fairlead-dev/fairlead/connector/sandbox/kv"
)

// session is a person's visit at a bank: its stage, and the login conversation,
// which is the same as at banks without pages of their own. Its name in the
// address is its only key: it is random, short-lived and dies with the visit, and
// a form posted by somebody else does not know it.
type session struct {
	Stage   string             `json:"stage"` // login, accounts, consent, back
	Request pushed             `json:"request"`
	State   []byte             `json:"state,omitempty"` // of the conversation
	Step    *fairlead.Step     `json:"step,omitempty"`
	Refused fairlead.ErrorKind `json:"refused,omitempty"` // why the last answer was
	User    string             `json:"user,omitempty"`
	Words   []string           `json:"words,omitempty"`
	Picked  []string           `json:"picked,omitempty"`
	Back    string             `json:"back,omitempty"`
	Expires time.Time          `json:"expires"`
}

// look is one request of a browser, or of Visit, to a bank's pages.
type look struct {
	bank
	w      http.ResponseWriter
	r      *http.Request
	tenant fairlead.TenantID
	id     string
	now    time.Time
	session
}

var errNoVisit = errors.New("sandbox: this visit is over")

// page wraps a page: errors become a page too.
func (b bank) page(serve func(*look) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		if err := serve(&look{bank: b, w: w, r: r}); err != nil {
			status, text := http.StatusInternalServerError, "Something went wrong at the bank."
			if errors.Is(err, errNoVisit) {
				status, text = http.StatusNotFound, "This page has expired. Go back to where you came from and begin again."
			}
			render(w, r, status, view{Bank: b.at.Institution, Title: text})
		}
	}
}

// time is the tenant's; where nobody tells it, that of the request, which
// the simulator says anew.
func (s *Sandbox) time(r *http.Request, tenant fairlead.TenantID, known time.Time) (time.Time, error) {
	if s.options.Time != nil {
		return s.options.Time(r.Context(), tenant)
	}
	if t, err := time.Parse(time.RFC3339Nano, r.Header.Get(timeHeader)); err == nil {
		return t, nil
	}
	return known, nil
}

// open begins a visit from a pushed request, which can be opened once.
func (b bank) open(l *look) error {
	id, ok := strings.CutPrefix(l.r.URL.Query().Get("request_uri"), requestPrefix)
	tenant := fairlead.TenantID(l.r.URL.Query().Get("client_id"))
	key := b.key("request", fairlead.TokenHash(id))
	p, there, err := kv.Get[pushed](l.r.Context(), b.sandbox.memory, tenant, key)
	if err != nil {
		return err
	}
	now, err := b.sandbox.time(l.r, tenant, p.Now)
	if err != nil {
		return err
	}
	if !ok || !there || !now.Before(p.Opens) {
		return errNoVisit
	}
	if err := kv.Delete(l.r.Context(), b.sandbox.memory, tenant, key); err != nil {
		return err
	}
	form, state, err := signIn()
	if err != nil {
		return err
	}
	name := string(tenant) + "." + fairlead.NewToken()
	err = kv.Put(l.r.Context(), b.sandbox.memory, tenant, b.key("session", fairlead.TokenHash(name)), session{Stage: "login", Request: p, State: state, Step: form, Expires: p.Expires})
	if err == nil {
		http.Redirect(l.w, l.r, "/sandbox/"+b.at.redirect+"/s/"+name, http.StatusSeeOther)
	}
	return err
}

// signIn is the beginning of the login conversation.
func signIn() (*fairlead.Step, []byte, error) {
	t, err := turn(kit.Login(kit.User("field.user"), kit.Password("field.password")), talk{})
	return &t.Step, t.State, err
}

// enter finds the visit of an address.
func (l *look) enter() error {
	name := l.r.PathValue("session")
	tenant, _, _ := strings.Cut(name, ".")
	l.tenant, l.id = fairlead.TenantID(tenant), l.key("session", fairlead.TokenHash(name))
	s, there, err := kv.Get[session](l.r.Context(), l.sandbox.memory, l.tenant, l.id)
	if err != nil {
		return err
	}
	if l.now, err = l.sandbox.time(l.r, l.tenant, s.Request.Now); err != nil {
		return err
	}
	if !there || !l.now.Before(s.Expires) {
		return errNoVisit
	}
	l.session = s
	return nil
}

// keep writes the visit and shows it anew.
func (l *look) keep() error {
	if err := kv.Put(l.r.Context(), l.sandbox.memory, l.tenant, l.id, l.session); err != nil {
		return err
	}
	http.Redirect(l.w, l.r, l.r.URL.Path, http.StatusSeeOther)
	return nil
}

// start is the login conversation's beginning, as the connector would have it.
func (l *look) start(k bankConsent) connector.Start {
	return connector.Start{
		Env:         connector.Env{Tenant: l.tenant, Environment: fairlead.Sandbox, Seed: l.Request.Seed, Now: l.now, BaseURL: l.Request.Base},
		Institution: l.at.Institution, Person: fairlead.PersonID(k.ID), ReturnURL: l.Request.Base + l.r.URL.Path, Hints: k.hints(),
	}
}

func (k bankConsent) hints() fairlead.PersonDetails {
	return fairlead.PersonDetails{PersonalTaxID: k.TaxID, BusinessTaxID: k.Company}
}

// show renders the stage; a conversation that waits, or comes back from another
// page, goes on first.
func (b bank) show(l *look) error {
	if err := l.enter(); err != nil {
		return err
	}
	k, err := b.consent(l.r.Context(), l.tenant, l.Request.Consent, l.now)
	if err != nil {
		return err
	}
	back := l.r.URL.Query()
	if l.Stage == "login" && l.Step != nil && (l.Step.Wait != nil || back.Has("visit")) {
		answer := fairlead.Answer{Return: map[string]string{"visit": back.Get("visit")}}
		if err := l.converse(k, answer); err != nil {
			return err
		}
		if l.Step == nil || l.Step.Wait == nil || back.Has("visit") {
			return l.keep()
		}
	}
	v := view{Bank: b.at.Institution, Stage: l.Stage, Step: l.Step, Refused: l.Refused, Back: l.Back, Picked: l.Picked, Products: k.Products, Until: k.Expires}
	if l.Stage == "accounts" || l.Stage == "consent" {
		if v.Accounts, err = l.accounts(k); err != nil {
			return err
		}
	}
	return render(l.w, l.r, http.StatusOK, v)
}

// act takes a form of the stage.
func (b bank) act(l *look) error {
	if err := l.enter(); err != nil {
		return err
	}
	k, err := b.consent(l.r.Context(), l.tenant, l.Request.Consent, l.now)
	if err != nil {
		return err
	}
	if err := l.r.ParseForm(); err != nil {
		return err
	}
	switch {
	case l.Stage == "back":
	case l.r.PostForm.Get("cancel") != "":
		err = l.leave(k, "access_denied")
	case l.Stage == "login":
		a := fairlead.Answer{Fields: map[string]fairlead.Secret{}}
		for name, values := range l.r.PostForm {
			a.Fields[name] = fairlead.NewSecret(values[0])
		}
		err = l.converse(k, a)
	case l.Stage == "accounts":
		err = l.pick(k)
	case l.Stage == "consent":
		err = l.leave(k, "")
	}
	if err != nil {
		return err
	}
	return l.keep()
}

// converse goes on with the login; what it refuses is shown and asked again, where
// there is something to ask, or else begun again.
func (l *look) converse(k bankConsent, a fairlead.Answer) error {
	next, err := l.sandbox.Resume(l.r.Context(), l.start(k), l.State, a)
	if err != nil {
		if _, said := errors.AsType[*fairlead.Error](err); !said {
			return err
		}
		l.Refused = fairlead.KindOf(err)
		if code := oauthCode(l.Refused); code != "" {
			return l.leave(k, code)
		}
		if l.Step == nil || l.Step.Form == nil {
			l.Step, l.State, err = signIn()
			return err
		}
		return nil
	}
	l.Refused, l.State, l.Step = "", next.State, &next.Step
	if next.Step.Done == nil {
		return nil
	}
	l.User = next.Step.Done.Secrets["user"].Reveal()
	l.Words = words(next.Step.Done.Secrets["words"].Reveal())
	l.Stage, l.Step, l.State = "accounts", nil, nil
	all, err := l.accounts(k)
	if len(all) == 0 {
		l.Stage = "consent"
	}
	return err
}

// accounts are what the person may share.
func (l *look) accounts(k bankConsent) ([]fairlead.AccountOffer, error) {
	return l.sandbox.offer(l.r.Context(), l.start(k).Env, l.at, l.User, l.Words, k.hints())
}

// pick takes the choice of accounts; one at least, where there are any.
func (l *look) pick(k bankConsent) error {
	all, err := l.accounts(k)
	if err != nil {
		return err
	}
	l.Picked = slices.DeleteFunc(slices.Clone(l.r.PostForm["account"]), func(ref string) bool {
		return !slices.ContainsFunc(all, func(o fairlead.AccountOffer) bool { return o.Ref == ref })
	})
	if len(l.Picked) > 0 || len(all) == 0 {
		l.Stage = "consent"
	}
	return nil
}

// oauthCode is with what a bank sends the person back at once; "" for what they may
// mend on its own pages.
func oauthCode(refused fairlead.ErrorKind) string {
	switch refused {
	case fairlead.ConsentEnded:
		return "access_denied"
	case fairlead.InstitutionDown:
		return "temporarily_unavailable"
	case fairlead.Internal:
		return "server_error"
	}
	return ""
}

// leave ends the visit: the consent is settled, and the address to go back to
// made. refusal is OAuth's error; "": the consent is given.
func (l *look) leave(k bankConsent, refusal string) error {
	settled, status, reason := false, "AUTHORISED", ""
	switch refusal {
	case "":
	case "access_denied":
		status, reason = "REJECTED", "CUSTOMER_MANUALLY_REJECTED"
	default:
		status, reason = "REJECTED", "CONSENT_TECHNICAL_ISSUE"
	}
	err := kv.Update(l.r.Context(), l.sandbox.memory, l.tenant, l.key("consent", k.ID), func(c *bankConsent) bool {
		if settled = c.Status == "AWAITING_AUTHORISATION"; settled {
			c.Status, c.Reason, c.User, c.Words, c.Accounts = status, reason, l.User, l.Words, l.Picked
		}
		return settled
	})
	if err != nil {
		return err
	}
	query := url.Values{"state": {l.Request.State}, "iss": {l.Request.Base + "/sandbox/" + l.at.redirect}}
	if settled && status == "AUTHORISED" {
		code, err := l.code(l.r.Context(), k)
		if err != nil {
			return err
		}
		query.Set("code", code)
	} else {
		query.Set("error", cmp.Or(refusal, "access_denied"))
	}
	back, err := url.Parse(l.Request.Redirect)
	if err != nil {
		return err
	}
	for name, values := range back.Query() {
		query[name] = values
	}
	back.RawQuery = query.Encode()
	l.Stage, l.Back, l.Step, l.State, l.Refused = "back", back.String(), nil, nil, ""
	return nil
}

func (l *look) code(ctx context.Context, k bankConsent) (string, error) {
	value := fairlead.NewToken()
	return value, kv.Put(ctx, l.sandbox.memory, l.tenant, l.key("code", fairlead.TokenHash(value)), issued{
		Kind: "code", Consent: k.ID, Challenge: l.Request.Challenge,
		Redirect: l.Request.Redirect, Expires: cmp.Or(l.now, l.Request.Now).Add(codeLife),
	})
}
