package native

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/reading"
)

// chapter is a part of the API in its reference.
type chapter struct {
	api huma.API
	tag string
}

// operation is a route ("POST /links", below /v1) with words for the reference.
func (c chapter) operation(pattern, summary, description string) huma.Operation {
	method, path, _ := strings.Cut(pattern, " ")
	op := huma.Operation{
		Method: method, Path: "/v1" + path, Tags: []string{c.tag}, Summary: summary, Description: description,
		OperationID:  operationID(pattern),
		MaxBodyBytes: maxBody,
	}
	if n, ok := needs[pattern]; ok {
		op.Security = n.security()
		op.Description = strings.TrimSpace(op.Description + " " + n.words())
	}
	return op
}

// request is what a handler is given: the caller, and the decoded input.
type request[I any] struct {
	context.Context
	caller access.Caller
	in     I
}

func (r request[I]) tenant() fairlead.TenantID             { return r.caller.Tenant.ID }
func (r request[I]) application() fairlead.Application     { return r.caller.Application }
func (r request[I]) applicationID() fairlead.ApplicationID { return r.caller.Application.ID }

// answer wraps a body for huma.
type answer[T any] struct{ Body T }

// route registers a handler that answers 200 with a JSON body.
func route[I, T any](c chapter, pattern, summary, description string, handle func(request[I]) (T, error)) {
	register(c, http.StatusOK, pattern, summary, description, handle)
}

// created registers a handler that answers 201.
func created[I, T any](c chapter, pattern, summary, description string, handle func(request[I]) (T, error)) {
	register(c, http.StatusCreated, pattern, summary, description, handle)
}

// accepted registers a handler that answers 202.
func accepted[I, T any](c chapter, pattern, summary, description string, handle func(request[I]) (T, error)) {
	register(c, http.StatusAccepted, pattern, summary, description, handle)
}

// register registers a handler. Errors of the core become problems here and in
// its two siblings.
func register[I, T any](c chapter, status int, pattern, summary, description string, handle func(request[I]) (T, error)) {
	op := c.operation(pattern, summary, description)
	op.DefaultStatus = status
	huma.Register(c.api, op, func(ctx context.Context, input *I) (*answer[T], error) {
		body, err := handle(request[I]{ctx, callerOf(ctx), *input})
		if err != nil {
			return nil, problemOf(ctx, err)
		}
		return &answer[T]{body}, nil
	})
}

// silent registers a handler that answers 204.
func silent[I any](c chapter, pattern, summary, description string, handle func(request[I]) error) {
	op := c.operation(pattern, summary, description)
	op.DefaultStatus = http.StatusNoContent
	huma.Register(c.api, op, func(ctx context.Context, input *I) (*struct{}, error) {
		if err := handle(request[I]{ctx, callerOf(ctx), *input}); err != nil {
			return nil, problemOf(ctx, err)
		}
		return nil, nil
	})
}

// streamed registers a handler that returns what writes the answer.
func streamed[I any](c chapter, pattern, summary, description string, handle func(request[I]) (func(huma.Context), error)) {
	huma.Register(c.api, c.operation(pattern, summary, description), func(ctx context.Context, input *I) (*huma.StreamResponse, error) {
		write, err := handle(request[I]{ctx, callerOf(ctx), *input})
		if err != nil {
			return nil, problemOf(ctx, err)
		}
		return &huma.StreamResponse{Body: write}, nil
	})
}

// records registers GET /connections/{id}/<what> for one kind of record.
func records[N, T any](
	c chapter, what, summary string, read func(context.Context, fairlead.TenantID, reading.Query) (reading.Page[N], error), convert func(N) T,
) {
	route(c, "GET /connections/{id}/"+what, summary, "", func(r request[OfConnection]) (list[T], error) {
		p, err := read(r, r.tenant(), reading.Query{Connection: r.in.ID, After: r.in.After, Limit: r.in.Limit})
		return listOf(p.Data, p.Next, convert), err
	})
}

// describeAnswer gives the reference the shape of an answer that is streamed.
func describeAnswer[T any](c chapter, path, text string) {
	spec := c.api.OpenAPI()
	spec.Paths[path].Get.Responses = map[string]*huma.Response{"200": {Description: text, Content: map[string]*huma.MediaType{
		"application/json": {Schema: spec.Components.Schemas.Schema(reflect.TypeFor[T](), true, "")},
	}}}
}

// list is the shape of every list.
type list[T any] struct {
	Data []T     `json:"data" nullable:"false"`
	Next *string `json:"next" doc:"Cursor of the next page; null at the end."`
	text []byte  // the whole of it, where it was written already
}

func (l list[T]) written() []byte { return l.text }

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

// checkCursor refuses a cursor that no list in the order of ids gave: one that has not the
// prefix of its ids.
func checkCursor(after, prefix string) error {
	if after != "" && !strings.HasPrefix(after, prefix+"_") {
		return fairlead.InvalidField("after", "format", "must be a cursor that an earlier page gave as next")
	}
	return nil
}

// pageOf is a page of a list that was read whole.
func pageOf[N, T any, ID ~string](all []N, p Paging, id func(N) ID, convert func(N) T) (list[T], error) {
	if p.After != "" {
		i := slices.IndexFunc(all, func(n N) bool { return string(id(n)) == p.After })
		if i < 0 {
			return list[T]{}, fairlead.InvalidField("after", "format", "must be a cursor that an earlier page gave as next")
		}
		all = all[i+1:]
	}
	if len(all) <= p.Limit {
		return listOf(all, "", convert), nil
	}
	all = all[:p.Limit]
	return listOf(all, string(id(all[len(all)-1])), convert), nil
}

// Paging is in the query of every list.
type Paging struct {
	Limit int    `query:"limit" minimum:"1" maximum:"500" default:"100" doc:"How many, 1 to 500."`
	After string `query:"after" maxLength:"512" doc:"Cursor: the next of the page before."`
}

// ByID is a path with an id.
type ByID struct {
	ID string `path:"id" maxLength:"80" doc:"Id of what the address names."`
}

// OfConnection is a page of what hangs on a connection.
type OfConnection struct {
	Paging
	ID fairlead.ConnectionID `path:"id" maxLength:"80"`
}

// withBody is an input of a body alone, withID one of the body and what the path names.
type withBody[B any] struct{ Body B }

type withID[B any] struct {
	ByID
	Body B
}

// encodeCursor hides what a cursor is made of, so that nobody builds on it.
func encodeCursor(s string) string {
	if s == "" {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString([]byte(s))
}

func decodeCursor(s string) (string, error) {
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return "", fairlead.InvalidField("after", "format", "must be a cursor that this API gave")
	}
	return string(b), nil
}

// raw leaves an empty JSON value out of a body.
func raw(b json.RawMessage) any {
	if len(b) == 0 {
		return nil
	}
	return b
}
