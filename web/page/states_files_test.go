package page

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/consenting"
	"github.com/fairlead-dev/fairlead/format/reader"
	"github.com/fairlead-dev/fairlead/linking"
	"github.com/fairlead-dev/fairlead/web/page/ownpath"
)

func day(year, month, day int) fairlead.Date {
	return fairlead.Date{Year: year, Month: time.Month(month), Day: day}
}

func euros(cents int64) fairlead.Money { return fairlead.NewMoney(cents, 2, "EUR") }

func moneyOf(m fairlead.Money) *fairlead.Money { return &m }

// mappingForm is what a person sees of a file that is of no known layout.
func mappingForm() fairlead.Form {
	var meanings []fairlead.Choice
	for _, v := range []string{"ignore", "date", "value_date", "amount", "money_in", "money_out", "description", "payee", "balance", "currency", "reference", "account", "type"} {
		meanings = append(meanings, fairlead.Choice{Value: v, Label: v})
	}
	column := func(name, label, value string, sample ...string) fairlead.FormField {
		return fairlead.FormField{Name: name, Kind: fairlead.FieldChoice, Label: label, Value: value, Sample: sample, Choices: meanings}
	}
	setting := func(name, value string, values ...string) fairlead.FormField {
		f := fairlead.FormField{Name: name, Kind: fairlead.FieldChoice, Label: "mapping." + name, Value: value}
		for _, v := range values {
			f.Choices = append(f.Choices, fairlead.Choice{Value: v, Label: v})
		}
		return f
	}
	return fairlead.Form{Kind: "mapping", Fields: []fairlead.FormField{
		column("column.1", "Fecha", "date", "02/01/2024", "03/01/2024", "05/01/2024"),
		column("column.2", "Concepto", "description", "COMPRA TARJ. 5402 MERCADONA VALENCIA", "NÓMINA ENERO", "RECIBO IBERDROLA CLIENTES"),
		column("column.3", "", "ignore"),
		column("column.4", "Importe", "amount", "-45,90", "1.850,00", "-61,33"),
		column("column.5", "Saldo", "balance", "1.204,10", "3.054,10", "2.992,77"),
		{Name: "currency", Kind: fairlead.FieldText, Label: "mapping.currency", Value: "EUR", Length: 3},
		setting("dates", "day_first", "day_first", "month_first", "year_first"),
		setting("decimal", ",", ",", "."),
		setting("sign", "as_is", "as_is", "inverted"),
		{Name: "try", Kind: fairlead.FieldConfirm, Label: "mapping.try"},
	}, Preview: &fairlead.Preview{
		Files: []fairlead.PreviewFile{{Name: "movimientos.csv", Format: "CSV"}},
		Accounts: []fairlead.PreviewAccount{{
			Ref: "1", Kind: fairlead.AccountDepository, Currency: "EUR", Transactions: 48, From: day(2024, 1, 2), To: day(2024, 3, 28),
		}},
		Rows: []fairlead.PreviewRow{
			{AccountRef: "1", Day: day(2024, 1, 2), Amount: euros(-4590), Description: "COMPRA TARJ. 5402 MERCADONA VALENCIA"},
			{AccountRef: "1", Day: day(2024, 1, 3), Amount: euros(185000), Description: "NÓMINA ENERO"},
			{AccountRef: "1", Day: day(2024, 1, 5), Amount: euros(-6133), Description: "RECIBO IBERDROLA CLIENTES"},
		},
		Warnings: []fairlead.FileWarning{{Kind: "bad_value", Line: 23, Field: "column 4", Reason: "must be a number"}},
	}}
}

