package reader

import (
	"slices"

	"github.com/fairlead-dev/fairlead/format"
	"github.com/fairlead-dev/fairlead/format/bai2"
	"github.com/fairlead-dev/fairlead/format/camt"
	"github.com/fairlead-dev/fairlead/format/cnab240"
	"github.com/fairlead-dev/fairlead/format/mt940"
	"github.com/fairlead-dev/fairlead/format/norma43"
	"github.com/fairlead-dev/fairlead/format/ofx"
	"github.com/fairlead-dev/fairlead/format/pdf"
	"github.com/fairlead-dev/fairlead/format/qif"
	"github.com/fairlead-dev/fairlead/format/table"
)

// formats are tried in this order: those that can be recognised for certain come
// first, tables, which almost any text may be, last.
var formats = []format.Format{
	ofx.Format,
	camt.Format,
	pdf.Format,
	mt940.Format,
	norma43.Format,
	cnab240.Format,
	bai2.Format,
	qif.Format,
	table.Format,
}

// Formats are all formats that are read, in the order in which they are tried.
func Formats() []format.Format { return slices.Clone(formats) }
