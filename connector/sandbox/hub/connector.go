package hub

import (
	"context"
	"maps"
	"net/url"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
)

// itemSecret names, among the secrets of a connection, what the service calls it.
const itemSecret = "estuary_item"

// Begin shows the login form of a bank.
func (h *Hub) Begin(ctx context.Context, start connector.Start) (connector.Turn, error) {
	c, err := newClient(start.Env)
	if err != nil {
		return connector.Turn{}, err
	}
	if start.Saved[itemSecret].Reveal() == "" && start.Provider.SlotsLeft == 0 { // before anybody types a password
		known := problems["slots_used_up"]
		return connector.Turn{}, &known
	}
	if err := c.get(ctx, "/account", nil); err != nil { // keys that have been revoked are no matter of the person's
		return connector.Turn{}, err
	}
	return h.For(start.Institution).Begin(ctx, start)
}

// Resume goes on. At the end of a login the service counts a connection, once: a renewed
// one is the same.
func (h *Hub) Resume(ctx context.Context, start connector.Start, state []byte, a fairlead.Answer) (connector.Turn, error) {
	turn, err := h.For(start.Institution).Resume(ctx, start, state, a)
	if err != nil || turn.Step.Done == nil {
		return turn, err
	}
	item := start.Saved[itemSecret].Reveal()
	if item == "" {
		c, err := newClient(start.Env)
		if err != nil {
			return connector.Turn{}, err
		}
		var made itemAnswer
		if err := c.post(ctx, "/items", map[string]string{"institution": start.Institution.Ref, "request": start.Conversation}, &made); err != nil {
			return connector.Turn{}, err
		}
		if made.Item == "" {
			return connector.Turn{}, shapeless("item")
		}
		item = made.Item
	}
	done := *turn.Step.Done
	done.Secrets = maps.Clone(done.Secrets)
	if done.Secrets == nil {
		done.Secrets = map[string]fairlead.Secret{}
	}
	done.Secrets[itemSecret], done.Upstream = fairlead.NewSecret(item), item
	turn.Step.Done, turn.Slots = &done, []string{item}
	return turn, nil
}

// Fetch reads a page of what the person has at the bank. The first of a product goes by
// the service, which may refuse.
func (h *Hub) Fetch(ctx context.Context, s connector.Session, req connector.FetchRequest) (connector.Page, error) {
	if req.Cursor == "" {
		c, err := newClient(s.Env)
		if err != nil {
			return connector.Page{}, err
		}
		if err := c.get(ctx, "/items/"+url.PathEscape(s.Secrets[itemSecret].Reveal()), nil); err != nil {
			return connector.Page{}, err
		}
	}
	page, err := h.For(s.Institution).Fetch(ctx, s, req)
	if err == nil && s.Institution.Currency != "" {
		inCurrency(&page, s.Institution.Currency)
	}
	return page, err
}

// inCurrency gives a page the currency of its bank's country: the make-believe persons of
// some countries are those of another, whose account numbers mean nothing there.
func inCurrency(page *connector.Page, currency string) {
	for n := range page.Accounts {
		a := &page.Accounts[n]
		if a.Currency != currency {
			a.Numbers = fairlead.AccountNumbers{}
		}
		a.Currency = currency
		for _, m := range []**fairlead.Money{
			&a.Balances.Current, &a.Balances.Available, &a.Balances.Limit, &a.Balances.Used, &a.Balances.Blocked, &a.Balances.Invested,
			&a.Balances.OverdraftContracted, &a.Balances.OverdraftUsed, &a.Balances.OverdraftUnarranged,
		} {
			*m = moneyIn(*m, currency)
		}
	}
	for n := range page.Transactions {
		t := &page.Transactions[n]
		t.Amount.Currency, t.BalanceAfter = currency, moneyIn(t.BalanceAfter, currency)
	}
}

func moneyIn(m *fairlead.Money, currency string) *fairlead.Money {
	if m == nil {
		return nil
	}
	return &fairlead.Money{Amount: m.Amount, Currency: currency}
}

// Renew has nothing to renew: what the service gives does not expire.
func (h *Hub) Renew(_ context.Context, s connector.Session) (map[string]fairlead.Secret, time.Time, error) {
	return s.Secrets, time.Time{}, nil
}

// Revoke ends the connection at the service. Its slot stays used.
func (h *Hub) Revoke(ctx context.Context, s connector.Session, _ string) error {
	c, err := newClient(s.Env)
	if err != nil {
		return err
	}
	return c.post(ctx, "/items/"+url.PathEscape(s.Secrets[itemSecret].Reveal())+"/remove", struct{}{}, nil)
}
