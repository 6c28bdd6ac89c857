package statementfile_test

import (
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
)

func TestARefusalComesInPartsThatEveryLanguageCanSay(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	html, cut := p.put("ada.html", []byte("<html>canary</html>")), p.put("ada.xml", []byte(`<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02">`+"\n<BkToCstmrStmt><Stmt>"))
	for _, c := range []struct {
		name string
		file fairlead.File
		kind format.Kind
		line int
	}{
		{"a page of HTML", html, format.Unknown, 0}, {"half of a file", cut, format.Truncated, 2},
	} {
		form := p.begin().bring(c.file).form("file")
		if w := form.Refused; w == nil || w.Kind != string(c.kind) || w.Line != c.line || w.File != "" || w.Reason == "" {
			t.Errorf("%s gives %+v", c.name, w)
		}
	}
	shown := p.begin().bring(html, p.put("good.n43", norma43(t, "no-texts.n43"))).form("preview").Preview
	if w := shown.Files[0].Error; w == nil || w.Kind != string(format.Unknown) || shown.Files[1].Error != nil {
		t.Errorf("the files of the preview are %+v", shown.Files)
	}
}

func TestEachOfSeveralRefusedFilesIsListedWithItsReason(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	html, cut := p.put("ada.html", []byte("<html>canary</html>")), p.put("ada.xml", []byte(`<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02">`+"\n<BkToCstmrStmt><Stmt>"))
	shown := p.begin().bring(html, cut).form("file").Preview
	if shown == nil || len(shown.Files) != 2 || len(shown.Accounts)+len(shown.Rows) != 0 {
		t.Fatalf("two files that are refused give %+v", shown)
	}
	for n, want := range []fairlead.PreviewFile{
		{Name: "ada.html", Error: &fairlead.FileWarning{Kind: string(format.Unknown)}},
		{Name: "ada.xml", Error: &fairlead.FileWarning{Kind: string(format.Truncated)}},
	} {
		if f := shown.Files[n]; f.Name != want.Name || f.Refused == "" || f.Error == nil || f.Error.Kind != want.Error.Kind {
			t.Errorf("file %d is %+v", n, f)
		}
	}
	if one := p.begin().bring(html).form("file").Preview; one != nil {
		t.Errorf("one file that is refused gives %+v", one)
	}
}

func TestAPreviewBeginsWithTheEarliestRowsOfAllFiles(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	late, early := checking, savings
	late.rows = []string{"20240305 -5.00 A5 FIVE", "20240304 -4.00 A4 FOUR", "20240306 -6.00 A6 SIX", "20240307 -7.00 A7 SEVEN"}
	early.rows = []string{"20240303 -3.00 B3 THREE", "20240302 -2.00 B2 TWO", "20240301 -1.00 B1 ONE"}
	var got []string
	for _, row := range p.begin().bring(p.put("late.ofx", ofx(true, late)), p.put("early.ofx", ofx(true, early))).form("preview").Preview.Rows {
		got = append(got, row.Description)
	}
	if strings.Join(got, " ") != "ONE TWO THREE FOUR FIVE" {
		t.Errorf("it begins with %v", got)
	}
}

func TestWhatNoFormatSaysHasAKindToo(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	p.link(p.put("a.ofx", ofx(true, checking)))
	p.link(p.put("b.ofx", ofx(true, savings)))
	p.renewed = p.known[0].ID
	if w := p.begin().bring(p.put("other.ofx", ofx(true, savings))).form("file").Refused; w == nil || w.Kind != fairlead.FileElsewhere {
		t.Errorf("a file of another connection gives %+v", w)
	}
	all := p.begin().bring(p.put("both.ofx", ofx(true, checking, savings))).form("preview").Preview.Warnings
	if len(all) != 1 || all[0].Kind != fairlead.FileElsewhere || all[0].Account == "" || !strings.HasSuffix(all[0].Field, all[0].Account) {
		t.Errorf("an account of another connection gives %+v", all)
	}
	l := p.begin().bring(p.put("march.n43", norma43(t, "no-currency.n43"))).say("next", "yes")
	if w := l.form("mapping").Refused; w == nil || w.Kind != string(format.Open) {
		t.Errorf("an answer without a currency gives %+v", w)
	}
}
