package native

import (
	"context"
	"encoding/json"
	"mime"
	"net/http"
	"path"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/reading"
)

// contextAlias names context.Context for handlers that huma infers types from.
type contextAlias = context.Context

// maxUpload caps an uploaded statement file.
const maxUpload = 16 << 20

func writeJSON(w http.ResponseWriter, code int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	json.NewEncoder(w).Encode(body)
}

// fileName is what the caller calls the file: ?name=, or a Content-Disposition.
func fileName(r *http.Request) string {
	if q := r.URL.Query().Get("name"); q != "" {
		return path.Base(q)
	}
	if _, params, err := mime.ParseMediaType(r.Header.Get("Content-Disposition")); err == nil && params["filename"] != "" {
		return path.Base(params["filename"])
	}
	return "statement"
}

// Days bounds a list by day.
type Days struct {
	From string `query:"from" doc:"First day, 2006-01-02."`
	To   string `query:"to" doc:"Last day, 2006-01-02."`
}

func (q Days) interval() (i fairlead.Interval, err error) {
	for _, f := range []struct {
		name, text string
		into       *fairlead.Date
	}{{"from", q.From, &i.From}, {"to", q.To, &i.To}} {
		if f.text == "" {
			continue
		}
		if *f.into, err = fairlead.ParseDate(f.text); err != nil {
			return i, fairlead.InvalidField(f.name, "format", "must be a day like 2006-01-31")
		}
	}
	return i, nil
}

// TransactionFilter filters transactions.
type TransactionFilter struct {
	Paging
	Days
	State string `query:"state" enum:"pending,posted,reversed" doc:"pending, posted or reversed."`
}

// ask is what reading is asked, for a connection or an account.
func (q TransactionFilter) ask(c fairlead.ConnectionID, account fairlead.RecordID) (reading.Query, error) {
	days, err := q.interval()
	return reading.Query{Connection: c, Account: account, Days: days, State: q.State, After: q.After, Limit: q.Limit}, err
}

// listRoute registers GET /connections/{id}/<what> for one kind of record.
func listRoute[N, T any](api huma.API, what, summary string, read func(context.Context, fairlead.TenantID, reading.Query) (reading.Page[N], error), convert func(N) T) {
	route(api, operation(http.MethodGet, "/connections/{id}/"+what, "Data", summary, ""), func(r in[OfConnection]) (list[T], error) {
		p, err := read(r, r.tenant(), reading.Query{Connection: r.I.ID, After: r.I.After, Limit: r.I.Limit})
		return listOf(p.Data, p.Next, convert), err
	})
}

func (n *Native) recordRoutes(api huma.API) {
	const tag = "Data"
	v := n.verbs.Reading
	route(api, operation(http.MethodGet, "/connections/{id}/accounts", tag, "List accounts", ""),
		func(r in[struct {
			OfConnection
			Numbers bool `query:"numbers" doc:"Open the sealed account numbers too."`
		}],
		) (list[accountBody], error) {
			p, err := v.Accounts(r, r.tenant(), reading.Query{Connection: r.I.ID, After: r.I.After, Limit: r.I.Limit, Numbers: r.I.Numbers})
			return listOf(p.Data, p.Next, accountOf), err
		})
	listRoute(api, "holdings", "List holdings", v.Holdings, holdingOf)
	listRoute(api, "securities", "List securities", v.Securities, securityOf)
	listRoute(api, "investment_transactions", "List investment transactions", v.InvestmentTransactions, investmentTransactionOf)
	listRoute(api, "loans", "List loans", v.Loans, loanOf)
	listRoute(api, "bills", "List card bills", v.Bills, billOf)
	listRoute(api, "identity", "Read identity", v.Identities, identityOf)
	listRoute(api, "documents", "List documents", v.Documents, documentOf)
	route(api, operation(http.MethodGet, "/connections/{id}/transactions", tag, "List transactions of a connection", "Newest day first."),
		func(r in[struct {
			TransactionFilter
			ID fairlead.ConnectionID `path:"id" maxLength:"80"`
		}],
		) (list[TransactionBody], error) {
			ask, err := r.I.ask(r.I.ID, "")
			if err != nil {
				return list[TransactionBody]{}, err
			}
			p, err := v.Transactions(r, r.tenant(), ask)
			return listOf(p.Data, p.Next, transactionOf), err
		})
	route(api, operation(http.MethodGet, "/accounts/{id}/transactions", tag, "List transactions of an account", "Newest day first."),
		func(r in[struct {
			TransactionFilter
			ID fairlead.RecordID `path:"id" maxLength:"80"`
		}],
		) (list[TransactionBody], error) {
			ask, err := r.I.ask("", r.I.ID)
			if err != nil {
				return list[TransactionBody]{}, err
			}
			p, err := v.Transactions(r, r.tenant(), ask)
			return listOf(p.Data, p.Next, transactionOf), err
		})
	route(api, operation(http.MethodGet, "/accounts/{id}", tag, "Read an account", ""),
		func(r in[struct {
			ByID
			Numbers bool `query:"numbers" doc:"Open the sealed account numbers too."`
		}],
		) (accountBody, error) {
			a, err := v.Account(r, r.tenant(), fairlead.RecordID(r.I.ID), r.I.Numbers)
			return accountOf(a), err
		})
	n.transactionRoute(api)
	n.changesRoute(api)
}

