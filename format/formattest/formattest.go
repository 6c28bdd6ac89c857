// Package formattest is what the tests of every format share: cases as files, what a
// reader says beside each, and inputs that no reader may fall over.
package formattest

import (
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/fairlead-dev/fairlead/format"
)

var update = flag.Bool("update", false, "write what the formats say now into the golden files")

// Items reads an input and gives all items, or fails the test.
func Items(t testing.TB, f format.Format, in format.Input) []format.Item {
	t.Helper()
	items, err := Read(f, in)
	if err != nil {
		t.Fatalf("reading %s: %v", in.Name, err)
	}
	return items
}

// Read gives all items of an input.
func Read(f format.Format, in format.Input) (items []format.Item, err error) {
	err = f.Read(in, func(it format.Item) error {
		items = append(items, it)
		return nil
	})
	return items, err
}

// golden is what stands beside a case.
type golden struct {
	Error string        `json:"error,omitempty"`
	Open  any           `json:"open,omitempty"`
	Items []format.Item `json:"items,omitempty"`
}

// Cases reads every file of a folder and compares with NAME.golden.json beside it; -update
// writes those. NAME.answers.json holds answers to questions. A case must be detected as
// the format.
func Cases(t *testing.T, f format.Format, folder string) {
	t.Helper()
	files, err := os.ReadDir(folder)
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases in %s: %v", folder, err)
	}
	for _, file := range files {
		name := file.Name()
		if file.IsDir() || strings.HasSuffix(name, ".golden.json") || strings.HasSuffix(name, ".answers.json") || strings.HasPrefix(name, "LICENSE") {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(filepath.Join(folder, name))
			if err != nil {
				t.Fatal(err)
			}
			if !f.Detect(data[:min(len(data), 64<<10)]) {
				t.Errorf("the file is not detected as %s", f.Name)
			}
			in := format.Input{Name: name, Data: data}
			if answers, err := os.ReadFile(filepath.Join(folder, name+".answers.json")); err == nil {
				if err := json.Unmarshal(answers, &in.Answers); err != nil {
					t.Fatal(err)
				}
			}
			compare(t, filepath.Join(folder, name+".golden.json"), said(f, in))
		})
	}
}

func said(f format.Format, in format.Input) golden {
	items, err := Read(f, in)
	g := golden{Items: items}
	if err != nil {
		g.Error = err.Error()
	}
	if e, ok := errors.AsType[*format.Error](err); ok && len(e.Questions) > 0 {
		g.Open = e.Questions
	}
	return g
}

func compare(t *testing.T, path string, g golden) {
	t.Helper()
	got, err := json.MarshalIndent(g, "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	if *update {
		if err := os.WriteFile(path, got, 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(string(got), "\n")); diff != "" {
		t.Errorf("the reader says something else than %s (-want +got):\n%s", filepath.Base(path), diff)
	}
}

// Fuzz hands a format whatever the fuzzer finds: it never panics, its errors are
// typed, hold nothing of the input and rows are sound.
func Fuzz(f *testing.F, of format.Format, folders ...string) {
	f.Helper()
	for _, folder := range folders {
		files, _ := os.ReadDir(folder)
		for _, file := range files {
			if data, err := os.ReadFile(filepath.Join(folder, file.Name())); err == nil && len(data) < 64<<10 {
				f.Add(data)
			}
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		of.Detect(data[:min(len(data), 64<<10)])
		items, err := Read(of, format.Input{Name: "fuzz", Data: data})
		if err != nil {
			if _, ok := errors.AsType[*format.Error](err); !ok {
				t.Fatalf("an error without a type: %v", err)
			}
		}
		Sound(t, items)
	})
}

// Sound holds items to what every format promises: exactly one field, and rows with an
// account's key, a currency of three letters, a day and texts in UTF-8.
func Sound(t testing.TB, items []format.Item) {
	t.Helper()
	for _, it := range items {
		n := 0
		for _, set := range []bool{it.Account != nil, it.Transaction != nil, it.Security != nil, it.Holding != nil, it.Movement != nil, it.Document != nil, it.Warning != nil} {
			if set {
				n++
			}
		}
		if n != 1 {
			t.Fatalf("an item with %d fields: %+v", n, it)
		}
		if tx := it.Transaction; tx != nil {
			if tx.AccountRef == "" || len(tx.Amount.Currency) != 3 || tx.Booked.IsZero() || tx.State == "" {
				t.Fatalf("a transaction without account, currency, day or state: %+v", tx)
			}
			if !utf8.ValidString(tx.Description) || len(tx.Description) > 2*format.MaxText {
				t.Fatalf("a description that is no text or too long")
			}
		}
		if w := it.Warning; w != nil && (w.Kind == "" || w.Reason == "") {
			t.Fatalf("a warning without kind or reason: %+v", w)
		}
	}
}