// previewForm is what a person sees of two files that were read and one that was not.
func previewForm() fairlead.Form {
	warnings := []fairlead.FileWarning{
		{Kind: "bad_value", File: "giro-2024-q1.xml", Line: 118, Field: "BookgDt", Reason: "must be a date of the form YYYY-MM-DD"},
		{Kind: "bad_value", File: "giro-2024-q1.xml", Line: 231, Field: "Amt", Reason: "must be a number"},
		{Kind: "bad_value", File: "Card March.ofx", Line: 23, Field: "DTPOSTED", Reason: "must be a date of the form YYYYMMDD"},
		{Kind: "bad_value", File: "Card March.ofx", Line: 57, Field: "TRNAMT", Reason: "must be a number"},
		{Kind: fairlead.FileElsewhere, Account: "4300", Field: "account 4300", Reason: "is in another connection of yours and is left out here"},
		{Kind: fairlead.FileMoreAccounts, Count: 3, Reason: "3 more accounts are not shown here"},
	}
	return fairlead.Form{Kind: "preview", Fields: []fairlead.FormField{
		{Name: "import", Kind: fairlead.FieldConfirm, Label: "preview.import"},
		{Name: "another", Kind: fairlead.FieldConfirm, Label: "preview.another"},
	}, Preview: &fairlead.Preview{
		Files: []fairlead.PreviewFile{
			{Name: "giro-2024-q1.xml", Format: "CAMT.053"},
			{Name: "Card March.ofx", Format: "OFX"},
			{Name: "holiday-photos.zip", Refused: "This archive holds no statement. Please choose another file.", Error: &fairlead.FileWarning{Kind: "unknown", Reason: "no statement"}},
		},
		Accounts: []fairlead.PreviewAccount{
			{
				Ref: "1", Name: "Girokonto", Mask: "3000", Kind: fairlead.AccountDepository, Currency: "EUR", Known: true, From: day(2024, 1, 2), To: day(2024, 3, 31),
				Transactions: 1240, In: moneyOf(euros(1285000)), Out: moneyOf(euros(-1140375)), Balance: moneyOf(euros(412625)), BalanceAsOf: day(2024, 3, 31),
			},
			{
				Ref: "2", Name: "Platinum Rewards Visa", Mask: "1111", Kind: fairlead.AccountCard, Currency: "USD", From: day(2024, 3, 12), To: day(2024, 3, 12), Transactions: 1,
				Out: moneyOf(fairlead.NewMoney(-4210, 2, "USD")),
			},
			{Ref: "3", Name: "Retirement plan", Kind: fairlead.AccountInvestment, Currency: "USD", Holdings: 7, Movements: 32, Documents: 1, From: day(2023, 1, 1), To: day(2024, 3, 31)},
		},
		Warnings: warnings, MoreWarnings: 10,
		Rows: []fairlead.PreviewRow{
			{AccountRef: "1", Day: day(2024, 1, 2), Amount: euros(-4590), Description: "REWE SAGT DANKE 43215 BERLIN"},
			{AccountRef: "1", Day: day(2024, 1, 3), Amount: euros(285000), Description: "Gehalt Januar, Musterwerke GmbH & Co. KG"},
			{AccountRef: "2", Day: day(2024, 3, 12), Amount: fairlead.NewMoney(-4210, 2, "USD"), Description: "CORNER BAKERY"},
		},
	}}
}

// manyForm is a preview of a dozen accounts with long names, one of them empty.
func manyForm() fairlead.Form {
	f := previewForm()
	all := f.Preview.Accounts
	f.Preview.Files = []fairlead.PreviewFile{
		{Name: "Kontoauszug_Gemeinschaftskonto_Haushaltsführung_2024-01-01_bis_2024-12-31_endgültig(1).camt.053.xml", Format: "CAMT.053"},
		{Name: "Unlesbar (2).pdf", Refused: "This file is behind a password. Please save it without one, and pick it again.", Error: &fairlead.FileWarning{Kind: "locked"}},
	}
	f.Preview.Accounts = nil
	for n := range 12 {
		a := all[n%len(all)]
		a.Ref, a.Mask = strconv.Itoa(n+1), strconv.Itoa(3000+n)
		if n == 1 {
			a.Name = "Vermögenswirksame-Leistungen-Bausparkassenverrechnungskonto der Donaudampfschifffahrtsgesellschaft"
		}
		if n == 11 {
			a = fairlead.PreviewAccount{Ref: "12", Mask: "9999", Kind: fairlead.AccountDepository, Currency: "EUR", Balance: moneyOf(euros(123456789012))}
		}
		f.Preview.Accounts = append(f.Preview.Accounts, a)
	}
	return f
}

