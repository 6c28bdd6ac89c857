package flanks

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/linking"
)

// state is what this dialect remembers of a link, in its Origin.
type state struct {
	LinkToken string            `json:"link_token"`
	Extra     map[string]string `json:"extra"`
	Session   bool              `json:"session,omitempty"` // of Connect v2
}

func stateOf(o fairlead.Origin) (s state) {
	if o.Dialect != name || json.Unmarshal(o.State, &s) != nil || s.Extra == nil {
		s.Extra = map[string]string{}
	}
	return s
}

// EntryURLs is the hosted page as Flanks spells its address.
func (f *Flanks) EntryURLs() []linking.EntryURL {
	const path = "/link"
	return []linking.EntryURL{{Path: path, Entry: visit, Templates: &linking.TemplateKind{
		Dialect: name, Spec: spec, Address: func(token string) string { return path + "?token=" + url.QueryEscape(token) },
	}}}
}

// visit reads the address of the page. Whoever has the link can write it, so
// nothing in it is trusted: external_id names a person as a form's field would.
func visit(q url.Values) (linking.Entry, error) {
	for name, values := range q {
		if !utf8.ValidString(name + strings.Join(values, "")) { // would be stored as another's
			return linking.Entry{}, fairlead.InvalidField("address", "format", "must be in UTF-8")
		}
	}
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
	stored, err := json.Marshal(state{LinkToken: v.Template, Extra: extras(q)})
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
	if o.Link.Spec.Redirect == "" {
		return linking.AppReturn{}, nil // its last words stay on the page
	}
	s := stateOf(o.Link.Origin)
	if s.Session { // what came of it is asked
		return linking.AppReturn{URL: leadBack(o.Link.Spec.Redirect, map[string]string{"session_id": string(o.Link.ID)}, "session_id")}, nil
	}
	back := maps.Clone(s.Extra)
	delete(back, "code")
	delete(back, "error")
	switch {
	case o.Code != "":
		back["code"] = o.Code
	case o.Link.Status == fairlead.LinkFailed && o.Problem != nil:
		back["error"] = status[o.Problem.Kind].link
	default:
		back["error"] = aborted
	}
	return linking.AppReturn{URL: leadBack(o.Link.Spec.Redirect, back, "code", "error")}, nil
}

// leadBack adds parameters to an address, in the order of their names. The address's own
// are not overwritten, but for those that are ours to say.
func leadBack(address string, add map[string]string, ours ...string) string {
	var query [][2]string
	for _, name := range slices.Sorted(maps.Keys(add)) {
		query = append(query, [2]string{name, add[name]})
	}
	return fairlead.SetQuery(address, ours, query...)
}
