package main

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write what inspect prints now into the golden files")

func TestInspectPrintsWhatWasUnderstood(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		golden string
		code   int
		args   string
	}{
		{"one", 0, "march.n43"},
		{"json", 0, "--json --rows march.n43"},
		{"refused", 1, "--rows march.n43 note.txt none.ofx"},
		{"refused-json", 1, "--json march.n43 note.txt"},
		{"open", 1, "march.n43 open.n43"},
		{"open-json", 1, "--json open.n43"},
		{"archive", 0, "--rows january-and-february.zip"},
		{"table-open", 1, "list.csv"},
		{"table-wrong", 1, "--answer dates=bogus --answer currency=XYZW --answer column.2=colour list.csv"},
		{"table-wrong-json", 1, "--json --answer dates=bogus list.csv"},
		{"table-lacking", 1, "--answer column.3=ignore list.csv"},
		{"table-answered", 0, "--rows --currency EUR --answer dates=day_first --answer sign=as_is --answer column.3=amount list.csv"},
		{"papers", 0, "--json 1099-int.pdf"},
		{"papers-beside-statements", 0, "1099-int.pdf march.n43"},
		{"answered", 0, "--currency eur open.n43"},
		{"answered-once", 0, "--answer currency=USD open.n43"},
		{"answered-by-file", 0, "--answers answers.json open.n43"},
	} {
		t.Run(c.golden, func(t *testing.T) {
			t.Parallel()
			args := []string{"inspect"}
			for _, a := range strings.Fields(c.args) {
				if filepath.Ext(a) != "" && !strings.Contains(a, "=") {
					a = filepath.Join("testdata", "inspect", a)
				}
				args = append(args, a)
			}
			code, out, errOut := command(t, args...)
			if code != c.code || (code == 0) != (errOut == "") {
				t.Errorf("%d, want %d\n%s", code, c.code, errOut)
			}
			if strings.HasSuffix(c.golden, "json") && !json.Valid([]byte(out)) {
				t.Error("no JSON")
			}
			path := filepath.Join("testdata", "inspect", c.golden+".golden")
			if *update {
				if err := os.WriteFile(path, []byte(out+errOut), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(string(want), out+errOut); d != "" {
				t.Errorf("it prints something else (-want +got):\n%s", d)
			}
		})
	}
}

func TestInspectShowsNoNumberOfAnAccount(t *testing.T) {
	t.Parallel()
	path := filepath.Join("testdata", "inspect", "march.n43")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	number := string(data[10:20]) // of the account, in the header's record 11
	for _, args := range [][]string{{"inspect", path}, {"inspect", "--json", path}} {
		if _, out, _ := command(t, args...); strings.Contains(out, number) || !strings.Contains(out, number[6:]) {
			t.Errorf("%s shows %s:\n%s", args, number, out)
		}
	}
}
