package statementfile

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
	"github.com/fairlead-dev/fairlead/format/reader"
)

// What reading may cost.
const (
	atOnce      = 2                // imports that are read at the same time in a process
	timeLimit   = 10 * time.Second // of an import, and besides
	timePerMiB  = time.Second
	maxBytes    = format.MaxBytes // of all files of an import together
	maxFiles    = 20
	maxAttempts = 25 // readings of one import, each with more answers than the one before
)

// opener opens a file of the bucket (connector.Start.Open, connector.Session.Open).
type opener = func(fairlead.File) (io.ReadCloser, error)

// load reads files of the bucket whole. Errors: *format.Error of kind TooLarge, Unavailable
// and Gone where the bucket fails.
func load(open opener, files []fairlead.File) ([]format.Input, error) {
	if open == nil || len(files) == 0 {
		return nil, &fairlead.Error{Kind: fairlead.Internal, Err: errors.New("statementfile: no file to read")}
	}
	total := int64(0)
	for _, f := range files {
		if total += f.Size; f.Size > maxBytes {
			return nil, tooLarge(f.Name, fmt.Sprintf("has more than %d MiB", maxBytes>>20))
		}
	}
	if total > maxBytes {
		return nil, tooLarge("", fmt.Sprintf("has, with the others, more than %d MiB", maxBytes>>20))
	}
	names := map[string]int{}
	var out []format.Input
	for _, f := range files {
		data, err := bytesOf(open, f)
		if err != nil {
			return nil, err
		}
		name := f.Name
		if names[f.Name]++; names[f.Name] > 1 { // answers and sentences say which file is meant
			name = fmt.Sprintf("%s (%d)", f.Name, names[f.Name])
		}
		out = append(out, format.Input{Name: name, Data: data, Answers: map[string]string{}})
	}
	return out, nil
}

func tooLarge(file, reason string) error {
	return &format.Error{File: file, Kind: format.TooLarge, Reason: reason}
}

func bytesOf(open opener, f fairlead.File) ([]byte, error) {
	r, err := open(f)
	if err != nil {
		return nil, unavailable(err)
	}
	defer r.Close()
	var data bytes.Buffer
	data.Grow(int(min(max(f.Size, 0), maxBytes)) + bytes.MinRead)
	_, err = data.ReadFrom(io.LimitReader(r, maxBytes+1))
	switch {
	case err != nil:
		return nil, unavailable(err)
	case data.Len() > maxBytes:
		return nil, tooLarge(f.Name, fmt.Sprintf("has more than %d MiB", maxBytes>>20))
	}
	return data.Bytes(), nil
}

// unavailable says that the bucket failed. An error of its own keeps its kind.
func unavailable(err error) error {
	kind := fairlead.Unavailable
	if fairlead.Is(err, fairlead.NotFound) || fairlead.Is(err, fairlead.Gone) {
		kind = fairlead.Gone
	}
	return &fairlead.Error{Kind: kind, Detail: "The uploaded file can't be read any more.", Err: fmt.Errorf("statementfile: opening the file: %w", err)}
}

// parse reads files in a worker that has a share of the processor and a time. One that
// does not end in time loses its reader: its share is free again when it has ended.
// Errors: *format.Error, and Unavailable where there is no worker.
func (c *Connector) parse(ctx context.Context, inputs []format.Input) (*reader.Import, error) {
	size := 0
	for _, in := range inputs {
		size += len(in.Data)
	}
	select {
	case c.workers <- struct{}{}:
	case <-ctx.Done():
		return nil, &fairlead.Error{Kind: fairlead.Unavailable, Detail: "Too many files are read right now.", Err: ctx.Err()}
	}
	bounded, cancel := context.WithTimeout(ctx, timeLimit+time.Duration(size>>20)*timePerMiB)
	defer cancel()
	type outcome struct {
		imp *reader.Import
		err error
	}
	done := make(chan outcome, 1)
	go func() {
		defer func() { <-c.workers }()
		imp, err := recovered(func() (*reader.Import, error) { return c.read(bounded, inputs...) })
		done <- outcome{imp, err}
	}()
	select {
	case o := <-done:
		if bounded.Err() == nil || o.err == nil {
			return o.imp, classified(o.err)
		}
	case <-bounded.Done():
	}
	if ctx.Err() != nil && !errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return nil, &fairlead.Error{Kind: fairlead.Unavailable, Detail: "Reading the file was interrupted.", Err: ctx.Err()}
	}
	return nil, tooLarge("", "takes too long to read")
}

// recovered turns a panic over a file into its refusal.
func recovered(read func() (*reader.Import, error)) (imp *reader.Import, err error) {
	defer func() {
		if r := recover(); r != nil {
			imp = nil
			err = &format.Error{Kind: format.BadValue, Reason: "has a shape that can't be read", Err: &panicked{debug.Stack()}}
		}
	}()
	return read()
}

// panicked is where a reader failed. It does not say on what: that would repeat the file.
type panicked struct{ stack []byte }

func (p *panicked) Error() string { return "statementfile: the reader panicked\n" + string(p.stack) }

// classified is an error of reading: the file's, or ours.
func classified(err error) error {
	e, ok := errors.AsType[*format.Error](err)
	if ok && e.Kind == format.Unread {
		return unavailable(err)
	}
	return err
}

// invalid is what a file that can't be read means once nobody is there to bring another.
func invalid(err error) error {
	e, ok := errors.AsType[*format.Error](err)
	if !ok {
		return err
	}
	out := &fairlead.Error{Kind: fairlead.Invalid, Detail: format.Sentence(e), Err: err, File: warning(e)}
	if e.Kind == format.TooLarge {
		out.Kind = fairlead.TooLarge
	}
	for _, q := range e.Questions {
		if q.Needed {
			out.Fields = append(out.Fields, fairlead.Field{Name: "answer", Code: "required", Reason: mustSay(q)})
		}
	}
	if len(out.Fields) == 0 { // only whether the columns are what they seem: one answer agrees to all
		for _, q := range e.Questions {
			out.Fields = append(out.Fields, fairlead.Field{Name: "answer", Code: "required", Reason: "must say " + q.Name + ", " + q.Value + " as it seems"})
		}
	}
	return out
}

// mustSay is the reason of an answer that is missing, or is none of its choices.
func mustSay(q format.Question) string {
	if len(q.Choices) == 0 {
		return "must say " + q.Name
	}
	return "must say " + q.Name + ", one of " + strings.Join(q.Choices, " ")
}

// warning is where a file is wrong or in doubt.
func warning(e *format.Error) *fairlead.FileWarning {
	return &fairlead.FileWarning{Kind: string(e.Kind), File: e.File, Line: e.Line, Field: e.Field, Reason: e.Reason}
}
