package plaid

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/kit"
)

// Names of the secrets of a connection.
const (
	accessToken   = "access_token"
	itemID        = "item_id"
	institutionOf = "institution_id"
	identityOf    = "identity"    // as Done gave it: what comes with update mode must not change it
	syncCursor    = "sync_cursor" // savedCursor as JSON
	// Day on which Plaid was last requested to look for statements.
	statementsRefreshed = "statements_refresh"
)

// How long a visit may take.
const (
	opensNew    = 4 * time.Hour
	opensUpdate = 30 * time.Minute
	maxOpens    = 21 * 24 * time.Hour
	visitEnds   = time.Hour // a page opened at the last moment may stay open so much longer
	pollEvery   = 3         // seconds
	// What a step of the same visit has behind its address once the person came back, so that
	// it counts as a new one, which is polled at once.
	cameBack = "#returned"
)

// state is what a login hands to its next turn.
type state struct {
	Token  string `json:"token"`            // the link token
	URL    string `json:"url"`              // of the hosted page
	Update bool   `json:"update,omitempty"` // of an item that there is
	// Of update mode by a known connection, or of the renewed one.
	Connection fairlead.ConnectionID `json:"connection,omitempty"`
	Opens      time.Time             `json:"opens"`
	Came       bool                  `json:"came,omitempty"`   // the person came back
	Public     string                `json:"public,omitempty"` // the public token, to be exchanged
	// Access and Item are what it was exchanged for, before anything is read with it.
	Access string `json:"access,omitempty"`
	Item   string `json:"item,omitempty"`
}

const stateVersion = 1

// Begin makes a link token. A connection that there is at the institution is updated: a
// second item there would use up another slot, and at some banks ends the first.
func (*Connector) Begin(ctx context.Context, s connector.Start) (connector.Turn, error) {
	c, err := newClient(s.Env)
	if err != nil {
		return connector.Turn{}, err
	}
	existing, err := existingOf(s)
	if err != nil {
		return connector.Turn{}, err
	}
	if existing != nil {
		turn, err := c.beginUpdate(ctx, s, *existing)
		if !gone(err) {
			return turn, err
		}
	}
	if s.Provider.SlotsLeft == 0 {
		return connector.Turn{}, connector.NoSlots(title)
	}
	return c.beginNew(ctx, s)
}

// gone reports whether Plaid has an item no more.
func gone(err error) bool {
	switch codeOf(err) {
	case "ITEM_NOT_FOUND", "INVALID_ACCESS_TOKEN", "ITEM_CONCURRENTLY_DELETED":
		return true
	}
	return false
}

// existingOf is the connection whose item the login goes on with; nil: none.
func existingOf(s connector.Start) (*connector.KnownConnection, error) {
	if !s.Saved[accessToken].Empty() {
		return &connector.KnownConnection{ID: s.Renewed, Secrets: s.Saved}, nil
	}
	if s.Known == nil {
		return nil, nil
	}
	known, err := s.Known()
	if err != nil {
		return nil, err
	}
	for _, k := range known {
		if !k.Secrets[accessToken].Empty() {
			return &k, nil
		}
	}
	return nil, nil
}

// request is what both kinds of link token need.
func (c *client) request(s connector.Start, opens time.Duration) object {
	hosted := object{"url_lifetime_seconds": int(opens.Seconds())}
	if s.ReturnURL != "" {
		hosted["completion_redirect_uri"] = s.ReturnURL
	}
	body := object{
		"client_name": c.setting("client_name", "Fairlead"), "language": c.language(), "country_codes": c.countries(),
		"user": object{"client_user_id": userOf(s)}, "hosted_link": hosted,
	}
	if c.env.Provider.WebhookURL != "" {
		body["webhook"] = c.env.Provider.WebhookURL
	}
	return body
}

// userOf names the person to Plaid without saying who they are.
func userOf(s connector.Start) string {
	person := string(s.Person)
	if person == "" {
		person = s.Conversation
	}
	if s.Digest != nil {
		return s.Digest("plaid user", person)
	}
	sum := sha256.Sum256([]byte(string(s.Tenant) + "\x00" + person))
	return hex.EncodeToString(sum[:])
}

