package ecmajson_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/fairlead-dev/fairlead/format/ecmajson"
)

// byNode has Node, whose JSON.stringify is the judge, parse each text of a list
// and write it again.
func byNode(t *testing.T, texts []string) (out []string) {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		if os.Getenv("CI") == "true" || os.Getenv("FAIRLEAD_TEST_FULL") == "1" {
			t.Fatal("node is not installed, and nothing may be skipped here")
		}
		t.Skip("skipped: node is not installed")
	}
	input, err := json.Marshal(texts)
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), node, "-e", `
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

// An identifier that is rounded is another one.
func TestWholeNumbersThatNoDoubleHoldsKeepTheirDigits(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"id":9007199254740993}`:            `{"id":9007199254740993}`,
		`[-12345678901234567890, 1e21, 1.0]`: `[-12345678901234567890,1e+21,1]`,
		`9007199254740992`:                   `9007199254740992`,
		`100000000000000000000000`:           `100000000000000000000000`,
		`123456789012345678901234567890`:     `123456789012345678901234567890`,
	} {
		if got, err := ecmajson.Preserve([]byte(text)); err != nil || string(got) != want {
			t.Errorf("%s is kept as %s (%v), want %s", text, got, err, want)
		}
		if got, err := ecmajson.Marshal(json.RawMessage(text)); err != nil || string(got) != want {
			t.Errorf("%s is written as %s (%v), want %s", text, got, err, want)
		}
	}
}

func TestJSONIsWrittenAsNodeWritesIt(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.json")
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
	for n, want := range byNode(t, texts) {
		got, err := ecmajson.Preserve([]byte(texts[n]))
		if err != nil {
			t.Errorf("%s: %v", files[n], err)
		} else if string(got) != want {
			t.Errorf("%s is written\n%s\nand Node writes\n%s", files[n], got, want)
		}
	}
}
