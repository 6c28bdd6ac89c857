package klavi_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/dialect/klavi"
)

// node finds Node, whose JSON.stringify is the judge of what is written.
func node(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("node")
	if err != nil {
		if apptest.Full() {
			t.Fatal("node is not installed, and nothing may be skipped here")
		}
		t.Skip("skipped: node is not installed")
	}
	return path
}

// again has Node parse each text of a list and write it again.
func again(t *testing.T, texts []string) (out []string) {
	t.Helper()
	input, err := json.Marshal(texts)
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), node(t), "-e", `
		let input = "";
		process.stdin.setEncoding("utf8");
		process.stdin.on("data", (c) => { input += c; });
		process.stdin.on("end", () => {
			process.stdout.write(JSON.stringify(JSON.parse(input).map((text) => JSON.stringify(JSON.parse(text)))));
		});`)
	c.Stdin = bytes.NewReader(input)
	output, err := c.Output()
	if err != nil {
		t.Fatalf("node: %v", err)
	}
	if err := json.Unmarshal(output, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestJSONIsWrittenAsNodeWritesIt(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/json/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	var texts []string
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, string(content))
	}
	for n, want := range again(t, texts) {
		got, err := klavi.Rewrite([]byte(texts[n]))
		if err != nil {
			t.Errorf("%s: %v", files[n], err)
		} else if string(got) != want {
			t.Errorf("%s is written\n%s\nand Node writes\n%s", files[n], got, want)
		}
	}
}

// TestWhatIsPostedIsWhatNodeWritesAgain holds every body of a whole story to it.
func TestWhatIsPostedIsWhatNodeWritesAgain(t *testing.T) {
	t.Parallel()
	p := start(t)
	p.set(map[string]any{"events_url": p.events, "reports_url": p.posts.URL + "/reports"})
	link := p.must("POST", "/links", `{"personalTaxId":"`+cpf+`","externalInfo":{"z":1.0,"7":"<&>","a":"\u2028","n":1e21,"deep":{"2":[],"1":{}}}}`)
	if status, made := p.consent(link, "1", nil); status != 200 {
		t.Fatalf("%d %v", status, made)
	} else {
		authorise(t, p.Visit(made.text("consentRedirectURL")), "good")
	}
	p.report("pf_checking_account")
	p.report("pf_funds")
	var bodies []string
	for _, got := range p.posts.Got() {
		bodies = append(bodies, string(got.Body))
	}
	for n, want := range again(t, bodies) {
		if bodies[n] != want {
			t.Errorf("posted\n%.600s\nand Node writes\n%.600s", bodies[n], want)
		}
	}
}
