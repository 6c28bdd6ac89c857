package ofx_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
	"github.com/fairlead-dev/fairlead/format/formattest"
	"github.com/fairlead-dev/fairlead/format/ofx"
)

// agreed is what two readers of one file are compared by.
type agreed struct {
	accounts map[string]bool
	rows     int
	sum      fairlead.Decimal
	days     []string
}

func (a agreed) String() string {
	days := ""
	if len(a.days) > 0 {
		days = slices.Min(a.days) + ".." + slices.Max(a.days)
	}
	return fmt.Sprintf("accounts=%d rows=%d sum=%s days=%s", len(a.accounts), a.rows, a.sum.Round(2), days)
}

// ours reads a file.
func ours(path string) (string, error) {
	src, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	items, err := formattest.Read(ofx.Format, format.Input{Data: src})
	if err != nil {
		return "", err
	}
	a := agreed{accounts: map[string]bool{}}
	for _, it := range items {
		switch {
		case it.Account != nil:
			a.accounts[it.Account.Key] = true
		case it.Transaction != nil:
			a.rows, a.sum, a.days = a.rows+1, a.sum.Add(it.Transaction.Amount.Amount), append(a.days, it.Transaction.Booked.String())
		case it.Movement != nil:
			a.rows, a.sum, a.days = a.rows+1, a.sum.Add(it.Movement.Amount.Amount), append(a.days, it.Movement.Traded.String())
		}
	}
	return a.String(), nil
}

// libofx reads what ofxdump prints.
func libofx(ctx context.Context, path string) (string, error) {
	command := exec.CommandContext(ctx, "ofxdump", path)
	command.Env = append(os.Environ(), "TZ=UTC", "LC_ALL=C")
	out, err := command.Output()
	if len(out) == 0 { // what it complains of, it reads nevertheless
		return "", err
	}
	a := agreed{accounts: map[string]bool{}}
	section, posted, initiated, traded := "", "", "", false
	end := func() {
		if traded && initiated != "" { // a trade is of the day it was made, not settled
			posted = initiated
		}
		if posted != "" {
			a.days = append(a.days, posted)
		}
		posted, initiated, traded = "", "", false
	}
	for scan := bufio.NewScanner(bytes.NewReader(out)); scan.Scan(); {
		text := scan.Text()
		if !strings.HasPrefix(text, " ") {
			end()
			section = strings.TrimSuffix(text, ":")
			if section == "ofx_proc_transaction()" {
				a.rows++
			}
			continue
		}
		name, value, _ := strings.Cut(strings.TrimSpace(text), ": ")
		switch {
		case section == "ofx_proc_account()" && name == "Account ID":
			a.accounts[value] = true
		case section != "ofx_proc_transaction()":
		case name == "Investment transaction type":
			traded = true
		case name == "Total money amount":
			d, err := fairlead.ParseDecimal(value)
			if err != nil {
				return "", err
			}
			a.sum = a.sum.Add(d)
		case name == "Date posted" || name == "Date initiated":
			day, err := time.Parse("Mon Jan _2 15:04:05 2006 MST", value)
			if err != nil {
				return "", err
			}
			if name == "Date posted" {
				posted = day.Format("2006-01-02")
			} else {
				initiated = day.Format("2006-01-02")
			}
		}
	}
	end()
	return a.String(), nil
}

func ofxparse(ctx context.Context, path string) (string, error) {
	out, err := exec.CommandContext(ctx, "/usr/bin/python3", "testdata/other.py", path).Output()
	return strings.TrimSpace(string(out)), err
}

// differs says of which files another reader thinks differently, and why.
func differs(t *testing.T, file string) map[string]string {
	t.Helper()
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	m := map[string]string{}
	for text := range strings.Lines(string(src)) {
		name, why, _ := strings.Cut(strings.TrimSpace(text), " ")
		if name != "" && name != "#" {
			m[name] = why
		}
	}
	return m
}

func TestOtherReadersAgreeButForWhatIsExplained(t *testing.T) {
	t.Parallel()
	files, _ := filepath.Glob(filepath.Join(sharedFolder(t, "ofx"), "*", "*.ofx*"))
	for _, other := range []struct {
		name    string
		present *exec.Cmd
		read    func(context.Context, string) (string, error)
	}{
		{"ofxdump", exec.Command("ofxdump", "--version"), libofx},
		{"ofxparse", exec.Command("/usr/bin/python3", "-c", "import ofxparse"), ofxparse},
	} {
		t.Run(other.name, func(t *testing.T) {
			t.Parallel()
			if err := other.present.Run(); err != nil {
				if os.Getenv("CI") != "" {
					t.Fatalf("%s is missing: %v", other.name, err)
				}
				t.Skipf("%s is missing: %v", other.name, err)
			}
			explained := differs(t, "testdata/"+other.name+".txt")
			for _, file := range files {
				name := filepath.ToSlash(filepath.Join(filepath.Base(filepath.Dir(file)), filepath.Base(file)))
				want, err := ours(file)
				if err != nil {
					continue // it is refused: real.txt says why
				}
				got, err := other.read(t.Context(), file)
				if err != nil {
					got = "fails"
				}
				switch why, known := explained[name]; {
				case got != want && !known:
					t.Errorf("%s: we say %s, it says %s", name, want, got)
				case got == want && known:
					t.Errorf("%s: it agrees, though it is said that %s", name, why)
				}
			}
		})
	}
}
