package plaid

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/notes"
	"github.com/fairlead-dev/fairlead/notifying"
)

var (
	_ notifying.Router   = (*Plaid)(nil)
	_ notifying.LoadHint = (*Plaid)(nil)
)

// verification is the header of a webhook's signature.
const verification = "Plaid-Verification"

// Needs is nothing of what is never sent.
func (p *Plaid) Needs(e fairlead.Event) notifying.Load {
	switch e.Kind {
	case fairlead.EventCollectionFinished, fairlead.EventConnectionNeedsAction, fairlead.EventConnectionRecovered, fairlead.EventConsentExpiring,
		fairlead.EventConsentRevoked, fairlead.EventLinkFinished, fairlead.EventLinkFailed, fairlead.EventLinkExited, fairlead.EventLinkExpired:
		return notifying.LoadAll
	case fairlead.EventDataRequested:
		if e.Dialect == name {
			return notifying.LoadAll
		}
	}
	return notifying.Nothing
}

// Route names the webhooks of an event: "<type>/<code>" is the part. What an Item's go to
// is in its note, because it can be changed; a link's is in its own memory.
func (p *Plaid) Route(c notifying.EventContext) (to []fairlead.Destination) {
	switch c.Event.Kind {
	case fairlead.EventLinkFinished, fairlead.EventLinkFailed, fairlead.EventLinkExited, fairlead.EventLinkExpired:
		return p.routeLink(c)
	}
	var note item
	if c.Connection == nil || c.Note == nil || !c.Note(name, itemKey(c.Connection.ID, c.Application.ID), &note) || note.Webhook == "" {
		return nil
	}
	for _, part := range partsOf(c) {
		to = append(to, posted(note.Webhook, part))
	}
	return to
}

// routeLink tells the end of a hosted link: its page has nobody to tell it.
func (p *Plaid) routeLink(c notifying.EventContext) []fairlead.Destination {
	if c.Link == nil {
		return nil
	}
	s := stateOf(c.Link.Origin)
	if !s.Hosted || s.Webhook == "" || s.Nonce == "" || c.Link.Opened.IsZero() {
		return nil
	}
	if c.Event.Kind == fairlead.EventLinkFinished && !s.Update { // update mode adds no Item
		return []fairlead.Destination{posted(s.Webhook, "LINK/ITEM_ADD_RESULT"), posted(s.Webhook, "LINK/SESSION_FINISHED")}
	}
	return []fairlead.Destination{posted(s.Webhook, "LINK/SESSION_FINISHED")}
}

// partsOf are the webhooks of an event about an Item.
func partsOf(c notifying.EventContext) []string {
	switch c.Event.Kind {
	case fairlead.EventCollectionFinished:
		return collectedParts(c)
	case fairlead.EventConnectionNeedsAction:
		return []string{"ITEM/ERROR"}
	case fairlead.EventConnectionRecovered:
		if c.Link == nil || !stateOf(c.Link.Origin).Update { // whoever led the person through update mode knows
			return []string{"ITEM/LOGIN_REPAIRED"}
		}
	case fairlead.EventConsentExpiring:
		return []string{"ITEM/PENDING_DISCONNECT"}
	case fairlead.EventConsentRevoked:
		if c.Consent == nil || c.Consent.Status != fairlead.ConsentRevokedByApplication {
			return []string{"ITEM/USER_PERMISSION_REVOKED"}
		}
	case fairlead.EventDataRequested:
		var fired firedWebhook
		if json.Unmarshal(c.Event.Request, &fired) == nil {
			return []string{fired.Type + "/" + fired.Code}
		}
	}
	return nil
}

// collectedParts are those of what a collection may have brought; which of it changed is
// looked at when they are made.
func collectedParts(c notifying.EventContext) (parts []string) {
	has := func(p fairlead.Product) bool { _, ok := c.Connection.Products[p]; return ok }
	if has(fairlead.ProductTransactions) {
		parts = append(parts, "TRANSACTIONS/SYNC_UPDATES_AVAILABLE")
		if c.Event.Cause == fairlead.CauseFirst {
			parts = append(parts, "TRANSACTIONS/INITIAL_UPDATE", "TRANSACTIONS/HISTORICAL_UPDATE")
		} else {
			parts = append(parts, "TRANSACTIONS/DEFAULT_UPDATE")
		}
	}
	if has(fairlead.ProductHoldings) {
		parts = append(parts, "HOLDINGS/DEFAULT_UPDATE")
	}
	if has(fairlead.ProductInvestmentTransactions) {
		parts = append(parts, "INVESTMENTS_TRANSACTIONS/DEFAULT_UPDATE")
	}
	if has(fairlead.ProductBills) || has(fairlead.ProductLoans) {
		parts = append(parts, "LIABILITIES/DEFAULT_UPDATE")
	}
	if has(fairlead.ProductStatements) && c.Event.Cause == fairlead.CauseRequested {
		parts = append(parts, "STATEMENTS/STATEMENTS_REFRESH_COMPLETE")
	}
	return parts
}

