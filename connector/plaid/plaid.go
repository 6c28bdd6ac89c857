// Package plaid reaches banks and brokers of the United States, Canada and Europe through
// the operator's own account at Plaid.
//
// It owns Plaid's wire format, its errors (errors.json) and what of them becomes steps,
// records and problems. It does not own keys, slots, or when what is collected: it is
// handed them.
//
// The flow of a login: /link/token/create → Send to the Hosted Link page → /link/token/get
// until a session has a result → the public token is remembered → exchanged → Done. A
// connection that there is already at the institution goes through update mode, which
// uses up no Item. The flow of a fetch: one call of the product's endpoint a page;
// transactions go by /transactions/sync, whose lasting cursor is one of the secrets.
package plaid

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/kit"
)

const (
	name       = "plaid"
	title      = "Plaid"
	version    = "2020-09-14"
	trialItems = 10
)

//go:embed errors.json
var errorRules []byte

var errorTable = kit.MustErrorTable(errorRules)

// Connector talks to Plaid. Nothing in it is remembered but verification keys, which
// are public and the same for everybody.
type Connector struct {
	wall fairlead.Clock
	keys *keyring
}

var (
	_ connector.Connector = (*Connector)(nil)
	_ connector.Provided  = (*Connector)(nil)
	_ connector.Receiver  = (*Connector)(nil)
	_ connector.Revoker   = (*Connector)(nil)
)

// New makes the connector.
func New() *Connector {
	return &Connector{wall: fairlead.RealClock, keys: &keyring{found: map[string]foundKey{}, mutex: &sync.Mutex{}}}
}

// Describe names no institution: they are the provider's.
func (*Connector) Describe() connector.Description {
	return connector.Description{
		Name: name,
		Provider: &connector.ProviderSpec{
			Title: title, Console: "https://dashboard.plaid.com/developers/keys",
			Hosts: map[fairlead.Environment][]string{
				fairlead.Sandbox: {"sandbox.plaid.com"},
				fairlead.Live:    {"production.plaid.com"},
			},
			Fields: []connector.ProviderField{
				{Name: "client_id", Kind: connector.ProviderText, Label: "client_id", Help: "From the Keys page of Plaid's dashboard.", Check: noSpace},
				{Name: "secret", Kind: connector.ProviderSecret, Label: "Secret", Help: "From the same page: each environment has its own.", Check: noSpace},
				{Name: "plan", Kind: connector.ProviderChoice, Label: "Plan", Default: "trial", Choices: []string{"trial", "paid"}, Help: "The Trial plan gives ten Items for ever; a removed one is not given back."},
				{Name: "country_codes", Kind: connector.ProviderList, Label: "Countries", Default: "US,CA", Choices: countries, Help: "Those that Plaid has enabled for the keys."},
				{Name: "client_name", Kind: connector.ProviderText, Label: "Name shown to people", Default: "Fairlead", Help: "At most 30 characters: Plaid's pages show it.", Check: checkName},
				{Name: "language", Kind: connector.ProviderChoice, Label: "Language", Default: "en", Choices: languages, Help: "Of Plaid's pages, where the person's own is not among theirs."},
				{Name: "days_requested", Kind: connector.ProviderNumber, Label: "Days of history", Default: "730", Help: "Of transactions, 30 to 730: Plaid decides once, when a bank is linked.", Check: checkDays},
			},
		},
	}
}

var (
	countries = []string{"US", "CA", "GB", "ES", "NL", "FR", "IE", "DE", "IT", "PL", "DK", "NO", "SE", "EE", "LT", "LV", "PT", "BE", "AT", "FI"}
	languages = []string{"da", "nl", "en", "et", "fr", "de", "hi", "it", "lv", "lt", "no", "pl", "pt", "ro", "es", "sv", "vi"}
)

func noSpace(value string) error {
	if strings.ContainsAny(value, " \t\r\n") || len(value) > 200 {
		return errors.New("must be copied from Plaid's dashboard without spaces")
	}
	return nil
}

func checkName(value string) error {
	if n := len([]rune(value)); n < 1 || n > 30 {
		return errors.New("must be 1 to 30 characters")
	}
	return nil
}

func checkDays(value string) error {
	if n, err := strconv.Atoi(value); err != nil || n < 30 || n > 730 {
		return errors.New("must be a number from 30 to 730")
	}
	return nil
}

// client calls Plaid with the provider's keys.
type client struct {
	env    connector.Env
	base   string
	header http.Header
}

func newClient(env connector.Env) (*client, error) {
	p := env.Provider
	if p == nil || p.Settings["client_id"] == "" || p.Keys["secret"].Empty() {
		return nil, &fairlead.Error{Kind: fairlead.Unauthenticated, Actor: fairlead.ActorOperator, Code: "no_provider", Detail: "There are no keys of Plaid: the operator sets them."}
	}
	base := p.Base
	switch {
	case base != "":
	case p.Environment == fairlead.Live:
		base = "https://production.plaid.com"
	default:
		base = "https://sandbox.plaid.com"
	}
	h := http.Header{}
	h["PLAID-CLIENT-ID"] = []string{p.Settings["client_id"]}
	h["PLAID-SECRET"] = []string{p.Keys["secret"].Reveal()}
	h["Plaid-Version"] = []string{version}
	return &client{env, strings.TrimSuffix(base, "/"), h}, nil
}

// object is the body of a request.
type object = map[string]any

// post makes a call. An answer without what it must have is InstitutionDown, never
// "there is nothing".
func (c *client) post(ctx context.Context, path string, body object, into reply) error {
	return c.postWithin(ctx, path, body, into, kit.DefaultTimeout)
}

