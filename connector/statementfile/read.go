package statementfile

import (
	"context"
	"errors"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
	"github.com/fairlead-dev/fairlead/format/reader"
)

// said are answers that are known before a file is read.
type said struct {
	ofFile   func(blob string) map[string]string
	ofLayout func(layout string) map[string]string
}

// open is a question about one of several files.
type open struct {
	of   *format.Error
	blob string
}

func (o *open) Error() string { return o.of.Error() }
func (o *open) Unwrap() error { return o.of }

// readFiles reads files as one import, with what is known about them. Where something
// must be answered first, the error is *open, and the import, if any, has Files alone.
func (c *Connector) readFiles(ctx context.Context, bucket opener, files []fairlead.File, s said) (*reader.Import, error) {
	inputs, err := load(bucket, files)
	if err != nil {
		return nil, err
	}
	for n, f := range files {
		inputs[n].Answers = merged(f.Answers, s.ofFile(f.Blob))
	}
	for range maxAttempts {
		imp, err := c.parse(ctx, inputs)
		e, is := errors.AsType[*format.Error](err)
		if !is || e.Kind != format.Open {
			return imp, stated(imp, err)
		}
		first, progress := (*open)(nil), false
		for _, e := range opens(imp, e) {
			n := inputOf(inputs, e.File)
			if first == nil {
				first = &open{e, files[n].Blob}
			}
			progress = fill(inputs[n].Answers, s.ofLayout(e.Layout)) || progress
		}
		if !progress {
			return imp, first
		}
	}
	return nil, (&format.Error{Kind: format.TooLarge, Reason: "has too many layouts"}).OfShape()
}

// stated refuses an import in which nothing is a statement.
func stated(imp *reader.Import, err error) error {
	if err != nil {
		return err
	}
	for i := range imp.Accounts {
		if !imp.Accounts[i].Listed {
			return nil
		}
	}
	switch {
	case len(imp.Documents) > 0:
		return nil
	case len(imp.Accounts) > 0:
		return &format.Error{Kind: format.Missing, Reason: "lists accounts but holds no statement of any"}
	}
	return &format.Error{Kind: format.Empty, Reason: "holds no account"}
}

// opens are all files about which something must be answered.
func opens(imp *reader.Import, first *format.Error) (out []*format.Error) {
	if imp != nil {
		for _, f := range imp.Files {
			if f.Error != nil && f.Error.Kind == format.Open {
				out = append(out, f.Error)
			}
		}
	}
	if len(out) == 0 {
		out = append(out, first)
	}
	return out
}

// inputOf is the input that a file is, or lies in.
func inputOf(inputs []format.Input, name string) int {
	for n, in := range inputs {
		if name == in.Name || strings.HasPrefix(name, in.Name+"/") {
			return n
		}
	}
	return 0
}

func merged(all ...map[string]string) map[string]string {
	out := map[string]string{}
	for _, m := range all {
		for name, value := range m {
			out[name] = value
		}
	}
	return out
}

// fill adds the answers that are not there yet, and reports whether any was added.
func fill(into, from map[string]string) (added bool) {
	for name, value := range from {
		if _, known := into[name]; !known {
			into[name], added = value, true
		}
	}
	return added
}
