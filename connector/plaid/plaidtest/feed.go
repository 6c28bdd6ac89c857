package plaidtest

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"
)

// position is what a cursor means: the feed up to To was given, or is being given from
// From on, so many updates of it already.
type position struct {
	From, To, Given int
	Item            string
}

func (p position) encode() string {
	b, _ := json.Marshal(p)
	return base64.StdEncoding.EncodeToString(b)
}

// sync gives what changed since a cursor. A walk whose feed grows under it is refused.
func (s *Server) sync(r request) (Object, error) {
	if err := of(r, "transactions"); err != nil {
		return nil, err
	}
	i := r.item
	base := Object{"accounts": i.Accounts, "added": []Object{}, "modified": []Object{}, "removed": []Object{}, "transactions_update_status": i.Status}
	if i.Status == "NOT_READY" {
		return With(base, "next_cursor", "", "has_more", false), nil
	}
	at := position{Item: i.ID, To: len(i.feed)}
	if cursor := r.text("cursor"); cursor != "" {
		b, err := base64.StdEncoding.DecodeString(cursor)
		if err != nil || json.Unmarshal(b, &at) != nil || at.Item != i.ID || at.To > len(i.feed) {
			return nil, &problem{"INVALID_REQUEST", "INVALID_FIELD", "cursor not associated with access_token"}
		}
		switch {
		case at.Given == 0: // the end of an earlier walk
			at.From, at.To = at.To, len(i.feed)
		case at.To != len(i.feed):
			return nil, &problem{"TRANSACTIONS_ERROR", "TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION", "Underlying transaction data changed since last page was fetched. Please restart pagination from last update."}
		}
	}
	updates := i.between(at.From, at.To)
	count := r.number("count", 100)
	end := min(at.Given+count, len(updates))
	for _, c := range updates[min(at.Given, end):end] {
		list := base[c.kind].([]Object)
		if c.kind == "removed" {
			list = append(list, Object{"transaction_id": c.id, "account_id": c.account})
		} else {
			list = append(list, i.rows[c.id])
		}
		base[c.kind] = list
	}
	next := position{Item: i.ID, To: at.To}
	more := end < len(updates)
	if more {
		next.From, next.Given = at.From, end
	}
	return With(base, "next_cursor", next.encode(), "has_more", more), nil
}

type update struct{ kind, id, account string }

// between sums up a part of the feed: of what came and went nothing is said.
func (i *Item) between(from, to int) (out []update) {
	first := map[string]string{} // the first change of each id
	order := []string{}
	for _, c := range i.feed[from:to] {
		if _, met := first[c.id]; !met {
			first[c.id] = c.kind
			order = append(order, c.id)
		}
	}
	for _, ref := range order {
		_, there := i.rows[ref]
		switch {
		case !there && first[ref] == "added":
		case !there:
			out = append(out, update{"removed", ref, i.gone[ref]})
		default:
			out = append(out, update{first[ref], ref, ""})
		}
	}
	return out
}

func (s *Server) refresh(r request) (Object, error) {
	if err := of(r, "transactions"); err != nil {
		return nil, err
	}
	r.item.Updated = s.Clock()
	return Object{}, nil
}

func (s *Server) refreshInvestments(r request) (Object, error) {
	if err := of(r, "investments"); err != nil {
		return nil, err
	}
	r.item.Updated = s.Clock()
	return Object{}, nil
}

// refreshStatements finds the statement of each whole month of a span that is not there yet.
func (s *Server) refreshStatements(r request) (Object, error) {
	if err := of(r, "statements"); err != nil {
		return nil, err
	}
	from, err := time.Parse(time.DateOnly, r.text("start_date"))
	to, err2 := time.Parse(time.DateOnly, r.text("end_date"))
	if err != nil || err2 != nil || to.Before(from) || from.AddDate(2, 0, 0).Before(to) {
		return nil, &problem{"INVALID_REQUEST", "INVALID_FIELD", "start_date and end_date must be days at most two years apart"}
	}
	for month := from.AddDate(0, 0, 1-from.Day()); !month.AddDate(0, 1, 0).After(to); month = month.AddDate(0, 1, 0) {
		for account, refs := range r.item.statementsOf {
			if ref := account + month.Format("-2006-01"); !month.Before(from) && !slices.Contains(refs, ref) {
				r.item.Statements[ref] = Object{"statement_id": ref, "month": int(month.Month()), "year": month.Year(), "date_posted": nil}
				r.item.statementsOf[account] = append(refs, ref)
			}
		}
	}
	return Object{}, nil
}

func (s *Server) listStatements(r request) (Object, error) {
	if err := of(r, "statements"); err != nil {
		return nil, err
	}
	accounts := []Object{}
	for _, a := range r.item.Accounts {
		if a["type"] == "loan" {
			continue
		}
		list := []Object{}
		for _, ref := range r.item.statementsOf[a["account_id"].(string)] {
			list = append(list, r.item.Statements[ref])
		}
		accounts = append(accounts, Object{
			"account_id": a["account_id"], "account_mask": a["mask"], "account_name": a["name"], "account_official_name": a["official_name"],
			"account_subtype": a["subtype"], "account_type": a["type"], "statements": list,
		})
	}
	return Object{"accounts": accounts, "institution_id": r.item.Institution, "institution_name": r.item.Name, "item_id": r.item.ID}, nil
}

// PDF are the bytes of a statement: some of them are no text.
func (s *Server) PDF(statement string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	if !s.TextPDF {
		b.Write([]byte{'%', 0xe2, 0xe3, 0xcf, 0xd3, 0x00, 0xff, 0xfe, '\r', '\n'})
	}
	fmt.Fprintf(&b, "1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%% %s\ntrailer<</Root 1 0 R>>\n%%%%EOF\n", statement)
	return b.Bytes()
}

func (s *Server) download(w http.ResponseWriter, r request) {
	item, err := s.itemOf(r, "/statements/download")
	if err == nil && item.Statements[r.text("statement_id")] == nil {
		err = invalid("STATEMENTS_NOT_FOUND", "statement not found")
	}
	if err != nil {
		s.answer(w, "/statements/download", nil, err)
		return
	}
	pdf := s.PDF(r.text("statement_id"))
	sum := sha256.Sum256(pdf)
	w.Header().Set("Content-Type", "application/pdf")
	w.Header().Set("Plaid-Content-Hash", hex.EncodeToString(sum[:]))
	_, _ = w.Write(pdf)
}
