package flanks

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/linking"
)

// state is what this dialect remembers of a link, in its Origin.
type state struct {
	LinkToken string            `json:"link_token"`
	Extra     map[string]string `json:"extra"`
}

func stateOf(o fairlead.Origin) (s state) {
	if o.Dialect != name || json.Unmarshal(o.State, &s) != nil || s.Extra == nil {
		s.Extra = map[string]string{}
	}
	return s
}

// EntryURLs is the hosted page as Flanks spells its address.
func (f *Flanks) EntryURLs() []linking.EntryURL {
	return []linking.EntryURL{{Path: "/link", Entry: visit}}
}

// visit reads the address of the page. Whoever has the link can write it, so
// nothing in it is trusted: external_id names a person as a form's field would.
func visit(q url.Values) (linking.Entry, error) {
	v := linking.Entry{
		Template: q.Get("token"), Institution: q.Get("bank"), Reference: q.Get("external_id"),
		Renewal: cmp.Or(q.Get("reset_token"), q.Get("sca_token"), q.Get("transaction_token")),
	}
	if v.Template == "" {
		return v, fairlead.Errorf(fairlead.NotFound, "There is no such link.")
	}
	for code := range strings.SplitSeq(q.Get("rollback"), ",") {
		if code = strings.TrimSpace(code); code != "" {
			v.ExitOn = append(v.ExitOn, rolledBack(code)...)
		}
	}
	stored, err := json.Marshal(state{v.Template, extras(q)})
	v.State = stored
	return v, err
}

// extras are the parameters that are given back: all but Flanks' and the page's own.
func extras(q url.Values) map[string]string {
	extra := map[string]string{}
	for key, values := range q {
		switch key {
		case "token", "bank", "external_id", "rollback", "reset_token", "sca_token", "transaction_token", "lang":
		default:
			extra[key] = values[0]
		}
	}
	return extra
}

// Finish leads back to the link's redirect_uri: with the code, or with why there
// is none. Extras come along; they cannot stand in for either.
func (f *Flanks) Finish(_ context.Context, o linking.LinkResult) (linking.AppReturn, error) {
	u, err := url.Parse(o.Link.Spec.Redirect)
	if err != nil || o.Link.Spec.Redirect == "" {
		return linking.AppReturn{}, nil // its last words stay on the page
	}
	own, extra := u.Query(), stateOf(o.Link.Origin).Extra
	var query [][2]string
	for _, key := range slices.Sorted(maps.Keys(extra)) {
		if !own.Has(key) && key != "code" && key != "error" {
			query = append(query, [2]string{key, extra[key]})
		}
	}
	switch {
	case o.Code != "":
		query = append(query, [2]string{"code", o.Code})
	case o.Link.Status == fairlead.LinkFailed && o.Problem != nil:
		query = append(query, [2]string{"error", status[o.Problem.Kind].link})
	default:
		query = append(query, [2]string{"error", aborted})
	}
	return linking.AppReturn{URL: fairlead.SetQuery(o.Link.Spec.Redirect, query...)}, nil
}
