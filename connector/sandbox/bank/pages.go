package bank

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
	"github.com/fairlead-dev/fairlead/connector/sandbox/kv"
)

// session is a person's visit at a bank: its stage, and the login conversation,
// which is the same as at banks without pages of their own. Its name in the
// address is its only key: it is random, short-lived and dies with the visit, and
// a form posted by somebody else does not know it.
type session struct {
	Stage    string             `json:"stage"` // login, accounts, consent, back
	Request  pushed             `json:"request"`
	State    []byte             `json:"state,omitempty"` // of the conversation
	Step     *fairlead.Step     `json:"step,omitempty"`
	Refused  fairlead.ErrorKind `json:"refused,omitempty"` // why the last answer was
	User     string             `json:"user,omitempty"`
	Triggers []string           `json:"words,omitempty"`
	Picked   []string           `json:"picked,omitempty"`
	Back     string             `json:"back,omitempty"`
	Expires  time.Time          `json:"expires"`
}

// request is one of a browser, or of Browse, to a bank's pages.
type request struct {
	*Server
	w      http.ResponseWriter
	r      *http.Request
	tenant fairlead.TenantID
	name   string // of the visit, as its address has it
	id     string // of the visit, in memory
	now    time.Time
	session
}

var (
	errNoVisit = errors.New("bank: this visit is over")
	errForm    = errors.New("bank: a form cannot be read")
)

// page wraps a page: errors become a page too.
func (b *Server) page(serve func(*request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		inWindow(w)
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		if err := serve(&request{Server: b, w: w, r: r}); err != nil {
			status, text := http.StatusInternalServerError, "Something went wrong at the bank."
			switch {
			case errors.Is(err, errNoVisit):
				status, text = http.StatusNotFound, "This page has expired. Go back to where you came from and begin again."
			case oauthErrorIs(err, http.StatusNotFound):
				status, text = http.StatusNotFound, "This consent is not known here."
			case errors.Is(err, errForm):
				status, text = http.StatusBadRequest, "This form cannot be read. Go back and try again."
			}
			render(w, r, status, view{Bank: b.Institution, Title: text})
		}
	}
}

// timeOf is the tenant's time; without a clock that of the request, which the persona's
// browser sends, or else the time that is known.
func timeOf(clock func(context.Context, fairlead.TenantID) (time.Time, error), r *http.Request, tenant fairlead.TenantID, known time.Time) (time.Time, error) {
	if clock != nil {
		return clock(r.Context(), tenant)
	}
	if t, err := time.Parse(time.RFC3339Nano, r.Header.Get(timeHeader)); err == nil {
		return t, nil
	}
	return known, nil
}

// open begins a visit from a pushed request, which can be opened once.
func (b *Server) open(req *request) error {
	id, ok := strings.CutPrefix(req.r.URL.Query().Get("request_uri"), requestPrefix)
	tenant := fairlead.TenantID(req.r.URL.Query().Get("client_id"))
	key := b.key("request", fairlead.TokenHash(id))
	if !ok || !isTenant(tenant) {
		return errNoVisit
	}
	p, there, err := kv.Get[pushed](req.r.Context(), b.Memory, tenant, key)
	if err != nil {
		return err
	}
	if !there {
		return errNoVisit
	}
	now, err := timeOf(b.Time, req.r, tenant, p.Now)
	if err != nil {
		return err
	}
	if !now.Before(p.Opens) {
		return errNoVisit
	}
	if err := kv.Delete(req.r.Context(), b.Memory, tenant, key); err != nil {
		return err
	}
	login, err := b.Login.SignIn()
	if err != nil {
		return err
	}
	name := string(tenant) + "." + fairlead.NewToken()
	err = kv.Put(req.r.Context(), b.Memory, tenant, b.key("session", fairlead.TokenHash(name)), session{
		Stage: "login", Request: p, State: login.State, Step: &login.Step, Expires: p.Expires,
	})
	if err == nil {
		req.name = name
		req.showAnew()
	}
	return err
}

