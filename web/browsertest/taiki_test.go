package browsertest

import (
	"bufio"
	"encoding/json"
	"os"
	"os/exec"
	"testing"

	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/apptest"
)

func TestTaikisQuickStartWithAnotherBaseURL(t *testing.T) {
	t.Parallel()
	need(t)
	a := apptest.Start(t)
	run(t, "taiki.mjs", map[string]string{"api": a.URL, "app": taikiExample(t, a), "links": links(t, a)})
}

// taikiExample runs examples/taiki until the test ends and returns its address,
// which is of another site than the server's.
func taikiExample(t *testing.T, a *apptest.App) string {
	t.Helper()
	c := exec.CommandContext(t.Context(), "node", "../../examples/taiki/index.mjs")
	c.Env = append(os.Environ(), "TAIKI_URL="+a.URL, "TAIKI_SECRET="+access.DevSecret, "PORT=0")
	c.Stderr = os.Stderr
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	var said struct{ Listening string }
	if !lines.Scan() || json.Unmarshal(lines.Bytes(), &said) != nil || said.Listening == "" {
		t.Fatalf("the example says %q", lines.Text())
	}
	read := make(chan struct{})
	go func() {
		defer close(read)
		for lines.Scan() {
			t.Logf("the example: %s", lines.Text())
		}
	}()
	t.Cleanup(func() {
		_ = c.Process.Kill()
		<-read
		_ = c.Wait()
	})
	return said.Listening
}
