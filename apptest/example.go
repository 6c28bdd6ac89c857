package apptest

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"testing"
)

// Example runs an example's script in Node until the test ends. It returns what
// the example reads, and the JSON objects that it prints, one a line; the channel
// closes with it. The test is skipped where there is no Node, unless nothing may be.
func Example(t *testing.T, script string, env ...string) (stdin io.Writer, printed <-chan map[string]any) {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		if Full() {
			t.Fatal("node is not installed, and nothing may be skipped here")
		}
		t.Skip("skipped: node is not installed")
	}
	c := exec.CommandContext(t.Context(), node, script)
	c.Env = append(os.Environ(), env...)
	c.Stderr = os.Stderr
	stdin, err = c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	objects := make(chan map[string]any, 100)
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer close(objects)
		for s := bufio.NewScanner(out); s.Scan(); {
			var object map[string]any
			if json.Unmarshal(s.Bytes(), &object) != nil {
				continue
			}
			select {
			case objects <- object:
			case <-t.Context().Done(): // nobody listens any more
			}
		}
	}()
	t.Cleanup(func() {
		<-done
		_ = c.Wait() // the test's end has ended it
	})
	return stdin, objects
}