// enter finds the visit of an address.
func (req *request) enter() error {
	req.name = req.r.PathValue("session")
	tenant, _, _ := strings.Cut(req.name, ".")
	req.tenant, req.id = fairlead.TenantID(tenant), req.key("session", fairlead.TokenHash(req.name))
	if !isTenant(req.tenant) {
		return errNoVisit
	}
	s, there, err := kv.Get[session](req.r.Context(), req.Memory, req.tenant, req.id)
	if err != nil {
		return err
	}
	if !there {
		return errNoVisit
	}
	if req.now, err = timeOf(req.Time, req.r, req.tenant, s.Request.Now); err != nil {
		return err
	}
	if !req.now.Before(s.Expires) {
		return errNoVisit
	}
	req.session = s
	return nil
}

// save writes the visit and shows it anew.
func (req *request) save() error {
	if err := kv.Put(req.r.Context(), req.Memory, req.tenant, req.id, req.session); err != nil {
		return err
	}
	req.showAnew()
	return nil
}

// showAnew leads to the visit, by its name: not by what a request calls it.
func (req *request) showAnew() {
	http.Redirect(req.w, req.r, root+req.Path+"/s/"+req.name, http.StatusSeeOther)
}

// isTenant reports whether somebody's word may be a tenant's id at all, before the
// memory is asked for it.
func isTenant(id fairlead.TenantID) bool {
	return id != "" && len(id) <= 64 && !strings.ContainsFunc(string(id), func(c rune) bool {
		return !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_')
	})
}

// inWindow lets the page that opened a window with the bank's pages in it close it
// again, as most banks' do.
func inWindow(w http.ResponseWriter) { w.Header().Set("Cross-Origin-Opener-Policy", "unsafe-none") }

// start is the login conversation's beginning, as the connector would have it.
func (req *request) start(k consent) connector.Start {
	return connector.Start{
		Env:         connector.Env{Tenant: req.tenant, Environment: fairlead.Sandbox, Seed: req.Request.Seed, Now: req.now, BaseURL: req.Request.Base},
		Institution: req.Institution, Person: fairlead.PersonID(k.ID), ReturnURL: req.Request.Base + root + req.Path + "/s/" + req.name, Hints: k.hints(),
	}
}

func (k consent) hints() fairlead.PersonDetails {
	return fairlead.PersonDetails{PersonalTaxID: k.TaxID, BusinessTaxID: k.Company}
}

// show renders the stage; a conversation that waits, or comes back from another
// page, goes on first.
func (b *Server) show(req *request) error {
	if err := req.enter(); err != nil {
		return err
	}
	k, err := b.consentOf(req.r.Context(), req.tenant, req.Request.Consent, req.now)
	if err != nil {
		return err
	}
	back := req.r.URL.Query()
	if req.Stage == "login" && req.Step != nil && (req.Step.Wait != nil || back.Has("visit")) {
		answer := fairlead.Answer{Return: map[string]string{"visit": back.Get("visit")}}
		if err := req.converse(k, answer); err != nil {
			return err
		}
		if req.Step == nil || req.Step.Wait == nil || back.Has("visit") {
			return req.save()
		}
	}
	v := view{
		Bank: b.Institution, Stage: req.Stage, Step: req.Step, Refused: req.Refused, Back: req.Back, Picked: req.Picked,
		Products: k.Products,
	}
	if !k.Endless {
		v.Until = k.Expires
	}
	if req.Stage == "accounts" || req.Stage == "consent" {
		if v.Accounts, err = req.accounts(k); err != nil {
			return err
		}
	}
	return render(req.w, req.r, http.StatusOK, v)
}

// act takes a form of the stage.
func (b *Server) act(req *request) error {
	if err := req.enter(); err != nil {
		return err
	}
	k, err := b.consentOf(req.r.Context(), req.tenant, req.Request.Consent, req.now)
	if err != nil {
		return err
	}
	if err := req.r.ParseForm(); err != nil {
		return errForm
	}
	switch {
	case req.Stage == "back":
	case req.r.PostForm.Get("cancel") != "":
		err = req.leave(k, "access_denied")
	case req.Stage == "login":
		a := fairlead.Answer{Fields: map[string]fairlead.Secret{}}
		for name, values := range req.r.PostForm {
			a.Fields[name] = fairlead.NewSecret(values[0])
		}
		err = req.converse(k, a)
	case req.Stage == "accounts":
		err = req.pick(k)
	case req.Stage == "consent":
		err = req.leave(k, "")
	}
	if err != nil {
		return err
	}
	return req.save()
}

