//go:build !race

// Under the race detector a year takes ten minutes, in one goroutine that races
// with nobody: make check runs it without.

package server_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/apptest"
)

// year is a year of two connections, and what was seen in it.
type year struct {
	*testing.T
	app      *apptest.App
	receiver *apptest.Receiver
	endpoint struct{ ID string }
	linked   []string
	pending  map[string]time.Time // transactions that were seen pending, and when
}

func TestAYearPassesInSeconds(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t, apptest.Frozen(newYear()))
	y := &year{T: t, app: app, receiver: apptest.NewReceiver(t), pending: map[string]time.Time{}}
	app.Call("POST", "/webhook_endpoints", map[string]string{"url": y.receiver.URL + "/hook"}, &y.endpoint)
	y.link("harbor", "accounts", "transactions", "statements", "tax_forms")
	y.link("farol", "accounts", "tax_forms") // what it has beyond Harbor: a consent of its own, corrected forms
	for at := newYear(); at.Before(newYear().Add(366 * day)); {
		y.check()
		if at.Equal(newYear().Add(90 * day)) {
			at = y.downForADay()
		}
		at = at.Add(30 * day)
		if end := newYear().Add(366 * day); at.After(end) {
			at = end
		}
		y.advance(at)
	}
	events := apptest.List[happened](app, "/events")
	papers, corrected := 0, 0
	for _, con := range y.linked {
		mine := of(events, con)
		y.collectedDaily(mine)
		y.consentEnded(mine)
		y.papersCameOnTheirDay(con, mine)
		y.transactionsCameOnTheirDay(con)
		papers += len(when(mine, fairlead.EventDocumentAvailable)) + y.papersCameAtFirst(con, mine)
		corrected += len(when(mine, fairlead.EventDocumentRevised))
	}
	if papers < 50 || corrected == 0 {
		t.Errorf("there were %d documents, and %d corrected", papers, corrected)
	}
	y.pendingPosted()
	y.allArrived(events)
}

// link connects good at an institution, and waits for its first collection.
func (y *year) link(institution string, products ...string) {
	y.Helper()
	var made struct {
		ConnectionID string `json:"connection_id"`
	}
	y.app.Call("POST", "/sandbox/links", map[string]any{"institution_id": institution, "user": "good", "password": "good", "products": products}, &made)
	y.linked = append(y.linked, made.ConnectionID)
	y.app.Until("the connection is active", func() bool {
		var c struct{ Status string }
		y.app.Call("GET", "/connections/"+made.ConnectionID, nil, &c)
		return c.Status == "active"
	})
}

func (y *year) advance(to time.Time) {
	y.Helper()
	y.app.Call("POST", "/sandbox/clock/advance", map[string]any{"to": to}, nil)
}

// delivery is a webhook's fate as the API tells it.
type delivery struct {
	ID       string
	EventID  string `json:"event_id"`
	Status   fairlead.DeliveryState
	Attempts []struct{ Status int }
	NextAt   time.Time `json:"next_at"`
}

// waiting are the webhooks that have yet to arrive.
func (y *year) waiting() []delivery {
	y.Helper()
	return slices.DeleteFunc(apptest.List[delivery](y.app, "/webhook_endpoints/"+y.endpoint.ID+"/deliveries"), func(n delivery) bool { return n.Status != fairlead.DeliveryWaiting })
}

