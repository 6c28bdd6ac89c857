package flanks

import (
	"context"
	"io"
	"net/http"

	"github.com/fairlead-dev/fairlead/reading"
)

// bundle is all that one credential has: the lists of the aggregation in one object,
// each written as it is read.
type bundle struct{ parts []bundled }

// bundled is one list of a bundle with what stands before it.
type bundled struct {
	before string
	list   *stream
}

// write sends the object; where the line is cut depends on the lists.
func (b *bundle) write(ctx context.Context, w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	for _, p := range b.parts {
		if _, err := io.WriteString(w, p.before); err != nil || p.list != nil && !p.list.send(ctx, w) {
			return
		}
	}
}

// all answers with everything of one credential, under the names that its status has for
// it. The vendor lists the endpoint and shows no answer of it.
func (f *Flanks) all(c call) (any, error) {
	body, conn, err := f.named(c)
	if err != nil {
		return nil, err
	}
	v, err := f.viewOf(c, conn, needNumbers|needSecurities|needHoldings|needLoans)
	if err != nil {
		return nil, err
	}
	for _, ignore := range []bool{true, body.IgnoreError} { // what is not there yet goes before what failed
		for d := range products {
			if err := ready(v, d, ignore); err != nil {
				return nil, err
			}
		}
	}
	who := []byte("null")
	page, err := f.verbs.Reading.Identities(c.Context(), c.Tenant.ID, reading.Query{Connection: conn.ID, Limit: 1})
	if err == nil && len(page.Data) > 0 {
		who, err = encode(v.identity(page.Data[0]))
	}
	if err != nil {
		return nil, err
	}
	out := &bundle{}
	before := `{"auth":` + string(who)
	for _, part := range []struct{ before, path string }{
		{`,"account":`, "account"},
		{`,"card":`, "card"},
		{`,"portfolio":`, "portfolio"},
		{`,"investment":`, "investment"},
		{`,"liability":`, "liability"},
		{`,"holders":`, "holder"},
		{`,"transaction":{"account":`, "data"},
		{`,"card":`, "card/transaction"},
		{`,"investment":`, "investment/transaction"},
		{`,"liability":`, "liability/transaction"},
	} {
		for _, r := range f.reads() {
			if r.path != part.path {
				continue
			}
			s := &stream{log: f.verbs.Log, sources: r.from(f, c, v)}
			if err := s.begin(c.Context()); err != nil {
				return nil, err
			}
			out.parts = append(out.parts, bundled{before + part.before, s})
			before = ""
		}
	}
	out.parts = append(out.parts, bundled{before: "}}\n"})
	return out, nil
}
