package dialecttest

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/big"
	"regexp"
	"slices"
	"strings"
)

// masks are what may stand for a value that no two runs share. "<=name>" captures
// any value under a name; "<uuid=name>" captures it and checks its form.
var masks = map[string]string{
	"any":   `.*`,
	"text":  `.+`,
	"uuid":  `[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`,
	"token": `[A-Za-z0-9_-]{20,}`,
	"id":    `[a-z]{3}_[0-9a-z]{20,}`,
	"time":  `\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)`,
	"date":  `\d{4}-\d\d-\d\d`,
	"clock": `\d\d:\d\d`,
	"hex":   `[0-9a-f]+`,
	"int":   `-?\d+`,
	"float": `-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?`,
	"bool":  `true|false`,
}

// more stands, as a key of an object or the last element of a list, for whatever
// else there is.
const more = "<...>"

var maskForm = regexp.MustCompile(`<([a-z]*)(?:=([a-z_0-9]+))?>`)

// matcher compares an answer with what a transcript wants of it.
type matcher struct {
	captured map[string]string
	wrong    []string
}

func (m *matcher) fault(at, format string, args ...any) {
	if at == "" {
		at = "the body"
	}
	m.wrong = append(m.wrong, at+" "+fmt.Sprintf(format, args...))
}

// body compares as JSON where JSON is wanted, else as text.
func (m *matcher) body(want, got string) {
	w, err := decode(want)
	if err != nil {
		m.text("", want, strings.TrimSpace(got))
		return
	}
	g, err := decode(got)
	if err != nil {
		m.fault("", "is not JSON: %.300q", got)
		return
	}
	m.value("", w, g)
}

func decode(text string) (v any, err error) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if err = d.Decode(&v); err == nil {
		if _, tail := d.Token(); tail != io.EOF {
			err = fmt.Errorf("more than one value")
		}
	}
	return v, err
}

func (m *matcher) value(at string, want, got any) {
	switch w := want.(type) {
	case map[string]any:
		m.object(at, w, got)
	case []any:
		m.list(at, w, got)
	case string:
		if g, ok := got.(string); ok {
			m.text(at, w, g)
		} else if mask := maskForm.FindStringSubmatch(w); mask != nil && mask[0] == w {
			m.unquoted(at, mask[1], mask[2], got)
		} else {
			m.fault(at, "is %s, not %q", show(got), w)
		}
	case json.Number:
		if g, ok := got.(json.Number); !ok || !equal(w, g) {
			m.fault(at, "is %s, not %s", show(got), w)
		}
	default:
		if want != got {
			m.fault(at, "is %s, not %s", show(got), show(want))
		}
	}
}

func (m *matcher) object(at string, want map[string]any, got any) {
	g, ok := got.(map[string]any)
	if !ok {
		m.fault(at, "is %s, not an object", show(got))
		return
	}
	_, open := want[more]
	for _, k := range slices.Sorted(maps.Keys(want)) {
		switch v, has := g[k]; {
		case k == more:
		case !has:
			m.fault(at+"."+k, "is missing")
		default:
			m.value(at+"."+k, want[k], v)
		}
	}
	for _, k := range slices.Sorted(maps.Keys(g)) {
		if _, wanted := want[k]; !wanted && !open {
			m.fault(at+"."+k, "is not wanted: %s", show(g[k]))
		}
	}
}

func (m *matcher) list(at string, want []any, got any) {
	g, ok := got.([]any)
	if !ok {
		m.fault(at, "is %s, not a list", show(got))
		return
	}
	open := len(want) > 0 && want[len(want)-1] == more
	if open {
		want = want[:len(want)-1]
	}
	if len(g) < len(want) || (len(g) > len(want) && !open) {
		m.fault(at, "has %d elements, not %d: %s", len(g), len(want), show(got))
		return
	}
	for i := range want {
		m.value(fmt.Sprintf("%s[%d]", at, i), want[i], g[i])
	}
}

// unquoted matches a value that is no text with a mask that stands alone.
func (m *matcher) unquoted(at, mask, name string, got any) {
	plain := show(got)
	n, number := got.(json.Number)
	_, boolean := got.(bool)
	switch {
	case mask == "" || mask == "any":
	case (mask == "int" || mask == "float") && number && regexp.MustCompile(`^(?:`+masks[mask]+`)$`).MatchString(string(n)):
	case mask == "bool" && boolean:
	default:
		m.fault(at, "is %s, not <%s>", plain, mask)
	}
	if name != "" {
		m.captured[name] = plain
	}
}

// text matches a text in which masks may stand anywhere.
func (m *matcher) text(at, want, got string) {
	var form strings.Builder
	var names []string
	rest := 0
	form.WriteString(`(?s)\A`)
	for _, hit := range maskForm.FindAllStringSubmatchIndex(want, -1) {
		mask, name := want[hit[2]:hit[3]], ""
		if hit[4] >= 0 {
			name = want[hit[4]:hit[5]]
		}
		pattern, known := masks[mask]
		if mask == "" && name != "" {
			pattern, known = masks["any"], true
		}
		if !known {
			continue
		}
		form.WriteString(regexp.QuoteMeta(want[rest:hit[0]]) + "(" + pattern + ")")
		names, rest = append(names, name), hit[1]
	}
	form.WriteString(regexp.QuoteMeta(want[rest:]) + `\z`)
	found := regexp.MustCompile(form.String()).FindStringSubmatch(got)
	if found == nil {
		m.fault(at, "is %q, not %q", got, want)
		return
	}
	for i, name := range names {
		if name != "" {
			m.captured[name] = found[i+1]
		}
	}
}

// equal compares numbers by value: 1.5 is 1.50.
func equal(a, b json.Number) bool {
	x, ok := new(big.Rat).SetString(string(a))
	y, too := new(big.Rat).SetString(string(b))
	return ok && too && x.Cmp(y) == 0
}

func show(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(b)
}
