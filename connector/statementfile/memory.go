package statementfile

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"maps"
	"slices"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
)

// Names of a connection's secrets.
const (
	fileSecret     = "file"  // of connections made before several files could be brought
	filesSecret    = "files" // handles of those that it was linked with
	accountsSecret = "accounts"
	answersSecret  = "answers"
)

// What a connection remembers at most.
const (
	maxAccounts = format.MaxAccounts
	maxNames    = 8   // of an account
	maxName     = 128 // bytes of a part of a name
	maxLayouts  = 50
	maxAnswers  = 300 // of a layout
	maxAnswer   = 200 // bytes
)

// memory is what a connection knows besides its records.
type memory struct {
	Files    []fairlead.File
	Accounts []account
	Answers  answers
}

// answers are what a person said about a layout, by its digest.
type answers map[string]map[string]string

// account is one of a connection, by all that files have called it.
type account struct {
	Ref      string               `json:"ref"`
	Name     string               `json:"name"`
	Mask     string               `json:"mask,omitempty"`
	Kind     fairlead.AccountKind `json:"kind,omitempty"`
	Currency string               `json:"currency,omitempty"`
	Aliases  []alias              `json:"aliases"`
}

// alias is one way in which files name an account.
type alias struct {
	format.Names
	Said bool `json:"said,omitempty"` // a person said that it is this account's
}

// recall reads the memory of a connection.
func recall(secrets map[string]fairlead.Secret) (m memory, err error) {
	for name, into := range map[string]any{filesSecret: &m.Files, accountsSecret: &m.Accounts, answersSecret: &m.Answers} {
		if s := secrets[name]; !s.Empty() && json.Unmarshal([]byte(s.Reveal()), into) != nil {
			return m, lost()
		}
	}
	if s := secrets[fileSecret]; !s.Empty() && len(m.Files) == 0 {
		var f fairlead.File
		if json.Unmarshal([]byte(s.Reveal()), &f) != nil {
			return m, lost()
		}
		m.Files = []fairlead.File{f}
	}
	return m, nil
}

func lost() error {
	return &fairlead.Error{Kind: fairlead.Internal, Err: errors.New("statementfile: the secrets can't be read")}
}

// secrets writes a memory down.
func (m memory) secrets() (map[string]fairlead.Secret, error) {
	out := map[string]fairlead.Secret{}
	for name, v := range map[string]any{filesSecret: m.Files, accountsSecret: m.Accounts, answersSecret: m.Answers} {
		b, err := json.Marshal(v)
		if err != nil {
			return nil, lost()
		}
		out[name] = fairlead.NewSecret(string(b))
	}
	return out, nil
}

// learnAccount adds an account, or another name of one.
func (m *memory) learnAccount(a account) {
	n := slices.IndexFunc(m.Accounts, func(o account) bool { return o.Ref == a.Ref })
	if n < 0 {
		if len(m.Accounts) < maxAccounts {
			m.Accounts = append(m.Accounts, a)
		}
		return
	}
	known := m.Accounts[n]
	known.Aliases = slices.Clone(known.Aliases)
	for _, name := range a.Aliases {
		same := slices.IndexFunc(known.Aliases, func(o alias) bool { return o.Names == name.Names })
		switch {
		case same >= 0:
			known.Aliases[same].Said = known.Aliases[same].Said || name.Said
		case len(known.Aliases) < maxNames:
			known.Aliases = append(known.Aliases, name)
		}
	}
	m.Accounts[n] = known
}

// learnAnswers takes what was said about a layout.
func (m *memory) learnAnswers(layout string, said map[string]string) {
	if layout == "" || len(said) == 0 || len(said) > maxAnswers {
		return
	}
	m.Answers = maps.Clone(m.Answers)
	if m.Answers == nil {
		m.Answers = answers{}
	}
	if _, known := m.Answers[layout]; !known && len(m.Answers) >= maxLayouts {
		delete(m.Answers, slices.Sorted(maps.Keys(m.Answers))[0])
	}
	m.Answers[layout] = said
}

// aliasOf is a file's name of an account, in bounds: a part that is too long to be a
// number is its digest.
func aliasOf(n format.Names, said bool) alias {
	for _, part := range []*string{&n.Scheme, &n.Bank, &n.Branch, &n.Number, &n.Type, &n.Key, &n.Currency} {
		if len(*part) > maxName {
			sum := sha256.Sum256([]byte(*part))
			*part = hex.EncodeToString(sum[:])
		}
	}
	return alias{n, said}
}
