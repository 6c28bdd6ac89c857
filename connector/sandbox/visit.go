package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/sandbox/kv"
)

// away is a page of an institution's to visit and confirm on: the second factor
// SCA_LINK.
type away struct {
	Institution fairlead.InstitutionID `json:"institution"`
	Back        string                 `json:"back"`
	Now         time.Time              `json:"now"`
	Confirmed   bool                   `json:"confirmed,omitempty"`
	Expires     time.Time              `json:"expires"`
}

func awayKey(token string) string { return "visit/" + fairlead.TokenHash(token) }

// sendAway sends the person to such a page.
func (s *Sandbox) sendAway(ctx context.Context, start connector.Start, t talk) (connector.Turn, error) {
	token := fairlead.NewToken()
	t.Visit = token
	if err := kv.DeleteExpired(ctx, s.memory, start.Tenant, "visit/", start.Now.Add(-time.Hour)); err != nil {
		return connector.Turn{}, err
	}
	err := kv.Put(ctx, s.memory, start.Tenant, awayKey(token), away{Institution: start.Institution.ID, Back: start.ReturnURL, Now: start.Now, Expires: t.Until})
	if err != nil {
		return connector.Turn{}, err
	}
	return turn(awayStep(start, t), t)
}

func awayStep(start connector.Start, t talk) fairlead.Step {
	return fairlead.Step{Send: &fairlead.Send{URL: start.BaseURL + "/sandbox/visit/" + string(start.Tenant) + "/" + t.Visit, Opens: t.Until, Expires: t.Until}}
}

// visited looks whether the person confirmed.
func (s *Sandbox) visited(ctx context.Context, start connector.Start, t talk, a fairlead.Answer) (connector.Turn, error) {
	v, there, err := kv.Get[away](ctx, s.memory, start.Tenant, awayKey(t.Visit))
	switch {
	case err != nil:
		return connector.Turn{}, err
	case !there || !v.Confirmed:
		return turn(awayStep(start, t), t)
	case a.Return["visit"] != "" && a.Return["visit"] != "done":
		return connector.Turn{}, fairlead.Errorf(fairlead.RejectedChallenge, "The person did not confirm at the institution.")
	}
	if err := kv.Delete(ctx, s.memory, start.Tenant, awayKey(t.Visit)); err != nil {
		return connector.Turn{}, err
	}
	return s.passed(ctx, start, t)
}

// page wraps a page that belongs to no bank's server.
func (s *Sandbox) page(serve func(http.ResponseWriter, *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		if err := serve(w, r); err != nil {
			_ = render(w, r, http.StatusNotFound, view{Bank: fairlead.Institution{Name: "Sandbox", Colour: "#1b1f24"}, Title: "This page has expired. Go back to where you came from and begin again."})
		}
	}
}

func (s *Sandbox) findAway(r *http.Request) (away, view, error) {
	tenant := fairlead.TenantID(r.PathValue("tenant"))
	v, there, err := kv.Get[away](r.Context(), s.memory, tenant, awayKey(r.PathValue("token")))
	if err != nil {
		return v, view{}, err
	}
	now, err := s.time(r, tenant, v.Now)
	if err != nil || !there || now.After(v.Expires) {
		return v, view{}, errNoVisit
	}
	i, err := s.institution(v.Institution)
	return v, view{Bank: i.Institution, Stage: "visit"}, err
}

func (s *Sandbox) showVisit(w http.ResponseWriter, r *http.Request) error {
	v, shown, err := s.findAway(r)
	if err != nil {
		return err
	}
	if v.Confirmed {
		back, err := url.Parse(v.Back)
		if err != nil {
			return err
		}
		q := back.Query()
		q.Set("visit", "done")
		back.RawQuery = q.Encode()
		shown.Back = back.String()
	}
	return render(w, r, http.StatusOK, shown)
}

func (s *Sandbox) endVisit(w http.ResponseWriter, r *http.Request) error {
	if _, _, err := s.findAway(r); err != nil {
		return err
	}
	err := kv.Update(r.Context(), s.memory, fairlead.TenantID(r.PathValue("tenant")), awayKey(r.PathValue("token")), func(v *away) bool {
		v.Confirmed = true
		return true
	})
	if err == nil {
		http.Redirect(w, r, r.URL.Path, http.StatusSeeOther)
	}
	return err
}

// maxSteps bounds how many pages a simulated visit may take.
const maxSteps = 60

