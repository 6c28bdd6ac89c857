// Package native speaks Fairlead's own API under /v1.
//
// It owns the shapes of /v1, its OpenAPI description and reference page, its
// webhook bodies and what a link's end tells the browser. It is a dialect like
// any other: it is handed the verbs and has no privileges. README.md lists what
// is served.
package native

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/dialect"
)

// name is how origins, tokens and settings remember this dialect.
const name = "native"

// Native is the dialect.
type Native struct {
	verbs dialect.Verbs
}

// New builds the dialect over the verbs.
func New(v dialect.Verbs) *Native { return &Native{verbs: v} }

// Name is "native".
func (n *Native) Name() string { return name }

// Mount adds /v1/* and the reference at /docs.
func (n *Native) Mount(mux *http.ServeMux) {
	inner := http.NewServeMux()
	api := n.describe(inner)
	inner.HandleFunc("/v1/", func(w http.ResponseWriter, r *http.Request) {
		if allowed := methodsOf(inner, r); len(allowed) > 0 {
			writeWrongMethod(w, r, allowed)
			return
		}
		writeProblem(w, r, fairlead.Errorf(fairlead.NotFound, "There is no such address in this API."))
	})
	mux.Handle("/v1/", n.frame(inner))
	n.mountReference(mux, api)
}

// methodsOf lists the methods that the path of a request takes.
func methodsOf(mux *http.ServeMux, r *http.Request) []string {
	var allowed []string
	for _, m := range []string{http.MethodGet, http.MethodPost, http.MethodPatch, http.MethodPut, http.MethodDelete} {
		asked := &http.Request{Method: m, URL: r.URL, Host: r.Host}
		if _, pattern := mux.Handler(asked); strings.HasPrefix(pattern, m+" ") {
			allowed = append(allowed, m)
		}
	}
	return allowed
}

// tags are the chapters of the reference, in the order in which one reads them.
func tags() []string {
	return []string{
		"Authentication", "Links", "Institutions", "Connections", "Data", "Documents", "Events", "Webhook endpoints",
		"Persons", "Applications", "Sandbox",
	}
}

// describe registers every operation; the description of the API grows with it.
func (n *Native) describe(mux *http.ServeMux) huma.API {
	validation() // before the first registration, which reads what it sets
	config := huma.DefaultConfig("Fairlead", "1")
	config.Info.Description = "Links a person's financial accounts to an application and keeps the data flowing."
	config.OpenAPIPath, config.DocsPath, config.SchemasPath = "", "", ""
	config.CreateHooks = nil
	if n.verbs.BaseURL != "" {
		config.Servers = []*huma.Server{{URL: n.verbs.BaseURL}}
	}
	for _, t := range tags() {
		config.Tags = append(config.Tags, &huma.Tag{Name: t})
	}
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"bearer": {Type: "http", Scheme: "bearer"},
		"basic":  {Type: "http", Scheme: "basic"},
	}
	config.Security = []map[string][]string{{"bearer": {}}, {"basic": {}}}
	api := humago.New(mux, config)
	n.linkRoutes(api)
	n.institutionRoutes(api)
	n.personRoutes(api)
	n.connectionRoutes(api, mux)
	n.recordRoutes(api)
	n.documentRoutes(api, mux)
	n.eventRoutes(api, mux)
	n.endpointRoutes(api)
	n.applicationRoutes(api)
	n.sandboxRoutes(api)
	n.tokenRoute(api, mux)
	return api
}

// callerKey carries the access.Caller in a request's context.
type callerKey struct{}

func callerOf(ctx context.Context) access.Caller {
	c, _ := ctx.Value(callerKey{}).(access.Caller)
	return c
}

// operation is a route: method, path below /v1, and words for the reference.
func operation(method, path, tag, summary, description string) huma.Operation {
	return huma.Operation{
		Method: method, Path: "/v1" + path, Tags: []string{tag}, Summary: summary, Description: description,
		OperationID:  operationID(method, path),
		MaxBodyBytes: maxBody,
	}
}

// operationID makes "get-connections-id-accounts" of a route.
func operationID(method, path string) string {
	words := strings.FieldsFunc(path, func(r rune) bool { return r == '/' || r == '{' || r == '}' || r == '_' })
	return strings.ToLower(method) + "-" + strings.Join(words, "-")
}

// in is what a handler is given: the caller, and the decoded request.
type in[I any] struct {
	context.Context
	caller access.Caller
	I      I
}

func (r in[I]) tenant() fairlead.TenantID             { return r.caller.Tenant.ID }
func (r in[I]) application() fairlead.Application     { return r.caller.Application }
func (r in[I]) applicationID() fairlead.ApplicationID { return r.caller.Application.ID }

// answer wraps a body for huma.
type answer[T any] struct{ Body T }

// route registers a handler that answers with a JSON body. Errors of the core
// become problems here and nowhere else.
func route[I, T any](api huma.API, op huma.Operation, handle func(in[I]) (T, error)) {
	huma.Register(api, op, func(ctx context.Context, input *I) (*answer[T], error) {
		body, err := handle(in[I]{ctx, callerOf(ctx), *input})
		if err != nil {
			return nil, problemOf(ctx, err)
		}
		return &answer[T]{body}, nil
	})
}

// silent registers a handler that answers 204.
func silent[I any](api huma.API, op huma.Operation, handle func(in[I]) error) {
	op.DefaultStatus = http.StatusNoContent
	huma.Register(api, op, func(ctx context.Context, input *I) (*struct{}, error) {
		if err := handle(in[I]{ctx, callerOf(ctx), *input}); err != nil {
			return nil, problemOf(ctx, err)
		}
		return nil, nil
	})
}

// list is the shape of every list.
type list[T any] struct {
	Data []T     `json:"data" nullable:"false"`
	Next *string `json:"next" doc:"Cursor of the next page; null at the end."`
}

func listOf[N, T any](nouns []N, next string, convert func(N) T) list[T] {
	out := list[T]{Data: make([]T, 0, len(nouns))}
	for _, n := range nouns {
		out.Data = append(out.Data, convert(n))
	}
	if next != "" {
		out.Next = &next
	}
	return out
}

// nextID is the cursor of a list in the order of ids: the last one's, if the page is full.
func nextID[N any, ID ~string](nouns []N, limit int, id func(N) ID) string {
	if len(nouns) < limit || limit == 0 {
		return ""
	}
	return string(id(nouns[len(nouns)-1]))
}

// Paging is what every list can be asked.
type Paging struct {
	Limit int    `query:"limit" minimum:"1" maximum:"500" default:"100" doc:"How many, 1 to 500."`
	After string `query:"after" maxLength:"512" doc:"Cursor: the next of the page before."`
}

// ByID is a path with an id.
type ByID struct {
	ID string `path:"id" maxLength:"80" doc:"Id of what the address names."`
}

// raw keeps an empty JSON value out of a body.
func raw(b json.RawMessage) any {
	if len(b) == 0 {
		return nil
	}
	return b
}
