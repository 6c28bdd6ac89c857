package simplefin

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
)

// maxAccounts is how many accounts one request may name.
const maxAccounts = 1000

// query is what of the accounts is wanted.
type query struct {
	version2     bool
	balancesOnly bool
	pending      bool
	accounts     []fairlead.RecordID // none: all
	days         fairlead.Interval   // of transactions
	nothing      bool                // no day is both at or after the start and before the end
}

// readQuery reads the parameters of /accounts. Those of other names are left alone.
func readQuery(values url.Values) (q query, err error) {
	q.version2 = slices.Contains(versions(values), "2")
	for i, v := range versions(values) {
		if v != "1" && v != "2" {
			return q, fairlead.InvalidField(field("version", i), "unknown", "must be 1 or 2")
		}
	}
	q.balancesOnly, q.pending = flag(values, "balances-only"), flag(values, "pending")
	if len(values["account"]) > maxAccounts {
		return q, fairlead.InvalidField("account", "range", "must be named at most 1000 times")
	}
	for _, id := range values["account"] {
		if id != "" && !slices.Contains(q.accounts, fairlead.RecordID(id)) {
			q.accounts = append(q.accounts, fairlead.RecordID(id))
		}
	}
	start, err := instant(values, "start-date")
	if err != nil {
		return q, err
	}
	end, err := instant(values, "end-date")
	if err != nil {
		return q, err
	}
	q.days.From, q.days.To = firstDay(start), lastDay(end)
	q.nothing = !start.IsZero() && !end.IsZero() && q.days.To.Before(q.days.From)
	return q, nil
}

// versions are the versions of the protocol that a request names.
func versions(values url.Values) (named []string) {
	for _, v := range values["version"] {
		major, _, _ := strings.Cut(strings.TrimSpace(v), ".")
		named = append(named, major)
	}
	return named
}

func field(name string, i int) string {
	if i == 0 {
		return name
	}
	return name + "." + strconv.Itoa(i)
}

// flag reports whether a parameter is there, and does not say no: the protocol writes "=1".
func flag(values url.Values, name string) bool {
	given, ok := values[name]
	return ok && !slices.Contains([]string{"0", "false", "no"}, strings.ToLower(given[0]))
}

// unixTime is seconds since 1970; programs that compute them send fractions.
var unixTime = regexp.MustCompile(`^-?[0-9]{1,11}(\.[0-9]{1,9})?$`)

// instant reads a Unix time, rounded up to a second; zero where there is none.
func instant(values url.Values, name string) (time.Time, error) {
	text := strings.TrimSpace(values.Get(name))
	if text == "" {
		return time.Time{}, nil
	}
	if !unixTime.MatchString(text) {
		return time.Time{}, fairlead.InvalidField(name, "format", "must be a Unix time in seconds")
	}
	whole, fraction, _ := strings.Cut(text, ".")
	seconds, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		return time.Time{}, fairlead.InvalidField(name, "format", "must be a Unix time in seconds")
	}
	if strings.Trim(fraction, "0") != "" && !strings.HasPrefix(text, "-") {
		seconds++
	}
	at := time.Unix(seconds, 0).UTC()
	if at.Year() < 1 || at.Year() > 9999 {
		return time.Time{}, fairlead.InvalidField(name, "range", "must be a time before the year 10000")
	}
	return at, nil
}

// noon is when of a day things are said to happen whose day alone is known: programs in
// every zone from twelve hours behind UTC to eleven ahead see the same day.
func noon(d fairlead.Date) time.Time { return d.Time().Add(12 * time.Hour) }

// firstDay is the first day whose noon is not before a time.
func firstDay(at time.Time) fairlead.Date {
	if at.IsZero() {
		return fairlead.Date{}
	}
	day := fairlead.DateOf(at)
	if noon(day).Before(at) {
		day = day.AddDays(1)
	}
	return day
}

// lastDay is the last day whose noon is before a time.
func lastDay(at time.Time) fairlead.Date {
	if at.IsZero() {
		return fairlead.Date{}
	}
	day := fairlead.DateOf(at)
	if !noon(day).Before(at) {
		day = day.AddDays(-1)
	}
	return day
}
