package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/sandbox"
	"github.com/fairlead-dev/fairlead/server"
)

// advanceDays is how far one advance goes; FAIRLEAD_BENCH_ADVANCE_DAYS overrides it.
const advanceDays = 100

// advanceRounds bounds the rounds: each links five personas anew, on a database of its own.
const advanceRounds = 3

// advanceFrom is where the clock stands when the personas link.
var advanceFrom = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// advanceBanks are where the persona "good" links: two of them with pages and tokens of
// their own.
var advanceBanks = []string{"harbor", "anchor", "farol", "testbank", "puerto"}

// advances measures what it takes to let days pass in a sandbox with five connections,
// against the sandbox's bare fetches of the same days: every product of every
// connection once a day, from where a collection requests it, documents opened once.
func advances(ctx context.Context, s settings) error {
	const name = "advancing a sandbox's clock (collections)"
	if !s.only.MatchString(name) {
		return nil
	}
	days := advanceDays
	if n, err := strconv.Atoi(os.Getenv("FAIRLEAD_BENCH_ADVANCE_DAYS")); err == nil {
		days = n
	}
	s.rounds = min(s.rounds, advanceRounds)
	var last advanced
	product := func(ctx context.Context) (measured, error) {
		var err error
		last, err = advance(ctx, s, days)
		return last.measured, err
	}
	floor := func(ctx context.Context) (measured, error) { return bareFetches(ctx, days) }
	if err := (comparison{name, "", floor, product}).measure(ctx, s); err != nil {
		return err
	}
	fmt.Printf("\nThe last round: %d days in %s, %s of the processor; %.0f pieces of work, %d transactions stored.\n\n",
		days, duration(last.lasted.Seconds()), duration(last.cpu.Seconds()), last.units, last.stored)
	return nil
}

// advanced is what one advance took.
type advanced struct {
	measured
	stored int // transactions
}

// advance links five personas on a database of its own and advances the clock.
func advance(ctx context.Context, s settings, days int) (a advanced, err error) {
	h, err := openAs(ctx, s, server.Config{Frozen: advanceFrom, Seed: "bench"})
	if err != nil {
		return a, err
	}
	defer h.close()
	c := caller(s)
	c.Timeout = 0
	var connections []string
	for _, bank := range advanceBanks {
		var linked struct {
			ConnectionID     string `json:"connection_id"`
			ConnectionStatus string `json:"connection_status"`
		}
		request := map[string]any{"person": "ada", "institution_id": bank, "user": "good", "password": "good", "wait": 120}
		if err := h.call(ctx, c, http.MethodPost, "/sandbox/links", request, &linked); err != nil {
			return a, err
		}
		if linked.ConnectionStatus != string(fairlead.ConnectionActive) {
			return a, fmt.Errorf("linking at %s: the connection is %q", bank, linked.ConnectionStatus)
		}
		connections = append(connections, linked.ConnectionID)
	}
	watch := startWatch()
	var moved struct {
		WorkDone int `json:"work_done"`
	}
	if err := h.call(ctx, c, http.MethodPost, "/sandbox/clock/advance", map[string]string{"by": fmt.Sprintf("%dd", days)}, &moved); err != nil {
		return a, err
	}
	a.measured = watch.took(moved.WorkDone)
	for _, id := range connections {
		n, err := h.count(ctx, c, "/connections/"+id+"/transactions")
		if err != nil {
			return a, err
		}
		a.stored += n
	}
	return a, nil
}

