package camt_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead/format"
	"github.com/fairlead-dev/fairlead/format/camt"
	"github.com/fairlead-dev/fairlead/format/formattest"
)

const (
	start = `<Document><BkToCstmrStmt><Stmt><Acct><Id><IBAN>DE89370400440532013000</IBAN></Id><Ccy>EUR</Ccy></Acct>`
	entry = `<Ntry><Amt Ccy="EUR">1</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2024-03-05</Dt></BookgDt>`
	end   = `</Stmt></BkToCstmrStmt></Document>`
)

func repeat(before, part, after string) func(int) []byte {
	return func(n int) []byte { return []byte(before + strings.Repeat(part, n) + after) }
}

// hostile are inputs of n parts, and the kind of error that the larger of them ends in.
var hostile = []struct {
	name string
	n    int
	make func(int) []byte
	kind format.Kind
}{
	{"elements without end", 500_000, repeat(start, "<a>", ""), format.TooLarge},
	{"elements that are closed again", 500_000, func(n int) []byte {
		return []byte(start + strings.Repeat("<a>", n) + strings.Repeat("</a>", n) + end)
	}, format.TooLarge},
	{"one long text", 1 << 20, repeat(start+entry+"<AddtlNtryInf>", "x", "</AddtlNtryInf></Ntry>"+end), format.TooLarge},
	{"a text in many pieces", 50_000, repeat(start+"<Nm>", "<!---->x<![CDATA[]]>", "</Nm>"+end), format.TooLarge},
	{"ampersands", 500_000, repeat(start+"<Nm>", "&", "</Nm>"+end), format.TooLarge},
	{"numbered characters", 100_000, repeat(start+"<Nm>", "&#120;", "</Nm>"+end), format.TooLarge},
	{"empty entries", 100_000, repeat(start, "<Ntry/>", end), format.TooLarge},
	{"entries", 60_000, repeat(start, entry+"</Ntry>", end), format.TooLarge},
	{"entries that end in the middle", 20_000, repeat(start, entry+"</Ntry>", entry), format.Truncated},
	{"transactions of one entry", 40_000, repeat(start+entry+"<NtryDtls>", `<TxDtls><Amt Ccy="EUR">1</Amt></TxDtls>`, "</NtryDtls></Ntry>"+end), ""},
	{"too many transactions of one entry", 60_000, repeat(start+entry+"<NtryDtls>", `<TxDtls/>`, "</NtryDtls></Ntry>"+end), format.TooLarge},
	{"details of details", 100_000, repeat(start+entry, `<NtryDtls></NtryDtls>`, "</Ntry>"+end), ""},
	{"elements of one entry", 100_000, repeat(start+entry, `<x/>`, "</Ntry>"+end), format.TooLarge},
	{"parts of a remittance", 5_000, repeat(start+entry+"<NtryDtls><TxDtls><RmtInf>", `<Strd><RfrdDocInf/></Strd>`, "</RmtInf></TxDtls></NtryDtls></Ntry>"+end), format.TooLarge},
	{"attributes", 200_000, repeat("<Document ", `a="" `, "><BkToCstmrStmt/></Document>"), format.Empty},
	{"attributes without a value", 200_000, repeat("<Document ", `a `, "><BkToCstmrStmt/></Document>"), format.BadValue},
	{"a value without end", 200_000, repeat(start+`<a b="`, `a `, ""), format.BadValue},
	{"comments", 200_000, repeat(start, `<!---->`, end), ""},
	{"comments without end", 200_000, repeat(start, `<!--`, end), format.Truncated},
	{"instructions", 200_000, repeat(start, `<??>`, end), ""},
	{"brackets", 200_000, repeat(start, `<`, end), format.BadValue},
	{"closing tags", 200_000, repeat(start+end, `</a>`, ""), format.BadValue},
	{"statements", 50_000, repeat("<BkToCstmrStmt>", "<Stmt/>", "</BkToCstmrStmt>"), format.Empty},
	{"balances", 50_000, repeat(start, `<Bal><Tp><Cd>CLBD</Cd></Tp><Amt Ccy="EUR">1</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2024-03-05</Dt></Dt></Bal>`, end), ""},
	{"accounts", 400, func(n int) []byte {
		var b bytes.Buffer
		b.WriteString("<BkToCstmrStmt>")
		for i := range n {
			fmt.Fprintf(&b, "<Stmt><Acct><Id><Othr><Id>%d</Id></Othr></Id><Ccy>EUR</Ccy></Acct></Stmt>", i)
		}
		return b.Bytes()
	}, format.TooLarge},
	{"currencies", 400, func(n int) []byte {
		var b bytes.Buffer
		b.WriteString(start)
		for i := range n {
			b.WriteString(strings.Replace(entry, "EUR", string([]byte{'A' + byte(i/676), 'A' + byte(i/26%26), 'A' + byte(i%26)}), 1) + "</Ntry>")
		}
		b.WriteString(end)
		return b.Bytes()
	}, format.TooLarge},
}