// transactionWithVersions is a transaction and what it was before.
type transactionWithVersions struct {
	TransactionBody
	Versions []TransactionBody `json:"versions" nullable:"false" doc:"Oldest first, the present one last."`
}

func (n *Native) transactionRoute(api huma.API) {
	route(api, operation(http.MethodGet, "/transactions/{id}", "Data", "Read a transaction", "With its history: pending, posted, corrected."), func(r in[ByID]) (transactionWithVersions, error) {
		t, versions, err := n.verbs.Reading.Transaction(r, r.tenant(), fairlead.RecordID(r.I.ID))
		return transactionWithVersions{transactionOf(t), listOf(versions, "", transactionOf).Data}, err
	})
}

// changesPage is a piece of a feed: its next is always given, for a feed has no end.
type changesPage struct {
	Data []changeBody `json:"data" nullable:"false"`
	Next string       `json:"next" doc:"Cursor for the next request; it never expires."`
}

func (n *Native) changesRoute(api huma.API) {
	route(api, operation(http.MethodGet, "/connections/{id}/changes", "Data", "Follow what changes", "Added, changed and removed records in the order of commit. With wait the answer comes when there is one."),
		func(r in[struct {
			OfConnection
			Wait int `query:"wait" minimum:"0" maximum:"60" doc:"Seconds."`
		}],
		) (changesPage, error) {
			p, err := n.verbs.Reading.Changes(r, r.tenant(), r.I.ID, r.I.After, r.I.Limit, time.Duration(r.I.Wait)*time.Second)
			return changesPage{listOf(p.Data, "", changeOf).Data, p.Next}, err
		})
}

func (n *Native) documentRoutes(api huma.API, mux *http.ServeMux) {
	route(api, operation(http.MethodGet, "/documents/{id}", "Documents", "Read a document", "With an address to download it from; ttl bounds its life, at most 900 seconds."),
		func(r in[struct {
			ByID
			TTL int `query:"ttl" minimum:"1" maximum:"900" default:"900" doc:"Seconds."`
		}],
		) (documentBody, error) {
			id := fairlead.DocumentID(r.I.ID)
			d, err := n.verbs.Reading.Document(r, r.tenant(), id)
			if err != nil || d.Failed != nil {
				return documentOf(d), err
			}
			a, err := n.verbs.Reading.Address(r, r.tenant(), id, time.Duration(r.I.TTL)*time.Second, string(r.applicationID()))
			body := documentOf(d)
			body.URL, body.ExpiresAt = a.URL, timePtr(a.Expires)
			return body, err
		})
	mux.HandleFunc("GET /v1/documents/{id}/content", n.content)
	op := operation(http.MethodGet, "/documents/{id}/content", "Documents", "Download a document", "The bytes themselves.")
	op.Parameters = []*huma.Param{{Name: "id", In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString}}}
	op.Responses = map[string]*huma.Response{"200": {Description: "The file", Content: map[string]*huma.MediaType{
		"application/pdf": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}},
	}}}
	api.OpenAPI().AddOperation(&op)
}

func (n *Native) content(w http.ResponseWriter, r *http.Request) {
	c := callerOf(r.Context())
	d, body, err := n.verbs.Reading.Content(r.Context(), c.Tenant.ID, fairlead.DocumentID(r.PathValue("id")), string(c.Application.ID), r.RemoteAddr)
	if err != nil {
		writeProblem(w, r, err)
		return
	}
	defer body.Close()
	h := w.Header()
	h.Set("Content-Type", d.MediaType)
	h.Set("Content-Length", strconv.FormatInt(d.Size, 10))
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": d.FileName}))
	h.Set("X-Content-Type-Options", "nosniff")
	if err := copyAll(w, body); err != nil {
		n.verbs.Log.ErrorContext(r.Context(), "download broke off", "request_id", requestID(r.Context()), "error", err)
	}
}
