package table_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead/format"
	"github.com/fairlead-dev/fairlead/format/formattest"
	"github.com/fairlead-dev/fairlead/format/table"
)

// hostile are inputs of a size.
func hostile(size int) map[string][]byte {
	known := "Data,Valor,Identificador,Descrição\n"
	fill := func(head, unit string) []byte {
		return []byte(head + strings.Repeat(unit, (size-len(head))/len(unit)))
	}
	return map[string][]byte{
		"separators":                     fill("", ";"),
		"separators below a header":      fill(known, ","),
		"small cells below a header":     fill(known, "1,2,"),
		"one line":                       fill("", "1;02/03/2024;4,50;"),
		"one cell":                       fill("", "a"),
		"a quote that never closes":      fill(known+`01/02/2024,-1.00,a,"`, "x"),
		"quotes that never close":        fill(known, "01/02/2024,-1.00,a,\"x\n"),
		"quotes at each cell":            fill(known, `"x,`),
		"quotes alone":                   fill(known, `"`),
		"doubled quotes":                 fill(known, `"""",`),
		"empty lines":                    fill(known, "\n"),
		"carriage returns":               fill(known, "\r"),
		"rows that go on":                fill(known+"01/02/2024,-1.00,a,b\n", ",,,c\n"),
		"rows without a day":             fill(known, ",1.00,,\n"),
		"rows of two hundred columns":    fill("", strings.Repeat("1,", 200)+"\n"),
		"a header of many columns":       fill("Date,Amount,", "column,"),
		"rows":                           fill(known, "01/02/2024,-1.00,65bb2a10-1111-4a6e-9a01-000000000001,Compra no débito - PADARIA\n"),
		"an unknown table":               fill("Date;Description;Debit;Credit;Balance;Currency\n", "01/02/2024;some text of a row here;1.234,50;;1.234,50;EUR\n"),
		"pages of tables":                fill("<html><table>", "<table><tr><td>"),
		"a page of cells":                fill("<html><table><tr>", "<td>x"),
		"a page of rows":                 fill("<html><table>", "<tr><td>01/02/2024<td>1,00"),
		"a page of one tag":              fill("<html><table><tr><td ", "a=b "),
		"a page that is text":            fill("<html><table><tr><td>", "x "),
		"accounts":                       numbered("account;date;amount;currency;description\n", "%d;31/01/2024;1,00;EUR;x\n", size),
		"a workbook of one text":         bomb(),
		"a workbook that is no workbook": append([]byte("PK\x03\x04 xl/workbook"), bytes.Repeat([]byte("PK\x01\x02"), size/4-8)...),
	}
}

func numbered(head, line string, size int) []byte {
	var b bytes.Buffer
	b.WriteString(head)
	for i := 0; b.Len() < size-len(line)-10; i++ {
		fmt.Fprintf(&b, line, i)
	}
	return b.Bytes()
}

// bomb is a workbook whose cells all are one long text.
func bomb() []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	part := func(name, text string) {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write([]byte(text))
		}
		if err != nil {
			panic(err)
		}
	}
	part("xl/workbook.xml", `<workbook><sheets><sheet name="a" r:id="r1"/></sheets></workbook>`)
	part("xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>`)
	part("xl/sharedStrings.xml", "<sst><si><t>"+strings.Repeat("x", 1000<<10)+"</t></si></sst>")
	part("xl/worksheets/sheet1.xml", "<worksheet><sheetData><row>"+strings.Repeat(`<c t="s"><v>0</v></c>`, 100_000)+"</row></sheetData></worksheet>")
	if err := z.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func TestAHostileTableCostsNoMoreThanItsSize(t *testing.T) {
	const part = 4
	small := hostile(hostileSize / part)
	for name, data := range hostile(hostileSize) {
		t.Run(name, func(t *testing.T) {
			once := readHostile(t, small[name])
			took := readHostile(t, data)
			formattest.Costs(t, name, len(data), took)
			// What grows with the square takes 16 times as long; clocks and caches explain less.
			if took > 2*part*once+100*time.Millisecond {
				t.Errorf("%d bytes take %v, %d bytes %v", len(small[name]), once, len(data), took)
			}
		})
	}
}

func readHostile(t *testing.T, data []byte) time.Duration {
	t.Helper()
	n := 0
	var err error
	took := formattest.CPU(t, func() {
		table.Format.Detect(data[:min(len(data), 64<<10)])
		err = table.Format.Read(format.Input{Data: data}, func(it format.Item) error {
			if n++; n%5000 == 0 {
				formattest.Sound(t, []format.Item{it})
			}
			return nil
		})
	})
	if err != nil {
		if _, ok := errors.AsType[*format.Error](err); !ok {
			t.Errorf("an error without a type: %v", err)
		}
	}
	return took
}
