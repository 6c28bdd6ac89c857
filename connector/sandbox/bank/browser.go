package bank

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
)

// maxSteps bounds how many pages a simulated visit may take.
const maxSteps = 60

// Persona is who sits at the browser.
type Persona interface {
	// Headless answers a step; Decide approves what waits elsewhere.
	Headless(user, password string, s fairlead.Step) (fairlead.Answer, error)
	Decide(ctx context.Context, tenant fairlead.TenantID, id string, approve bool) error
}

// Browse plays the person at a bank's own pages: signs in, shares everything,
// agrees, and returns the query they come back with.
func Browse(ctx context.Context, who Persona, at connector.Env, user, password, address string) (map[string]string, error) {
	p := driver{who, at, user, password}
	for range maxSteps {
		v, where, err := p.read(ctx, address)
		if err != nil {
			return nil, err
		}
		if v.Back != "" {
			if strings.HasPrefix(v.Back, at.BaseURL+root) { // from one page of the bank's to another
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
		return nil, &fairlead.Error{Kind: fairlead.Internal, Err: errors.New("bank: the bank sent the person to a malformed address")}
	}
	out := map[string]string{}
	for name, values := range u.Query() {
		out[name] = values[0]
	}
	return out, nil
}

// driver is a persona at a browser that reads JSON.
type driver struct {
	persona        Persona
	at             connector.Env
	user, password string
}

// send makes one request, without following where it leads.
func (p driver) send(ctx context.Context, method, address string, form url.Values) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, &fairlead.Error{Kind: fairlead.Internal, Err: errors.New("bank: a page's address is malformed")}
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
func (p driver) read(ctx context.Context, address string) (view, string, error) {
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

func (p driver) absolute(location string) string {
	if strings.HasPrefix(location, "/") {
		return p.at.BaseURL + location
	}
	return location
}

// answer does what a page wants, and says which page comes next.
func (p driver) answer(ctx context.Context, where string, v view) (string, error) {
	form := url.Values{}
	switch {
	case v.Step != nil && v.Step.Wait != nil:
		if id := v.Step.Wait.Approval; id != "" {
			err := p.persona.Decide(ctx, p.at.Tenant, id, true)
			if fairlead.Is(err, fairlead.NotFound) {
				err = nil
			}
			return where, err
		}
		return where, pause(ctx)
	case v.Step != nil && v.Step.Send != nil:
		return v.Step.Send.URL, nil
	case v.Step != nil && v.Step.Form != nil:
		a, err := p.persona.Headless(p.user, p.password, *v.Step)
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

// pause waits a moment of real time for a page that waits.
func pause(ctx context.Context) error {
	t := time.NewTimer(time.Second)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