func (c *client) postWithin(ctx context.Context, path string, body object, into reply, limit time.Duration) error {
	api := kit.API{Client: c.env.Client, Timeout: limit, MaxBytes: 32 << 20, Lenient: true}
	if err := api.Post(ctx, c.base+path, c.header, body, into); err != nil {
		return c.classify(path, err)
	}
	if !into.whole() {
		return &fairlead.Error{Kind: fairlead.InstitutionDown, Code: "incomplete_answer", Detail: "Plaid's answer is incomplete: nobody needs to act unless it stays so, and then the operator looks for a proxy in between.", Err: fmt.Errorf("plaid: the answer of %s lacks what it must have", path)}
	}
	return nil
}

// classify reads Plaid's error object out of a refused call.
func (c *client) classify(path string, err error) error {
	refusal, ok := errors.AsType[*kit.Refusal](err)
	if !ok {
		if codeOf(err) == kit.CodeCertificate {
			return &fairlead.Error{
				Kind: fairlead.InstitutionDown, Actor: fairlead.ActorOperator, Code: kit.CodeCertificate, Err: err,
				Detail: "The certificate of Plaid's server can't be verified: the operator looks for a proxy in between, at this machine's clock, and at the authorities that it trusts.",
			}
		}
		return err
	}
	var after time.Duration
	if e, ok := errors.AsType[*fairlead.Error](err); ok {
		after = e.RetryAfter
	}
	var f failure
	if json.Unmarshal(refusal.Body, &f) != nil || f.Code == "" {
		if refusal.Status == http.StatusTooManyRequests || refusal.Status >= http.StatusInternalServerError {
			return c.failed(failure{}, refusal.Status, after, err)
		}
		return &fairlead.Error{Kind: fairlead.InstitutionDown, Code: "no_error_object", Detail: "What answered is not Plaid: the operator checks the provider's base address, and any proxy in between.", Err: err}
	}
	return c.failed(f, refusal.Status, after, fmt.Errorf("plaid: %s: %s (request %s): %w", path, f.Code, f.Request, err))
}

// failed is what one of Plaid's errors means; a code that is not in the table is a
// mistake of ours in the request.
func (c *client) failed(f failure, status int, after time.Duration, cause error) error {
	said := kit.Said{Code: f.Code, Status: status, Text: f.Message}
	rule, found := errorTable.Find(said)
	if !found {
		rule = kit.ErrorRule{Kind: fairlead.Internal, Word: kit.Sanitise(f.Code)}
		switch f.Type {
		case "INSTITUTION_ERROR", "API_ERROR":
			rule.Kind = fairlead.InstitutionDown
		case "ITEM_ERROR":
			rule.Kind = fairlead.ConsentEnded
		case "RATE_LIMIT_EXCEEDED":
			rule.Kind, after = fairlead.SlowDown, max(after, time.Minute)
		}
	}
	if rule.Sentence == nil {
		said.Text = "" // Plaid's own words for developers are not shown to people
	}
	e := rule.Error(said, c.env.Language, after)
	if e.Err = cause; e.Err == nil {
		e.Err = fmt.Errorf("plaid: %s", kit.Sanitise(f.Code))
	}
	return e
}

// codeOf is Plaid's code of an error; "" where it is none of Plaid's.
func codeOf(err error) string {
	if e, ok := errors.AsType[*fairlead.Error](err); ok {
		return e.Code
	}
	return ""
}

// setting is a provider's setting, or what stands in where it has none.
func (c *client) setting(field, missing string) string {
	if v := c.env.Provider.Settings[field]; v != "" {
		return v
	}
	return missing
}

func (c *client) countries() []string {
	var out []string
	for _, code := range strings.Split(c.setting("country_codes", "US,CA"), ",") {
		if code = strings.ToUpper(strings.TrimSpace(code)); code != "" {
			out = append(out, code)
		}
	}
	return out
}

// language is the person's, where Plaid's pages speak it.
func (c *client) language() string {
	base, _, _ := strings.Cut(strings.ToLower(c.env.Language), "-")
	if slices.Contains(languages, base) {
		return base
	}
	return c.setting("language", "en")
}

func (c *client) days() int {
	n, err := strconv.Atoi(c.setting("days_requested", "730"))
	if err != nil || n < 1 || n > 730 {
		return 730
	}
	return n
}

// Try reads one institution, which costs nothing and proves the keys.
func (*Connector) Try(ctx context.Context, env connector.Env) (connector.ProviderReport, error) {
	c, err := newClient(env)
	if err != nil {
		return connector.ProviderReport{}, err
	}
	var list institutionList
	if err := c.post(ctx, "/institutions/get", object{"count": 1, "offset": 0, "country_codes": c.countries()}, &list); err != nil {
		return connector.ProviderReport{}, err
	}
	var report connector.ProviderReport
	if c.setting("plan", "trial") == "trial" && env.Environment == fairlead.Live {
		report.Slots = trialItems
	}
	return report, nil
}

// Revoke removes the item. Plaid gives no slot back for it.
func (*Connector) Revoke(ctx context.Context, s connector.Session, _ string) error {
	c, err := newClient(s.Env)
	if err != nil {
		return err
	}
	token := s.Secrets[accessToken]
	if token.Empty() {
		return nil
	}
	var done answer
	err = c.post(ctx, "/item/remove", object{"access_token": token.Reveal()}, &done)
	switch codeOf(err) {
	case "ITEM_NOT_FOUND", "INVALID_ACCESS_TOKEN", "ITEM_CONCURRENTLY_DELETED":
		return nil // it is gone already
	}
	return err
}
