package reader_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead/format"
	"github.com/fairlead-dev/fairlead/format/reader"
)

func TestAFileWithoutAnythingIsEmpty(t *testing.T) {
	t.Parallel()
	var archive bytes.Buffer
	z := zip.NewWriter(&archive)
	if _, err := z.Create("march.csv"); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{
		"no byte": nil, "blanks": []byte(" \r\n\t\n"), "a mark": []byte("\ufeff\n"), "blanks of two bytes": []byte("\xff\xfe \x00\n\x00"),
		"no byte in an archive": archive.Bytes(),
	} {
		_, err := reader.Read(t.Context(), format.Input{Name: "march", Data: data})
		e, ok := errors.AsType[*format.Error](err)
		if !ok || e.Kind != format.Empty || !strings.Contains(format.Sentence(e), "is empty") {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := reader.Read(t.Context(), format.Input{Name: "march", Data: []byte(" x\n")})
	if e, ok := errors.AsType[*format.Error](err); !ok || e.Kind != format.Unknown {
		t.Errorf("a letter: %v", err)
	}
}