// bareFetches asks the same banks for the same days, and keeps nothing.
func bareFetches(ctx context.Context, days int) (measured, error) {
	bank := sandbox.New(sandbox.NewMemory(), sandbox.Options{})
	mux := http.NewServeMux()
	bank.Mount(mux)
	web := httptest.NewServer(mux)
	defer web.Close()
	env := connector.Env{Tenant: "ten_1", Environment: fairlead.Sandbox, Seed: "bench", Now: advanceFrom, Client: web.Client(), BaseURL: web.URL}
	var logins []connector.Session
	for _, name := range advanceBanks {
		login, err := signIn(ctx, bank, env, fairlead.InstitutionID("ins_"+name))
		if err != nil {
			return measured{}, fmt.Errorf("signing in at %s: %w", name, err)
		}
		logins = append(logins, login)
	}
	have, tags := map[string]bool{}, map[string]string{}
	collections := 0
	for _, login := range logins { // as the first collection does, unmeasured
		if err := fetchAll(ctx, bank, &login, fairlead.Date{}, have, tags); err != nil {
			return measured{}, err
		}
	}
	watch := startWatch()
	for day := 1; day <= days; day++ {
		for i := range logins {
			logins[i].Now = advanceFrom.AddDate(0, 0, day)
			since := fairlead.DateOf(logins[i].Now).AddDays(-31)
			if day%7 == 0 {
				since = fairlead.Date{}
			}
			if err := fetchAll(ctx, bank, &logins[i], since, have, tags); err != nil {
				return measured{}, err
			}
			collections++
		}
	}
	return watch.took(collections), nil
}

// signIn logs the persona in as its headless self does.
func signIn(ctx context.Context, bank *sandbox.Sandbox, env connector.Env, id fairlead.InstitutionID) (login connector.Session, err error) {
	start := connector.Start{Env: env, Person: "per_1", Conversation: "lnk_1", ReturnURL: "http://app.example/return?state=xyz"}
	for _, i := range bank.Describe().Institutions {
		if i.ID == id {
			start.Institution = i
		}
	}
	next, err := bank.Begin(ctx, start)
	for err == nil && next.Step.Done == nil {
		var answer fairlead.Answer
		if answer, err = bank.Headless("good", "good", next.Step); err != nil {
			break
		}
		if next.Step.Send != nil {
			if answer.Return, err = bank.Visit(ctx, env, "good", "good", next.Step.Send.URL); err != nil {
				break
			}
		}
		next, err = bank.Resume(ctx, start, next.State, answer)
	}
	if err != nil {
		return login, err
	}
	return connector.Session{
		Env: env, Institution: start.Institution, Person: start.Person, Secrets: next.Step.Done.Secrets, Created: env.Now,
	}, nil
}

// fetchAll fetches every page of every product, and opens the documents that are new.
func fetchAll(ctx context.Context, bank *sandbox.Sandbox, login *connector.Session, since fairlead.Date, have map[string]bool, tags map[string]string) error {
	secrets, _, err := bank.Renew(ctx, *login)
	if err != nil {
		return err
	}
	login.Secrets = secrets
	known := func(ref string) bool { return have[string(login.Institution.ID)+ref] }
	for _, product := range login.Institution.Products {
		tag := string(login.Institution.ID) + string(product)
		req := connector.FetchRequest{Product: product, Since: since, Limit: pageRows, Have: known, Tag: tags[tag]}
		for more := true; more; {
			page, err := bank.Fetch(ctx, *login, req)
			if err != nil {
				return fmt.Errorf("fetching %s at %s: %w", product, login.Institution.ID, err)
			}
			if page.Secrets != nil {
				login.Secrets = page.Secrets
			}
			for _, d := range page.Documents {
				if known(d.Ref) {
					continue
				}
				if err := drain(ctx, d); err != nil {
					return err
				}
				have[string(login.Institution.ID)+d.Ref] = true
			}
			req.Cursor, req.Tag, more = page.Cursor, "", page.More
			tags[tag] = page.Tag
		}
	}
	return nil
}

func drain(ctx context.Context, d connector.Document) error {
	r, err := d.Open(ctx)
	if err != nil {
		return err
	}
	defer r.Close()
	_, err = io.Copy(io.Discard, r)
	return err
}

// count reads all pages of a list.
func (a *app) count(ctx context.Context, c *http.Client, path string) (n int, err error) {
	for after := ""; ; {
		var page struct {
			Data []struct{}
			Next string
		}
		if err := a.call(ctx, c, http.MethodGet, path+"?limit=500&after="+after, nil, &page); err != nil {
			return n, err
		}
		if n += len(page.Data); page.Next == "" {
			return n, nil
		}
		after = page.Next
	}
}
