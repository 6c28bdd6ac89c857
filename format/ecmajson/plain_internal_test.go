package ecmajson

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// TestCopyingIsRewriting makes texts by chance, of pieces in which the two might differ.
func TestCopyingIsRewriting(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	pick := func(of ...string) string { return of[r.IntN(len(of))] }
	space := func() string { return pick("", "", "", " ", "\n\t", "\r") }
	text := func() string {
		return pick(`""`, `"a"`, `"b"`, `"1"`, `"01"`, `"é"`, `"a b"`, `"\u0061"`, `"\n"`, `"\\"`, `"\u2028"`, "\"\u2028\"", `"<&>"`, `"{"`, `"x,y"`, "\"\xff\"", "\"\x7f\"")
	}
	var value func(depth int) string
	value = func(depth int) string {
		kind := r.IntN(8)
		if depth == 0 {
			kind = r.IntN(5)
		}
		switch {
		case kind < 2:
			return text()
		case kind < 4:
			return pick("0", "-0", "1", "-12", "1.0", "1.5e3", "1E2", "0.1", "9007199254740993", "1e400", "123456789012345678901", "1e21", "5e-7")
		case kind == 4:
			return pick("true", "false", "null")
		}
		var parts []string
		most := 4
		if r.IntN(50) == 0 {
			most = 2 * maxPlainKeys
		}
		for n := range r.IntN(most) {
			member := space() + value(depth-1) + space()
			if kind > 5 {
				key := text()
				if most > 4 {
					key = fmt.Sprintf(`"k%d"`, n)
				}
				member = space() + key + space() + ":" + member
			}
			parts = append(parts, member)
		}
		inside := space() + strings.Join(parts, ",")
		if kind > 5 {
			return "{" + inside + "}"
		}
		return "[" + inside + "]"
	}
	copied := 0
	for range 20_000 {
		in := space() + value(3) + pick("", "", "", " ", " x", "]")
		want, wantErr := rewrite([]byte(in))
		got, err := Preserve([]byte(in))
		if string(got) != string(want) || (err == nil) != (wantErr == nil) {
			t.Fatalf("%s\nbecame %s, %v\nnot    %s, %v", in, got, err, want, wantErr)
		}
		if p := (plain{in: []byte(in)}); wantErr == nil && !strings.ContainsAny(in, "x]") && p.value() {
			copied++
		}
	}
	if copied < 2000 {
		t.Errorf("only %d texts were copied", copied)
	}
}
