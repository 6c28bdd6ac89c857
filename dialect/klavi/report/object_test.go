package report

import (
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
)

func TestAMovementWasMadeWhenTheSourceSaysIfThatIsATime(t *testing.T) {
	t.Parallel()
	const booked = "2026-01-05T00:00:00.000Z"
	for text, want := range map[string][2]string{
		"2026-01-02T09:30:00.000Z":      {"2026-01-02T09:30:00.000Z", "2026-01-02"},
		"2026-01-02T23:30:00-03:00":     {"2026-01-02T23:30:00-03:00", "2026-01-03"}, // the day in UTC
		"2026-1-2":                      {booked, "2026-01-05"},
		"":                              {booked, "2026-01-05"},
		"ontem":                         {booked, "2026-01-05"},
		"2026-01-02":                    {booked, "2026-01-05"},
		"2 de janeiro de 2026 às 09:30": {booked, "2026-01-05"},
	} {
		m := fairlead.Transaction{Booked: fairlead.Date{Year: 2026, Month: time.January, Day: 5}, Extra: fairlead.Extra{"ofb.transactionDateTime": text}}
		if instant, on := instantOf(m), dayOf(m); instant != want[0] || on != want[1] {
			t.Errorf("%q is reported as %v on %v, want %v", text, instant, on, want)
		}
	}
}

// What a source gives beside our fields may be anything that JSON is.
func TestATradeWhoseTypeIsNoTextIsReportedAsItIs(t *testing.T) {
	t.Parallel()
	b := &builder{product: "pf_funds"}
	for _, kind := range []any{map[string]any{"a": "b"}, []any{"a"}, 7.0} {
		if got := b.trade(fairlead.InvestmentTransaction{Extra: fairlead.Extra{"ofb.transactionType": kind}}); len(got) == 0 {
			t.Errorf("%v is reported as nothing", kind)
		}
	}
}