// posted is a webhook to an address: signed, tried again after 30 seconds, then each
// time four times as long, for a day.
func posted(address, part string) fairlead.Destination {
	return fairlead.Destination{
		Dialect: name, Address: address, Part: part, Signing: fairlead.Signing{Scheme: fairlead.SignJWT, Header: verification},
		Retry: fairlead.Retry{
			Delays: []time.Duration{30 * time.Second, 2 * time.Minute, 8 * time.Minute, 32 * time.Minute, 128 * time.Minute, 512 * time.Minute},
			GiveUp: 24 * time.Hour, Timeout: 10 * time.Second,
		},
	}
}

// webhook is a body; its own keys follow what all have.
type webhook struct {
	Type        string      `json:"webhook_type"`
	Code        string      `json:"webhook_code"`
	ItemID      string      `json:"item_id,omitempty"`
	Error       *plaidError `json:"error"`
	Environment string      `json:"environment"`
}

// Render makes the body of a webhook, indented as the vendor's are. Nil: what it would
// tell of has not changed.
func (p *Plaid) Render(ctx context.Context, c notifying.EventContext, d fairlead.Delivery) ([]byte, error) {
	kind, code, _ := strings.Cut(d.Destination.Part, "/")
	body := webhook{Type: kind, Code: code, Environment: environment(c.Tenant)}
	if kind == "LINK" {
		return p.renderLink(ctx, c, body)
	}
	if c.Connection == nil {
		return nil, nil // erased since
	}
	body.ItemID = string(c.Connection.ID)
	own, err := p.ownKeys(ctx, c, kind, code)
	if err != nil || own == nil {
		return nil, err
	}
	if first, err := p.claims(ctx, c, code); err != nil || !first {
		return nil, err
	}
	if kind == "ITEM" && (code == "ERROR" || code == "USER_PERMISSION_REVOKED") {
		body.Error = errorInWebhook(c)
	}
	if err := p.noteSent(ctx, c, code); err != nil {
		return nil, err
	}
	return joined(body, own)
}

// joined writes a body with its own keys at the end.
func joined(body any, own map[string]any) ([]byte, error) {
	text, err := encode(body, "  ")
	if err != nil || len(own) == 0 {
		return text, err
	}
	more, err := encode(own, "  ")
	return append(append(text[:len(text)-2], ','), more[1:]...), err
}

// errorInWebhook is what an Item's error is called, with its HTTP status.
func errorInWebhook(c notifying.EventContext) *plaidError {
	kind := c.Event.Why
	if c.Connection.Problem != nil && kind == "" {
		kind = c.Connection.Problem.Kind
	}
	if _, known := status[kind]; !known {
		kind = fairlead.ConsentEnded
	}
	e := describe(kind, nil)
	if c.Event.Kind == fairlead.EventConsentRevoked {
		e = newError(itemError, "USER_PERMISSION_REVOKED", "the user has revoked the permission that this Item stood on")
	}
	e.Status = &e.status
	return e
}

// noteSent notes the newest webhook of an Item, which /item/get tells.
func (p *Plaid) noteSent(ctx context.Context, c notifying.EventContext, code string) error {
	_, err := notes.Change(ctx, p.kv(), c.Tenant.ID, itemKey(c.Connection.ID, c.Application.ID), func(n *item) error {
		if n.LastWebhook == nil || !c.Event.At.Before(n.LastWebhook.At) {
			n.LastWebhook = &sentWebhook{At: c.Event.At, Code: code}
		}
		return nil
	})
	return err
}

// claims reports whether a webhook may be sent: what tells of an Item's first
// transactions is told once, by the exchange of its public token or by the end of its
// first collection, whichever comes first.
func (p *Plaid) claims(ctx context.Context, c notifying.EventContext, code string) (bool, error) {
	var fired firedWebhook
	_ = json.Unmarshal(c.Event.Request, &fired) // of others there is none
	if !fired.First && (c.Event.Kind != fairlead.EventCollectionFinished || c.Event.Cause != fairlead.CauseFirst) {
		return true, nil
	}
	if !slices.Contains(firstCodes(), code) {
		return true, nil
	}
	mine := false
	_, err := notes.Change(ctx, p.kv(), c.Tenant.ID, itemKey(c.Connection.ID, c.Application.ID), func(n *item) error {
		if n.First == nil {
			n.First = map[string]fairlead.EventID{}
		}
		by, sent := n.First[code]
		if mine = !sent || by == c.Event.ID; mine {
			n.First[code] = c.Event.ID
		}
		return nil
	})
	return mine, err
}

