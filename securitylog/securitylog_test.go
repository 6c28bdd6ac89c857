package securitylog_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead/securitylog"
)

// written is a log whose lines are counted, at a time that the test moves.
type written struct {
	strings.Builder
	now     time.Time
	counted map[securitylog.Event]int
	*securitylog.Log
}

func begin() *written {
	w := &written{now: time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC), counted: map[securitylog.Event]int{}}
	w.Log = securitylog.New(securitylog.Options{
		Log: slog.New(slog.NewTextHandler(&w.Builder, nil)), Clock: func() time.Time { return w.now },
		Observe: func(e securitylog.Event) { w.counted[e]++ },
	})
	return w
}

func (w *written) printed() []string { return strings.Split(strings.TrimSpace(w.String()), "\n") }

func TestAFloodWritesABoundedNumberOfLinesAndTellsItsCount(t *testing.T) {
	t.Parallel()
	w := begin()
	const sources, each = 2000, 50
	for n := range sources * each {
		from := fmt.Sprintf("10.%d.%d.1", n%sources/200, n%sources%200)
		w.Report(context.Background(), securitylog.AuthenticationFailed, securitylog.Entry{From: from})
	}
	if got := len(w.printed()); got != 60 {
		t.Errorf("%d lines were written in the minute, want 60", got)
	}
	w.Sum()
	all := w.printed()
	if len(all) != 71 {
		t.Errorf("%d lines with the summary, want 71", len(all))
	}
	if last := all[len(all)-1]; !strings.Contains(last, "security.from=others") || !strings.Contains(last, "security.sources=991") {
		t.Errorf("the last line is %s", last)
	}
	if w.counted[securitylog.AuthenticationFailed] != sources*each {
		t.Errorf("%d were counted", w.counted[securitylog.AuthenticationFailed])
	}
}

func TestOneSourceDoesNotHideAnother(t *testing.T) {
	t.Parallel()
	w := begin()
	for range 1000 {
		w.Report(context.Background(), securitylog.AuthenticationFailed, securitylog.Entry{From: "192.0.2.1"})
		w.Report(context.Background(), securitylog.AuthenticationFailed, securitylog.Entry{From: "2001:db8:1:1::1"})
		w.Report(context.Background(), securitylog.AuthenticationFailed, securitylog.Entry{From: "2001:db8:1:1::2"}) // the same network
	}
	w.Report(context.Background(), securitylog.AuthenticationFailed, securitylog.Entry{From: "192.0.2.9"})
	w.Report(context.Background(), securitylog.CodeReplayed, securitylog.Entry{From: "192.0.2.1"})
	text := w.String()
	if len(w.printed()) != 12 || !strings.Contains(text, "192.0.2.9") || !strings.Contains(text, "code_replayed") {
		t.Errorf("the lines are\n%s", text)
	}
	w.Sum()
	if text = w.String(); !strings.Contains(text, "security.from=192.0.2.1 security.count=995") || !strings.Contains(text, "from=2001:db8:1:1::/64 security.count=1995") {
		t.Errorf("the summary is\n%s", text)
	}
}

func TestAMinuteLaterLinesAreWrittenAgain(t *testing.T) {
	t.Parallel()
	w := begin()
	for range 2 {
		for range 7 {
			w.Report(context.Background(), securitylog.LimitReached, securitylog.Entry{From: "192.0.2.1", Limit: "streams"})
		}
		w.now = w.now.Add(time.Minute)
	}
	if got := len(w.printed()); got != 11 { // five, a summary, five
		t.Errorf("%d lines:\n%s", got, w.String())
	}
}

func TestALogThatIsNotThereReportsNothing(t *testing.T) {
	t.Parallel()
	var none *securitylog.Log
	none.Report(context.Background(), securitylog.ServerError, securitylog.Entry{})
	none.Sum()
}
