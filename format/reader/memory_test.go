package reader

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead/format"
)

// manyRows are large files of every format that is text, about so many bytes each.
func manyRows(t *testing.T, size int) map[string]format.Input {
	t.Helper()
	repeat := func(head string, row func(i int) string, tail string) []byte {
		var b strings.Builder
		b.WriteString(head)
		for i := 0; b.Len() < size && i < 90_000; i++ {
			b.WriteString(row(i))
		}
		b.WriteString(tail)
		return []byte(b.String())
	}
	// sample repeats some lines of a sample of the format.
	sample := func(path string, from, to int) []byte {
		data, err := os.ReadFile(filepath.Join("..", path))
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.SplitAfter(string(data), "\n")
		body := strings.Join(lines[from:to], "")
		return repeat(strings.Join(lines[:from], ""), func(int) string { return body }, strings.Join(lines[to:], ""))
	}
	const ofx = "OFXHEADER:100\r\nDATA:OFXSGML\r\nVERSION:102\r\nENCODING:USASCII\r\nCHARSET:1252\r\n\r\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>USD" +
		"<BANKACCTFROM><BANKID>1<ACCTID>123456<ACCTTYPE>CHECKING</BANKACCTFROM><BANKTRANLIST><DTSTART>20240101<DTEND>20241231\n"
	const ofxEnd = "</BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>"
	const camt = `<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Acct><Id><IBAN>DE89370400440532013000</IBAN></Id><Ccy>EUR</Ccy></Acct>`
	csv := func(i int) string {
		return fmt.Sprintf("2024-%02d-%02d,-%d.%02d,EUR,Shop number %d in the High Street\n", 1+i%12, 1+i%28, i%997, i%100, i)
	}
	return map[string]format.Input{
		"ofx": {Data: repeat(ofx, func(i int) string {
			return fmt.Sprintf("<STMTTRN><TRNTYPE>OTHER<DTPOSTED>2024%02d%02d<TRNAMT>-%d.%02d<FITID>%d<NAME>Shop %d</STMTTRN>\n", 1+i%12, 1+i%28, i%997, i%100, i, i)
		}, ofxEnd)},
		"ofx that corrects": {Data: repeat(ofx, func(i int) string {
			return fmt.Sprintf("<STMTTRN><TRNTYPE>OTHER<DTPOSTED>20240105<TRNAMT>-1.00<FITID>%d<CORRECTFITID>%d<CORRECTACTION>REPLACE<NAME>x</STMTTRN>\n", 2*i+1, 2*i)
		}, ofxEnd)},
		"camt": {Data: repeat(camt, func(i int) string {
			return fmt.Sprintf(`<Ntry><Amt Ccy="EUR">1.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2024-01-05</Dt></BookgDt><AcctSvcrRef>R%d</AcctSvcrRef><NtryDtls><TxDtls><RmtInf><Ustrd>x %d</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>`, i, i)
		}, "</Stmt></BkToCstmrStmt></Document>")},
		"mt940": {Data: repeat(":20:1\r\n:25:DE/123\r\n:60F:C240101EUR0,00\r\n", func(i int) string {
			return fmt.Sprintf(":61:2401%02dD%d,00NMSCNONREF//B%d\r\n:86:?20Text %d?32Name\r\n", 1+i%28, i%997, i, i)
		}, ":62F:C241231EUR1,00\r\n-")},
		"bai2": {Data: repeat("01,1,2,240101,0000,1,,10,2/\n02,1,2,1,240101,0000,USD,2/\n03,123456,USD,010,1,,/\n", func(i int) string {
			return fmt.Sprintf("16,475,%d,0,B%d,%d,a text of a row\n88,goes on\n", 1+i%9999, i, i)
		}, "49,1,1/\n98,1,1,1/\n99,1,1,1/\n")},
		"qif": {Data: repeat("!Type:Bank\n", func(i int) string {
			return fmt.Sprintf("D%02d/01/2024\nT-%d.00\nPShop number %d\n^\n", 13+i%10, i, i)
		}, ""), Answers: map[string]string{format.AskCurrency: "USD"}},
		"norma43": {Data: sample("norma43/testdata/"+firstOf(t, "norma43"), 1, 10)},
		"cnab240": {Data: sample("cnab240/testdata/banco-do-brasil.ret", 2, 4)},
		"table":   {Data: repeat("Date,Amount,Currency,Description\n", csv, ""), Answers: map[string]string{format.AskCurrency: "EUR", format.AskColumn + "1": "date", format.AskColumn + "2": "amount", format.AskColumn + "3": "currency", format.AskColumn + "4": "description", "sign": "as_is"}},
	}
}

// firstOf is the first sample of a format.
func firstOf(t *testing.T, of string) string {
	t.Helper()
	all, err := filepath.Glob(filepath.Join("..", of, "testdata", "*.n43"))
	if err != nil || len(all) == 0 {
		t.Fatal(err, "no sample")
	}
	return filepath.Base(all[0])
}

// watched are formats that measure what is in use now and then while they are read.
func watched(measure func()) []format.Format {
	all := slices.Clone(formats)
	for i := range all {
		read := all[i].Read
		all[i].Read = func(in format.Input, take func(format.Item) error) error {
			n := 0
			return read(in, func(it format.Item) error {
				if n++; n%9000 == 0 {
					measure()
				}
				return take(it)
			})
		}
	}
	return all
}

func TestAFileTakesNoMoreMemoryThanTwiceItsSize(t *testing.T) {
	const size, besides = 4 << 20, 4 << 20
	for what, in := range manyRows(t, size) {
		inUse := func() int64 {
			runtime.GC()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			return int64(m.HeapAlloc)
		}
		before, most := inUse(), int64(0)
		imp, err := readAll(t.Context(), watched(func() { most = max(most, inUse()-before) }), []format.Input{in})
		after := inUse() - before
		if err != nil {
			t.Errorf("%s: %v %+v", what, err, asError(err).Questions)
			continue
		}
		rows := imp.Transactions.Len()
		t.Logf("%-18s %8d bytes %6d rows: at most %8d bytes in use, afterwards %8d", what, len(in.Data), rows, most, after)
		if rows < 9000 || most == 0 {
			t.Errorf("%s: %d rows were read", what, rows)
		}
		if limit := int64(2*len(in.Data) + besides); most > limit {
			t.Errorf("%s: %d bytes take %d", what, len(in.Data), most)
		}
		if after > int64(len(in.Data)) {
			t.Errorf("%s: %d bytes are %d bytes of rows", what, len(in.Data), after)
		}
		runtime.KeepAlive(imp)
		runtime.KeepAlive(in)
	}
}
