package statementfile

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/format"
	"github.com/fairlead-dev/fairlead/format/reader"
)

type read = func(context.Context, ...format.Input) (*reader.Import, error)

// bring brings one file to a connector that reads it so.
func bring(t *testing.T, how read, file fairlead.File, open opener) (connector.Turn, error) {
	t.Helper()
	c := New()
	c.read = how
	start := connector.Start{Open: open}
	turn, err := c.Begin(t.Context(), start)
	if err != nil {
		t.Fatal(err)
	}
	return c.Resume(t.Context(), start, turn.State, fairlead.Answer{Files: map[string]fairlead.File{"file": file}})
}

var small = fairlead.File{Blob: "b", Name: "march.csv", Size: 3}

func opens3(fairlead.File) (io.ReadCloser, error) {
	return io.NopCloser(bytes.NewReader([]byte("abc"))), nil
}

func sentenceOf(turn connector.Turn) string {
	if f := turn.Step.Form; f != nil && f.Kind == atFile && f.Again {
		return f.Text
	}
	return ""
}

func TestAFileOverTheLimitIsNotOpened(t *testing.T) {
	t.Parallel()
	turn, err := bring(t, reader.Read, fairlead.File{Blob: "b", Size: 17 << 20}, func(fairlead.File) (io.ReadCloser, error) {
		t.Error("the file was opened")
		return nil, io.EOF
	})
	if err != nil || !strings.Contains(sentenceOf(turn), "16 MiB") {
		t.Errorf("got %+v, %v", turn.Step, err)
	}
}

func TestABucketThatFailsIsNotTheFilesFault(t *testing.T) {
	t.Parallel()
	_, err := bring(t, reader.Read, small, func(fairlead.File) (io.ReadCloser, error) { return nil, errors.New("disk on fire") })
	if !fairlead.Is(err, fairlead.Unavailable) {
		t.Errorf("got %v", err)
	}
}

func TestAReaderThatPanicsRefusesTheFile(t *testing.T) {
	t.Parallel()
	turn, err := bring(t, func(context.Context, ...format.Input) (*reader.Import, error) { panic("canary") }, small, opens3)
	if s := sentenceOf(turn); err != nil || !strings.Contains(s, "can't be read") || strings.Contains(s, "canary") {
		t.Errorf("got %+v, %v", turn.Step, err)
	}
}

func TestAFileThatTakesTooLongIsRefusedAndItsWorkerIsBusyUntilItEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := New()
		var running, most atomic.Int32
		c.read = func(context.Context, ...format.Input) (*reader.Import, error) {
			most.Store(max(most.Load(), running.Add(1)))
			defer running.Add(-1)
			time.Sleep(30 * time.Second) // heeds no context
			return nil, &format.Error{Kind: format.Empty}
		}
		var done atomic.Int32
		for range 3 {
			go func() {
				_, err := c.parse(t.Context(), []format.Input{{Data: []byte("abc")}})
				if e, ok := errors.AsType[*format.Error](err); !ok || e.Kind != format.TooLarge {
					t.Errorf("got %v", err)
				}
				done.Add(1)
			}()
		}
		time.Sleep(11 * time.Second)
		if done.Load() != 2 {
			t.Errorf("after 11 s %d of 3 are refused", done.Load())
		}
		time.Sleep(time.Minute)
		if done.Load() != 3 || most.Load() != atOnce {
			t.Errorf("%d are refused, and %d were read at once", done.Load(), most.Load())
		}
	})
}

func TestAnUploadThatCannotBeReadSaysWhereAndWhy(t *testing.T) {
	t.Parallel()
	for kind, want := range map[format.Kind]fairlead.ErrorKind{
		format.BadValue: fairlead.Invalid, format.TooLarge: fairlead.TooLarge, format.Open: fairlead.Invalid, format.Unknown: fairlead.Invalid,
	} {
		c := New()
		c.read = func(context.Context, ...format.Input) (*reader.Import, error) {
			return nil, &format.Error{
				Kind: kind, File: "march.csv", Line: 7, Field: "column 3", Reason: "must be an amount",
				Questions: []format.Question{{Name: "currency", Needed: true}},
			}
		}
		_, err := c.Fetch(t.Context(), connector.Session{File: &small, Open: opens3}, connector.FetchRequest{Product: fairlead.ProductAccounts})
		e, ok := errors.AsType[*fairlead.Error](err)
		if !ok || e.Kind != want || e.Detail == "" || e.File == nil || e.File.Line != 7 || e.File.Field != "column 3" || e.File.Reason != "must be an amount" {
			t.Errorf("%s: got %v", kind, err)
		}
		if kind == format.Open && (len(e.Fields) != 1 || !strings.Contains(e.Fields[0].Reason, "currency")) {
			t.Errorf("what is open is %+v", e.Fields)
		}
	}
}

func TestWhatAConnectionRemembersIsBounded(t *testing.T) {
	t.Parallel()
	var m memory
	for n := range 2 * maxAccounts {
		ref := strings.Repeat("r", n+1)
		for range 2 {
			m.learnAccount(account{Ref: ref, Aliases: []alias{aliasOf(format.Names{Number: strings.Repeat("9", n+1)}, false)}})
		}
	}
	for n := range 3 * maxNames {
		m.learnAccount(account{Ref: "r", Aliases: []alias{aliasOf(format.Names{Number: strings.Repeat("8", n+1)}, false)}})
	}
	for n := range 2 * maxLayouts {
		m.learnAnswers(strings.Repeat("l", n+1), map[string]string{"currency": "EUR"})
	}
	if len(m.Accounts) != maxAccounts || len(m.Accounts[0].Aliases) != maxNames || len(m.Answers) != maxLayouts {
		t.Errorf("%d accounts, the first with %d names; %d layouts", len(m.Accounts), len(m.Accounts[0].Aliases), len(m.Answers))
	}
	for _, a := range m.Accounts {
		if len(a.Aliases[0].Number) > maxName {
			t.Errorf("a name has %d bytes", len(a.Aliases[0].Number))
		}
	}
	if _, known := m.Answers[strings.Repeat("l", 2*maxLayouts)]; !known {
		t.Error("the newest layout is forgotten")
	}
}