// accountForm is previewForm where it is not certain which account one of the files is.
func accountForm() fairlead.Form {
	f := previewForm()
	f.Preview.Files, f.Preview.Accounts, f.Preview.Warnings, f.Preview.MoreWarnings = f.Preview.Files[:1], f.Preview.Accounts[:1], f.Preview.Warnings[:1], 0
	f.Preview.Accounts[0].Known, f.Preview.Rows = false, f.Preview.Rows[:2]
	f.Fields = append(f.Fields, fairlead.FormField{Name: "account.1", Kind: fairlead.FieldChoice, Label: "preview.question", Choices: []fairlead.Choice{
		{Value: "acc_1", Label: "Girokonto ending in 3000"}, {Value: "acc_2", Label: "Girokonto ending in 4300"}, {Value: "new", Label: "preview.new"},
	}})
	return f
}

// addFileStates adds every page about files that are brought.
func addFileStates(add func(string, fairlead.Stage, func(*linking.Screen)), file fairlead.Institution) {
	addForm := func(name string, form fairlead.Form) {
		add(name, fairlead.StageConversation, func(s *linking.Screen) {
			s.Institution, s.Step, s.Turn = &file, &fairlead.Step{Form: &form}, 1
		})
	}
	upload := func(s *linking.Screen) { s.Upload = &file }
	add("institution-upload", fairlead.StageInstitution, func(s *linking.Screen) {
		upload(s)
		s.Institutions = []fairlead.Institution{bank("harbor", "Harbor Bank", "US"), bank("farol", "Banco Farol", "BR"), file}
	})
	add("institution-upload-only", fairlead.StageInstitution, func(s *linking.Screen) {
		upload(s)
		s.Institutions = []fairlead.Institution{file}
	})
	files := fairlead.FormField{Name: "file", Kind: fairlead.FieldFile, Accept: strings.Join(reader.Endings(), ","), MaxBytes: 16 << 20, MaxFiles: 20}
	addForm("files", fairlead.Form{Kind: "file", Fields: []fairlead.FormField{files}})
	addForm("files-again", fairlead.Form{Kind: "file", Again: true, Refused: refusedFile, Text: "This file can't be read at line 23: DTPOSTED must be a date of the form YYYYMMDD. Please pick another one.", Fields: []fairlead.FormField{files}})
	addForm("files-none", fairlead.Form{Kind: "file", Again: true, Text: "This file is cut off at line 9. Please download it again.", Refused: &fairlead.FileWarning{Kind: "truncated", Line: 9}, Fields: []fairlead.FormField{files}, Preview: &fairlead.Preview{Files: []fairlead.PreviewFile{
		{Name: "March.xml", Refused: "This file is cut off at line 9. Please download it again.", Error: &fairlead.FileWarning{Kind: "truncated", Line: 9}},
		{Name: "April.pdf", Refused: "This file is behind a password. Please save it without one, and pick it again.", Error: &fairlead.FileWarning{Kind: "locked"}},
	}}})
	addForm("files-other", fairlead.Form{Kind: "file", Again: true, Text: "These files are of another connection of yours. Please pick files of this one.", Refused: &fairlead.FileWarning{Kind: fairlead.FileElsewhere}, Fields: []fairlead.FormField{files}})
	add("file-imported", fairlead.StageResult, func(s *linking.Screen) {
		s.Institution, s.CanBack, s.CanAnother = &file, false, true
		s.Connected = []linking.Connected{{Connection: fairlead.Connection{ID: "con_1", Uploaded: true}, Institution: file, Accounts: 2}}
	})
	add("file-coming", fairlead.StageResult, func(s *linking.Screen) {
		s.Institution, s.CanBack, s.CanAnother = &file, false, true
		coming := fairlead.Connection{ID: "con_1", Uploaded: true, Waiting: []fairlead.CollectionID{"col_2"}}
		s.Connected = []linking.Connected{{Connection: coming, Institution: file, Accounts: 2}}
	})
	addForm("mapping", mappingForm())
	settings := mappingForm()
	settings.Fields = settings.Fields[5:6]
	addForm("mapping-settings", settings)
	qif := mappingForm()
	qif.Fields = append(settings.Fields[:1:1], qif.Fields[6])
	qif.Fields[0].Value, qif.Fields[1].Value, qif.Preview = "", "", nil
	qif.Again, qif.Text = true, "Please answer this too: the currency, the order of day, month and year."
	qif.Refused = &fairlead.FileWarning{Kind: "open", Reason: "says no currency"}
	addForm("mapping-qif", qif)
	none := mappingForm()
	none.Again, none.Text, none.Title, none.Preview = true, "One column must be the day of each row.", "movimientos-2024.csv", nil
	none.Fields[0].Value, none.Fields[6].Value, none.Refused = "", "", &fairlead.FileWarning{Kind: "open"}
	addForm("mapping-again", none)
	unfit := mappingForm()
	unfit.Again, unfit.Text, unfit.Preview = true, "This does not fit yet: column 2 must be a number.", nil
	unfit.Refused = &fairlead.FileWarning{Kind: "open", Field: "column 2", Reason: "must be a number"}
	addForm("mapping-unfit", unfit)
	addForm("preview", previewForm())
	addForm("preview-many", manyForm())
	addForm("preview-account", accountForm())
	again := accountForm()
	again.Again, again.Text, again.Refused = true, "Please say which account this is.", &fairlead.FileWarning{Kind: fairlead.FileUncertain}
	addForm("preview-again", again)
}

