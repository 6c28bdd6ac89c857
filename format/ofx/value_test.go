package ofx

import (
	"testing"
	"time"
)

func TestADateKeepsTheDayThatTheInstitutionWrote(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ in, day, at string }{
		{"20240229", "2024-02-29", "2024-02-29T00:00:00Z"},
		{"202402291530", "2024-02-29", "2024-02-29T15:30:00Z"},
		{"20240229153045.123", "2024-02-29", "2024-02-29T15:30:45Z"},
		{"20180804093914:014", "2018-08-04", "2018-08-04T09:39:14Z"},
		{"20240229235959[-5:EST]", "2024-02-29", "2024-03-01T04:59:59Z"},
		{"20240229003000[+9:JST]", "2024-02-29", "2024-02-28T15:30:00Z"},
		{"20240229120000[-3:30]", "2024-02-29", "2024-02-29T15:30:00Z"},
		{"20240229120000[5.5:IST]", "2024-02-29", "2024-02-29T06:30:00Z"},
		{"20240229120000[-:PST]", "2024-02-29", "2024-02-29T20:00:00Z"},
		{"20240229120000 [-03:EST]", "2024-02-29", "2024-02-29T15:00:00Z"},
	} {
		got, ok := parseStamp(c.in)
		if !ok || got.Day.String() != c.day || got.At.Format(time.RFC3339) != c.at {
			t.Errorf("%s: got %v %v, %v", c.in, got.Day, got.At, ok)
		}
	}
}

func TestWhatIsNoDateOrAmountIsRefused(t *testing.T) {
	t.Parallel()
	for _, in := range []string{"", "2024", "20230229", "20241301", "20240132", "20240101250000", "20240101[+99]", "20240101[x]", "30/06/2025", "2024-01-01", "18991231", "99991231", "2024010112000０"} {
		if got, ok := parseStamp(in); ok {
			t.Errorf("date %q was read as %v", in, got)
		}
	}
	for _, in := range []string{"", "-", ".", "1E6", "0x10", "$120", "R$ 5.326,43", "12,34,56", "1,2345,678", "1.2.3,4", ",1,", "1,234.5,6", "NaN", "--1", "1-", "1 000"} {
		if got, ok := parseAmount(in); ok {
			t.Errorf("amount %q was read as %v", in, got)
		}
	}
}
