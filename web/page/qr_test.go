package page

import (
	"flag"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestAQRCodeIsWhatReadersRead compares with drawings that were read back by an
// independent reader when they were made.
func TestAQRCodeIsWhatReadersRead(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"address": "https://link.moneda.example/l/abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ",
		"short":   "A",
		"version": strings.Repeat("0123456789", 15),
		"longest": strings.Repeat("https://", 26),
	} {
		q, err := qrOf(text)
		if err != nil {
			t.Fatal(err)
		}
		path := "testdata/qr-" + name + ".txt"
		if *update {
			if err := os.WriteFile(path, []byte(drawn(q)), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if drawn(q) != string(want) {
			t.Errorf("%s is drawn otherwise:\n%s", name, drawn(q))
		}
	}
	if _, err := qrOf(strings.Repeat("x", 214)); err == nil {
		t.Error("214 bytes were drawn")
	}
}

func drawn(q *qrCode) string {
	var b strings.Builder
	for y := range q.size {
		for x := range q.size {
			if q.dark[y][x] {
				b.WriteByte('#')
			} else {
				b.WriteByte('.')
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}
