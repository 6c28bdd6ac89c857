package browsertest

import (
	"os"
	"testing"

	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/server"
)

// TestDrawPictures writes the picture of the README and those of the modal anew: `make
// pictures` runs it.
func TestDrawPictures(t *testing.T) {
	folder := os.Getenv("FAIRLEAD_PICTURES")
	if folder == "" {
		t.Skip("skipped: run `make pictures` to draw them")
	}
	need(t)
	a := apptest.Start(t, func(c *server.Config) { c.Operator = "connect.ledgerly.example" }) // and no port, which is another each time
	run(t, "modal.mjs", map[string]string{"api": a.URL, "host": host(t, a), "links": links(t, a), "folder": folder})
}
