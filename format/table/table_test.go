package table_test

import (
	"testing"

	"github.com/fairlead-dev/fairlead/format/formattest"
	"github.com/fairlead-dev/fairlead/format/table"
)

func TestCasesAreReadAsTheirFilesSay(t *testing.T) {
	t.Parallel()
	formattest.Cases(t, table.Format, "testdata/cases")
}

func FuzzTables(f *testing.F) {
	formattest.Fuzz(f, table.Format, "testdata/cases")
}
