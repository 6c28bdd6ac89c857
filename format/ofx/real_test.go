package ofx_test

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
	"github.com/fairlead-dev/fairlead/format/formattest"
	"github.com/fairlead-dev/fairlead/format/ofx"
)

// sharedFolder finds a folder of files that lie beside the checkout, or skips.
func sharedFolder(t testing.TB, name string) string {
	t.Helper()
	dir := filepath.Join("..", "..", "..", "shared", "data", name)
	if _, err := os.Stat(dir); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("the files are missing: %v", err)
		}
		t.Skipf("the files are missing: %v", err)
	}
	return dir
}

// expectations reads testdata/real.txt: file → word → value.
func expectations(t *testing.T) map[string]map[string]string {
	t.Helper()
	src, err := os.ReadFile("testdata/real.txt")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]map[string]string{}
	for text := range strings.Lines(string(src)) {
		words := strings.Fields(text)
		if len(words) == 0 || words[0] == "#" {
			continue
		}
		m := map[string]string{}
		for _, w := range words[1:] {
			k, v, _ := strings.Cut(w, "=")
			m[k] = v
		}
		all[words[0]] = m
	}
	return all
}

func TestEveryRealFileGivesItsRowsOrAnErrorThatSaysWhereAndWhy(t *testing.T) {
	t.Parallel()
	dir := sharedFolder(t, "ofx")
	want := expectations(t)
	files, _ := filepath.Glob(filepath.Join(dir, "*", "*.ofx*"))
	if len(files) != len(want) {
		t.Errorf("there are %d real files, and expectations of %d", len(files), len(want))
	}
	for _, file := range files {
		name := filepath.ToSlash(filepath.Join(filepath.Base(filepath.Dir(file)), filepath.Base(file)))
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			expected, ok := want[name]
			if !ok {
				t.Fatal("testdata/real.txt has no line for this file")
			}
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if !ofx.Format.Detect(src) {
				t.Error("the file is not detected")
			}
			if diff := cmp.Diff(expected, summary(t, src, nil)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// summary says of a file what real.txt says.
func summary(t *testing.T, src []byte, answers map[string]string) map[string]string {
	t.Helper()
	m := map[string]string{}
	items, err := formattest.Read(ofx.Format, format.Input{Data: src, Answers: answers})
	formattest.Sound(t, items)
	if err != nil {
		e, ok := errors.AsType[*format.Error](err)
		if !ok || e.Reason == "" {
			t.Fatalf("not a typed error with a reason: %v", err)
		}
		m["error"] = string(e.Kind)
		set(m, "element", e.Field, e.Field != "")
		set(m, "line", strconv.Itoa(e.Line), e.Line > 0 && e.Kind != format.Refused || e.Field == "STMTTRNRS")
		set(m, "status", strconv.Itoa(e.Status), e.Status != 0)
		return m
	}
	accounts, listed := map[string]bool{}, map[string]bool{}
	counts := map[string]int{}
	var sum, moved, value fairlead.Decimal
	for _, it := range items {
		switch {
		case it.Account != nil && it.Account.Listed:
			listed[it.Account.Key] = true
		case it.Account != nil:
			accounts[it.Account.Key] = true
		case it.Transaction != nil:
			counts["transactions"]++
			sum = sum.Add(it.Transaction.Amount.Amount)
		case it.Movement != nil:
			counts["movements"]++
			moved = moved.Add(it.Movement.Amount.Amount)
		case it.Holding != nil:
			counts["holdings"]++
			value = value.Add(it.Holding.Value.Amount)
		case it.Security != nil:
			counts["securities"]++
		case it.Document != nil:
			counts["documents"]++
		case it.Warning != nil:
			counts["warnings"]++
		}
	}
	counts["accounts"], counts["listed"] = len(accounts), len(listed)
	for name, n := range counts {
		set(m, name, strconv.Itoa(n), n > 0)
	}
	set(m, "sum", short(sum), counts["transactions"] > 0)
	set(m, "moved", short(moved), counts["movements"] > 0)
	set(m, "value", short(value), counts["holdings"] > 0)
	return m
}

func set(m map[string]string, name, value string, is bool) {
	if is {
		m[name] = value
	}
}

// short writes a sum as the files write amounts: without zeros after the second digit.
func short(d fairlead.Decimal) string {
	for d.Scale() > 2 && d.Round(d.Scale()-1).Equal(d) {
		d = d.Round(d.Scale() - 1)
	}
	return d.String()
}
