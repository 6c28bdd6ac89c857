package native

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"path"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/reading"
)

// maxUpload caps an uploaded statement file.
const maxUpload = 16 << 20

type ConnectionFilter struct {
	Paging
	Person        string `query:"person" maxLength:"255" doc:"Your own reference."`
	InstitutionID string `query:"institution_id" maxLength:"80"`
}

func (n *Native) listConnections(r request[ConnectionFilter]) (list[connectionBody], error) {
	p, err := n.verbs.Reading.Connections(r, r.tenant(), reading.ListQuery{
		Reference: r.in.Person, Institution: fairlead.InstitutionID(r.in.InstitutionID), After: r.in.After, Limit: r.in.Limit,
	})
	ids := map[fairlead.ConnectionID]accountIDs{}
	for _, c := range p.Data {
		if err == nil {
			ids[c.ID], err = n.accountIDs(r, r.tenant(), c.ID, missingRefs(c))
		}
	}
	return listOf(p.Data, p.Next, func(c fairlead.Connection) connectionBody { return connectionOf(c, ids[c.ID]) }), err
}

// accountIDs are our ids of accounts of a connection, by the institution's.
func (n *Native) accountIDs(ctx context.Context, tenant fairlead.TenantID, id fairlead.ConnectionID, refs []string) (accountIDs, error) {
	if len(refs) == 0 {
		return nil, nil
	}
	return n.verbs.Reading.AccountIDs(ctx, tenant, id, refs)
}

func (n *Native) readConnection(r request[ByID]) (connectionBody, error) {
	c, err := n.verbs.Reading.Connection(r, r.tenant(), fairlead.ConnectionID(r.in.ID))
	if err != nil {
		return connectionBody{}, err
	}
	ids, err := n.accountIDs(r, r.tenant(), c.ID, missingRefs(c))
	return connectionOf(c, ids), err
}

func (n *Native) disconnect(r request[ByID]) error {
	return n.verbs.Consenting.Disconnect(r, r.tenant(), fairlead.ConnectionID(r.in.ID), string(r.applicationID()), fairlead.ConsentRevokedByApplication)
}

func (n *Native) collect(r request[ByID]) (connectionBody, error) {
	if err := n.verbs.Collecting.Request(r, r.tenant(), fairlead.ConnectionID(r.in.ID)); err != nil {
		return connectionBody{}, err
	}
	return n.readConnection(r)
}

func (n *Native) listConsents(r request[OfConnection]) (list[consentBody], error) {
	c, err := n.verbs.Reading.Connection(r, r.tenant(), r.in.ID)
	if err != nil {
		return list[consentBody]{}, err
	}
	p, err := n.verbs.Reading.Consents(r, r.tenant(), reading.ListQuery{Connection: c.ID, After: r.in.After, Limit: r.in.Limit})
	return listOf(p.Data, p.Next, consentOf), err
}

func (n *Native) listCollections(r request[OfConnection]) (list[collectionBody], error) {
	p, err := n.verbs.Reading.Collections(r, r.tenant(), r.in.ID, r.in.After, r.in.Limit)
	var refs []string
	for _, c := range p.Data {
		for _, t := range c.Products {
			for _, problem := range t.Partial {
				refs = append(refs, problem.Accounts...)
			}
		}
	}
	if err != nil {
		return list[collectionBody]{}, err
	}
	ids, err := n.accountIDs(r, r.tenant(), r.in.ID, refs)
	return listOf(p.Data, p.Next, func(c fairlead.Collection) collectionBody { return collectionOf(c, ids) }), err
}

// OfCollection is a collection in a path.
type OfCollection struct {
	ID         fairlead.ConnectionID `path:"id" maxLength:"80"`
	Collection fairlead.CollectionID `path:"collection" maxLength:"80" doc:"The upload."`
}

func (n *Native) undo(r request[OfCollection]) (collectionBody, error) {
	c, err := n.verbs.Collecting.Undo(r, r.tenant(), r.in.ID, r.in.Collection)
	return collectionOf(c, nil), err
}

