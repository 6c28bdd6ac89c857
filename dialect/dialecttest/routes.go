package dialecttest

import (
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead/dialect"
)

// EveryRoute fails where a route that the dialect mounts has no line in its Scopes,
// or a line has no route. Routes of any method (a dialect's own "not found") and
// preflights let nobody in, and have none; others is what else it mounts without
// being an operation.
func EveryRoute(t *testing.T, d dialect.Dialect, others ...string) {
	t.Helper()
	scopes := d.Scopes()
	mounted := Routes(t, d)
	for _, route := range mounted {
		method, _, named := strings.Cut(route, " ")
		if !named || method == http.MethodOptions || slices.Contains(others, route) {
			continue
		}
		if _, ok := scopes[route]; !ok {
			t.Errorf("%s has no scope", route)
		}
	}
	for route := range scopes {
		if !slices.Contains(mounted, route) {
			t.Errorf("%s has a scope, and is not mounted", route)
		}
	}
}

// Routes is every pattern that a dialect mounts, in muxes below the mux too.
func Routes(t *testing.T, d dialect.Dialect) []string {
	t.Helper()
	mux := http.NewServeMux()
	d.Mount(mux)
	found := map[string]bool{}
	collectPatterns(reflect.ValueOf(mux), found, map[uintptr]bool{})
	if len(found) == 0 {
		t.Fatal("no pattern of the mux was found")
	}
	return slices.Sorted(maps.Keys(found))
}

// collectPatterns walks what a mux is made of: it says its patterns to nobody.
func collectPatterns(v reflect.Value, found map[string]bool, seen map[uintptr]bool) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() || seen[v.Pointer()] {
			return
		}
		seen[v.Pointer()] = true
		if v.Type().Elem().String() == "http.pattern" {
			found[v.Elem().FieldByName("str").String()] = true
			return
		}
		if v.Type().Implements(reflect.TypeFor[http.Handler]()) || strings.Contains(v.Type().String(), "http.") {
			collectPatterns(v.Elem(), found, seen)
		}
	case reflect.Interface:
		if !v.IsNil() {
			collectPatterns(v.Elem(), found, seen)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			collectPatterns(v.Field(i), found, seen)
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			collectPatterns(v.Index(i), found, seen)
		}
	case reflect.Map:
		for each := v.MapRange(); each.Next(); {
			collectPatterns(each.Value(), found, seen)
		}
	}
}