func (c *client) beginNew(ctx context.Context, s connector.Start) (connector.Turn, error) {
	opens := opensNew
	if s.Consent.Opens > 0 {
		opens = min(max(s.Consent.Opens, time.Minute), maxOpens)
	}
	body := c.request(s, opens)
	anchor, others := anchorOf(s)
	body["products"] = []string{anchor}
	if len(others) > 0 {
		body["required_if_supported_products"] = others
	}
	if anchor == "transactions" || slices.Contains(others, "transactions") {
		body["transactions"] = object{"days_requested": c.days()}
	}
	if anchor == "statements" || slices.Contains(others, "statements") {
		today := fairlead.DateOf(s.Now)
		body["statements"] = object{"start_date": today.AddMonths(-24).AddDays(1).String(), "end_date": today.String()}
	}
	if ref := refOf(s.Institution); ref != "" {
		body["institution_id"] = ref
	}
	return c.create(ctx, s, body, state{Opens: s.Now.Add(opens)})
}

// anchorOf are Plaid's products for what is wanted. Each of `products` must be there at
// the bank and have an account, or Plaid's page refuses the bank: so it is one, and the
// others come where they can.
func anchorOf(s connector.Start) (anchor string, others []string) {
	var wanted []string
	for _, p := range s.Products {
		theirs := plaidProduct(p)
		if theirs != "" && !slices.Contains(wanted, theirs) && (len(s.Institution.Products) == 0 || s.Institution.Offers(p)) {
			wanted = append(wanted, theirs)
		}
	}
	order := []string{"transactions", "investments", "liabilities", "identity", "statements"}
	slices.SortFunc(wanted, func(a, b string) int { return slices.Index(order, a) - slices.Index(order, b) })
	if len(wanted) > 0 {
		return wanted[0], wanted[1:]
	}
	for _, theirs := range order { // accounts alone: whatever the bank has
		if s.Institution.Offers(productNames[theirs][0]) {
			return theirs, nil
		}
	}
	return "transactions", nil
}

func refOf(i fairlead.Institution) string {
	if i.Ref != "" {
		return i.Ref
	}
	ref, _ := strings.CutPrefix(string(i.ID), name+"_")
	return ref
}

func (c *client) beginUpdate(ctx context.Context, s connector.Start, known connector.KnownConnection) (connector.Turn, error) {
	token := known.Secrets[accessToken].Reveal()
	var now itemState
	if err := c.post(ctx, "/item/get", object{"access_token": token}, &now); err != nil {
		return connector.Turn{}, err
	}
	body := c.request(s, opensUpdate)
	body["access_token"] = token
	body["update"] = object{"account_selection_enabled": true}
	if missing := missingOf(s, *now.Item); len(missing) > 0 {
		body["additional_consented_products"] = missing
	}
	return c.create(ctx, s, body, state{Update: true, Connection: known.ID, Opens: s.Now.Add(opensUpdate)})
}

// missingOf are Plaid's products that are wanted and that the person has not allowed yet.
func missingOf(s connector.Start, i item) (missing []string) {
	for _, p := range s.Products {
		theirs := plaidProduct(p)
		if theirs == "" || theirs == "statements" || slices.Contains(missing, theirs) || !slices.Contains(i.Available, theirs) {
			continue
		}
		if !slices.Contains(i.Consented, theirs) && !slices.Contains(i.Products, theirs) && !slices.Contains(i.Billed, theirs) {
			missing = append(missing, theirs)
		}
	}
	return missing
}

func (c *client) create(ctx context.Context, s connector.Start, body object, next state) (connector.Turn, error) {
	var made tokenCreated
	if err := c.post(ctx, "/link/token/create", body, &made); err != nil {
		return connector.Turn{}, err
	}
	if made.URL == "" {
		return connector.Turn{}, &fairlead.Error{
			Kind: fairlead.Unsupported, Actor: fairlead.ActorOperator, Code: "hosted_link_missing",
			Detail: "Plaid has not enabled Hosted Link for the operator's keys: the operator requests it from Plaid's support.",
		}
	}
	if u, err := url.Parse(made.URL); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return connector.Turn{}, &fairlead.Error{Kind: fairlead.InstitutionDown, Err: errors.New("plaid: the hosted page's address is malformed")}
	}
	next.Token, next.URL = made.LinkToken, made.URL
	return next.send()
}

// send is the step of the visit, with the state. It goes on until there is a result.
func (n state) send() (connector.Turn, error) {
	step := fairlead.Send{URL: n.URL, Opens: n.Opens, Expires: n.Opens.Add(visitEnds), Visit: n.Token, Poll: pollEvery}
	if n.Came {
		step.URL = n.URL + cameBack
	}
	encoded, err := kit.EncodeState(stateVersion, n)
	return connector.Turn{Step: fairlead.Step{Send: &step}, State: encoded}, err
}