// firstCodes are the webhooks that tell of an Item's first transactions.
func firstCodes() []string {
	return []string{"INITIAL_UPDATE", "HISTORICAL_UPDATE", "SYNC_UPDATES_AVAILABLE"}
}

// ownKeys are the keys that a webhook has besides; nil: there is nothing to tell.
func (p *Plaid) ownKeys(ctx context.Context, c notifying.EventContext, kind, code string) (map[string]any, error) {
	if kind == "TRANSACTIONS" && (code == "INITIAL_UPDATE" || code == "HISTORICAL_UPDATE") {
		return p.firstKeys(ctx, c)
	}
	if c.Event.Kind != fairlead.EventCollectionFinished {
		return firedKeys(c, code), nil
	}
	col, err := p.collection(ctx, c)
	if err != nil {
		return nil, err
	}
	changed := func(products ...fairlead.Product) (added, changed, removed int) {
		for _, product := range products {
			counts := col.Products[product]
			added, changed, removed = added+counts.Added, changed+counts.Changed, removed+counts.Removed
		}
		return added, changed, removed
	}
	switch kind {
	case "TRANSACTIONS":
		added, altered, removed := changed(fairlead.ProductTransactions)
		return transactionKeys(code, added, altered, removed), nil
	case "HOLDINGS":
		if added, altered, removed := changed(fairlead.ProductHoldings); added+altered+removed > 0 {
			return map[string]any{"new_holdings": added, "updated_holdings": altered}, nil
		}
	case "INVESTMENTS_TRANSACTIONS":
		if added, altered, removed := changed(fairlead.ProductInvestmentTransactions); added+altered+removed > 0 {
			return map[string]any{"new_investments_transactions": added, "canceled_investments_transactions": removed}, nil
		}
	case "LIABILITIES":
		if added, altered, removed := changed(fairlead.ProductBills, fairlead.ProductLoans); added+altered+removed > 0 {
			return map[string]any{"account_ids_with_new_liabilities": []string{}, "account_ids_with_updated_liabilities": map[string]any{}}, nil
		}
	case "STATEMENTS":
		result := "SUCCESS"
		if counts, ran := col.Products[fairlead.ProductStatements]; !ran || counts.Problem != nil {
			result = "FAILURE"
		}
		return map[string]any{"result": result}, nil
	}
	return nil, nil
}

// firstKeys are those of the webhooks that tell of an Item's first transactions.
func (p *Plaid) firstKeys(ctx context.Context, c notifying.EventContext) (map[string]any, error) {
	page, err := p.verbs.Reading.Collections(ctx, c.Tenant.ID, c.Connection.ID, "", 500)
	added := 0
	for _, col := range page.Data {
		if col.Cause == fairlead.CauseFirst {
			added += col.Products[fairlead.ProductTransactions].Added
		}
	}
	return map[string]any{"new_transactions": added}, err
}

// transactionKeys are those of the webhooks about transactions.
func transactionKeys(code string, added, altered, removed int) map[string]any {
	switch {
	case code != "SYNC_UPDATES_AVAILABLE" && strings.HasPrefix(code, "DEFAULT") && added == 0, added+altered+removed == 0:
		return nil
	case code == "SYNC_UPDATES_AVAILABLE":
		return map[string]any{"initial_update_complete": true, "historical_update_complete": true}
	}
	return map[string]any{"new_transactions": added}
}

// collection is the one that an event ends.
func (p *Plaid) collection(ctx context.Context, c notifying.EventContext) (fairlead.Collection, error) {
	for after := ""; ; {
		page, err := p.verbs.Reading.Collections(ctx, c.Tenant.ID, c.Connection.ID, after, 100)
		if err != nil {
			return fairlead.Collection{}, err
		}
		if i := slices.IndexFunc(page.Data, func(col fairlead.Collection) bool { return col.ID == c.Event.Collection }); i >= 0 {
			return page.Data[i], nil
		}
		if after = page.Next; after == "" {
			return fairlead.Collection{}, nil // pruned: nothing is told of it
		}
	}
}

// firedKeys are the keys of webhooks that say how an Item stands, and of those that were
// asked for.
func firedKeys(c notifying.EventContext, code string) map[string]any {
	switch code {
	case "PENDING_DISCONNECT":
		at := c.Event.At.Add(7 * 24 * time.Hour)
		if c.Consent != nil && !c.Consent.Expires.IsZero() {
			at = c.Consent.Expires
		}
		return map[string]any{"reason": "INSTITUTION_TOKEN_EXPIRATION", "disconnect_time": stamp(at)}
	case "SYNC_UPDATES_AVAILABLE":
		return map[string]any{"initial_update_complete": true, "historical_update_complete": true}
	case "DEFAULT_UPDATE":
		var fired firedWebhook
		_ = json.Unmarshal(c.Event.Request, &fired) // written here; it has no keys to speak of
		switch fired.Type {
		case "HOLDINGS":
			return map[string]any{"new_holdings": 0, "updated_holdings": 0}
		case "INVESTMENTS_TRANSACTIONS":
			return map[string]any{"new_investments_transactions": 0, "canceled_investments_transactions": 0}
		case "LIABILITIES":
			return map[string]any{"account_ids_with_new_liabilities": []string{}, "account_ids_with_updated_liabilities": map[string]any{}}
		}
		return map[string]any{"new_transactions": 0}
	}
	return map[string]any{}
}

