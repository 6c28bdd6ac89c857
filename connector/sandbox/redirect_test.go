package sandbox

import (
	"crypto/sha256"
	"encoding/base64"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
)

func TestFarolIsLinkedAtItsOwnPages(t *testing.T) {
	t.Parallel()
	b := newFixture(t, "farol")
	b.start.Hints = fairlead.PersonDetails{PersonalTaxID: "529.982.247-25"}
	b.start.Consent.Products = []fairlead.Product{fairlead.ProductAccounts, fairlead.ProductIdentity}
	b.start.Consent.Expires = noon().AddDate(0, 6, 0)
	departed := b.begin()
	send := departed.Step.Send
	if send == nil || !strings.HasPrefix(send.URL, b.start.BaseURL+"/sandbox/farol/authorize?") || !send.Opens.After(noon()) || !send.Expires.After(send.Opens) {
		t.Fatalf("%+v", departed.Step)
	}
	back, err := b.sandbox.Visit(t.Context(), b.start.Env, "good", "good", send.URL)
	if err != nil {
		t.Fatal(err)
	}
	if back["state"] != "xyz" || back["code"] == "" {
		t.Fatalf("came back with %v", back)
	}
	last, err := b.sandbox.Resume(t.Context(), b.start, departed.State, fairlead.Answer{Return: back})
	if err != nil || last.Step.Done == nil {
		t.Fatalf("%+v, %v", last.Step, err)
	}
	done := last.Step.Done
	if done.Consent == nil || !done.Consent.Expires.Equal(b.start.Consent.Expires) || !slices.Equal(done.Consent.Products, b.start.Consent.Products) {
		t.Errorf("consent %+v", done.Consent)
	}
	s := connector.Session{Env: b.start.Env, Institution: b.start.Institution, Secrets: done.Secrets, Created: noon(), Hints: b.start.Hints}
	if _, err := b.collect(s, connector.FetchRequest{Product: fairlead.ProductLoans}); !fairlead.Is(err, fairlead.Unsupported) {
		t.Errorf("a product the consent does not cover: %v", err)
	}
	id := b.mustCollect(s, fairlead.ProductIdentity).Identities[0]
	if id.Documents[0] != (fairlead.TaxDocument{Kind: "cpf", Number: "52998224725"}) {
		t.Errorf("the persona does not adopt the CPF: %+v", id.Documents)
	}
	if _, err := b.sandbox.Resume(t.Context(), b.start, departed.State, fairlead.Answer{Return: back}); !fairlead.Is(err, fairlead.ChallengeExpired) {
		t.Errorf("a code is good once: %v", err)
	}
}

func TestAReturnThatIsNotTheLoginsIsRefused(t *testing.T) {
	t.Parallel()
	b := newFixture(t, "farol")
	departed := b.begin()
	back, err := b.sandbox.Visit(t.Context(), b.start.Env, "good", "good", departed.Step.Send.URL)
	if err != nil {
		t.Fatal(err)
	}
	other := b.begin()
	if _, err := b.sandbox.Resume(t.Context(), b.start, other.State, fairlead.Answer{Return: back}); !fairlead.Is(err, fairlead.ChallengeExpired) {
		t.Errorf("a code of another login's verifier: %v", err)
	}
	for name, iss := range map[string]string{"another bank's": b.start.BaseURL + "/sandbox/keel", "nobody's": ""} {
		forged := maps.Clone(back)
		if forged["iss"] = iss; iss == "" {
			delete(forged, "iss")
		}
		if _, err := b.sandbox.Resume(t.Context(), b.start, departed.State, fairlead.Answer{Return: forged}); !fairlead.Is(err, fairlead.RejectedChallenge) {
			t.Errorf("%s return: %v", name, err)
		}
	}
	back["state"] = "another"
	if _, err := b.sandbox.Resume(t.Context(), b.start, departed.State, fairlead.Answer{Return: back}); !fairlead.Is(err, fairlead.RejectedChallenge) {
		t.Errorf("another state: %v", err)
	}
}

