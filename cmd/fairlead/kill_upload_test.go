package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead/apptest"
)

func TestAKillBetweenAPreviewItsImportAndItsUndoLosesNoRowAndDoublesNone(t *testing.T) {
	t.Parallel()
	t.Run("SQLite", func(t *testing.T) { t.Parallel(); killedUploads(t) })
	t.Run("PostgreSQL", func(t *testing.T) { t.Parallel(); killedUploads(t, "--store", apptest.Postgres(t)) })
}

// killedUploads brings files to a server that is killed after the preview, in the middle of
// each import, and in the middle of the undo.
func killedUploads(t *testing.T, extra ...string) {
	v := newVictim(t, extra...)
	v.start()
	app := &apptest.App{T: t, URL: v.url}
	again := func(after time.Duration) {
		time.Sleep(after)
		v.kill()
		v.start()
	}
	rows := func(con string) (got []string) {
		for _, m := range apptest.List[struct {
			Booked      string `json:"booked_on"`
			Description string
			Amount      struct{ Amount string }
		}](app, "/connections/"+con+"/transactions") {
			got = append(got, m.Booked+" "+m.Amount.Amount+" "+m.Description)
		}
		slices.Sort(got)
		return got
	}

	first, want := ledger(0, 3000)
	p := toPreview(app, first)
	again(0)
	p.Go(p.At.String())
	con := importedBy(app, p)
	again(300 * time.Millisecond)
	app.Until("the first file is read", func() bool { return allEnded(app, con) })
	if got := rows(con); !slices.Equal(got, want) {
		t.Fatalf("after a kill there are %d rows, want the %d of the file; the first are %q and %q", len(got), len(want), got[:min(len(got), 3)], want[:3])
	}

	second, _ := ledger(1500, 6000)
	_, both := ledger(0, 6000)
	var upload, undo struct{ ID string }
	app.Call("POST", "/connections/"+con+"/files?name=next.ofx", second, &upload)
	again(400 * time.Millisecond)
	app.Until("the second file is read", func() bool { return allEnded(app, con) })
	if got := rows(con); !slices.Equal(got, both) {
		t.Fatalf("after a kill there are %d rows, want the %d of both files", len(got), len(both))
	}
	app.Call("POST", "/connections/"+con+"/collections/"+upload.ID+"/undo", nil, &undo)
	again(400 * time.Millisecond)
	app.Until("the second file is undone", func() bool { return allEnded(app, con) })
	if got := rows(con); !slices.Equal(got, want) {
		t.Errorf("undone there are %d rows, want the %d of the first file", len(got), len(want))
	}
}

// toPreview brings a file by the page, up to where it is shown what was understood.
func toPreview(app *apptest.App, content []byte) *apptest.Browser {
	app.T.Helper()
	var link struct{ URL string }
	app.Call("POST", "/links", map[string]any{"person": "anna", "redirect_url": "http://localhost:9999/back"}, &link)
	p := app.Visit(link.URL)
	p.Submit()
	p.Press("choose", "institution", "statement")
	p.Submit()
	p.Upload("file", "first.ofx", content)
	return p
}

// importedBy goes on from a preview and gives the connection.
func importedBy(app *apptest.App, p *apptest.Browser) string {
	app.T.Helper()
	for n := 0; !p.Left && n < 4; n++ {
		if slices.ContainsFunc(p.Forms(), func(f apptest.Form) bool { return strings.HasSuffix(f.Action, "/finish") }) {
			p.Press("finish")
		} else {
			p.Submit()
		}
	}
	var got struct{ Connections []struct{ ID string } }
	app.Call("POST", "/links/exchange", map[string]string{"code": p.At.Query().Get("code")}, &got)
	if len(got.Connections) != 1 {
		app.T.Fatalf("the import made %d connections", len(got.Connections))
	}
	return got.Connections[0].ID
}

// allEnded reports whether all collections of a connection have ended.
func allEnded(app *apptest.App, con string) bool {
	all := apptest.List[struct {
		EndedAt *string `json:"ended_at"`
	}](app, "/connections/"+con+"/collections")
	return len(all) > 0 && !slices.ContainsFunc(all, func(c struct {
		EndedAt *string `json:"ended_at"`
	},
	) bool {
		return c.EndedAt == nil
	})
}

// ledger is an OFX file of the rows from one number to another, and these in words.
func ledger(from, to int) (content []byte, rows []string) {
	var b strings.Builder
	b.WriteString("OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nSECURITY:NONE\nENCODING:USASCII\nCHARSET:1252\nCOMPRESSION:NONE\nOLDFILEUID:NONE\nNEWFILEUID:NONE\n\n" +
		"<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS><DTSERVER>20240401120000<LANGUAGE>ENG<FI><ORG>Any Bank<FID>123</FI></SONRS></SIGNONMSGSRSV1>" +
		"<BANKMSGSRSV1><STMTTRNRS><TRNUID>1<STATUS><CODE>0<SEVERITY>INFO</STATUS><STMTRS><CURDEF>USD" +
		"<BANKACCTFROM><BANKID>123456789<ACCTID>000123456789<ACCTTYPE>CHECKING</BANKACCTFROM><BANKTRANLIST><DTSTART>20200101<DTEND>20240331\n")
	start := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	for n := from; n < to; n++ {
		day := start.AddDate(0, 0, n/5)
		fmt.Fprintf(&b, "<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>%s<TRNAMT>-%d.50<FITID>F%d<NAME>SHOP %d</STMTTRN>\n", day.Format("20060102"), n%90+1, n, n%7)
		rows = append(rows, fmt.Sprintf("%s -%d.50 SHOP %d", day.Format(time.DateOnly), n%90+1, n%7))
	}
	fmt.Fprintf(&b, "</BANKTRANLIST><LEDGERBAL><BALAMT>%d.00<DTASOF>20240331</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\n", to)
	slices.Sort(rows)
	return []byte(b.String()), rows
}
