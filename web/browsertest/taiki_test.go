package browsertest

import (
	"testing"

	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/apptest"
)

func TestTaikisQuickStartWithAnotherBaseURL(t *testing.T) {
	t.Parallel()
	need(t)
	a := apptest.Start(t)
	client := example(t, a, "taiki", "TAIKI_URL="+a.URL, "TAIKI_SECRET="+access.DevSecret, "PORT=0")
	run(t, "taiki.mjs", map[string]string{"api": a.URL, "app": client.await("listening"), "links": links(t, a)})
}