func TestAccessTokensAreRefreshedUntilTheConsentEnds(t *testing.T) {
	t.Parallel()
	b := newFixture(t, "ancora")
	b.start.Consent.Expires = noon().AddDate(0, 3, 0)
	s := b.mustLogin("joint", "good")
	s.Now = s.Now.AddDate(0, 1, 0)
	p, err := b.sandbox.Fetch(t.Context(), s, connector.FetchRequest{Product: fairlead.ProductAccounts})
	if err != nil || p.Secrets == nil || p.Secrets["access"].Reveal() == s.Secrets["access"].Reveal() {
		t.Fatalf("not refreshed: %v", err)
	}
	s.Secrets = p.Secrets
	if p, err = b.sandbox.Fetch(t.Context(), s, connector.FetchRequest{Product: fairlead.ProductAccounts}); err != nil || p.Secrets != nil {
		t.Errorf("refreshed needlessly: %v", err)
	}
	if renewed, _, err := b.sandbox.Renew(t.Context(), s); err != nil || renewed["refresh"].Reveal() != s.Secrets["refresh"].Reveal() {
		t.Errorf("renewing: %v", err)
	}
	s.Now = s.Now.AddDate(0, 3, 0)
	if _, err = b.sandbox.Fetch(t.Context(), s, connector.FetchRequest{Product: fairlead.ProductAccounts}); !fairlead.Is(err, fairlead.ConsentEnded) {
		t.Errorf("after the consent's end: %v", err)
	}
}

