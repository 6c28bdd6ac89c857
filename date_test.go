package fairlead_test

import (
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
)

func TestADayIsOneThatACalendarHas(t *testing.T) {
	t.Parallel()
	texts := []string{"", "2026", "2026-1-02", "2026-01-2", "2026-01-02T", " 2026-01-02", "2026/01/02", "2026-01/02", "-026-01-02", "+026-01-02", "2026-0a-02", "２０２６-01-02"}
	for _, year := range []string{"0000", "0001", "1900", "2000", "2023", "2024", "9999"} {
		for month := range 100 {
			for day := range 100 {
				texts = append(texts, year+"-"+two(month)+"-"+two(day))
			}
		}
	}
	for _, text := range texts {
		want, refused := time.Parse(time.DateOnly, text)
		got, err := fairlead.ParseDate(text)
		if (err != nil) != (refused != nil) || err == nil && got != fairlead.DateOf(want) {
			t.Errorf("%q is %v (%v), want %v (%v)", text, got, err, want, refused)
		}
	}
}

func two(n int) string {
	return strings.TrimPrefix(time.Date(n, 1, 1, 0, 0, 0, 0, time.UTC).Format("2006"), "00")
}