// someUploads are the imports of every connection.
type someUploads struct{}

func (someUploads) List(context.Context, fairlead.TenantID, fairlead.ConnectionID) ([]fairlead.Collection, error) {
	at := time.Date(2026, 3, 14, 9, 20, 0, 0, time.UTC)
	counts := func(added, changed int) map[fairlead.Product]fairlead.ProductCounts {
		return map[fairlead.Product]fairlead.ProductCounts{fairlead.ProductTransactions: {Added: added, Changed: changed}}
	}
	return []fairlead.Collection{
		{ID: "col_2", Cause: fairlead.CauseUpload, Started: at, Ended: at, File: &fairlead.File{Name: "Kontoauszug_2026-03.xml"}, Products: counts(1240, 3)},
		{ID: "col_1", Cause: fairlead.CauseUpload, Started: at.AddDate(0, -1, 0), Ended: at, File: &fairlead.File{Name: "Kontoauszug_2026-02.xml"}, Products: counts(0, 0)},
	}, nil
}

func (someUploads) Undo(context.Context, fairlead.TenantID, fairlead.ConnectionID, fairlead.CollectionID) error {
	return nil
}

// showOwn shows the person's own page, or what is confirmed on it, of one bank and one
// connection that is fed by files.
func (p *Page) showOwn(w http.ResponseWriter, r *http.Request) {
	file := fairlead.Institution{ID: "ins_statement", Name: "Upload a statement", Logins: []fairlead.LoginKind{fairlead.LoginFile}}
	fed := fairlead.Connection{ID: "con_1", Uploaded: true, Created: time.Date(2026, 2, 14, 9, 0, 0, 0, time.UTC)}
	shown := consenting.Portal{
		Application: fairlead.Application{Name: "Moneda"},
		Connections: []consenting.PortalConnection{
			{Connection: fed, Institution: file, Accounts: 2}, {Connection: fairlead.Connection{ID: "con_2", Created: fed.Created}, Institution: bank("harbor", "Harbor Bank", "US"), Accounts: 3},
		},
	}
	p.setHeaders(w, nil)
	v := p.portalView(r, shown)
	v.session.home = ownpath.Link("own")
	uploads := p.uploadsOf(r.Context(), fed)
	title := v.phrase("portal.title")
	c := content{title, shares(portal{v, shown, nil, map[fairlead.ConnectionID][]imported{"con_1": uploads}}, title)}
	if r.PathValue("name") == "undo" {
		title = v.text("undo.title")
		c = content{title, undoing(v, title, fed, uploads[0])}
	}
	if r.PathValue("name") == "revoke" {
		title = v.text("portal.revoke.title", "institution", "Harbor Bank")
		c = content{title, revoking(portal{v, shown, nil, nil}, title, shown.Connections[1])}
	}
	_ = p.render(w, r, http.StatusOK, newDocument(r, v, c))
}