// wait has what was learned stored, and comes back at once. Nobody is sent to Plaid's page
// again: it has ended.
func (n state) wait(slots ...string) (connector.Turn, error) {
	encoded, err := kit.EncodeState(stateVersion, n)
	return connector.Turn{Step: fairlead.Step{Wait: &fairlead.Wait{Seconds: 1, Sentence: "wait.institution"}}, State: encoded, Slots: slots}, err
}

// Resume asks Plaid what came of the visit. A return proves nothing: it happens on success
// and on leaving alike.
func (*Connector) Resume(ctx context.Context, s connector.Start, encoded []byte, a fairlead.Answer) (connector.Turn, error) {
	var now state
	if err := kit.DecodeState(encoded, stateVersion, &now); err != nil {
		return connector.Turn{}, err
	}
	c, err := newClient(s.Env)
	if err != nil {
		return connector.Turn{}, err
	}
	switch {
	case now.Access != "":
		return c.done(ctx, s, now, map[string]fairlead.Secret{accessToken: fairlead.NewSecret(now.Access), itemID: fairlead.NewSecret(now.Item)})
	case now.Public != "":
		return c.exchange(ctx, s, now)
	}
	if now.Token == "" {
		return connector.Turn{}, &fairlead.Error{Kind: fairlead.ChallengeExpired, Detail: "This login can't be continued. Please begin again."}
	}
	var got tokenState
	if err := c.post(ctx, "/link/token/get", object{"link_token": now.Token}, &got); err != nil {
		return connector.Turn{}, err
	}
	now.Came = now.Came || a.Return != nil
	outcome := outcomeOf(got.Sessions)
	switch {
	case outcome.public != "" && !now.Update: // in update mode the access token stays, and nothing was added
		now.Public = outcome.public // stored before it is exchanged, because that works once
		return now.wait(outcome.slot)
	case now.Update && outcome.finished:
		done, err := c.updated(ctx, s, now, outcome)
		if done || err != nil {
			return c.finishUpdate(ctx, s, now, err)
		}
	}
	switch {
	case !now.Came: // the person is there still, or may open the page again
	case outcome.exit != nil && outcome.exit.Error != nil && outcome.exit.Error.Code != "":
		return connector.Turn{}, c.failed(*outcome.exit.Error, 0, 0, nil)
	case outcome.exit != nil && outcome.exit.Metadata.Status == "institution_not_supported":
		return connector.Turn{}, &fairlead.Error{Kind: fairlead.Unsupported, Code: "institution_not_supported", Detail: "Plaid does not reach this bank."}
	case outcome.exit != nil, outcome.finished:
		return connector.Turn{}, connector.ErrLeft
	}
	return now.send()
}

// outcome is what the sessions of a link token come to: a result wherever there is one,
// because a page that was left may be opened again, else how the latest ended.
type outcome struct {
	public, slot string
	finished     bool // the latest session has ended
	exit         *linkExit
}

func outcomeOf(sessions []linkSession) (o outcome) {
	for n, s := range sessions {
		public := ""
		if s.Results != nil {
			for _, i := range s.Results.Items {
				public = i.PublicToken
			}
		}
		if public == "" && s.OldResult != nil {
			public = s.OldResult.PublicToken
		}
		if public != "" {
			return outcome{public: public, slot: slotOf(s.ID, public), finished: true}
		}
		if n < len(sessions)-1 {
			continue
		}
		o.exit = s.Exit
		if o.exit == nil {
			o.exit = s.OldExit
		}
		o.finished = !s.Finished.IsZero()
	}
	return o
}

// slotOf names an item before its id is known.
func slotOf(session, public string) string {
	if session != "" {
		return session
	}
	sum := sha256.Sum256([]byte(public))
	return hex.EncodeToString(sum[:16])
}

// exchange trades the public token for the access token, which works once: what comes of
// it is stored before anything else is done.
func (c *client) exchange(ctx context.Context, s connector.Start, now state) (connector.Turn, error) {
	var got exchanged
	err := c.post(ctx, "/item/public_token/exchange", object{"public_token": now.Public}, &got)
	if codeOf(err) == "INVALID_PUBLIC_TOKEN" {
		detail := "The sign-in at the bank came too late. Please begin again."
		if s.Interrupted {
			detail = "The server stopped at the moment in which the bank was linked. Please begin again, which uses up another of Plaid's Items."
		}
		return connector.Turn{}, &fairlead.Error{Kind: fairlead.ChallengeExpired, Code: "INVALID_PUBLIC_TOKEN", Detail: detail, Err: err}
	}
	if err != nil {
		return connector.Turn{}, err
	}
	now.Access, now.Item = got.AccessToken, got.ItemID
	return now.wait()
}

