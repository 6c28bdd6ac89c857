package mt940_test

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/fairlead-dev/fairlead/format"
	"github.com/fairlead-dev/fairlead/format/formattest"
	"github.com/fairlead-dev/fairlead/format/mt940"
)

func TestPublishedStatementsAreRead(t *testing.T) {
	t.Parallel()
	formattest.Cases(t, mt940.Format, "testdata/published")
}

func TestInventedStatementsAreRead(t *testing.T) {
	t.Parallel()
	formattest.Cases(t, mt940.Format, "testdata/invented")
}

func TestStatementsThatOtherReadersRefuseAreRead(t *testing.T) {
	t.Parallel()
	formattest.Cases(t, mt940.Format, "testdata/irregular")
}

// What is only a part of a file is no file: it is recognised by its rows or their texts,
// and refused, as is what has neither, if it is read all the same.
func TestFragmentsAreRefused(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/fragments/*.sta")
	if err != nil || len(files) < 9 {
		t.Fatalf("%d fragments: %v", len(files), err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		rows := regexp.MustCompile(`(?m)^:(61|86):`).Match(data)
		if mt940.Format.Detect(data) != rows {
			t.Errorf("%s: that it is recognised is %t", file, !rows)
		}
		items, err := formattest.Read(mt940.Format, format.Input{Name: file, Data: data})
		e, ok := errors.AsType[*format.Error](err)
		if !ok || rows && (e.Kind != format.Missing || e.Field != ":25:") || !rows && e.Kind != format.Empty && e.Kind != format.Missing {
			t.Errorf("%s: %v", file, err)
		}
		for _, it := range items {
			if it.Warning == nil {
				t.Errorf("%s gives %+v", file, it)
			}
		}
	}
}

func TestRowsOrTextsAloneLackTheirAccount(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"a row":                  ":61:2401020102D12,50NMSCNONREF\r\n",
		"a text":                 ":86:Lunch\n",
		"a row and its text":     ":61:2401020102D12,50NMSCNONREF\n:86:Lunch\n-\n",
		"a row that is no row":   ":61:tomorrow\n:86:Lunch\n",
		"a text that goes ahead": "?20Lunch\n:86:Dinner\n:61:2401020102D12,50NMSCNONREF\n",
	} {
		if !mt940.Format.Detect([]byte(text)) {
			t.Errorf("%s is not recognised", name)
		}
		_, err := formattest.Read(mt940.Format, format.Input{Data: []byte(text)})
		if e, ok := errors.AsType[*format.Error](err); !ok || e.Kind != format.Missing || e.Field != ":25:" {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, other := range []string{"12:61:30;a\n", "at 10:86: none\n", ":20:only\n"} {
		if mt940.Format.Detect([]byte(other)) {
			t.Errorf("%q is recognised", other)
		}
	}
}