// downForADay lets the receiver fail for a day from the next daily collection on, follows one
// of its webhooks' attempts by their schedule, and returns when the day has ended.
func (y *year) downForADay() time.Time {
	y.Helper()
	y.receiver.Answer(http.StatusServiceUnavailable)
	var run struct {
		NextRunAt time.Time `json:"next_run_at"`
	}
	y.app.Call("GET", "/connections/"+y.linked[0], nil, &run)
	at := run.NextRunAt
	until := at.Add(day)
	y.advance(at)
	followed := y.waiting()[0]
	for at.Before(until) {
		made := len(followed.Attempts)
		want, got := fairlead.StandardRetry().Delays[made-1], followed.NextAt.Sub(at)
		if got < want*9/10 || got > want*11/10 {
			y.Errorf("after attempt %d the next is due in %s, not %s", made, got, want)
		}
		if at = followed.NextAt; at.After(until) {
			at = until
		}
		y.advance(at)
		for _, n := range y.waiting() {
			if n.ID == followed.ID {
				followed = n
			}
		}
	}
	if len(followed.Attempts) < 4 {
		y.Errorf("the receiver was down for a day and a webhook was tried %d times", len(followed.Attempts))
	}
	y.receiver.Answer(http.StatusNoContent)
	return until
}

// check remembers what is pending now.
func (y *year) check() {
	y.Helper()
	var clock struct{ Now time.Time }
	y.app.Call("GET", "/sandbox/clock", nil, &clock)
	for _, con := range y.linked {
		for _, tx := range apptest.List[movement](y.app, "/connections/"+con+"/transactions?status=pending") {
			y.pending[tx.ID] = clock.Now
		}
	}
}

// pendingPosted checks that what was pending was settled under the same id.
func (y *year) pendingPosted() {
	y.Helper()
	posted := 0
	for id, seen := range y.pending {
		var tx movement
		y.app.Call("GET", "/transactions/"+id, nil, &tx)
		if tx.Status == "pending" {
			y.Errorf("%s of %s is still pending; it was on %s", tx.Description, tx.Booked, seen)
		}
		if tx.Status == "posted" {
			posted++
		}
	}
	if posted < 5 {
		y.Errorf("of %d pending transactions %d were posted under the same id", len(y.pending), posted)
	}
}

// collectedDaily checks that the schedule ran each day, until the consent ended.
func (y *year) collectedDaily(mine []happened) {
	y.Helper()
	runs := when(mine, fairlead.EventCollectionFinished)
	if len(runs) < 360 || len(runs) > 385 {
		y.Errorf("there were %d collections", len(runs))
	}
	for i := 1; i < len(runs); i++ {
		if gap := runs[i].Sub(runs[i-1]); gap > 25*time.Hour || gap < 22*time.Hour {
			y.Errorf("between the collections of %s and %s lie %s", runs[i-1], runs[i], gap)
		}
	}
}

// consentEnded checks that the end was told a week ahead, and at its instant.
func (y *year) consentEnded(mine []happened) {
	y.Helper()
	end := newYear().AddDate(1, 0, 0)
	if at := when(mine, fairlead.EventConsentExpiring); len(at) != 1 || !at[0].Equal(end.Add(-7*day)) {
		y.Errorf("consent.expiring was told at %v", at)
	}
	if at := when(mine, fairlead.EventConsentExpired); len(at) != 1 || !at[0].Equal(end) {
		y.Errorf("consent.expired was told at %v", at)
	}
	if at := when(mine, fairlead.EventConnectionNeedsAction); len(at) != 1 || !at[0].Equal(end) {
		y.Errorf("connection.needs_action was told at %v", at)
	}
	if runs := when(mine, fairlead.EventCollectionFinished); runs[len(runs)-1].After(end) {
		y.Errorf("a collection ran at %s, after the consent's end", runs[len(runs)-1])
	}
}

// papersCameAtFirst checks that one event counts the documents that were there when the
// connection was made, and returns how many they are.
func (y *year) papersCameAtFirst(con string, mine []happened) (n int) {
	y.Helper()
	later, want, got := map[string]bool{}, map[string]int{}, []map[string]int{}
	for _, e := range mine {
		switch e.Type {
		case fairlead.EventDocumentAvailable, fairlead.EventDocumentRevised:
			later[e.Data.DocumentID] = true
		case fairlead.EventDocumentsAvailable:
			got = append(got, e.Data.Counts)
		}
	}
	for _, p := range apptest.List[paper](y.app, "/connections/"+con+"/documents") {
		if !later[p.ID] {
			want[p.Type]++
			n++
		}
	}
	if len(got) != 1 || !maps.Equal(got[0], want) {
		y.Errorf("the first collection's documents were published as %v, want once %v", got, want)
	}
	return n
}

