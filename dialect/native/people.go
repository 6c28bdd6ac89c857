package native

import (
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/linking"
	"github.com/fairlead-dev/fairlead/reading"
)

func (n *Native) institutionRoutes(api huma.API) {
	const tag = "Institutions"
	route(api, operation(http.MethodGet, "/institutions", tag, "Search institutions", "Accents, case and small typing errors are forgiven."),
		func(r in[struct {
			Paging
			Q       string           `query:"q" maxLength:"100"`
			Country string           `query:"country" maxLength:"2"`
			Product fairlead.Product `query:"product" maxLength:"40"`
		}],
		) (list[institutionBody], error) {
			if r.I.Product != "" && !r.I.Product.Valid() {
				return list[institutionBody]{}, fairlead.InvalidField("product", "unknown", "must be a product of the list in the reference")
			}
			found, err := n.verbs.Linking.Institutions(r, r.tenant(), linking.Search{
				Text: r.I.Q, Country: r.I.Country, Product: r.I.Product, After: fairlead.InstitutionID(r.I.After), Limit: r.I.Limit,
			})
			next := nextID(found, r.I.Limit, func(i fairlead.Institution) fairlead.InstitutionID { return i.ID })
			return listOf(found, next, institutionOf), err
		})
	route(api, operation(http.MethodGet, "/institutions/{id}", tag, "Read an institution", "By id or short name."), func(r in[ByID]) (institutionBody, error) {
		i, err := n.verbs.Linking.Institution(r, r.tenant(), r.I.ID)
		return institutionOf(i), err
	})
}

type portalBody struct {
	URL       string    `json:"url"`
	ExpiresAt time.Time `json:"expires_at"`
}

func (n *Native) personRoutes(api huma.API) {
	const tag = "Persons"
	route(api, operation(http.MethodGet, "/persons", tag, "List persons", ""), func(r in[Paging]) (list[personBody], error) {
		p, err := n.verbs.Reading.Persons(r, r.tenant(), r.I.After, r.I.Limit)
		return listOf(p.Data, p.Next, personOf), err
	})
	route(api, operation(http.MethodGet, "/persons/{id}", tag, "Read a person", ""), func(r in[ByID]) (personBody, error) {
		p, err := n.verbs.Linking.Person(r, r.tenant(), r.I.ID)
		return personOf(p), err
	})
	silent(api, operation(http.MethodDelete, "/persons/{id}", tag, "Erase a person", "Disconnects everything and erases all data of the person. Feeds retain tombstones."), func(r in[ByID]) error {
		p, err := n.verbs.Linking.Person(r, r.tenant(), r.I.ID)
		if err != nil {
			return err
		}
		return n.verbs.Linking.ErasePerson(r, r.tenant(), p.ID, string(r.applicationID()))
	})
	n.exportRoute(api)
	route(api, operation(http.MethodPost, "/persons/{id}/portal", tag, "Open the person's own page", "A short-lived address where the person sees what is shared and can revoke it."), func(r in[ByID]) (portalBody, error) {
		p, err := n.verbs.Linking.Person(r, r.tenant(), r.I.ID)
		if err != nil {
			return portalBody{}, err
		}
		address, expires, err := n.verbs.Linking.Portal(r, r.application(), p.ID)
		return portalBody{address, expires}, err
	})
}

func (n *Native) exportRoute(api huma.API) {
	op := operation(http.MethodGet, "/persons/{id}/export", "Persons", "Export all data of a person", "One JSON document, streamed.")
	huma.Register(api, op, func(ctx contextAlias, input *ByID) (*huma.StreamResponse, error) {
		c := callerOf(ctx)
		p, err := n.verbs.Linking.Person(ctx, c.Tenant.ID, input.ID)
		if err != nil {
			return nil, problemOf(ctx, err)
		}
		return &huma.StreamResponse{Body: func(h huma.Context) {
			h.SetHeader("Content-Type", "application/json")
			h.SetHeader("Content-Disposition", `attachment; filename="export.json"`)
			if err := n.verbs.Reading.Export(ctx, c.Tenant.ID, p.ID, h.BodyWriter()); err != nil {
				n.verbs.Log.ErrorContext(ctx, "export broke off", "request_id", requestID(ctx), "error", err)
			}
		}}, nil
	})
}

type ConnectionFilter struct {
	Paging
	Person        string `query:"person" maxLength:"255" doc:"Your own reference."`
	InstitutionID string `query:"institution_id" maxLength:"80"`
}