func TestARevokedConsentOpensNothing(t *testing.T) {
	t.Parallel()
	b := newFixture(t, "farol")
	s := b.mustLogin("good", "good")
	for range 2 {
		if err := b.sandbox.Revoke(t.Context(), s, s.Secrets["consent"].Reveal()); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := b.sandbox.Fetch(t.Context(), s, connector.FetchRequest{Product: fairlead.ProductAccounts}); !fairlead.Is(err, fairlead.ConsentEnded) {
		t.Error(err)
	}
}

func TestACompanysNumberAloneMakesACompany(t *testing.T) {
	t.Parallel()
	b := newFixture(t, "farol")
	b.start.Hints = fairlead.PersonDetails{BusinessTaxID: "12ABC34501DE35"}
	id := b.mustCollect(b.mustLogin("good", "good"), fairlead.ProductIdentity).Identities[0]
	if id.Kind != fairlead.PersonCompany || id.Documents[0].Number != "12ABC34501DE35" || id.Documents[0].Kind != "cnpj" {
		t.Errorf("%+v", id)
	}
}

// browser walks a bank's pages as a person with a browser would, by their forms.
type browser struct {
	*testing.T
	client *http.Client
	base   string
	at     string
	body   string
}

func (w *browser) do(method, address string, form url.Values) {
	w.Helper()
	r, err := http.NewRequestWithContext(w.Context(), method, address, strings.NewReader(form.Encode()))
	if err != nil {
		w.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := w.client.Do(r)
	if err != nil {
		w.Fatal(err)
	}
	defer answer.Body.Close()
	raw, _ := io.ReadAll(answer.Body)
	w.at, w.body = answer.Request.URL.String(), string(raw)
	if csp := answer.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
		w.Errorf("CSP of %s: %q", w.at, csp)
	} else if _, style, ok := strings.Cut(w.body, "<style>"); ok {
		style, _, _ = strings.Cut(style, "</style>")
		if sum := sha256.Sum256([]byte(style)); !strings.Contains(csp, base64.StdEncoding.EncodeToString(sum[:])) {
			w.Errorf("the style of %s is not the one its CSP allows", w.at)
		}
	}
}

func TestAPersonCanChooseAccountsAndRefuseInABrowser(t *testing.T) {
	t.Parallel()
	for _, refuse := range []bool{false, true} {
		b := newFixture(t, "farol")
		departed := b.begin()
		w := &browser{T: t, client: b.start.Client, base: b.start.BaseURL}
		w.do("GET", departed.Step.Send.URL, nil)
		w.do("POST", w.at, url.Values{"user": {"good"}, "password": {"WRONG_PASSWORD"}})
		if !strings.Contains(w.body, "role=\"alert\"") || strings.Contains(w.body, "WRONG_PASSWORD") {
			t.Errorf("a wrong password shows %s", w.body)
		}
		w.do("POST", w.at, url.Values{"user": {"good"}, "password": {"good"}})
		_, rest, _ := strings.Cut(w.body, `name="account" value="`)
		first, _, _ := strings.Cut(rest, `"`)
		w.do("POST", w.at, url.Values{"account": {first, "A-that-is-not-theirs"}})
		form := url.Values{"give": {"1"}}
		if refuse {
			form = url.Values{"cancel": {"1"}}
		}
		w.do("POST", w.at, form)
		_, rest, _ = strings.Cut(w.body, `class="go" href="`)
		back, _, _ := strings.Cut(rest, `"`)
		address, err := url.Parse(strings.ReplaceAll(back, "&amp;", "&"))
		if err != nil || address.Query().Get("state") != "xyz" {
			t.Fatalf("the way back is %q", back)
		}
		query := map[string]string{}
		for name, values := range address.Query() {
			query[name] = values[0]
		}
		last, err := b.sandbox.Resume(t.Context(), b.start, departed.State, fairlead.Answer{Return: query})
		if refuse {
			if !fairlead.Is(err, fairlead.ConsentEnded) {
				t.Errorf("refused: %v", err)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		s := connector.Session{Env: b.start.Env, Institution: b.start.Institution, Secrets: last.Step.Done.Secrets, Created: noon()}
		if got := b.mustCollect(s, fairlead.ProductAccounts).Accounts; len(got) != 1 || got[0].Ref != first {
			t.Errorf("shared %d accounts", len(got))
		}
		for _, x := range b.mustCollect(s, fairlead.ProductTransactions).Transactions {
			if x.AccountRef != first {
				t.Fatal("a transaction of an account that is not shared")
			}
		}
	}
}

func TestAnAddressOfTheBankCannotBeOpenedTwiceOrTooLate(t *testing.T) {
	t.Parallel()
	b := newFixture(t, "farol")
	b.start.Consent.Opens = 2 * time.Minute
	once := b.begin()
	w := &browser{T: t, client: b.start.Client, base: b.start.BaseURL}
	w.do("GET", once.Step.Send.URL, nil)
	w.do("GET", once.Step.Send.URL, nil)
	if !strings.Contains(w.body, "expired") {
		t.Error("the address could be opened twice")
	}
	late := b.begin()
	after := b.start.Env
	after.Now = after.Now.Add(3 * time.Minute)
	if _, err := b.sandbox.Visit(t.Context(), after, "good", "good", late.Step.Send.URL); !fairlead.Is(err, fairlead.ChallengeExpired) {
		t.Errorf("three minutes later: %v", err)
	}
}

const (
	consentsPath  = "/open-banking/consents/v3/consents"
	resourcesPath = "/open-banking/resources/v3/resources"
)

func TestTheBanksInterfacesRefuseStrangers(t *testing.T) {
	t.Parallel()
	b := newFixture(t, "farol")
	s := b.mustLogin("good", "good")
	call := func(method, path, authorization string) int {
		r, _ := http.NewRequestWithContext(t.Context(), method, b.start.BaseURL+"/sandbox/farol"+path, nil)
		r.Header.Set("Authorization", authorization)
		r.Header.Set("Sandbox-Time", noon().Format(time.RFC3339Nano))
		answer, err := b.start.Client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		return answer.StatusCode
	}
	for _, c := range []struct{ method, path, authorization string }{
		{"POST", "/token", ""},
		{"POST", "/par", "Basic dGVuXzE6d3Jvbmc="},
		{"GET", resourcesPath, "Bearer ten_1.nothing"},
		{"GET", resourcesPath, "Bearer " + s.Secrets["refresh"].Reveal()},
		{"POST", consentsPath, "Bearer " + s.Secrets["access"].Reveal()},
	} {
		if status := call(c.method, c.path, c.authorization); status != http.StatusUnauthorized {
			t.Errorf("%s %s answers %d", c.method, c.path, status)
		}
	}
	if status := call("GET", resourcesPath, "Bearer "+s.Secrets["access"].Reveal()); status != http.StatusOK {
		t.Errorf("the owner is answered %d", status)
	}
}
