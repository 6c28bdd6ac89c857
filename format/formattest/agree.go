package formattest

import (
	"encoding/json"
	"math/big"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
)

// Tally is what two readers of a file must agree about for one account.
type Tally struct {
	Rows int      `json:"rows"`
	Sum  string   `json:"sum"`  // of all amounts, with two decimals
	Days []string `json:"days"` // of booking, one a row, in order
}

// Tallies counts the rows of items by what account names: number goes from an
// account to the name that the other reader has for it.
func Tallies(items []format.Item, number func(*format.Account) string) map[string]Tally {
	out, names, sums := make(map[string]Tally), make(map[string]string), make(map[string]fairlead.Decimal)
	for _, it := range items {
		if it.Account != nil {
			names[it.Account.Key] = number(it.Account)
			out[number(it.Account)] = Tally{Sum: "0.00"}
		}
	}
	for _, it := range items {
		if it.Transaction == nil {
			continue
		}
		name := names[it.Transaction.AccountRef]
		t := out[name]
		t.Rows++
		t.Days = append(t.Days, it.Transaction.Booked.String())
		sums[name] = sums[name].Add(it.Transaction.Amount.Amount)
		t.Sum = sums[name].Round(2).String()
		out[name] = t
	}
	for _, t := range out {
		slices.Sort(t.Days)
	}
	return out
}

// Tool finds a program that scripts/setup installs. Without it the test is skipped, but
// never in CI.
func Tool(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		Without(t, name)
	}
	return path
}

// Without ends a test that needs something that scripts/setup installs.
func Without(t *testing.T, name string) {
	t.Helper()
	if os.Getenv("CI") == "true" || os.Getenv("FAIRLEAD_TEST_FULL") == "1" {
		t.Fatalf("%s is missing: run scripts/setup", name)
	}
	t.Skipf("%s is missing: run scripts/setup", name)
}

var aqField = regexp.MustCompile(`^\s*(?:char|int)\s+(\w+)="(.*)"$`)

// AqBanking reads a file with an importer of AqBanking. ok is false where it refuses it.
func AqBanking(t *testing.T, importer, profile string, data []byte) (tallies map[string]Tally, ok bool) {
	t.Helper()
	cli, folder := Tool(t, "aqbanking-cli"), t.TempDir()
	in, out := filepath.Join(folder, "in"), filepath.Join(folder, "out")
	if err := os.WriteFile(in, data, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(cli, "-D", filepath.Join(folder, "settings"), "import", "--importer="+importer, "--profile="+profile, "-c", out, "-f", in)
	cmd.Env = append(os.Environ(), "HOME="+folder)
	if err := cmd.Run(); err != nil {
		return nil, false
	}
	written, err := os.ReadFile(out)
	if err != nil {
		return nil, false
	}
	return aqTallies(t, string(written)), true
}

// aqTallies reads what AqBanking writes: accounts with their rows, as nested groups.
func aqTallies(t *testing.T, written string) map[string]Tally {
	t.Helper()
	type row struct{ date, value, valuta string }
	var rows []row
	iban, bank, number, within := "", "", "", false
	out := make(map[string]Tally)
	for line := range strings.Lines(written) {
		line = strings.TrimSpace(line)
		switch line {
		case "accountInfo {":
			iban, bank, number, rows, within = "", "", "", nil, false
		case "transaction {":
			rows, within = append(rows, row{}), true
		case "} #transaction":
			within = false
		case "} #accountInfo":
			account := bank + number
			if account == "" {
				account = iban
			}
			sum, tally := new(big.Rat), Tally{Rows: len(rows)}
			if previous, ok := out[account]; ok {
				sum.SetString(previous.Sum)
				tally.Rows, tally.Days = tally.Rows+previous.Rows, previous.Days
			}
			for _, r := range rows {
				value, _ := url.QueryUnescape(r.value)
				amount, _, _ := strings.Cut(value, ":")
				v, ok := new(big.Rat).SetString(amount)
				if !ok {
					t.Fatalf("an amount that is no fraction: %q", amount)
				}
				sum.Add(sum, v)
				day := r.date
				if day == "" {
					day = r.valuta
				}
				if len(day) == 8 {
					day = day[:4] + "-" + day[4:6] + "-" + day[6:]
				}
				tally.Days = append(tally.Days, day)
			}
			slices.Sort(tally.Days)
			tally.Sum = sum.FloatString(2)
			out[account] = tally
		}
		m := aqField.FindStringSubmatch(line)
		switch {
		case m == nil:
		case within && m[1] == "date":
			rows[len(rows)-1].date = m[2]
		case within && m[1] == "valutaDate":
			rows[len(rows)-1].valuta = m[2]
		case within && m[1] == "value":
			rows[len(rows)-1].value = m[2]
		case within:
		case m[1] == "iban":
			iban, _ = url.QueryUnescape(m[2])
		case m[1] == "bankCode":
			bank, _ = url.QueryUnescape(m[2])
		case m[1] == "accountNumber":
			number, _ = url.QueryUnescape(m[2])
		}
	}
	return out
}

// Node runs a script of Node.js and decodes the JSON that it prints.
func Node(t *testing.T, out any, script string, args ...string) {
	t.Helper()
	node := Tool(t, "node")
	printed, err := exec.Command(node, append([]string{script}, args...)...).Output()
	if err != nil {
		t.Fatalf("%s: %v", script, err)
	}
	if err := json.Unmarshal(printed, out); err != nil {
		t.Fatal(err)
	}
}
