package main

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"

	"github.com/fairlead-dev/fairlead/format"
	"github.com/fairlead-dev/fairlead/format/ofx"
)

// ofxRows are as many as make ten megabytes of SGML.
const ofxRows = 54_000

// ofxFiles compares reading a statement of ten megabytes, as banks write it (SGML), with
// going over the tokens of the same ledger as well-formed OFX 2 by encoding/xml, in
// CPU time; and says what heap the reader needs beside the rows that it hands on.
func ofxFiles(ctx context.Context, s settings) error {
	const speed, heap = "reading 10 MB of OFX, CPU", "reading 10 MB of OFX, heap beside the rows"
	sgml, wellFormed := ledger(false), ledger(true)
	if s.only.MatchString(speed) {
		floor := func(context.Context) (measured, error) { return byCPU(func() error { return tokens(wellFormed) }) }
		product := func(context.Context) (measured, error) {
			return byCPU(func() error {
				return ofx.Format.Read(format.Input{Data: sgml}, func(format.Item) error { return nil })
			})
		}
		if err := (comparison{name: speed, goal: "0.5", floor: floor, product: product}).measure(ctx, s); err != nil {
			return err
		}
	}
	if !s.only.MatchString(heap) {
		return nil
	}
	peak, err := heapOf(sgml)
	if err != nil {
		return err
	}
	printRow(heap, "", fmt.Sprintf("%.1f MB", peak), "", "", "", "", "", "", "≤ 32 MB")
	return nil
}

// byCPU tells how often a second of CPU time would do it. Files are read in
// turns of a few, because the clock of CPU time is coarse.
func byCPU(do func() error) (took measured, err error) {
	const times = 3
	watch := startWatch()
	for range times {
		if err := do(); err != nil {
			return took, err
		}
	}
	took = watch.took(times)
	took.lasted = took.cpu
	return took, nil
}

// tokens goes over a file as bare as encoding/xml can.
func tokens(src []byte) error {
	d := xml.NewDecoder(bytes.NewReader(src))
	d.Strict = false
	for {
		if _, err := d.RawToken(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// heapOf is the most heap, in MB, that reading takes beside the file itself. Rows are let go
// as they come, so that their garbage counts until it is collected.
func heapOf(src []byte) (float64, error) {
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	peak, n := before.HeapAlloc, 0
	err := ofx.Format.Read(format.Input{Data: src}, func(format.Item) error {
		if n++; n%500 == 0 {
			runtime.ReadMemStats(&now)
			peak = max(peak, now.HeapAlloc)
		}
		return nil
	})
	return float64(peak-before.HeapAlloc) / 1e6, err
}

// ledger writes the statement, with or without end tags of values.
func ledger(wellFormed bool) []byte {
	var b strings.Builder
	value := func(name, text string) {
		b.WriteString("<" + name + ">" + text)
		if wellFormed {
			b.WriteString("</" + name + ">")
		}
		b.WriteByte('\n')
	}
	if wellFormed {
		b.WriteString("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<?OFX OFXHEADER=\"200\" VERSION=\"220\"?>\n")
	} else {
		b.WriteString("OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nENCODING:USASCII\nCHARSET:1252\n\n")
	}
	b.WriteString("<OFX>\n<SIGNONMSGSRSV1><SONRS><STATUS>\n")
	value("CODE", "0")
	value("SEVERITY", "INFO")
	b.WriteString("</STATUS>\n")
	value("DTSERVER", "20240201")
	b.WriteString("</SONRS></SIGNONMSGSRSV1>\n<BANKMSGSRSV1><STMTTRNRS><STMTRS>\n")
	value("CURDEF", "USD")
	b.WriteString("<BANKACCTFROM>\n")
	value("BANKID", "121000248")
	value("ACCTID", "000123456789")
	value("ACCTTYPE", "CHECKING")
	b.WriteString("</BANKACCTFROM>\n<BANKTRANLIST>\n")
	value("DTSTART", "20240101")
	value("DTEND", "20240131")
	for n := range ofxRows {
		b.WriteString("<STMTTRN>\n")
		value("TRNTYPE", "DEBIT")
		value("DTPOSTED", fmt.Sprintf("202401%02d120000.000[-5:EST]", 5+n%20))
		value("TRNAMT", fmt.Sprintf("-%d.%02d", 1+n%90, n%100))
		value("FITID", fmt.Sprintf("2024010100%08d", n*7))
		value("NAME", fmt.Sprintf("GROCERY STORE #%d", n))
		value("MEMO", fmt.Sprintf("POS PURCHASE; GROCERY STORE &amp; MORE #%d, SPRINGFIELD IL", n))
		b.WriteString("</STMTTRN>\n")
	}
	b.WriteString("</BANKTRANLIST>\n<LEDGERBAL>\n")
	value("BALAMT", "100.00")
	value("DTASOF", "20240131")
	b.WriteString("</LEDGERBAL>\n</STMTRS></STMTTRNRS></BANKMSGSRSV1>\n</OFX>\n")
	return []byte(b.String())
}