// renderLink tells how a hosted link ended, by its link token.
func (p *Plaid) renderLink(ctx context.Context, c notifying.EventContext, body webhook) ([]byte, error) {
	if c.Link == nil {
		return nil, nil
	}
	own := map[string]any{"link_session_id": string(c.Link.ID), "link_token": p.linkToken(c.Tenant, stateOf(c.Link.Origin).Nonce)}
	public, err := p.unused(ctx, c.Application, *c.Link)
	if err != nil {
		return nil, err
	}
	finished := c.Link.Status == fairlead.LinkFinished
	switch {
	case body.Code == "ITEM_ADD_RESULT" && public == "":
		return nil, nil // exchanged already
	case body.Code == "ITEM_ADD_RESULT":
		own["public_token"] = public
	case finished:
		own["status"], own["public_tokens"] = "SUCCESS", []string{}
		if public != "" {
			own["public_token"], own["public_tokens"] = public, []string{public}
		}
	default:
		own["status"], own["public_tokens"] = "EXITED", []string{}
	}
	return joined(body, own)
}

// firedWebhook is what fire_webhook remembers of itself.
type firedWebhook struct {
	Type string `json:"type"`
	Code string `json:"code"`
	// First: tells of an Item's first transactions, at the exchange of its public token.
	First bool `json:"first,omitempty"`
}

// firedTypes are the codes that can be fired, with the type that each has where none is named.
var firedTypes = map[string]string{
	"DEFAULT_UPDATE": "TRANSACTIONS", "SYNC_UPDATES_AVAILABLE": "TRANSACTIONS", "RECURRING_TRANSACTIONS_UPDATE": "TRANSACTIONS", "NEW_ACCOUNTS_AVAILABLE": "ITEM",
	"SMS_MICRODEPOSITS_VERIFICATION": "AUTH", "AUTHORIZATION_GRANTED": "ITEM", "USER_PERMISSION_REVOKED": "ITEM", "USER_ACCOUNT_REVOKED": "ITEM",
	"PENDING_DISCONNECT": "ITEM", "LOGIN_REPAIRED": "ITEM", "PRODUCT_READY": "ASSETS", "ERROR": "ITEM",
}

var webhookTypes = []string{"AUTH", "HOLDINGS", "INVESTMENTS_TRANSACTIONS", "ITEM", "LIABILITIES", "TRANSACTIONS", "ASSETS"}

// fireWebhook sends a webhook of an Item though nothing has happened.
func (p *Plaid) fireWebhook(c call) (any, error) {
	var b struct {
		accessBody
		Type string `json:"webhook_type"`
		Code string `json:"webhook_code"`
	}
	if err := c.decode(&b); err != nil {
		return nil, err
	}
	conn, note, err := p.itemOfToken(c, b.AccessToken)
	if err != nil {
		return nil, err
	}
	usual, known := firedTypes[b.Code]
	switch {
	case c.Tenant.Environment != fairlead.Sandbox:
		return nil, newError(invalidInput, "INVALID_ENVIRONMENT", "this endpoint works in a sandbox alone")
	case b.Code == "":
		return nil, missing("webhook_code")
	case !known:
		return nil, invalidField("webhook_code", "must be one of the codes that can be fired")
	case b.Type == "":
		b.Type = usual
	case !slices.Contains(webhookTypes, b.Type):
		return nil, invalidField("webhook_type", "must be one of "+strings.Join(webhookTypes, ", "))
	}
	if note.Webhook == "" {
		return nil, newError(sandboxError, "SANDBOX_WEBHOOK_INVALID", "the Item has no webhook: set one with /item/webhook/update")
	}
	err = p.fire(c, conn, firedWebhook{Type: b.Type, Code: b.Code})
	return map[string]bool{"webhook_fired": err == nil}, err
}

// fire sends a webhook of an Item in the order of its events.
func (p *Plaid) fire(c call, conn fairlead.Connection, w firedWebhook) error {
	request, err := json.Marshal(w)
	if err == nil {
		_, err = p.verbs.Notifying.Request(c.Context(), c.Application, name, fairlead.Event{Connection: conn.ID, Person: conn.Person, Request: request})
	}
	return err
}