// Not parallel: allocations of other tests would be counted.
func TestHostileFilesCostNoMoreThanTheirSize(t *testing.T) {
	for _, h := range hostile {
		t.Run(h.name, func(t *testing.T) {
			err := formattest.Linear(t, camt.Format, h.make, h.n)
			e, _ := errors.AsType[*format.Error](err)
			switch {
			case h.kind == "" && err != nil, h.kind != "" && (e == nil || e.Kind != h.kind):
				t.Errorf("error %v, want kind %q", err, h.kind)
			}
		})
	}
}

func TestDeclaredEntitiesAreRefused(t *testing.T) {
	t.Parallel()
	for _, declaration := range []string{
		`<!DOCTYPE Document [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>`,
		`<!DOCTYPE Document [<!ENTITY x SYSTEM "file:///etc/passwd">]>`,
		`<!DOCTYPE Document SYSTEM "http://127.0.0.1/camt.dtd">`,
	} {
		data := []byte(`<?xml version="1.0"?>` + "\n" + declaration + start + entry + "<AddtlNtryInf>&b;&x;</AddtlNtryInf></Ntry>" + end)
		items, err := formattest.Read(camt.Format, format.Input{Data: data})
		e, ok := errors.AsType[*format.Error](err)
		if !ok || e.Kind != format.BadValue || e.Line != 2 || len(items) > 0 {
			t.Errorf("%s: %v", declaration, err)
		}
	}
}

func TestAnUnknownEntityStandsForItself(t *testing.T) {
	t.Parallel()
	items := formattest.Items(t, camt.Format, format.Input{Data: []byte(start + entry + "<AddtlNtryInf>A&B &nbsp; &#xFFFFFFFF; &amp;lt;</AddtlNtryInf></Ntry>" + end)})
	if got := items[1].Transaction.Description; got != "A&B &nbsp; \ufffd &lt;" {
		t.Errorf("%q", got)
	}
}

func FuzzRead(f *testing.F) {
	formattest.Fuzz(f, camt.Format, "testdata/published", "testdata/invented")
}

// BenchmarkRead reads a statement of four megabytes with all that a bank says of a row.
func BenchmarkRead(b *testing.B) {
	data := repeat(start, entry+`<AcctSvcrRef>2024030512345678000</AcctSvcrRef><BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RDDT</Cd><SubFmlyCd>ESDD</SubFmlyCd></Fmly></Domn></BkTxCd>
<NtryDtls><TxDtls><Refs><EndToEndId>RG-4711</EndToEndId><MndtId>M-42</MndtId></Refs><Amt Ccy="EUR">1</Amt><CdtDbtInd>CRDT</CdtDbtInd>
<RltdPties><Dbtr><Pty><Nm>Stadtwerke &amp; Co</Nm></Pty></Dbtr><DbtrAcct><Id><IBAN>DE02100100100006820101</IBAN></Id></DbtrAcct></RltdPties>
<RltdAgts><DbtrAgt><FinInstnId><BICFI>PBNKDEFFXXX</BICFI></FinInstnId></DbtrAgt></RltdAgts><RmtInf><Ustrd>Rechnung 4711 vom 1. März</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
`, end)(5000)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if err := camt.Format.Read(format.Input{Data: data}, func(format.Item) error { return nil }); err != nil {
			b.Fatal(err)
		}
	}
}
