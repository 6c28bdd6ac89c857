package native

import (
	"encoding/json"
	"mime"
	"net/http"
	"path"

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
	return listOf(p.Data, p.Next, connectionOf), err
}

func (n *Native) readConnection(r request[ByID]) (connectionBody, error) {
	c, err := n.verbs.Reading.Connection(r, r.tenant(), fairlead.ConnectionID(r.in.ID))
	return connectionOf(c), err
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
	return listOf(p.Data, p.Next, collectionOf), err
}

// upload takes a statement file as the raw body: it streams, so it is a plain
// handler.
func (n *Native) upload(w http.ResponseWriter, r *http.Request) {
	c := callerOf(r.Context())
	body := http.MaxBytesReader(w, r.Body, maxUpload)
	col, err := n.verbs.Collecting.Upload(r.Context(), c.Tenant.ID, fairlead.ConnectionID(r.PathValue("id")), fileName(r), body)
	if err != nil {
		writeProblem(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusAccepted)
	json.NewEncoder(w).Encode(collectionOf(col))
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
		"The file is the body (OFX or QFX); ?name= gives its file name. Uploading it twice, or an overlapping one, changes nothing.")
	op.Parameters = []*huma.Param{
		{Name: "id", In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString}},
		{Name: "name", In: "query", Schema: &huma.Schema{Type: huma.TypeString}},
	}
	op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		"application/octet-stream": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}},
	}}
	op.Responses = map[string]*huma.Response{"202": {Description: "The collection that reads the file"}}
	c.api.OpenAPI().AddOperation(&op)
}