// papersCameOnTheirDay checks that each document of the year was told at the
// first collection after it was issued, and that there is one of each kind.
func (y *year) papersCameOnTheirDay(con string, mine []happened) {
	y.Helper()
	papers := map[string]paper{}
	for _, p := range apptest.List[paper](y.app, "/connections/"+con+"/documents") {
		papers[p.ID] = p
	}
	statements, forms, corrected := map[time.Month]bool{}, 0, 0
	for _, e := range mine {
		if e.Type != fairlead.EventDocumentAvailable && e.Type != fairlead.EventDocumentRevised || e.Timestamp.Equal(newYear()) {
			continue
		}
		p, there := papers[e.Data.DocumentID]
		issued, err := time.Parse(time.DateOnly, p.Issued)
		if !there || err != nil {
			y.Errorf("%s was told and is not there: %v", e.Data.DocumentID, err)
			continue
		}
		if late := e.Timestamp.Sub(issued); late < 0 || late > 32*time.Hour {
			y.Errorf("%s was issued on %s and told at %s", p.FileName, p.Issued, e.Timestamp)
		}
		switch {
		case e.Type == fairlead.EventDocumentRevised:
			old, there := papers[p.Replaces]
			if corrected++; issued.Month() != time.March || p.Revision != 1 || !there || old.Form != p.Form || old.SHA256 == p.SHA256 {
				y.Errorf("%+v was revised as %+v", old, p)
			}
		case p.Type == "statement":
			statements[issued.Month()] = true
		case p.Type == "tax_form":
			if forms++; issued.Month() > time.February || p.TaxYear != 2025 {
				y.Errorf("a form came as %+v", p)
			}
		}
	}
	if n := len(statements); n != 12 && con == y.linked[0] || forms == 0 || corrected > forms {
		y.Errorf("there were statements in %d months, %d tax forms and %d corrected ones", n, forms, corrected)
	}
}

// transactionsCameOnTheirDay checks that nothing of the year was known before its
// day, nor a day and a half after it unknown.
func (y *year) transactionsCameOnTheirDay(con string) {
	y.Helper()
	for n, tx := range apptest.List[movement](y.app, "/connections/"+con+"/transactions?from=2026-01-14") {
		if n%40 != 0 { // some of them tell for all
			continue
		}
		var whole struct{ Versions []movement }
		y.app.Call("GET", "/transactions/"+tx.ID, nil, &whole)
		first := whole.Versions[0]
		booked, err := time.Parse(time.DateOnly, first.Booked)
		if err != nil {
			y.Fatal(err)
		}
		if late := first.ChangedAt.Sub(booked); late < 0 || late > 48*time.Hour {
			y.Errorf("%s of %s was first seen at %s", first.Description, first.Booked, first.ChangedAt)
		}
	}
}

// allArrived checks that every event reached the receiver, what failed by the
// schedule of retries, and under one id.
func (y *year) allArrived(events []happened) {
	y.Helper()
	arrived := map[string]int{}
	retried := 0
	for _, got := range y.receiver.Got() {
		var e struct{ ID string }
		if err := json.Unmarshal(got.Body, &e); err != nil {
			y.Fatal(err)
		}
		if arrived[e.ID]++; arrived[e.ID] == 2 {
			retried++
		}
	}
	for _, e := range events {
		if arrived[e.ID] == 0 {
			y.Errorf("%s of %s never arrived", e.Type, e.Timestamp)
		}
	}
	if retried == 0 {
		y.Error("nothing was retried, though the receiver was down for a day")
	}
	if left := y.waiting(); len(left) > 0 {
		y.Errorf("%d webhooks still wait", len(left))
	}
}
