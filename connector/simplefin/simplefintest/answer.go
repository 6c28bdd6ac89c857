package simplefintest

import (
	"cmp"
	"slices"
	"time"
)

// wanted is a request.
type wanted struct {
	from, to, now             time.Time
	pending, balances, second bool
	accounts                  []string
}

func (w wanted) end() time.Time {
	if w.to.IsZero() {
		return w.now
	}
	return w.to
}

func (w wanted) span() time.Duration {
	if w.from.IsZero() {
		return 0
	}
	return w.end().Sub(w.from)
}

// answer is the body, in the version that is wanted.
func (s *Server) answer(w wanted, errors []Error) map[string]any {
	accounts, connections := []any{}, []any{}
	for _, b := range s.Banks {
		connections = append(connections, map[string]any{
			"conn_id": b.Conn, "name": b.Name, "org_id": b.Org, "sfin_url": s.URL,
		})
		for _, a := range b.Accounts {
			if a.Hidden || len(w.accounts) > 0 && !slices.Contains(w.accounts, a.ID) {
				continue
			}
			accounts = append(accounts, a.json(b, w, s.URL))
		}
	}
	messages, list := []string{}, []any{}
	for _, e := range errors {
		messages = append(messages, e.Msg)
		entry := map[string]any{"code": e.Code, "msg": e.Msg}
		set(entry, "conn_id", e.Conn)
		set(entry, "account_id", e.Account)
		list = append(list, entry)
	}
	if !w.second {
		return map[string]any{"errors": messages, "accounts": accounts}
	}
	return map[string]any{"errlist": list, "errors": messages, "connections": connections, "accounts": accounts}
}

// set leaves out what is "" or "-".
func set(m map[string]any, name, value string) {
	if value != "" && value != "-" {
		m[name] = value
	}
}

func (a *Account) json(b Bank, w wanted, root string) map[string]any {
	out := map[string]any{"id": a.ID, "name": a.Name, "currency": a.Currency}
	if w.second {
		out["conn_id"] = b.Conn
	} else {
		out["org"] = map[string]any{"domain": b.Org, "name": b.Name, "sfin-url": root}
	}
	set(out, "balance", a.Balance)
	set(out, "available-balance", a.Available)
	at := a.BalanceDate
	if at.IsZero() {
		at = w.now.Add(-15 * time.Minute)
	}
	if out["balance-date"] = at.Unix(); a.NoDate {
		out["balance-date"] = 0
	}
	if a.Extra != nil {
		out["extra"] = a.Extra
	}
	if w.balances {
		return out
	}
	if a.Holdings != nil {
		out["holdings"] = a.Holdings
	}
	if a.NoRows {
		return out
	}
	rows := []map[string]any{}
	for _, r := range a.Rows {
		if row := r.json(w); row != nil {
			rows = append(rows, row)
		}
	}
	out["transactions"] = rows
	return out
}

// json is the row at the time of a request; nil: it is not listed.
func (r Row) json(w wanted) map[string]any {
	posts := r.Posts
	if posts.IsZero() {
		posts = r.At
	}
	pending := w.now.Before(posts)
	when := posts
	if pending {
		when = r.At
	}
	switch {
	case w.now.Before(r.At), w.now.Before(r.Appears), !r.Gone.IsZero() && !w.now.Before(r.Gone), pending && !w.pending:
		return nil
	case !r.At.IsZero() && (when.Before(w.from) || !w.to.IsZero() && !when.Before(w.to)):
		return nil
	}
	out := map[string]any{"id": r.ID, "amount": r.Amount, "description": r.Description, "posted": int64(0)}
	if !r.At.IsZero() {
		out["transacted_at"] = r.At.Unix()
	}
	if pending {
		out["id"], out["pending"] = cmp.Or(r.PendingID, r.ID), true
	} else if !r.At.IsZero() {
		out["posted"] = posts.Unix()
	}
	set(out, "payee", r.Payee)
	set(out, "mcc", r.MCC)
	set(out, "currency", r.Currency)
	for name, value := range map[string]*string{"posted": r.Posted, "transacted_at": r.TransactedAt, "pending": r.PendingFlag} {
		if value != nil {
			delete(out, name)
			set(out, name, *value)
		}
	}
	return out
}
