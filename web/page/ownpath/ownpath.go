// Package ownpath names the addresses of the hosted page on its own origin.
//
// It owns the one type that a browser of this origin is redirected to. A Path is
// made of ids, of tokens and of words, never of an address: whatever a request
// says in its path, its query or its headers, nothing but these letters gets into
// one, so that no redirect leads off the origin where people type passwords.
package ownpath

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/linking"
)

// Path is an address on this origin: "/l/lnk_…/theme.css?lang=es". The zero Path
// is none.
type Path struct{ path, query string }

// Link is a link's own page: /l/{id}.
func Link(id fairlead.LinkID) Path { return Path{path: "/l"}.At(string(id)) }

// Frame is the page of a session inside a frame: /f/{session}.
func Frame(s linking.Session) Path { return Path{path: "/f"}.At(s.Token) }

// Portal is the person's own page: /me.
func Portal() Path { return Path{path: "/me"} }

// Return is where institutions lead back to: /l/return.
func Return() Path { return Path{path: "/l/return"} }

// Entry is an address as a vendor spells it.
func Entry(u linking.EntryURL) Path { return Path{path: u.Path} }

// At is a place below this one. A part is a word or an id; one that holds anything
// but letters, digits, "-", "_" and a dot inside leads nowhere further.
func (p Path) At(parts ...string) Path {
	for _, part := range parts {
		if !isWord(part) {
			return p
		}
		p.path += "/" + part
	}
	return p
}

// With is the place with one thing more to say.
func (p Path) With(key, value string) Path {
	return p.WithQuery(url.Values{key: {value}}.Encode())
}

// WithQuery is the place with an encoded query after the one it has; "" adds nothing.
func (p Path) WithQuery(query string) Path {
	if p.query != "" && query != "" {
		p.query += "&"
	}
	p.query += query
	return p
}

// IsZero tells no place at all.
func (p Path) IsZero() bool { return p == Path{} }

// String is the address, without scheme and host.
func (p Path) String() string {
	if p.query == "" {
		return p.path
	}
	return p.path + "?" + p.query
}

// Redirect answers 303: after a POST, a GET.
func (p Path) Redirect(w http.ResponseWriter) {
	w.Header().Set("Location", p.String())
	w.WriteHeader(http.StatusSeeOther)
}

func isWord(s string) bool {
	if s == "" || strings.HasPrefix(s, ".") {
		return false
	}
	for _, c := range s {
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.') {
			return false
		}
	}
	return true
}