// converse goes on with the login; what it refuses is shown with the form again, where
// there is a form, or else begun again.
func (req *request) converse(k consent, a fairlead.Answer) error {
	next, err := req.Login.Resume(req.r.Context(), req.start(k), req.State, a)
	if err != nil {
		if _, classified := errors.AsType[*fairlead.Error](err); !classified {
			return err
		}
		req.Refused = fairlead.KindOf(err)
		if code := oauthCode(req.Refused); code != "" {
			return req.leave(k, code)
		}
		if req.Step == nil || req.Step.Form == nil {
			login, err := req.Login.SignIn()
			req.Step, req.State = &login.Step, login.State
			return err
		}
		return nil
	}
	req.Refused, req.State, req.Step = "", next.State, &next.Step
	if next.Step.Done == nil {
		return nil
	}
	req.User = next.Step.Done.Secrets["user"].Reveal()
	req.Triggers = strings.Split(next.Step.Done.Secrets["words"].Reveal(), "+")
	req.Stage, req.Step, req.State = "accounts", nil, nil
	all, err := req.accounts(k)
	if len(all) == 0 {
		req.Stage = "consent"
	}
	return err
}

// accounts are what the person may share.
func (req *request) accounts(k consent) ([]fairlead.AccountOffer, error) {
	return req.Login.Offer(req.r.Context(), req.start(k), req.User, req.Triggers)
}

// pick takes the choice of accounts; one at least, where there are any.
func (req *request) pick(k consent) error {
	all, err := req.accounts(k)
	if err != nil {
		return err
	}
	req.Picked = slices.DeleteFunc(slices.Clone(req.r.PostForm["account"]), func(ref string) bool {
		return !slices.ContainsFunc(all, func(o fairlead.AccountOffer) bool { return o.Ref == ref })
	})
	if len(req.Picked) > 0 || len(all) == 0 {
		req.Stage = "consent"
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

// leave ends the visit: the consent is decided, and the address to go back to
// made. refusal is OAuth's error; "": the consent is given.
func (req *request) leave(k consent, refusal string) error {
	decided, status, reason := false, "AUTHORISED", ""
	switch refusal {
	case "":
	case "access_denied":
		status, reason = "REJECTED", "CUSTOMER_MANUALLY_REJECTED"
	default:
		status, reason = "REJECTED", "CONSENT_TECHNICAL_ISSUE"
	}
	err := kv.Update(req.r.Context(), req.Memory, req.tenant, req.key("consent", k.ID), func(c *consent) bool {
		if decided = c.Status == "AWAITING_AUTHORISATION"; decided {
			c.Status, c.Reason, c.User, c.Triggers, c.Accounts = status, reason, req.User, req.Triggers, req.Picked
		}
		return decided
	})
	if err != nil {
		return err
	}
	query := url.Values{"state": {req.Request.State}, "iss": {req.Request.Base + root + req.Path}}
	if decided && status == "AUTHORISED" {
		code, err := req.code(req.r.Context(), k)
		if err != nil {
			return err
		}
		query.Set("code", code)
	} else {
		query.Set("error", cmp.Or(refusal, "access_denied"))
	}
	back, err := url.Parse(req.Request.Redirect)
	if err != nil {
		return err
	}
	for name, values := range back.Query() {
		query[name] = values
	}
	back.RawQuery = query.Encode()
	req.Stage, req.Back, req.Step, req.State, req.Refused = "back", back.String(), nil, nil, ""
	return nil
}

func (req *request) code(ctx context.Context, k consent) (string, error) {
	value := fairlead.NewToken()
	return value, kv.Put(ctx, req.Memory, req.tenant, req.key("code", fairlead.TokenHash(value)), issued{
		Kind: "code", Consent: k.ID, Challenge: req.Request.Challenge,
		Redirect: req.Request.Redirect, Expires: cmp.Or(req.now, req.Request.Now).Add(codeLife),
	})
}
