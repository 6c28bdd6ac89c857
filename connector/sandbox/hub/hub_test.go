package hub

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/connectortest"
	"github.com/fairlead-dev/fairlead/connector/sandbox/kv"
)

// served is the aggregator with its service on a server of its own.
func served(t *testing.T, options Options) (*Hub, connector.Env) {
	t.Helper()
	h := New(kv.InProcess(), options)
	mux := http.NewServeMux()
	h.Mount(mux)
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return h, connector.Env{
		Tenant: "ten_1", Environment: fairlead.Sandbox, Seed: "seed", Now: time.Now(), Client: s.Client(), BaseURL: s.URL,
		Provider: &connector.Provider{
			SlotsLeft: -1, Settings: map[string]string{"client_id": ClientID, "countries": strings.Join(countries(), ",")},
			Keys: map[string]fairlead.Secret{"secret": fairlead.NewSecret(Secret)},
		},
	}
}

func TestEveryBankOfTheDirectoryIsListedOnce(t *testing.T) {
	t.Parallel()
	h, env := served(t, Options{})
	seen := map[fairlead.InstitutionID]bool{}
	names := map[string]bool{}
	for cursor := ""; ; {
		page, err := h.Institutions(t.Context(), env, cursor)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range page.Institutions {
			name := e.Country + " " + e.Name
			if seen[e.ID] || names[name] || !strings.HasPrefix(string(e.ID), Name+"_") || e.Currency == "" || strings.Contains(e.Name, "%!") {
				t.Errorf("%s (%s) is listed twice, or wrongly", e.ID, name)
			}
			seen[e.ID], names[name] = true, true
		}
		if cursor = page.Cursor; !page.More {
			break
		}
	}
	if len(seen) != len(banks()) || len(seen) < 300 {
		t.Errorf("%d of %d banks are listed", len(seen), len(banks()))
	}
}

func TestTheCallsOfAnHourEndAndBeginAnew(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 30, 12, 40, 0, 0, time.UTC)
	h, env := served(t, Options{CallsAnHour: 3, Time: clockAt(&now)})
	for range 3 {
		if _, err := h.Try(t.Context(), env); err != nil {
			t.Fatal(err)
		}
	}
	_, err := h.Try(t.Context(), env)
	if !fairlead.Is(err, fairlead.SlowDown) || fairlead.RetryAfter(err) != 20*60 {
		t.Errorf("the fourth call ended with %v, %d seconds", err, fairlead.RetryAfter(err))
	}
	now = now.Add(20 * time.Minute)
	if _, err := h.Try(t.Context(), env); err != nil {
		t.Errorf("in the next hour it ended with %v", err)
	}
}

func TestASlotIsUsedOnceForEachLoginAndNeverGivenBack(t *testing.T) {
	t.Parallel()
	h, env := served(t, Options{})
	page, err := h.Institutions(t.Context(), env, "")
	if err != nil {
		t.Fatal(err)
	}
	link := func(conversation string, saved map[string]fairlead.Secret) (connector.Turn, error) {
		start := connector.Start{Env: env, Institution: page.Institutions[0].Institution, Conversation: conversation, Saved: saved, Person: "per_1"}
		turn, err := h.Begin(t.Context(), start)
		if err != nil {
			return turn, err
		}
		answer, err := h.Headless("good", "good", turn.Step)
		if err != nil {
			return turn, err
		}
		return h.Resume(t.Context(), start, turn.State, answer)
	}
	first, err := link("conv1", nil)
	if err != nil || first.Step.Done == nil || len(first.Slots) != 1 || first.Step.Done.Upstream != first.Slots[0] {
		t.Fatalf("the login ended with %+v: %v", first, err)
	}
	again, err := link("conv1", nil) // the same login, answered twice
	if err != nil || again.Slots[0] != first.Slots[0] {
		t.Errorf("the same login took %v after %v: %v", again.Slots, first.Slots, err)
	}
	renewed, err := link("conv2", first.Step.Done.Secrets)
	if err != nil || renewed.Slots[0] != first.Slots[0] {
		t.Errorf("renewing took %v after %v: %v", renewed.Slots, first.Slots, err)
	}
	session := connector.Session{Env: env, Institution: page.Institutions[0].Institution, Secrets: first.Step.Done.Secrets, Created: env.Now}
	if got, err := h.Fetch(t.Context(), session, connector.FetchRequest{Product: fairlead.ProductAccounts, Limit: 500}); err != nil || len(got.Accounts) == 0 {
		t.Errorf("it gives %d accounts: %v", len(got.Accounts), err)
	}
	if err := h.Revoke(t.Context(), session, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Fetch(t.Context(), session, connector.FetchRequest{Product: fairlead.ProductAccounts, Limit: 500}); !fairlead.Is(err, fairlead.ConsentEnded) {
		t.Errorf("after it was revoked it ended with %v", err)
	}
	for n := range SlotLimit - 1 {
		if _, err := link("more"+string(rune('a'+n)), nil); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := link("toomany", nil); !fairlead.Is(err, fairlead.Unsupported) || !strings.Contains(err.Error(), "used up") {
		t.Errorf("the eleventh ended with %v", err)
	}
}

func TestEachThingThatGoesWrongAtTheServiceIsSaidInASentence(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]fairlead.ErrorKind{
		"down": fairlead.InstitutionDown, "revoked": fairlead.Unauthenticated, "quota": fairlead.SlowDown, "html": fairlead.InstitutionDown,
		"torn": fairlead.InstitutionDown, "shapeless": fairlead.InstitutionDown,
	} {
		h, env := served(t, Options{})
		r, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, env.BaseURL+root+"/v1/ten_1/fault", strings.NewReader("fault="+name))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.SetBasicAuth(ClientID, Secret)
		response, err := env.Client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		_, try := h.Try(t.Context(), env)
		_, list := h.Institutions(t.Context(), env, "")
		for _, err := range []error{try, list} {
			if p := fairlead.NewProblem(err, "", env.Now); !fairlead.Is(err, want) || !strings.Contains(err.Error(), "Estuary") {
				t.Errorf("%s ended with %v (%s)", name, err, p.Actor)
			}
		}
	}
}

func clockAt(now *time.Time) func(context.Context, fairlead.TenantID) (time.Time, error) {
	return func(context.Context, fairlead.TenantID) (time.Time, error) { return *now, nil }
}

func TestEstuaryKeepsTheContractOfConnectors(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"1003", "2003", "3003", "4003", "5003", "9001"} {
		_, env := served(t, Options{})
		var i fairlead.Institution
		for _, b := range banks() {
			if b.ID == id {
				i = institutionOf(b)
			}
		}
		login := func(user, password string) fairlead.Answer {
			return fairlead.Answer{Fields: map[string]fairlead.Secret{"user": fairlead.NewSecret(user), "password": fairlead.NewSecret(password)}}
		}
		wrong := login("good", "WRONG_PASSWORD")
		got := connectortest.Run(t, connectortest.Case{
			New:     func() connector.Connector { return New(kv.InProcess(), Options{}) },
			Start:   connector.Start{Env: env, Institution: i, Products: i.Products, Person: "per_1", Reference: "ada", Conversation: "conv_1"},
			Answers: []fairlead.Answer{login("good", "canary-Pa55word")}, Wrong: &wrong, Canaries: []string{"canary-Pa55word"}, Limit: 100,
		})
		for _, a := range got.Data[fairlead.ProductAccounts].Accounts {
			if a.Currency != currencies[i.Country] {
				t.Errorf("%s has an account in %s", i.Name, a.Currency)
			}
		}
	}
}
