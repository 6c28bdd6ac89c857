package statementfile_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
)

// odd is a table of a layout that nobody knows.
const odd = "Wann;Was;Wieviel;Zz\n13.01.2024;COFFEE;-4,20;x\n14.01.2024;SALARY;1.650,00;y\n31.01.2024;RENT;-900,00;z\n"

var nextOdd = strings.ReplaceAll(odd, ".01.2024", ".03.2024")

func TestATableOfAnUnknownLayoutIsMappedOnce(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	l := p.begin().bring(p.put("january.csv", []byte(odd)))
	values := map[string]string{}
	for _, f := range l.form("mapping").Fields {
		values[f.Name] = f.Value
		if f.Name == "column.3" && (f.Label != "Wieviel" || len(f.Sample) != 3 || f.Kind != fairlead.FieldChoice) {
			t.Errorf("a column is asked as %+v", f)
		}
	}
	if values["column.1"] != "date" || values["column.2"] != "description" || values["column.3"] != "amount" || values["column.4"] != "ignore" {
		t.Errorf("it proposes %v", values)
	}
	said := []string{"column.1", "date", "column.2", "description", "column.3", "amount", "column.4", "ignore", "sign", "as_is", "currency", "EUR"}
	tried := l.say(append(said, "try", "yes")...).form("mapping")
	if tried.Preview == nil || len(tried.Preview.Rows) != 3 || tried.Preview.Accounts[0].In.Amount.String() != "1650.00" {
		t.Fatalf("trying shows %+v", tried.Preview)
	}
	inverted := append(append([]string(nil), said...), "sign", "inverted", "try", "yes")
	if again := l.say(inverted...).form("mapping"); again.Preview.Accounts[0].Out.Amount.String() != "-1650.00" {
		t.Errorf("with signs the other way it shows %+v", again.Preview.Accounts[0])
	}
	done, c := l.say(append(said, "next", "yes")...).imports()
	if got := p.fetch(c, fairlead.ProductTransactions, &done.Files[0]).Transactions; len(got) != 3 || got[0].Amount.String() != "-4.20 EUR" {
		t.Fatalf("the rows are %+v", got)
	}

	// By API, the next month needs no answer: the layout and the only account in euros are known.
	next := p.put("march.csv", []byte(nextOdd))
	page := p.fetch(c, fairlead.ProductTransactions, &next)
	if len(page.Transactions) != 3 || len(page.Uploaded.Offered) != 0 {
		t.Errorf("by API %d rows come, and %+v", len(page.Transactions), page.Uploaded)
	}
	// On the page, which account it is of is asked once, and never again.
	l = p.begin().bring(next)
	field := l.form("preview").Fields[0]
	if !strings.HasPrefix(field.Name, "account.") {
		t.Fatalf("it asks %+v", field)
	}
	if field.Choices[0].Label != "EUR" {
		t.Errorf("an account without name and number is called %q", field.Choices[0].Label)
	}
	again := l.say(field.Name, field.Choices[0].Value, "import", "yes").step.Done
	if again == nil || again.Connection != c.ID {
		t.Fatalf("it ends with %+v", again)
	}
	p.connect(again, nil)
	if third := p.begin().bring(next).form("preview"); len(third.Fields) != 2 {
		t.Errorf("the third file asks %+v", third.Fields)
	}
}

func TestAWrongChoiceLosesNoOtherAnswer(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	l := p.begin().bring(p.put("april.csv", []byte("When,Who,How much\n03/04/2026,SHOP,12.50\n05/04/2026,WAGES,100.00\n")))
	columns := []string{"column.1", "date", "column.2", "description", "column.3", "amount"}
	others := []string{"dates", "day_first", "sign", "inverted", "currency", "gbp"}
	wrong := append(append(append([]string(nil), columns...), "column.3", "ignore"), others...)
	values := map[string]string{}
	l = l.say(append(wrong, "next", "yes")...)
	for _, f := range l.form("mapping").Fields {
		values[f.Name] = f.Value
	}
	if values["dates"] != "day_first" || values["sign"] != "inverted" || values["currency"] != "GBP" || values["column.3"] != "ignore" {
		t.Errorf("after a wrong choice the form has %v", values)
	}
	// Nor is an answer lost that a form did not have a field for.
	if got := l.say(append(columns, "next", "yes")...).form("preview").Preview.Accounts; len(got) != 1 || got[0].Out.String() != "-112.50 GBP" {
		t.Errorf("with the right one it shows %+v", got)
	}
}

func TestWhatAnotherColumnLeavesOpenCanBeAnswered(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	l := p.begin().bring(p.put("april.csv", []byte("Date,Other day,Who,How much\n2026-04-13,03/04/2026,SHOP,-12.50\n2026-04-15,05/04/2026,WAGES,100.00\n")))
	said := []string{"column.1", "ignore", "column.2", "date", "column.3", "description", "column.4", "amount", "sign", "as_is", "currency", "GBP"}
	fields := l.say(append(said, "try", "yes")...).form("mapping").Fields
	if !slices.ContainsFunc(fields, func(f fairlead.FormField) bool { return f.Name == "dates" && len(f.Choices) > 1 }) {
		t.Fatalf("the form has %+v", fields)
	}
	done := l.say(append(said, "dates", "day_first", "next", "yes")...).form("preview").Preview
	if got := done.Rows; len(got) != 2 || got[0].Day.String() != "2026-04-03" {
		t.Errorf("it shows %+v", got)
	}
}