func (n *Native) connectionRoutes(api huma.API, mux *http.ServeMux) {
	const tag = "Connections"
	route(api, operation(http.MethodGet, "/connections", tag, "List connections", "Of the whole tenant, whichever application and dialect made them."), func(r in[ConnectionFilter]) (list[connectionBody], error) {
		p, err := n.verbs.Reading.Connections(r, r.tenant(), reading.ListQuery{
			Reference: r.I.Person, Institution: fairlead.InstitutionID(r.I.InstitutionID), After: r.I.After, Limit: r.I.Limit,
		})
		return listOf(p.Data, p.Next, connectionOf), err
	})
	route(api, operation(http.MethodGet, "/connections/{id}", tag, "Read a connection", "Its status, and per product how it stands and who must act."), func(r in[ByID]) (connectionBody, error) {
		c, err := n.verbs.Reading.Connection(r, r.tenant(), fairlead.ConnectionID(r.I.ID))
		return connectionOf(c), err
	})
	silent(api, operation(http.MethodDelete, "/connections/{id}", tag, "Disconnect", "Erases credentials and documents, and revokes the consent at the institution where it can."), func(r in[ByID]) error {
		return n.verbs.Linking.Disconnect(r, r.tenant(), fairlead.ConnectionID(r.I.ID), string(r.applicationID()), fairlead.ConsentRevokedByApplication)
	})
	collect := operation(http.MethodPost, "/connections/{id}/collect", tag, "Collect now", "Queues a collection; the event collection.finished marks its end.")
	collect.DefaultStatus = http.StatusAccepted
	route(api, collect, func(r in[ByID]) (connectionBody, error) {
		id := fairlead.ConnectionID(r.I.ID)
		if err := n.verbs.Collecting.Request(r, r.tenant(), id); err != nil {
			return connectionBody{}, err
		}
		c, err := n.verbs.Reading.Connection(r, r.tenant(), id)
		return connectionOf(c), err
	})
	route(api, operation(http.MethodGet, "/connections/{id}/consents", tag, "List consents", ""), func(r in[OfConnection]) (list[consentBody], error) {
		c, err := n.verbs.Reading.Connection(r, r.tenant(), r.I.ID)
		if err != nil {
			return list[consentBody]{}, err
		}
		p, err := n.verbs.Reading.Consents(r, r.tenant(), reading.ListQuery{Connection: c.ID, After: r.I.After, Limit: r.I.Limit})
		return listOf(p.Data, p.Next, consentOf), err
	})
	route(api, operation(http.MethodGet, "/connections/{id}/collections", tag, "List collections", "Each run of fetching: what it brought, product by product."), func(r in[OfConnection]) (list[collectionBody], error) {
		p, err := n.verbs.Reading.Collections(r, r.tenant(), r.I.ID, r.I.After, r.I.Limit)
		return listOf(p.Data, p.Next, collectionOf), err
	})
	n.uploadRoute(api, mux)
}

// OfConnection is a page of what hangs on a connection.
type OfConnection struct {
	Paging
	ID fairlead.ConnectionID `path:"id" maxLength:"80"`
}

// uploadRoute takes a statement file as the raw body: it streams, so it is a
// plain handler that the description only tells of.
func (n *Native) uploadRoute(api huma.API, mux *http.ServeMux) {
	mux.HandleFunc("POST /v1/connections/{id}/files", func(w http.ResponseWriter, r *http.Request) {
		c := callerOf(r.Context())
		body := http.MaxBytesReader(w, r.Body, maxUpload)
		col, err := n.verbs.Collecting.Upload(r.Context(), c.Tenant.ID, fairlead.ConnectionID(r.PathValue("id")), fileName(r), body)
		if err != nil {
			writeProblem(w, r, err)
			return
		}
		writeJSON(w, http.StatusAccepted, collectionOf(col))
	})
	op := operation(http.MethodPost, "/connections/{id}/files", "Connections", "Upload a statement file",
		"The file is the body (OFX or QFX); ?name= gives its file name. Uploading it twice, or an overlapping one, changes nothing.")
	op.Parameters = []*huma.Param{
		{Name: "id", In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString}},
		{Name: "name", In: "query", Schema: &huma.Schema{Type: huma.TypeString}},
	}
	op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		"application/octet-stream": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}},
	}}
	op.Responses = map[string]*huma.Response{"202": {Description: "The collection that reads the file"}}
	api.OpenAPI().AddOperation(&op)
}