// updated reports whether update mode succeeded: the item is well again, and the person
// did not just leave.
func (c *client) updated(ctx context.Context, s connector.Start, now state, o outcome) (bool, error) {
	secrets, err := now.secrets(s)
	if err != nil {
		return false, err
	}
	var item itemState
	if err := c.post(ctx, "/item/get", object{"access_token": secrets[accessToken].Reveal()}, &item); err != nil {
		return false, err
	}
	return item.Item.broken() == nil && o.exit == nil, nil
}

// secrets are those of the connection that is updated.
func (n state) secrets(s connector.Start) (map[string]fairlead.Secret, error) {
	if !s.Saved[accessToken].Empty() {
		return maps.Clone(s.Saved), nil
	}
	if s.Known != nil {
		known, err := s.Known()
		if err != nil {
			return nil, err
		}
		for _, k := range known {
			if k.ID == n.Connection && !k.Secrets[accessToken].Empty() {
				return maps.Clone(k.Secrets), nil
			}
		}
	}
	return nil, &fairlead.Error{Kind: fairlead.Gone, Detail: "The connection has ended meanwhile. Please begin again."}
}

func (c *client) finishUpdate(ctx context.Context, s connector.Start, now state, err error) (connector.Turn, error) {
	if err != nil {
		return connector.Turn{}, err
	}
	secrets, err := now.secrets(s)
	if err != nil {
		return connector.Turn{}, err
	}
	return c.done(ctx, s, now, secrets)
}

// done reads what the item is and ends the conversation. No accounts are offered: the
// person chose them on Plaid's page, and may have closed ours. Where that fails after an
// exchange the access token must not be lost: the connection is made without it.
func (c *client) done(ctx context.Context, s connector.Start, now state, secrets map[string]fairlead.Secret) (connector.Turn, error) {
	body := object{"access_token": secrets[accessToken].Reveal()}
	var item itemState
	var list accountList
	err := c.post(ctx, "/item/get", body, &item)
	if err == nil {
		err = c.post(ctx, "/accounts/get", body, &list)
	}
	if err != nil && now.Update {
		return connector.Turn{}, err
	}
	ref := refOf(s.Institution)
	if item.Item != nil && item.Item.Institution != "" {
		ref = item.Item.Institution
	}
	secrets[institutionOf] = fairlead.NewSecret(ref)
	if secrets[identityOf].Empty() {
		identity := identityFrom(ref, list.Accounts)
		if len(list.Accounts) == 0 {
			identity = ref + "\x00" + secrets[itemID].Reveal()
		}
		secrets[identityOf] = fairlead.NewSecret(identity)
	}
	done := &fairlead.Done{
		Secrets: secrets, Identity: secrets[identityOf], Connection: now.Connection, Upstream: secrets[itemID].Reveal(),
	}
	if id := institutionID(ref); id != s.Institution.ID {
		done.Institution = id
	}
	if item.Item != nil {
		done.Consent = &fairlead.ConsentGrant{Ref: item.Item.ID, Expires: c.tenantTime(item.Item.Expires.Time)}
	}
	return connector.Turn{Step: fairlead.Step{Done: done}}, nil
}

// tenantTime is a time that Plaid names, which is the same in a live tenant; what has
// passed by a sandbox tenant's own clock is not taken for a limit.
func (c *client) tenantTime(at time.Time) time.Time {
	if c.env.Environment == fairlead.Sandbox && at.Before(c.env.Now) {
		return time.Time{}
	}
	return at
}

// identityFrom names the login. Plaid gives no name of it, so it is what its accounts
// are: the bank's own lasting ids of them where there are any.
func identityFrom(institution string, accounts []account) string {
	var lasting, likeness []string
	for _, a := range accounts {
		if a.Persistent != "" {
			lasting = append(lasting, a.Persistent)
		}
		likeness = append(likeness, strings.Join([]string{a.Type, a.Subtype, a.Mask, a.Name}, "\x1f"))
	}
	if len(lasting) > 0 {
		likeness = lasting
	}
	slices.Sort(likeness)
	return institution + "\x00" + strings.Join(likeness, "\x1e")
}

func (a account) title() string {
	for _, text := range []string{a.Name, a.Official, a.Subtype, a.Type} {
		if strings.TrimSpace(text) != "" {
			return text
		}
	}
	return fmt.Sprintf("Account %s", a.Mask)
}
