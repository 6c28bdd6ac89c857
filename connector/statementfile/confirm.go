package statementfile

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/kit"
	"github.com/fairlead-dev/fairlead/format/reader"
)

// resolver finds out which accounts of the person's an import is of.
func (l *login) resolver() *resolver {
	r := &resolver{digest: l.start.Digest, choices: l.Choices}
	for _, k := range l.known {
		for _, a := range k.memory.Accounts {
			chosen := len(k.KnownConnection.Accounts) == 0 || slices.Contains(k.KnownConnection.Accounts, a.Ref)
			r.candidates = append(r.candidates, candidateOf(a, k.ID, chosen))
		}
	}
	return r
}

// target is the connection that an import goes to.
type target struct {
	known // zero: a new one
}

// has reports whether the connection has the account already.
func (t target) has(f found) bool { return f.connection != "" && f.connection == t.ID }

// elsewhere reports whether another connection has the account: its rows are not for this one.
func (t target) elsewhere(f found) bool { return f.connection != "" && f.connection != t.ID }

// target is the connection that is renewed, else the one with the most of the accounts.
func (l *login) target(all []found) target {
	count := map[fairlead.ConnectionID]int{}
	for _, f := range all {
		if f.connection != "" {
			count[f.connection]++
		}
	}
	var best target
	for _, k := range l.known {
		switch {
		case l.start.Renewed != "" && k.ID == l.start.Renewed:
			return target{k}
		case l.start.Renewed == "" && count[k.ID] > count[best.ID]:
			best = target{k}
		}
	}
	if best.ID == "" && len(all) == 0 && len(l.known) == 1 { // documents alone
		return target{l.known[0]}
	}
	return best
}

// show shows what was understood, and why again, if it is.
func (l *login) show(imp *reader.Import, again *why) (connector.Turn, error) {
	all := l.resolver().resolve(imp)
	to := l.target(all)
	if len(all) > 0 && !slices.ContainsFunc(all, func(f found) bool { return !to.elsewhere(f) }) {
		return turn(state{}, filesAgain(ofKind(fairlead.FileElsewhere, "These files are of another connection of yours. Please pick files of this one.")))
	}
	form := &fairlead.Form{Kind: atPreview, Preview: previewOf(imp, all, to.has)}
	for _, f := range all {
		if len(f.uncertain) > 0 {
			form.Fields = append(form.Fields, accountQuestion(f))
		}
		if to.elsewhere(f) {
			form.Preview.Warnings = append(form.Preview.Warnings, fairlead.FileWarning{
				Kind: fairlead.FileElsewhere, Account: f.in.Mask,
				Field: strings.TrimSpace("account " + f.in.Mask), Reason: "is in another connection of yours and is left out here",
			})
		}
	}
	form.Fields = append(form.Fields,
		fairlead.FormField{Name: fieldImport, Kind: fairlead.FieldConfirm, Label: "form.preview.button"},
		fairlead.FormField{Name: fieldAnother, Kind: fairlead.FieldConfirm, Label: "preview.another", Optional: true},
	)
	if again != nil {
		again.put(form)
	}
	return turn(l.state, fairlead.Step{Form: form})
}

// accountQuestion asks which account one of the files is.
func accountQuestion(f found) fairlead.FormField {
	field := fairlead.FormField{Name: accountField + f.ref, Kind: fairlead.FieldChoice, Label: "preview.question"}
	for _, c := range f.uncertain {
		label := cut(c.Name, previewText)
		if c.Mask != "" && !strings.Contains(label, c.Mask) {
			label = strings.TrimSpace(label + " " + c.Mask)
		}
		if label == "" { // no file has named it
			label = cmp.Or(c.Currency, "preview.account")
		}
		field.Choices = append(field.Choices, fairlead.Choice{Value: c.Ref, Label: label})
	}
	field.Choices = append(field.Choices, fairlead.Choice{Value: anew, Label: "preview.new"})
	return field
}

// previewed takes what the person said about the preview, and imports.
func (l *login) previewed(ctx context.Context, a fairlead.Answer) (connector.Turn, error) {
	choices := maps.Clone(l.Choices)
	if choices == nil {
		choices = map[string]string{}
	}
	for name := range a.Fields {
		if ref, ok := strings.CutPrefix(name, accountField); ok {
			if v, given := kit.Answered(a, name); given {
				choices[ref] = v.Reveal()
			}
		}
	}
	l.Choices = choices
	imp, err := l.c.readFiles(ctx, l.start.Open, l.Files, l.said())
	if err != nil { // what could be read before: the answers are not there any more
		return l.read(ctx)
	}
	all := l.resolver().resolve(imp)
	if slices.ContainsFunc(all, func(f found) bool { return len(f.uncertain) > 0 }) {
		again := ofKind(fairlead.FileUncertain, "Please say which account this is.")
		return l.show(imp, &again)
	}
	if _, yes := kit.Answered(a, fieldImport); !yes {
		return l.show(imp, nil)
	}
	done, err := l.done(imp, all)
	return connector.Turn{Step: fairlead.Step{Done: done}}, err
}

// done goes on with the connection that has one of the accounts, or with a new one.
func (l *login) done(imp *reader.Import, all []found) (*fairlead.Done, error) {
	to := l.target(all)
	m := to.memory
	m.Accounts = slices.Clone(m.Accounts)
	m.Files = l.Files
	for layout, said := range l.Layouts {
		m.learnAnswers(layout, said)
	}
	var fresh []found
	done := &fairlead.Done{Connection: to.ID, Files: l.fed()}
	for _, f := range all {
		switch {
		case to.elsewhere(f):
			continue
		case to.has(f):
			done.Joined = append(done.Joined, f.ref)
		default:
			fresh = append(fresh, f)
		}
		m.learnAccount(f.account())
	}
	done.Joined = append(done.Joined, l.chosen(to)...)
	switch {
	case len(fresh) > 1:
		for _, f := range fresh {
			done.Accounts = append(done.Accounts, fairlead.AccountOffer{Ref: f.ref, Name: cmp.Or(strings.TrimSpace(f.in.Name), f.in.Currency), Mask: f.in.Mask})
		}
	case len(fresh) == 1:
		done.Joined = append(done.Joined, fresh[0].ref)
	}
	done.Identity = l.identity(imp, all)
	var err error
	done.Secrets, err = m.secrets()
	return done, err
}

// chosen are the accounts that a connection has.
func (l *login) chosen(to target) []string {
	var out []string
	for _, a := range to.memory.Accounts {
		if len(to.KnownConnection.Accounts) == 0 || slices.Contains(to.KnownConnection.Accounts, a.Ref) {
			out = append(out, a.Ref)
		}
	}
	return out
}

// fed are the files with what was said about them alone.
func (l *login) fed() []fairlead.File {
	out := slices.Clone(l.Files)
	for n := range out {
		out[n].Answers = l.Blobs[out[n].Blob]
	}
	return out
}

// identity names a new connection: by its accounts, so that the same files find it again.
func (l *login) identity(imp *reader.Import, all []found) fairlead.Secret {
	parts := []string{"statement"}
	for _, f := range all {
		parts = append(parts, f.ref)
	}
	if len(all) == 0 {
		for _, d := range imp.Documents {
			sum := sha256.Sum256(d.Data)
			parts = append(parts, hex.EncodeToString(sum[:]))
		}
	}
	slices.Sort(parts[1:])
	return fairlead.NewSecret(strings.Join(parts, "\n"))
}
