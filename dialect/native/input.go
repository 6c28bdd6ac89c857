package native

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/dialect"
)

// input is what a route takes beside its path: all else is refused, for a filter that
// is not understood must not look as if it had been applied.
type input struct {
	query map[string]repeat
	media []string // of its body; empty: it takes none
}

// repeat says how often a parameter of the query may be given.
type repeat int

const (
	once   repeat = iota
	joined        // once, its values with commas between
	often
)

// mayBeEmpty are the parameters that say nothing when they are empty: the cursor of a
// first page, and what nobody has typed yet.
var mayBeEmpty = map[string]bool{"after": true, "q": true}

// inputsOf is what each route takes, by its pattern, as the description of the API says.
func inputsOf(spec *huma.OpenAPI) map[string]input {
	all := map[string]input{}
	for path, item := range spec.Paths {
		for method, op := range map[string]*huma.Operation{
			http.MethodGet: item.Get, http.MethodPost: item.Post, http.MethodPatch: item.Patch, http.MethodPut: item.Put, http.MethodDelete: item.Delete,
		} {
			if op != nil {
				all[method+" "+path] = inputOf(op)
			}
		}
	}
	return all
}

func inputOf(op *huma.Operation) input {
	in := input{query: map[string]repeat{}}
	for _, p := range op.Parameters {
		if p.In != "query" {
			continue
		}
		in.query[p.Name] = once
		if p.Schema.Type == huma.TypeArray {
			in.query[p.Name] = joined
			if p.Explode == nil || *p.Explode {
				in.query[p.Name] = often
			}
		}
	}
	if op.RequestBody != nil {
		in.media = slices.Sorted(maps.Keys(op.RequestBody.Content))
	}
	return in
}

// check refuses what a route does not take, and what is no text. A body that is no file
// has been read and scanned then, and can be read again.
func (in input) check(w http.ResponseWriter, r *http.Request) error {
	if err := checkPath(r); err != nil {
		return err
	}
	if err := in.checkQuery(r); err != nil {
		return err
	}
	for _, name := range []string{"Content-Type", "Idempotency-Key"} {
		if len(r.Header.Values(name)) > 1 {
			return fairlead.InvalidField(name, "exclusive", "must not be given twice")
		}
	}
	if key := r.Header.Get("Idempotency-Key"); !isText(key) {
		return fairlead.InvalidField("Idempotency-Key", "format", "must be text in UTF-8")
	}
	if r.Body == nil || r.Body == http.NoBody {
		return nil
	}
	return in.checkBody(w, r)
}

// isText reports whether a text can be stored: UTF-8 without NUL.
func isText(s string) bool { return utf8.ValidString(s) && !strings.Contains(s, "\x00") }

// checkPath names the part of the path that is no text.
func checkPath(r *http.Request) error {
	if isText(r.URL.Path) {
		return nil
	}
	_, pattern, _ := strings.Cut(r.Pattern, " ")
	names, values := strings.Split(pattern, "/"), strings.Split(r.URL.Path, "/")
	for i, name := range names {
		if i < len(values) && !isText(values[i]) && strings.HasPrefix(name, "{") {
			return fairlead.InvalidField(strings.Trim(name, "{}"), "format", "must be text in UTF-8 without NUL")
		}
	}
	return fairlead.InvalidField("path", "format", "must be text in UTF-8 without NUL")
}

func (in input) checkQuery(r *http.Request) error {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return fairlead.InvalidField("query", "format", "must be name=value with & between, anything else percent-encoded")
	}
	for _, name := range slices.Sorted(maps.Keys(query)) {
		values := query[name]
		repeat, known := in.query[name]
		switch {
		case !isText(name):
			return fairlead.InvalidField("query", "format", "must be text in UTF-8 without NUL")
		case !known:
			return fairlead.InvalidField(name, "unknown", in.unknown(name))
		case slices.ContainsFunc(values, func(v string) bool { return !isText(v) }):
			return fairlead.InvalidField(name, "format", "must be text in UTF-8 without NUL")
		case repeat == joined && len(values) > 1:
			return fairlead.InvalidField(name, "exclusive", "must be given once, its values with commas between")
		case repeat == once && len(values) > 1:
			return fairlead.InvalidField(name, "exclusive", "must not be given twice")
		case repeat != often && values[0] == "" && !mayBeEmpty[name]:
			return fairlead.InvalidField(name, "required", "must not be empty: leave it out")
		}
	}
	return nil
}

// unknown says which parameters there are.
func (in input) unknown(name string) string {
	for known := range in.query {
		if strings.EqualFold(known, name) {
			return "must be written " + known
		}
	}
	if len(in.query) == 0 {
		return "is no parameter of this address, which takes none"
	}
	return "is no parameter of this address, which takes " + strings.Join(slices.Sorted(maps.Keys(in.query)), ", ")
}

// checkBody holds a body to what a route takes. A file is left to who reads it.
func (in input) checkBody(w http.ResponseWriter, r *http.Request) error {
	file := slices.Contains(in.media, "application/octet-stream")
	var body []byte
	if !file {
		var err error
		if body, err = io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody)); err != nil {
			return dialect.Unread(err)
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		if len(body) == 0 {
			return nil
		}
	}
	if coding := r.Header.Get("Content-Encoding"); coding != "" && !strings.EqualFold(coding, "identity") {
		return unsupportedMedia("Content-Encoding", "must be left out: a body is taken as it is, not compressed")
	}
	switch {
	case file && r.ContentLength > maxUpload:
		return errFileTooLarge()
	case file:
		return nil
	case len(in.media) == 0:
		if text := bytes.TrimSpace(body); len(text) > 0 && string(text) != "{}" {
			return fairlead.InvalidField("body", "unknown", "must be empty: this address takes none")
		}
		return nil
	}
	media, err := in.mediaOf(r)
	if err == nil && media == "application/json" {
		err = malformed(dialect.Scan(body))
	}
	return err
}

// mediaOf is the media type of a body: one that the route takes.
func (in input) mediaOf(r *http.Request) (string, error) {
	given := r.Header.Get("Content-Type")
	if given == "" && len(in.media) == 1 {
		return in.media[0], nil
	}
	media, parameters, err := mime.ParseMediaType(given)
	charset := parameters["charset"]
	if err != nil || !slices.Contains(in.media, media) || charset != "" && !strings.EqualFold(charset, "utf-8") {
		return "", unsupportedMedia("Content-Type", "must be "+strings.Join(in.media, " or ")+", in UTF-8")
	}
	return media, nil
}

// statusError is an error that this API answers with another status than its kind's.
type statusError struct {
	err   *fairlead.Error
	code  int
	title string
}

func (s *statusError) Error() string { return s.err.Error() }
func (s *statusError) Unwrap() error { return s.err }

func unsupportedMedia(header, reason string) error {
	e := fairlead.InvalidField(header, "format", reason)
	return &statusError{e, http.StatusUnsupportedMediaType, "Not a media type that this address takes"}
}

// malformed makes 400 of what is no JSON, with the position where it is not.
func malformed(err error) error {
	m, ok := err.(*dialect.Malformed)
	if !ok {
		return err
	}
	e := fairlead.InvalidField("body", "format", fmt.Sprintf("must be JSON; at line %d, column %d (byte %d): %s", m.Line, m.Column, m.Offset, m.Reason))
	e.Detail = fmt.Sprintf("The body is not valid JSON at line %d, column %d (byte %d): %s.", m.Line, m.Column, m.Offset, m.Reason)
	return &statusError{e, http.StatusBadRequest, "The body is not valid JSON"}
}
