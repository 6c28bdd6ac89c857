package server

import (
	"net/http"
	"reflect"
	"slices"

	"github.com/fairlead-dev/fairlead/dialect"
)

// Patterns lists the patterns of every mux of the server, as they were registered. A
// mux does not say them, so they are read where it keeps them.
func (s *Server) Patterns() (all []string) {
	for _, mux := range s.muxes {
		collect(reflect.ValueOf(mux).Elem().FieldByName("index"), &all)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// collect finds every *http.pattern below a value.
func collect(v reflect.Value, all *[]string) {
	switch v.Kind() {
	case reflect.Map:
		for _, key := range v.MapKeys() {
			collect(v.MapIndex(key), all)
		}
	case reflect.Slice:
		for n := range v.Len() {
			collect(v.Index(n), all)
		}
	case reflect.Struct:
		for n := range v.NumField() {
			collect(v.Field(n), all)
		}
	case reflect.Pointer:
		if text := v.Elem().FieldByName("str"); text.IsValid() {
			*all = append(*all, text.String())
		}
	}
}

// EntryPaths are the paths that vendors spell for entering a link.
func (s *Server) EntryPaths() (all []string) {
	for _, d := range s.dialects {
		if vendor, ok := d.(dialect.HasEntryURLs); ok {
			for _, u := range vendor.EntryURLs() {
				all = append(all, u.Path)
			}
		}
	}
	return all
}

// Handler is what every request meets.
func (s *Server) Handler() http.Handler { return s.http.Handler }