// Visit plays the person at a bank's own pages: signs in, shares everything,
// agrees, and returns the query they come back with.
func (s *Sandbox) Visit(ctx context.Context, at connector.Env, user, password, address string) (map[string]string, error) {
	p := player{s, at, user, password}
	for range maxSteps {
		v, where, err := p.read(ctx, address)
		if err != nil {
			return nil, err
		}
		if v.Back != "" {
			if strings.HasPrefix(v.Back, at.BaseURL+"/sandbox/") { // from one page of the bank's to another
				address = v.Back
				continue
			}
			return queryOf(v.Back)
		}
		if address, err = p.answer(ctx, where, v); err != nil {
			return nil, err
		}
	}
	return nil, fairlead.Errorf(fairlead.InstitutionDown, "The visit at the institution does not end.")
}

func queryOf(address string) (map[string]string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, &fairlead.Error{Kind: fairlead.Internal, Err: errors.New("sandbox: the bank sent the person to a malformed address")}
	}
	out := map[string]string{}
	for name, values := range u.Query() {
		out[name] = values[0]
	}
	return out, nil
}

// player is a persona at a browser that reads JSON.
type player struct {
	sandbox        *Sandbox
	at             connector.Env
	user, password string
}

// send makes one request, without following where it leads.
func (p player) send(ctx context.Context, method, address string, form url.Values) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, &fairlead.Error{Kind: fairlead.Internal, Err: errors.New("sandbox: a page's address is malformed")}
	}
	r.Header.Set("Accept", "application/json")
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set(timeHeader, p.at.Now.UTC().Format(time.RFC3339Nano))
	still := *p.at.Client
	still.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	answer, err := still.Do(r)
	if err != nil {
		return nil, &fairlead.Error{Kind: fairlead.InstitutionDown, Detail: "The institution's pages cannot be reached.", Err: err}
	}
	return answer, nil
}

// read opens a page, wherever it leads.
func (p player) read(ctx context.Context, address string) (view, string, error) {
	for range 5 {
		answer, err := p.send(ctx, http.MethodGet, address, nil)
		if err != nil {
			return view{}, "", err
		}
		var v view
		failed := json.NewDecoder(http.MaxBytesReader(nil, answer.Body, 1<<20)).Decode(&v)
		answer.Body.Close()
		if next := answer.Header.Get("Location"); next != "" && answer.StatusCode == http.StatusSeeOther {
			address = p.absolute(next)
			continue
		}
		switch {
		case answer.StatusCode == http.StatusNotFound:
			return v, "", fairlead.Errorf(fairlead.ChallengeExpired, "The institution's page has expired.")
		case answer.StatusCode != http.StatusOK || failed != nil:
			return v, "", fairlead.Errorf(fairlead.InstitutionDown, "The institution's page does not work.")
		case v.Refused != "":
			return v, "", fairlead.Errorf(v.Refused, "The institution refused the login.")
		}
		return v, address, nil
	}
	return view{}, "", fairlead.Errorf(fairlead.InstitutionDown, "The institution's pages lead in circles.")
}

func (p player) absolute(location string) string {
	if strings.HasPrefix(location, "/") {
		return p.at.BaseURL + location
	}
	return location
}

// answer does what a page asks for, and says which page comes next.
func (p player) answer(ctx context.Context, where string, v view) (string, error) {
	form := url.Values{}
	switch {
	case v.Step != nil && v.Step.Wait != nil:
		if id := v.Step.Wait.Approval; id != "" {
			err := p.sandbox.Decide(ctx, p.at.Tenant, id, true)
			if fairlead.Is(err, fairlead.NotFound) {
				err = nil
			}
			return where, err
		}
		return where, p.rest(ctx)
	case v.Step != nil && v.Step.Send != nil:
		return v.Step.Send.URL, nil
	case v.Step != nil && v.Step.Form != nil:
		a, err := p.sandbox.Headless(p.user, p.password, *v.Step)
		if err != nil {
			return "", err
		}
		for name, s := range a.Fields {
			form.Set(name, s.Reveal())
		}
	case v.Stage == "accounts":
		for _, o := range v.Accounts {
			form.Add("account", o.Ref)
		}
	default:
		form.Set("go", "1")
	}
	answer, err := p.send(ctx, http.MethodPost, where, form)
	if err != nil {
		return "", err
	}
	answer.Body.Close()
	return where, nil
}

// rest waits a moment of real time for a page that waits.
func (p player) rest(ctx context.Context) error {
	t := time.NewTimer(time.Second)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
