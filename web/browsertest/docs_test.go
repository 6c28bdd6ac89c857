package browsertest

import (
	"testing"

	"github.com/fairlead-dev/fairlead/apptest"
)

// TestTheDocumentationIsSearchedCopiedAndReadOnAPhone has a reader use the pages at /docs.
func TestTheDocumentationIsSearchedCopiedAndReadOnAPhone(t *testing.T) {
	t.Parallel()
	need(t)
	app := apptest.Start(t)
	run(t, "docs.mjs", map[string]any{"name": "a reader", "address": app.URL})
}
