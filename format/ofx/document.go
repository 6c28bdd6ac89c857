package ofx

import (
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
)

// taxForm reads a form of a tax response (TAX1099INT_V100, TAXW2_V200 …). Its bytes are
// the part of the file that it is.
func (r *reader) taxForm(i int) error {
	name := r.nodes[i].tag.name
	if !strings.HasPrefix(name, "TAX") && !strings.HasPrefix(name, "FORM") {
		return nil
	}
	d := r.document(i, "tax_form")
	d.Form = formOf(name)
	if year, err := strconv.Atoi(r.value(i, "TAXYEAR")); err == nil && year > 1900 && year < 2200 {
		d.TaxYear = year
		d.Period = fairlead.Interval{
			From: fairlead.Date{Year: year, Month: time.January, Day: 1}, To: fairlead.Date{Year: year, Month: time.December, Day: 31},
		}
	}
	if strings.EqualFold(r.value(i, "CORRECTED"), "Y") {
		d.Revision = 1
	}
	d.Ref = r.value(i, "SRVRTID")
	if d.Ref == "" {
		d.Ref = digest(name, r.value(i, "TAXYEAR"), r.value(i, "RECACCT"), r.value(i, "PAYERID"), strconv.Itoa(d.Revision))
	}
	d.FileName = strings.Trim(strings.Join([]string{d.Form, r.value(i, "TAXYEAR")}, " "), " ") + ".ofx"
	return r.handDocument(d)
}

// formOf is what people call a form: "1099-INT" of TAX1099INT_V100, "W-2" of TAXW2_V200.
func formOf(element string) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(element, "TAX"), "FORM"), "_V")
	digits := len(name) - len(strings.TrimLeft(name, "0123456789"))
	switch {
	case digits == 0 && strings.HasPrefix(name, "W"):
		return "W-" + name[1:]
	case digits > 0 && digits < len(name):
		return name[:digits] + "-" + name[digits:]
	}
	return name
}

// document begins a document of an aggregate with all its values.
func (r *reader) document(i int, kind string) *format.Document {
	d := &format.Document{}
	d.Kind, d.Issued, d.MediaType = kind, r.served.day, "application/x-ofx"
	d.Fields = make(map[string]fairlead.Parsed)
	r.fields(i, "", d.Fields)
	d.Data = []byte(strings.TrimSpace(r.text[r.nodes[i].at:r.scan.pos]))
	d.Size = int64(len(d.Data))
	return d
}

// plainFields is how many values a document has without counting as more than a row: one
// of many sales counts as what it is.
const plainFields = 64

func (r *reader) handDocument(d *format.Document) error {
	r.documents++
	if r.rows += max(0, len(d.Fields)-plainFields); r.rows > format.MaxRows {
		return r.tooManyRows()
	}
	return r.hand(format.Item{Document: d})
}

// closing reads STMTENDRS: what an account's statements came to, each a document, without
// the rows.
func (r *reader) closing(i int) error {
	scheme, from := "bank", r.child(i, "BANKACCTFROM")
	if c := r.child(i, "CCACCTFROM"); c >= 0 {
		scheme, from = "card", c
	}
	currency := format.Currency(r.value(i, "CURDEF"))
	if currency == "" {
		currency = strings.ToUpper(trim(r.answers[format.AskCurrency]))
	}
	if format.Currency(currency) == "" {
		return r.openCurrency(&account{at: r.nodes[i].at})
	}
	names := r.namesOf(from)
	state, err := r.state(keyOf(scheme, names, currency), identityOf(scheme, names))
	if err != nil {
		return err
	}
	a := newAccount(scheme, names, currency)
	a.Bank = r.bank
	for c := i + 1; c < r.nodes[i].end; c = r.nodes[c].end {
		if name := r.nodes[c].tag.name; name != "CLOSING" && name != "CCCLOSING" {
			continue
		}
		if err := r.closedPeriod(c, &a, state, currency); err != nil {
			return err
		}
	}
	return r.hand(format.Item{Account: &a})
}

func (r *reader) closedPeriod(c int, a *format.Account, state *accountState, currency string) error {
	d := r.document(c, "statement")
	d.AccountKey, d.Ref = a.Key, r.value(c, "FITID")
	opened, err := r.stamp(c, "DTOPEN")
	if err != nil {
		return err
	}
	closed, err := r.stamp(c, "DTCLOSE")
	if err != nil {
		return err
	}
	if !opened.isZero() && !closed.isZero() && !closed.day.Before(opened.day) {
		d.Period = fairlead.Interval{From: opened.day, To: closed.day}
	}
	if !closed.isZero() {
		d.Issued = closed.day
	}
	if d.Ref == "" {
		d.Ref = digest("closing", closed.day.String())
	}
	d.FileName = strings.TrimSpace("Statement "+closed.day.String()) + ".ofx"
	total, err := r.optional(c, "BALCLOSE", currency)
	if err != nil {
		return err
	}
	if total != nil && !closed.isZero() && !closed.at.Before(state.asOf) {
		a.Balances = fairlead.Balances{Current: &fairlead.Money{Amount: *total, Currency: currency}, AsOf: closed.at}
		state.asOf = closed.at
	}
	d.Data = nil // its element is a part of one that has not been cut yet
	if n := r.nodes[c]; n.end > c {
		end := r.scan.pos
		if n.end < len(r.nodes) {
			end = r.nodes[n.end].at
		}
		text, ended := r.text[n.at:end], "</"+n.tag.name+">"
		if at := strings.Index(text, ended); at >= 0 {
			text = text[:at+len(ended)]
		}
		d.Data = []byte(strings.TrimSpace(text))
	}
	d.Size = int64(len(d.Data))
	return r.handDocument(d)
}

// image reads a picture of a cheque, statement or tax form whose bytes are in the file.
func (r *reader) image(i int) error {
	data, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(r.value(i, "IMAGEBYTES")), ""))
	if err != nil || len(data) == 0 {
		return r.warn(r.wrongIn(i, format.Missing, "IMAGEBYTES", "holds no image that can be read: it was left out"))
	}
	d := &format.Document{Data: data}
	d.Kind, d.Issued, d.Ref, d.Size = "other", r.served.day, r.value(i, "IMAGEREF"), int64(len(data))
	switch strings.ToUpper(r.value(i, "IMAGETYPE")) {
	case "STATEMENT":
		d.Kind = "statement"
	case "TAX":
		d.Kind = "tax_form"
	}
	if d.Ref == "" {
		d.Ref = digest("image", string(data))
	}
	d.MediaType, d.FileName = mediaOf(data)
	return r.handDocument(d)
}

// mediaOf goes by the first bytes.
func mediaOf(data []byte) (media, name string) {
	for _, k := range []struct{ begins, media, name string }{
		{"%PDF", "application/pdf", "image.pdf"},
		{"\x89PNG", "image/png", "image.png"},
		{"\xff\xd8", "image/jpeg", "image.jpg"},
		{"GIF8", "image/gif", "image.gif"},
		{"II*\x00", "image/tiff", "image.tif"},
		{"MM\x00*", "image/tiff", "image.tif"},
	} {
		if strings.HasPrefix(string(data[:min(len(data), 8)]), k.begins) {
			return k.media, k.name
		}
	}
	return "application/octet-stream", "image.bin"
}
