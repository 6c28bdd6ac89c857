package mt940_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead/format"
	"github.com/fairlead-dev/fairlead/format/formattest"
	"github.com/fairlead-dev/fairlead/format/mt940"
)

const (
	head   = ":20:HOSTILE\n:25:37040044/532013000\n:28C:1/1\n:60F:C240101EUR0,00\n"
	aRow   = ":61:2401020102C1,00NTRFNONREF//AAAA24010200001\n"
	ending = ":62F:C240102EUR0,00\n-\n"
)

func repeat(before, part, after string) func(int) []byte {
	return func(n int) []byte { return []byte(before + strings.Repeat(part, n) + after) }
}

// hostile are inputs of n parts, and the kind of error that the larger of them ends in.
var hostile = []struct {
	name string
	n    int
	make func(int) []byte
	kind format.Kind
}{
	{"rows", 60_000, repeat(head, ":61:240102C1,\n", ending), format.TooLarge},
	{"rows with a text", 20_000, repeat(head, aRow+":86:166?20SVWZ+x\n", ending), ""},
	{"bad rows", 60_000, repeat(head, ":61:\n", ending), format.TooLarge},
	{"one long text", 100_000, repeat(head+aRow+":86:", "x", "\n"+ending), format.TooLarge},
	{"a text of many lines", 100_000, repeat(head+aRow+":86:", "x\n", ending), format.TooLarge},
	{"numbered fields", 2_500, repeat(head+aRow+":86:166", "?20", "\n"+ending), ""},
	{"keywords", 1_500, repeat(head+aRow+":86:166?20", "EREF+", "\n"+ending), ""},
	{"plus signs", 8_000, repeat(head+aRow+":86:166?20", "+", "\n"+ending), ""},
	{"slashes", 8_000, repeat(head+aRow+":86:/REMI/", "/", "\n"+ending), ""},
	{"Dutch keywords", 1_300, repeat(head+aRow+":86:", "/REMI/", "\n"+ending), ""},
	{"texts of one row", 50_000, repeat(head+aRow, ":86:x\n", ending), format.TooLarge},
	{"a line without end", 1 << 20, repeat("", "x", ""), format.Empty},
	{"blocks on one line", 200_000, repeat("{1:", "{4:", "\n"+head+ending), ""},
	{"blocks on many lines", 100_000, repeat("", "{1:{4:\n", head+ending), ""},
	{"colons on many lines", 200_000, repeat(head+aRow, ":\n", ending), format.TooLarge},
	{"tags broken in the middle", 50_000, repeat(head+aRow, ":\n86:x\n", ending), format.TooLarge},
	{"line ends", 1 << 20, repeat(head, "\r", ending), format.TooLarge},
	{"messages", 50_000, repeat("", ":20:x\n", head+ending), ""},
	{"messages of no account", 50_000, repeat("", ":20:x\n"+aRow, ""), format.Missing},
	{"ends of messages", 200_000, repeat(head, "-\n", ending), ""},
	{"balances", 50_000, repeat(head, ":62F:C240102EUR0,00\n", "-\n"), ""},
	{"accounts", 400, func(n int) []byte {
		var b bytes.Buffer
		for i := range n {
			fmt.Fprintf(&b, ":20:x\n:25:%d\n:60F:C240101EUR0,00\n", i)
		}
		return b.Bytes()
	}, format.TooLarge},
}

// Not parallel: allocations of other tests would be counted.
func TestHostileFilesCostNoMoreThanTheirSize(t *testing.T) {
	for _, h := range hostile {
		t.Run(h.name, func(t *testing.T) {
			err := formattest.Linear(t, mt940.Format, h.make, h.n)
			e, _ := errors.AsType[*format.Error](err)
			switch {
			case h.kind == "" && err != nil, h.kind != "" && (e == nil || e.Kind != h.kind):
				t.Errorf("error %v, want kind %q", err, h.kind)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	formattest.Fuzz(f, mt940.Format, "testdata/published", "testdata/invented", "testdata/fragments")
}

// BenchmarkRead reads a statement of four megabytes with German fields.
func BenchmarkRead(b *testing.B) {
	data := repeat(head, aRow+`:86:105?00FOLGELASTSCHRIFT?109248?20EREF+RG-2023-4711?21MREF+M-00042
?22CRED+DE98ZZZ09999999999?23SVWZ+Abschlag Dezember 2023?24 Kundenn
r. 4711?30COBADEFFXXX?31DE02100100100006820101?32Stadtwerke Mustersta
dt am N?33eckar GmbH?34992
`, ending)(14_000)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if err := mt940.Format.Read(format.Input{Data: data}, func(format.Item) error { return nil }); err != nil {
			b.Fatal(err)
		}
	}
}
