package native

import (
	"io"
	"mime"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/fairlead-dev/fairlead"
)

type documentInput struct {
	ByID
	TTL int `query:"ttl" minimum:"1" maximum:"900" default:"900" doc:"Seconds."`
}

func (n *Native) readDocument(r request[documentInput]) (documentBody, error) {
	id := fairlead.DocumentID(r.in.ID)
	d, err := n.verbs.Reading.Document(r, r.tenant(), id)
	if err != nil || d.Failed != nil {
		return documentOf(d), err
	}
	a, err := n.verbs.Reading.Address(r, r.tenant(), id, time.Duration(r.in.TTL)*time.Second, string(r.applicationID()))
	body := documentOf(d)
	body.URL, body.ExpiresAt = a.URL, timePtr(a.Expires)
	return body, err
}

// content streams a document: a plain handler.
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
	if _, err := io.Copy(w, body); err != nil {
		n.verbs.Log.ErrorContext(r.Context(), "download broke off", "request_id", requestID(r.Context()), "error", err)
	}
}

func describeContent(c chapter) {
	op := c.operation("GET /documents/{id}/content", "Download a document", "The bytes themselves.")
	op.Parameters = []*huma.Param{{Name: "id", In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString}}}
	file := &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
	op.Responses = map[string]*huma.Response{"200": {
		Description: "The file, in the media type that its `media_type` says.",
		Headers: map[string]*huma.Param{"Content-Disposition": {
			Description: "`attachment`, with the file's name.", Schema: &huma.Schema{Type: huma.TypeString, Examples: []any{`attachment; filename="statement-2026-10.pdf"`}},
		}},
		Content: map[string]*huma.MediaType{"application/pdf": file, "*/*": file},
	}}
	c.api.OpenAPI().AddOperation(&op)
}
