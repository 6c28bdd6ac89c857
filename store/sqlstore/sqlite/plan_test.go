package sqlite_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/store/sqlstore/sqlite"
	"github.com/fairlead-dev/fairlead/store/storetest"
)

// TestEveryStatementUsesAnIndex runs the whole suite and then has SQLite explain
// each statement that it ran: none may walk through a table.
func TestEveryStatementUsesAnIndex(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) store.Store {
		s, d := newStore(t)
		return explained{s, d, t}
	})
}

// maySort are the statements that may sort, because they sort few rows: the
// tenants with due work, the matches of a page's refs, connections of one login or of one name of a service,
// tokens of one age.
var maySort = regexp.MustCompile(`has\.tenant|json_each|identity = |login = |upstream = |ORDER BY created, name`)

// required are indexes that must be used for what they were made for: a planner that
// prefers the primary key walks through what lies between.
var required = []struct{ statement, index *regexp.Regexp }{
	{regexp.MustCompile(`FROM events .*subject = `), regexp.MustCompile(`events_subject`)},
	{regexp.MustCompile(`FROM events .*application = `), regexp.MustCompile(`events_(application|subject)`)},
	{regexp.MustCompile(`(?s)FROM work .*parked <> ''`), regexp.MustCompile(`work_parked`)},
	{regexp.MustCompile(`FROM connections .*AND status = `), regexp.MustCompile(`connections_status`)},
	{regexp.MustCompile(`FROM links .*expires`), regexp.MustCompile(`links_expires`)},
	{regexp.MustCompile(`FROM deliveries .*sequence`), regexp.MustCompile(`deliveries_sequence`)},
	{regexp.MustCompile(`^SELECT id, day, ref_hash.* FROM records .*account = .* kind = \S+ (AND \S*day|ORDER)`), regexp.MustCompile(`COVERING INDEX records_by_account`)},
	{regexp.MustCompile(`FROM records .*account = .* kind = \S+ (AND \S*day|ORDER)`), regexp.MustCompile(`records_by_account`)},
	{regexp.MustCompile(`FROM deliveries .*retry`), regexp.MustCompile(`deliveries_retry`)},
}

// explained checks all plans before it closes.
type explained struct {
	store.Store
	d *sqlite.Database
	t *testing.T
}

var (
	// scans are allowed over what is no table of ours: lists given as JSON, the
	// tenants and concurrency keys found so far, a page that was picked.
	scan    = regexp.MustCompile(`SCAN (\w+)`)
	scanned = map[string]bool{"json_each": true, "jsonb_each": true, "has": true, "d": true, "p": true, "CONSTANT": true}
)

func (s explained) Close() error {
	plans, err := s.d.Plans()
	if err != nil && !strings.Contains(err.Error(), "stopping") {
		s.t.Errorf("explaining: %v", err)
	}
	for text, plan := range plans {
		for _, m := range scan.FindAllStringSubmatch(plan, -1) {
			if !scanned[m[1]] {
				s.t.Errorf("%s\n%s", text, plan)
			}
		}
		for _, m := range required {
			if m.statement.MatchString(text) && !m.index.MatchString(plan) {
				s.t.Errorf("%s\nis not answered by %s\n%s", text, m.index, plan)
			}
		}
		if strings.Contains(plan, "TEMP B-TREE") && !maySort.MatchString(text) {
			s.t.Errorf("sorts what an index should have sorted: %s\n%s", text, plan)
		}
	}
	return s.Store.Close()
}
