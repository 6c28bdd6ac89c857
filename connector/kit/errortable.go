package kit

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/fairlead-dev/fairlead"
)

// ErrorScope is how far an error of a service reaches.
type ErrorScope string

const (
	ScopeConnection ErrorScope = "connection" // all that the login brings; "" means it too
	ScopeBank       ErrorScope = "bank"       // one bank of several behind one login
	ScopeAccount    ErrorScope = "account"
	ScopeProduct    ErrorScope = "product"
	ScopeProvider   ErrorScope = "provider" // the operator's account at the service: every connection of it
)

// maxSentence bounds what is shown of a service's own words, in bytes.
const maxSentence = 300

// ErrorRule is what one error of a service means. Every condition that it has must hold.
type ErrorRule struct {
	Code   string   `json:"code,omitempty"`   // the service's own, exactly: "ITEM_LOGIN_REQUIRED"; one that ends in "*" is a beginning
	Status int      `json:"status,omitempty"` // of HTTP
	Text   []string `json:"text,omitempty"`   // patterns (RE2, any case) of which the service's words match one, in whatever languages it speaks

	Kind  fairlead.ErrorKind `json:"kind"`
	Actor fairlead.Actor     `json:"actor,omitempty"` // who must act, where fairlead.ActorFor names another
	Scope ErrorScope         `json:"scope,omitempty"`
	Word  string             `json:"word,omitempty"` // becomes Problem.Code
	// Sentence says what is wrong and who must do what, by language (BCP 47); "en" is
	// needed where there is any. "{said}" stands for the service's own words, "{bank}" for
	// the bank that is meant; without a sentence the service's words are shown alone.
	Sentence   map[string]string `json:"sentence,omitempty"`
	RetryAfter string            `json:"retry_after,omitempty"` // "6h": where the service says none
	Harmless   bool              `json:"harmless,omitempty"`    // nothing is missing: it is worth saying, no more

	patterns []*regexp.Regexp
	retry    time.Duration
}

// ErrorTable are the errors of a service, in order of precedence.
type ErrorTable []ErrorRule

// Said is an error as a service put it.
type Said struct {
	Code   string
	Status int
	Text   string
	Bank   string // name of the bank that is meant, where it is known: "{bank}" in a sentence
}

// ParseErrorTable reads a table from a JSON list of rules. Unknown fields, kinds, actors,
// scopes, patterns and rules without a condition are mistakes of the build.
func ParseErrorTable(b []byte) (ErrorTable, error) {
	var table ErrorTable
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&table); err != nil {
		return nil, fmt.Errorf("kit: reading a table of errors: %w", err)
	}
	for n := range table {
		if err := table[n].prepare(); err != nil {
			return nil, fmt.Errorf("kit: rule %d of a table of errors: %w", n+1, err)
		}
	}
	return table, nil
}

// MustErrorTable is ParseErrorTable for a table that is part of the program.
func MustErrorTable(b []byte) ErrorTable {
	table, err := ParseErrorTable(b)
	if err != nil {
		panic(err)
	}
	return table
}

// prepare checks a rule and compiles its patterns.
func (r *ErrorRule) prepare() (err error) {
	actors := []fairlead.Actor{"", fairlead.ActorPerson, fairlead.ActorApplication, fairlead.ActorOperator, fairlead.ActorInstitution, fairlead.ActorNobody}
	scopes := []ErrorScope{"", ScopeConnection, ScopeBank, ScopeAccount, ScopeProduct, ScopeProvider}
	switch {
	case r.Code == "" && r.Status == 0 && len(r.Text) == 0:
		return fmt.Errorf("it has no condition")
	case !slices.Contains(fairlead.ErrorKinds(), r.Kind):
		return fmt.Errorf("kind %q is not of the closed list", r.Kind)
	case !slices.Contains(actors, r.Actor):
		return fmt.Errorf("actor %q is not of the closed list", r.Actor)
	case !slices.Contains(scopes, r.Scope):
		return fmt.Errorf("scope %q is not of the closed list", r.Scope)
	case len(r.Sentence) > 0 && r.Sentence["en"] == "":
		return fmt.Errorf("its sentence is missing in English")
	}
	for _, text := range r.Text {
		p, err := regexp.Compile("(?is)" + text)
		if err != nil {
			return err
		}
		r.patterns = append(r.patterns, p)
	}
	if r.RetryAfter != "" {
		r.retry, err = time.ParseDuration(r.RetryAfter)
	}
	return err
}

func (r *ErrorRule) matches(s Said) bool {
	if begins, ok := strings.CutSuffix(r.Code, "*"); ok {
		if !strings.HasPrefix(s.Code, begins) {
			return false
		}
	} else if r.Code != "" && r.Code != s.Code {
		return false
	}
	if r.Status != 0 && r.Status != s.Status {
		return false
	}
	return len(r.patterns) == 0 || slices.ContainsFunc(r.patterns, func(p *regexp.Regexp) bool { return p.MatchString(s.Text) })
}

// Find gives the first rule that is of an error, and whether there is one.
func (t ErrorTable) Find(s Said) (ErrorRule, bool) {
	for n := range t {
		if t[n].matches(s) {
			return t[n], true
		}
	}
	return ErrorRule{}, false
}

// Error is the rule applied to what the service said, in a language of the rule's or in
// English. after is when the service said that it may be called again; 0: it did not.
func (r ErrorRule) Error(s Said, language string, after time.Duration) *fairlead.Error {
	if after <= 0 {
		after = r.retry
	}
	return &fairlead.Error{
		Kind: r.Kind, Actor: r.Actor, Code: r.Word, Detail: r.sentence(s, language), RetryAfter: after,
		Provider: r.Kind == fairlead.SlowDown && r.Scope == ScopeProvider,
	}
}

func (r ErrorRule) sentence(s Said, language string) string {
	words := Sanitise(s.Text)
	base, _, _ := strings.Cut(language, "-")
	for _, l := range []string{language, base, "en"} {
		if sentence := r.Sentence[l]; sentence != "" {
			return strings.TrimSpace(cut(strings.NewReplacer("{said}", words, "{bank}", cmp.Or(Clean(s.Bank, 80), "the bank")).Replace(sentence), maxSentence))
		}
	}
	return words
}

// Sanitise makes a text of a service's showable as a sentence of at most 300 bytes (Clean).
func Sanitise(text string) string { return Clean(text, maxSentence) }

// Clean takes control and formatting characters, bytes that are no UTF-8 and runs of spaces
// out of a text of somebody else's, and cuts it to at most so many bytes. It stays somebody
// else's: whoever shows it escapes it.
func Clean(text string, limit int) string {
	text = cut(text, 16*limit) // bounds the work on what is cut off anyway
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case r == utf8.RuneError, !unicode.IsPrint(r):
			return -1
		}
		return r
	}, text)
	return strings.TrimSpace(cut(strings.Join(strings.Fields(text), " "), limit))
}

// cut shortens a text to at most n bytes, at the border of a character.
func cut(text string, n int) string {
	if len(text) <= n {
		return text
	}
	n -= len("…")
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n] + "…"
}
