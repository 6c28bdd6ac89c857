package collecting

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/fairlead-dev/fairlead"
)

var planned = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

func problemOf(kind fairlead.ErrorKind) *fairlead.Problem {
	p := fairlead.NewProblem(fairlead.Errorf(kind, "No."), fairlead.ProductAccounts, planned)
	return &p
}

// without is a problem as a connection has it: of no product.
func without(p *fairlead.Problem) *fairlead.Problem {
	whole := *p
	whole.Product = ""
	return &whole
}

func TestWhatComesAfterACollection(t *testing.T) {
	t.Parallel()
	down, rejected, gone := problemOf(fairlead.InstitutionDown), problemOf(fairlead.RejectedLogin), problemOf(fairlead.Unsupported)
	later := problemOf(fairlead.SlowDown)
	later.RetryAfter = planned.Add(5 * time.Hour)
	ready := map[fairlead.Product]fairlead.ProductState{fairlead.ProductAccounts: {Status: fairlead.ProductReady}}
	good := verdict{status: collectionComplete}
	failing := func(p *fairlead.Problem) verdict { return verdict{status: collectionFailed, why: p, passing: p} }
	wrong := verdict{status: collectionFailed, why: rejected, login: rejected}
	tomorrow := planned.Add(scheduleEvery - spread("con_1"))
	for _, c := range []struct {
		name    string
		conn    fairlead.Connection
		cause   fairlead.Cause
		verdict verdict
		want    next
	}{
		{
			"a good one is followed by tomorrow's",
			fairlead.Connection{Status: fairlead.ConnectionCollecting, Failures: 3},
			fairlead.CauseFirst, good,
			next{status: fairlead.ConnectionActive, scheduled: tomorrow, due: tomorrow},
		},
		{
			"a good one ends the need for action, which is published if the need was",
			fairlead.Connection{Status: fairlead.ConnectionNeedsAction, Problem: rejected, NeedsActionNotified: true},
			fairlead.CauseRelink, good,
			next{status: fairlead.ConnectionActive, recovered: true, scheduled: tomorrow, due: tomorrow},
		},
		{
			"a partial one makes active, and is tried again",
			fairlead.Connection{Status: fairlead.ConnectionCollecting},
			fairlead.CauseFirst,
			verdict{status: collectionPartial, why: down, passing: down},
			next{status: fairlead.ConnectionActive, failures: 1, scheduled: planned.Add(time.Minute), due: planned.Add(time.Minute)},
		},
		{
			"a problem that does not pass waits for tomorrow",
			fairlead.Connection{Status: fairlead.ConnectionActive, Failures: 2},
			fairlead.CauseSchedule,
			verdict{status: collectionPartial, why: gone},
			next{status: fairlead.ConnectionActive, scheduled: tomorrow, due: tomorrow},
		},
		{
			"where nothing ever came, the problem is the connection's",
			fairlead.Connection{Status: fairlead.ConnectionCollecting, Failures: 4},
			fairlead.CauseFirst, failing(down),
			next{status: fairlead.ConnectionCollecting, problem: without(down), failures: 5, scheduled: planned.Add(6 * time.Hour), due: planned.Add(6 * time.Hour)},
		},
		{
			"where something came before, the connection stands, and the back-off ends at its longest",
			fairlead.Connection{Status: fairlead.ConnectionActive, Products: ready, Failures: 9},
			fairlead.CauseSchedule, failing(down),
			next{status: fairlead.ConnectionActive, failures: 10, scheduled: planned.Add(6 * time.Hour), due: planned.Add(6 * time.Hour)},
		},
		{
			"an institution that says when to come back is believed",
			fairlead.Connection{Status: fairlead.ConnectionActive, Products: ready},
			fairlead.CauseSchedule, failing(later),
			next{status: fairlead.ConnectionActive, failures: 1, scheduled: later.RetryAfter, due: later.RetryAfter},
		},
		{
			"a wrong password is not tried again",
			fairlead.Connection{Status: fairlead.ConnectionActive, Products: ready, Failures: 2},
			fairlead.CauseSchedule, wrong,
			next{action: rejected, status: fairlead.ConnectionNeedsAction},
		},
		{
			"but what waits already still runs",
			fairlead.Connection{Status: fairlead.ConnectionActive, Products: ready, Waiting: []fairlead.CollectionID{"col_2"}},
			fairlead.CauseSchedule, wrong,
			next{action: rejected, status: fairlead.ConnectionNeedsAction, due: planned},
		},
		{
			"a file says nothing of the login",
			fairlead.Connection{Status: fairlead.ConnectionActive, Products: ready, Uploaded: true},
			fairlead.CauseUpload, wrong,
			next{status: fairlead.ConnectionActive},
		},
		{
			"a connection that waits for somebody is not scheduled by a problem that does not pass",
			fairlead.Connection{Status: fairlead.ConnectionNeedsAction, Problem: rejected, Products: ready},
			fairlead.CauseUpload,
			verdict{status: collectionFailed, why: gone},
			next{status: fairlead.ConnectionNeedsAction, problem: rejected},
		},
		{
			"a connection fed by files is never scheduled",
			fairlead.Connection{Status: fairlead.ConnectionCollecting, Uploaded: true},
			fairlead.CauseUpload, good,
			next{status: fairlead.ConnectionActive},
		},
		{
			"what waits runs at once, whatever the problem",
			fairlead.Connection{Status: fairlead.ConnectionActive, Products: ready, Failures: 2, Waiting: []fairlead.CollectionID{"col_2"}},
			fairlead.CauseSchedule, failing(later),
			next{status: fairlead.ConnectionActive, failures: 2, scheduled: planned, due: planned},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.conn.ID, c.conn.Created = "con_1", planned
			got := plan(c.conn, c.cause, c.verdict, planned)
			if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(next{})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestAConnectionIsCollectedAtItsOwnTimeOfTheDay(t *testing.T) {
	t.Parallel()
	made := planned.Add(-100 * 24 * time.Hour)
	conn := fairlead.Connection{ID: "con_1", Created: made}
	slot := planned.Add(-spread("con_1"))
	for name, c := range map[string]struct{ now, want time.Time }{
		"on the day it was made":                            {made, made.Add(scheduleEvery - spread("con_1"))},
		"after a collection that ended at once":             {slot, slot.Add(scheduleEvery)},
		"after one that took two hours":                     {slot.Add(2 * time.Hour), slot.Add(scheduleEvery)},
		"after one that was requested half a day before it": {slot.Add(-12 * time.Hour), slot},
		"after one that was requested shortly before it":    {slot.Add(-rested + time.Second), slot.Add(scheduleEvery)},
		"after a month without any":                         {slot.Add(30*scheduleEvery + time.Hour), slot.Add(31 * scheduleEvery)},
	} {
		if got := nextDaily(conn, c.now); !got.Equal(c.want) {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestWhatACollectionCameTo(t *testing.T) {
	t.Parallel()
	down, gone, rejected := problemOf(fairlead.InstitutionDown), problemOf(fairlead.Unsupported), problemOf(fairlead.RejectedLogin)
	internal := problemOf(fairlead.TooLarge)
	for _, c := range []struct {
		name     string
		products map[fairlead.Product]fairlead.ProductCounts
		login    *fairlead.Problem
		want     verdict
	}{
		{"nothing to read is complete", nil, nil, verdict{status: collectionComplete}},
		{
			"counts add up", map[fairlead.Product]fairlead.ProductCounts{
				fairlead.ProductAccounts: {Added: 2, Changed: 1}, fairlead.ProductTransactions: {Added: 30, Removed: 3},
			}, nil, verdict{status: collectionComplete, added: 32, changed: 1, removed: 3},
		},
		{
			"what the institution does not have is no failure", map[fairlead.Product]fairlead.ProductCounts{
				fairlead.ProductAccounts: {Added: 1}, fairlead.ProductBills: {Problem: gone},
			}, nil, verdict{status: collectionComplete, added: 1},
		},
		{
			"the first problem says why, the first passing one when", map[fairlead.Product]fairlead.ProductCounts{
				fairlead.ProductAccounts: {}, fairlead.ProductIdentity: {Problem: internal}, fairlead.ProductTransactions: {Problem: down},
			}, nil, verdict{status: collectionPartial, why: internal, passing: down},
		},
		{
			"none read is failed",
			map[fairlead.Product]fairlead.ProductCounts{fairlead.ProductAccounts: {Problem: down}},
			nil,
			verdict{status: collectionFailed, why: down, passing: down},
		},
		{
			"the login goes before all", map[fairlead.Product]fairlead.ProductCounts{
				fairlead.ProductAccounts: {}, fairlead.ProductTransactions: {Problem: down},
			}, rejected, verdict{status: collectionPartial, why: rejected, login: rejected, passing: down},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := judge(fairlead.Collection{Products: c.products}, c.login)
			if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(verdict{}), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestWhyACollectionRunsThatNobodyRequested(t *testing.T) {
	t.Parallel()
	// Work is stored as due to the microsecond, and a frozen clock stands there when it runs.
	due := planned.Add(1234567 * time.Nanosecond)
	good := map[fairlead.Product]fairlead.ProductState{fairlead.ProductAccounts: {LastGood: planned}}
	for name, c := range map[string]struct {
		conn fairlead.Connection
		now  time.Time
		want fairlead.Cause
	}{
		"nothing ever came":               {fairlead.Connection{NextRun: due}, due, fairlead.CauseFirst},
		"its time has come":               {fairlead.Connection{Products: good, NextRun: due}, due, fairlead.CauseSchedule},
		"its time to the microsecond":     {fairlead.Connection{Products: good, NextRun: due}, due.Truncate(time.Microsecond), fairlead.CauseSchedule},
		"the person came back before":     {fairlead.Connection{Products: good, NextRun: due}, due.Add(-time.Minute), fairlead.CauseRelink},
		"the person came back unexpected": {fairlead.Connection{Products: good}, due, fairlead.CauseRelink},
	} {
		if got := cause(c.conn, c.now); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}
