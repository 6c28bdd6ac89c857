package statementfile_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/connectortest"
	"github.com/fairlead-dev/fairlead/connector/statementfile"
)

func TestItIsASoundConnector(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"two-accounts-two-currencies.n43", "bad-rows.n43"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPerson(t)
			wrong := fairlead.Answer{Files: map[string]fairlead.File{"file": p.put("page.html", []byte("<html>canary-content</html>"))}}
			statement := p.put(name, norma43(t, name))
			start := p.start()
			start.Known = nil
			r := connectortest.Run(t, connectortest.Case{
				New:   func() connector.Connector { return statementfile.New() },
				Start: start,
				Answers: []fairlead.Answer{
					{Files: map[string]fairlead.File{"file": statement}},
					{Fields: map[string]fairlead.Secret{"import": fairlead.NewSecret("yes")}},
				},
				Wrong: &wrong, Canaries: []string{"canary-content"},
			})
			if len(r.Data[fairlead.ProductAccounts].Accounts) == 0 || len(r.Data[fairlead.ProductTransactions].Transactions) == 0 {
				t.Error("nothing came of it")
			}
		})
	}
}

func TestWhatWasUnderstoodIsShownBeforeItIsSaved(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	l := p.begin().bring(p.put("march.n43", norma43(t, "two-accounts-two-currencies.n43")))
	shown := l.form("preview").Preview
	if len(shown.Files) != 1 || shown.Files[0].Name != "march.n43" || shown.Files[0].Refused != "" {
		t.Errorf("files are %+v", shown.Files)
	}
	if len(shown.Accounts) != 2 || len(shown.Rows) != 5 {
		t.Fatalf("%d accounts and %d rows are shown", len(shown.Accounts), len(shown.Rows))
	}
	euro := shown.Accounts[0]
	if euro.Currency != "EUR" || euro.Transactions != 5 || euro.Known ||
		euro.In.Amount.String() != "2150.00" || euro.Out.Amount.String() != "-237.52" || euro.Balance.Amount.String() != "14455.85" ||
		euro.From.String() != "2024-03-01" || euro.To.String() != "2024-03-31" || euro.BalanceAsOf.String() != "2024-03-31" {
		t.Errorf("the account in euros is %+v: in %v, out %v, balance %v", euro, euro.In, euro.Out, euro.Balance)
	}
}

func TestPickingOtherFilesLeadsBackToTheForm(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	l := p.begin().bring(p.put("wrong.n43", norma43(t, "no-texts.n43"))).say("another", "yes")
	if form := l.form("file"); form.Again || form.Text != "" {
		t.Errorf("the form is %+v", form)
	}
	done, _ := l.bring(p.put("right.n43", norma43(t, "two-accounts-two-currencies.n43"))).imports()
	if len(done.Files) != 1 || done.Files[0].Name != "right.n43" {
		t.Errorf("it goes on with %+v", done.Files)
	}
}

func TestWhatAFileLeavesOpenIsAskedAndRemembered(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	l := p.begin().bring(p.put("march.n43", norma43(t, "no-currency.n43")))
	form := l.form("mapping")
	if form.Again || len(form.Preview.Rows) != 0 || form.Preview.Warnings[0].Field != "currency" || form.Fields[0].Name != "currency" || form.Fields[0].Optional {
		t.Fatalf("the form is %+v", form)
	}
	l = l.say("next", "yes")
	if form := l.form("mapping"); !form.Again || !strings.Contains(form.Text, "the currency") {
		t.Errorf("an answer without a currency gives %q", form.Text)
	}
	l = l.say("currency", "XYZZY", "next", "yes")
	if form := l.form("mapping"); !form.Again || form.Text == "" || strings.Contains(form.Text, "XYZZY") || form.Fields[0].Value != "XYZZY" {
		t.Errorf("an answer that is no currency gives %q", form.Text)
	}
	l = l.say("currency", "EUR", "try", "yes")
	form = l.form("mapping")
	if form.Again || form.Fields[0].Value != "EUR" || form.Preview == nil || form.Preview.Accounts[0].Currency != "EUR" {
		t.Fatalf("trying EUR gives %+v", form)
	}
	l = l.say("currency", "EUR", "next", "yes")
	if shown := l.form("preview").Preview; shown.Accounts[0].Currency != "EUR" {
		t.Errorf("the preview has %+v", shown.Accounts)
	}
	done, c := l.imports()
	if got := p.fetch(c, fairlead.ProductTransactions, &done.Files[0]).Transactions; len(got) != 1 || got[0].Amount.Currency != "EUR" {
		t.Errorf("the rows are %+v", got)
	}
}

func TestABadFileIsAskedForAgainWithASentenceThatSaysWhereAndWhy(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	bad := p.put("bad.html", []byte("<html>canary</html>"))
	l := p.begin().bring(bad)
	if form := l.form("file"); !form.Again || !strings.Contains(form.Text, "no statement") || strings.Contains(form.Text, "canary") {
		t.Errorf("a page of HTML gives %+v", form)
	}
	shown := l.bring(bad, p.put("good.n43", norma43(t, "no-texts.n43"))).form("preview").Preview
	if len(shown.Files) != 2 || shown.Files[0].Refused == "" || shown.Files[1].Refused != "" || len(shown.Accounts) != 1 {
		t.Errorf("the preview is %+v", shown)
	}
}

func TestAPreviewIsBoundedAndSaysSo(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	var all []statement
	for n := range 60 {
		all = append(all, numbered(checking, fmt.Sprintf("%012d", 100_000_000+n*1_111)))
	}
	shown := p.begin().bring(p.put("many.ofx", ofx(true, all...))).form("preview").Preview
	if len(shown.Accounts) != 20 || len(shown.Warnings) != 1 || !strings.Contains(shown.Warnings[0].Reason, "40 more accounts") {
		t.Errorf("%d accounts are shown, with %+v", len(shown.Accounts), shown.Warnings)
	}
}

func TestMoreAnswersThanCanBeRememberedAreRefused(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	var files []fairlead.File
	for n := range 20 {
		var head, row strings.Builder
		for c := range 200 {
			fmt.Fprintf(&head, "Odd%dof%d;", c, n)
			row.WriteString("x;")
		}
		csv := head.String() + "Wann;Wieviel\n" + row.String() + "13.01.2024;-4,20\n" + row.String() + "14.01.2024;-5,20\n"
		files = append(files, p.put(fmt.Sprintf("%d.csv", n), []byte(csv)))
	}
	l := p.begin().bring(files...)
	for range 20 {
		if l.step.Form.Kind != "mapping" {
			break
		}
		said := []string{"next", "yes"}
		for _, f := range l.step.Form.Fields {
			switch {
			case f.Name == "currency":
				said = append(said, f.Name, "EUR")
			case f.Value != "":
				said = append(said, f.Name, f.Value)
			}
		}
		l = l.say(said...)
	}
	if form := l.form("file"); !form.Again || !strings.Contains(form.Text, "too much open") {
		t.Errorf("it says %q", form.Text)
	}
}
