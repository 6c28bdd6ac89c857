package ofx_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/fairlead-dev/fairlead/format"
	"github.com/fairlead-dev/fairlead/format/formattest"
	"github.com/fairlead-dev/fairlead/format/ofx"
)

func TestEveryCaseGivesWhatItsGoldenFileSays(t *testing.T) {
	t.Parallel()
	formattest.Cases(t, ofx.Format, "testdata/cases")
}

func FuzzRead(f *testing.F) {
	formattest.Fuzz(f, ofx.Format, "testdata/cases", "../../../shared/data/ofx-cases", "../../../shared/data/ofx/ofxparse")
}

func TestWhatIsNoOFXIsNotTakenForIt(t *testing.T) {
	t.Parallel()
	files, _ := filepath.Glob("testdata/others/*")
	if len(files) == 0 {
		t.Fatal("there are no files")
	}
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if ofx.Format.Detect(src) {
			t.Errorf("%s is detected", file)
		}
		_, err = formattest.Read(ofx.Format, format.Input{Data: src})
		if e, ok := errors.AsType[*format.Error](err); !ok || e.Kind != format.Unknown {
			t.Errorf("%s: got %v", file, err)
		}
	}
}