func TestAnUploadOfColumnsInDoubtSaysWhatTheySeem(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	_, c := p.link(p.put("first.ofx", ofx(true, checking)))
	f := p.put("list.csv", []byte("Datum;Name;IBAN;Betrag (EUR)\n31.03.2026;A;DE02120300000000202051;-84,00\n30.03.2026;B;;-10,10\n"))
	f.Answers = map[string]string{"sign": "as_is"}
	_, err := p.tryFetch(c, fairlead.ProductTransactions, &f)
	e, ok := errors.AsType[*fairlead.Error](err)
	if !ok || len(e.Fields) != 4 || e.Fields[2].Reason != "must say column.3, ignore as it seems" {
		t.Errorf("it gives %+v", err)
	}
}

func TestAnUploadBringsItsAnswersAndTheyAreRemembered(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	_, c := p.link(p.put("first.ofx", ofx(true, checking)))
	f := p.put("odd.csv", []byte(odd))
	if _, err := p.tryFetch(c, fairlead.ProductTransactions, &f); !fairlead.Is(err, fairlead.Invalid) {
		t.Errorf("without answers it gives %v", err)
	}
	f.Answers = map[string]string{"column.1": "date", "column.2": "description", "column.3": "amount", "column.4": "ignore", "sign": "as_is", "currency": "USD"}
	page := p.fetch(c, fairlead.ProductTransactions, &f)
	if len(page.Transactions) != 3 || page.Secrets == nil {
		t.Fatalf("%d rows come, and %+v", len(page.Transactions), page.Uploaded)
	}
	c.Secrets = page.Secrets
	next := p.put("next.csv", []byte(nextOdd))
	if page := p.fetch(c, fairlead.ProductTransactions, &next); len(page.Transactions) != 3 {
		t.Errorf("the next one brings %d rows", len(page.Transactions))
	}
}

func TestArchivesAreReadAsWhatIsInThem(t *testing.T) {
	t.Parallel()
	var zipped, gzipped bytes.Buffer
	z := zip.NewWriter(&zipped)
	for name, content := range map[string][]byte{
		"checking.ofx": ofx(true, checking), "savings.ofx": ofx(true, savings), "readme.html": []byte("<html>canary</html>"),
	} {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write(content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	g := gzip.NewWriter(&gzipped)
	if _, err := g.Write(ofx(true, checking)); err != nil {
		t.Fatal(err)
	}
	if z.Close() != nil || g.Close() != nil {
		t.Fatal("an archive can't be written")
	}
	p := newPerson(t)
	l := p.begin().bring(p.put("months.zip", zipped.Bytes()))
	shown := l.form("preview").Preview
	refused := 0
	for _, f := range shown.Files {
		if f.Refused != "" {
			refused++
		}
	}
	if len(shown.Files) != 3 || refused != 1 || len(shown.Accounts) != 2 {
		t.Fatalf("the preview is %+v", shown)
	}
	done, c := l.importsAll()
	page := p.fetch(c, fairlead.ProductTransactions, &done.Files[0])
	if len(page.Transactions) != 2 || len(page.Uploaded.Warnings) != 1 || page.Uploaded.Warnings[0].File != "months.zip/readme.html" {
		t.Errorf("%d rows come, and %+v", len(page.Transactions), page.Uploaded)
	}
	if again, _ := p.link(p.put("one.ofx.gz", gzipped.Bytes())); again.Connection != c.ID {
		t.Errorf("a file of it goes to %q", again.Connection)
	}
}

func TestAPaperAloneBecomesADocument(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	tax := file(t, "..", "..", "format", "pdf", "testdata", "w-2.pdf")
	l := p.begin().bring(p.put("tax.pdf", tax))
	if shown := l.form("preview").Preview; len(shown.Accounts) != 0 || len(shown.Files) != 1 {
		t.Errorf("the preview is %+v", shown)
	}
	done, c := l.imports()
	page := p.fetch(c, fairlead.ProductTaxForms, &done.Files[0])
	if len(page.Documents) != 1 || page.Documents[0].Kind != "tax_form" || page.Documents[0].Ref == "" || page.Documents[0].Size != int64(len(tax)) {
		t.Fatalf("the tax forms are %+v", page.Documents)
	}
	r, err := page.Documents[0].Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, tax) {
		t.Errorf("its bytes are %d of %d, %v", len(got), len(tax), err)
	}
	if others := p.fetch(c, fairlead.ProductStatements, &done.Files[0]); len(others.Documents) != 0 {
		t.Errorf("the other papers are %+v", others.Documents)
	}
	if again, _ := p.link(p.put("again.pdf", tax)); again.Connection != c.ID {
		t.Errorf("the next paper goes to %q", again.Connection)
	}
}
