package flanks

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
)

// numbered is a source of n pages of one item each; the last one may fail.
func numbered(n int, last error) source {
	page := 0
	return func(context.Context) ([]any, bool, error) {
		page++
		if page == n && last != nil {
			return nil, false, last
		}
		return []any{map[string]int{"page": page}}, page < n, nil
	}
}

func written(t *testing.T, sources ...source) string {
	t.Helper()
	s := &stream{log: slog.New(slog.DiscardHandler), sources: sources}
	if err := s.begin(t.Context()); err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	s.write(t.Context(), w)
	return w.Body.String()
}

func TestAListIsOneListHoweverManyPages(t *testing.T) {
	t.Parallel()
	for want, sources := range map[string][]source{
		"[]\n":                          {sourceOf(nil)},
		"[{\"page\":1}]\n":              {numbered(1, nil)},
		"[{\"page\":1},{\"page\":2}]\n": {numbered(2, nil)},
		"[{\"page\":1},{\"page\":1},{\"page\":2}]\n": {numbered(1, nil), sourceOf(nil), numbered(2, nil)},
	} {
		if got := written(t, sources...); got != want {
			t.Errorf("wrote %q, want %q", got, want)
		}
	}
}

func TestHalfAListIsCutOff(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() != http.ErrAbortHandler {
			t.Error("a list whose second page failed looks whole")
		}
	}()
	written(t, numbered(2, errors.New("the store is gone")))
}

func TestAnErrorOnTheFirstPageHasItsOwnAnswer(t *testing.T) {
	t.Parallel()
	s := &stream{sources: []source{numbered(1, errors.New("the store is gone"))}}
	if s.begin(t.Context()) == nil {
		t.Error("the error is hidden")
	}
}