// upload takes a statement file as the raw body: it streams, so it is a plain
// handler.
func (n *Native) upload(w http.ResponseWriter, r *http.Request) {
	c := callerOf(r.Context())
	file, err := fileOf(r)
	dry := false
	if err == nil {
		dry, err = flag(r, "dry_run")
	}
	if err != nil {
		writeProblem(w, r, err)
		return
	}
	body := tooLarge{http.MaxBytesReader(w, r.Body, maxUpload)}
	id := fairlead.ConnectionID(r.PathValue("id"))
	if dry {
		p, err := n.verbs.Collecting.Preview(r.Context(), c.Tenant.ID, id, file, body)
		if err != nil {
			writeProblem(w, r, err)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(previewOf(p))
		return
	}
	col, err := n.verbs.Collecting.Upload(r.Context(), c.Tenant.ID, id, file, body)
	if err != nil {
		writeProblem(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusAccepted)
	json.NewEncoder(w).Encode(collectionOf(col, nil))
}

// tooLarge says of a body over its cap that it is too large.
type tooLarge struct{ io.Reader }

func (t tooLarge) Read(p []byte) (int, error) {
	n, err := t.Reader.Read(p)
	if _, over := errors.AsType[*http.MaxBytesError](err); over {
		err = errFileTooLarge()
	}
	return n, err
}

func errFileTooLarge() error {
	return fairlead.Errorf(fairlead.TooLarge, "A file may have 16 MiB. Please upload a shorter period.")
}

const (
	maxAnswers = 300  // of one file
	maxAnswer  = 1000 // bytes
)

// fileOf is what the query says of an uploaded file.
func fileOf(r *http.Request) (fairlead.File, error) {
	q := r.URL.Query()
	file := fairlead.File{Name: fileName(r), Account: q.Get("account")}
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); strings.HasPrefix(kind, "multipart/") {
		return file, fairlead.InvalidField("body", "format", "must be the file itself, not a form; what is said of it is in the query")
	}
	var err error
	if file.AddAccounts, err = flag(r, "add_accounts"); err != nil {
		return file, err
	}
	if len(q["answer"]) > maxAnswers {
		return file, fairlead.InvalidField("answer", "range", "must be given at most 300 times")
	}
	for _, given := range q["answer"] {
		name, value, ok := strings.Cut(given, ":")
		if !ok || name == "" || len(given) > maxAnswer {
			return file, fairlead.InvalidField("answer", "format", "must be the name of a question, a colon and the answer")
		}
		if file.Answers == nil {
			file.Answers = map[string]string{}
		}
		file.Answers[name] = value
	}
	return file, nil
}

// flag is a yes or no of the query; absent: no.
func flag(r *http.Request, name string) (bool, error) {
	switch r.URL.Query().Get(name) {
	case "", "false":
		return false, nil
	case "true":
		return true, nil
	}
	return false, fairlead.InvalidField(name, "format", "must be true or false")
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

func describeUpload(c chapter) {
	op := c.operation("POST /connections/{id}/files", "Upload a statement file",
		"The file is the body, at most 16 MiB: OFX, QIF, CSV, Excel, CAMT, MT940, PDF and others, or a ZIP of them; what it is, it says itself. "+
			"Uploading it twice, or an overlapping one, changes nothing. The collection says what was left out of it (warnings), "+
			"which of its accounts the connection does not have (offered), and why a file could not be read (problem, with a sentence, a line and a field).")
	text := &huma.Schema{Type: huma.TypeString}
	op.Parameters = []*huma.Param{
		{Name: "id", In: "path", Required: true, Schema: text},
		{Name: "name", In: "query", Schema: text, Description: "What the file is called, for people to recognise."},
		{Name: "account", In: "query", Schema: text, Description: "The account of this connection that the file is of, where the file does not say it."},
		{Name: "add_accounts", In: "query", Schema: &huma.Schema{Type: huma.TypeBoolean}, Description: "Whether accounts that the connection does not have are added; else they are offered."},
		{Name: "dry_run", In: "query", Schema: &huma.Schema{Type: huma.TypeBoolean}, Description: "Whether only what the file holds is said (200), and nothing of it is stored."},
		{
			Name: "answer", In: "query", Schema: &huma.Schema{Type: huma.TypeArray, Items: text},
			Description: "What the file leaves open, as name:value, once for each: currency:EUR, dates:day_first (month_first, year_first), decimal:, (or decimal:.), sign:as_is (or inverted), column.2:amount. The problem of a file that needs answers names them (fields).",
		},
	}
	op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		"application/octet-stream": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}},
	}}
	spec := c.api.OpenAPI()
	answer := func(description string, body reflect.Type) *huma.Response {
		return &huma.Response{Description: description, Content: map[string]*huma.MediaType{
			"application/json": {Schema: spec.Components.Schemas.Schema(body, true, "")},
		}}
	}
	op.Responses = map[string]*huma.Response{
		"200": answer("With dry_run: what the file holds", reflect.TypeFor[previewBody]()),
		"202": answer("The collection that reads the file", reflect.TypeFor[collectionBody]()),
	}
	spec.AddOperation(&op)
}
