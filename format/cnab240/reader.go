package cnab240

import (
	"strconv"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
)

// reader is where the reading of a file stands.
type reader struct {
	take     func(format.Item) error
	answers  map[string]string
	bank     string // name, of the file's header
	records  int    // before the current one
	lots     int
	rows     int
	other    *format.Error // why the first lot of another service is not read
	skipping bool          // the lot is of another service
	open     *lot          // the lot whose trailer has not come yet
	all      format.Statements
	ended    bool // the file's trailer came
}

// lot is the statement of an account from its header on.
type lot struct {
	format.Account
	raw             string // agency, account and digits, as the columns 53 to 72 have them
	records         int
	start, end      fairlead.Date
	opening         fairlead.Decimal
	opened          bool // the opening balance could be read
	credits, debits fairlead.Decimal
}

func (r *reader) record(rec format.Record) error {
	defer func() { r.records++ }()
	if r.open != nil {
		r.open.records++
	}
	switch rec.Columns(8, 8) {
	case "0":
		r.bank = format.Words(rec.Columns(103, 132))
		return nil
	case "1":
		return r.begin(rec)
	case "3":
		return r.detail(rec)
	case "5":
		return r.close(rec)
	case "9":
		return r.finish(rec)
	case "2", "4": // of services with more than one kind of record at a lot's ends
		return nil
	}
	return r.warn(wrong(rec, "tipo de registro", format.BadValue, "is none of 0 to 5 and 9"))
}

func (r *reader) warn(e *format.Error) error { return r.take(format.Item{Warning: e}) }

// begin reads the header of a lot.
func (r *reader) begin(rec format.Record) error {
	if err := r.abandon(rec.Line); err != nil {
		return err
	}
	r.lots++
	service := rec.Columns(10, 11)
	r.skipping = !statement(rec.Columns(9, 9), service)
	if r.skipping {
		if r.other == nil {
			r.other = wrong(rec, "tipo de serviço", format.BadValue, otherService(service))
		}
		return nil
	}
	currency, err := r.currency(rec)
	if err != nil {
		return err
	}
	l := newLot(rec, currency, r.bank)
	r.open = l
	start, ok := day(rec.Columns(143, 150))
	if ok {
		l.start = start
	} else if format.Filled(rec.Columns(143, 150)) != "" {
		if err := r.warn(wrong(rec, "data do saldo inicial", format.BadValue, "must be a date of the form DDMMYYYY")); err != nil {
			return err
		}
	}
	if l.opening, l.opened = signed(rec.Columns(151, 168), rec.Columns(169, 169)); !l.opened {
		return r.warn(wrong(rec, "saldo inicial", format.BadValue, "must be an amount of 18 digits before a D or C"))
	}
	l.note("opening_balance", l.opening.String())
	return nil
}

func (r *reader) currency(rec format.Record) (string, error) {
	if c := currencyOf(rec.Columns(171, 173)); c != "" {
		return c, nil
	}
	if said := strings.ToUpper(r.answers[format.AskCurrency]); fairlead.ValidCurrency(said) {
		return said, nil
	}
	e := wrong(rec, "moeda", format.Open, "is no currency of ISO 4217")
	e.Questions = []format.Question{{Name: format.AskCurrency, Value: "BRL", Needed: true}}
	return "", e
}

func newLot(rec format.Record, currency, bankName string) *lot {
	bank, branch, number := rec.Columns(1, 3), branchOf(rec.Columns(53, 57)), bare(rec.Columns(59, 70))
	check := strings.TrimSpace(rec.Columns(71, 71)) // of the account
	if check == "" {
		check = strings.TrimSpace(rec.Columns(72, 72)) // of branch and account together: Itaú, Santander
	}
	l := &lot{raw: rec.Columns(53, 72), records: 1}
	l.Key = strings.Join([]string{bank, branch, number, check, currency}, "-")
	l.Bank = format.Bank{Name: bankName, ID: bank}
	l.Names = format.Names{Scheme: "bank", Bank: bank, Branch: branch, Number: number, Key: check, Currency: currency}
	l.Kind, l.Subtype, l.Currency = fairlead.AccountDepository, "checking", currency
	l.Numbers = fairlead.AccountNumbers{Number: number, CheckDigit: check, Branch: branch, COMPE: bank}
	l.Mask = format.Mask(number + check)
	l.Name = strings.TrimSpace("Account " + l.Mask)
	l.holder(rec)
	l.note("branch_digit", rec.Columns(58, 58))
	l.note("agreement", rec.Columns(33, 52))
	return l
}

// holder takes over whose account it is: kind 1 has a CPF, 2 a CNPJ.
func (l *lot) holder(rec format.Record) {
	id, role := rec.Columns(19, 32), "owner"
	switch rec.Columns(18, 18) {
	case "1":
		if cpf := id[max(0, len(id)-11):]; fairlead.ValidCPF(cpf) {
			l.note("cpf", cpf)
		}
	case "2":
		role = "company"
		if fairlead.ValidCNPJ(id) {
			l.note("cnpj", id)
		}
	}
	if s := format.Words(rec.Columns(73, 102)); s != "" {
		l.Holders = []fairlead.Holder{{Name: s, Role: role}}
	}
}

func (l *lot) note(key, value string) {
	if value = format.Filled(value); value == "" {
		return
	}
	if l.Extra == nil {
		l.Extra = make(fairlead.Extra)
	}
	l.Extra[name+"."+key] = value
}

// detail reads a record of segment E. Banks may write segments of their own between.
func (r *reader) detail(rec format.Record) error {
	switch {
	case r.skipping:
		return nil
	case r.open == nil:
		return r.warn(wrong(rec, "", format.Missing, "stands outside of a lot: the header of the lot is missing before it"))
	case rec.Columns(14, 14) != "E" && rec.Columns(14, 14) != "e":
		return r.warn(wrong(rec, "segmento", format.BadValue, "is another than E"))
	case format.Filled(rec.Columns(53, 72)) != "" && rec.Columns(53, 72) != r.open.raw:
		return r.warn(wrong(rec, "conta corrente", format.Differs, "is another account than that of the lot"))
	}
	amount, ok := signed(rec.Columns(151, 168), rec.Columns(169, 169))
	if !ok {
		return r.warn(wrong(rec, "valor do lançamento", format.BadValue, "must be an amount of 18 digits before a D or C"))
	}
	entered, ok := day(rec.Columns(135, 142))
	if !ok && format.Filled(rec.Columns(135, 142)) != "" {
		if err := r.warn(wrong(rec, "data contábil", format.BadValue, "must be a date of the form DDMMYYYY")); err != nil {
			return err
		}
	}
	if !ok {
		entered = fairlead.Date{}
	}
	booked, ok := day(rec.Columns(143, 150))
	if !ok && format.Filled(rec.Columns(143, 150)) == "" && !entered.IsZero() {
		booked, ok = entered, true
	}
	if !ok {
		return r.warn(wrong(rec, "data do lançamento", format.BadValue, "must be a date of the form DDMMYYYY"))
	}
	t := &fairlead.Transaction{
		AccountRef: r.open.Key, State: fairlead.TransactionPosted, Booked: booked,
		Amount: fairlead.Money{Amount: amount, Currency: r.open.Currency},
	}
	describe(t, rec, entered)
	if format.BalanceRow(t.Description) {
		return r.warn(wrong(rec, "histórico", format.Differs, "is a balance by its name, and no money: it was left out"))
	}
	if r.rows++; r.rows > format.MaxRows {
		return wrong(rec, "", format.TooLarge, "holds more than "+strconv.Itoa(format.MaxRows)+" rows")
	}
	if amount.Sign() < 0 {
		r.open.debits = r.open.debits.Add(amount.Neg())
	} else {
		r.open.credits = r.open.credits.Add(amount)
	}
	return r.take(format.Item{Transaction: t})
}

// describe takes over texts, codes and the other side of a detail.
func describe(t *fairlead.Transaction, rec format.Record, entered fairlead.Date) {
	t.Description = format.Words(rec.Columns(177, 201))
	category := format.Filled(rec.Columns(170, 172))
	t.Extra = make(fairlead.Extra, 4)
	note := func(key, value string) {
		if value = format.Filled(value); value != "" {
			t.Extra[name+"."+key] = value
		}
	}
	// The last columns are the number of a document, or more of the text, or both.
	if more := format.Words(rec.Columns(202, 240)); strings.Trim(more, "0123456789 ./-") == "" {
		note("document", more)
		if (category == "101" || category == "124") && format.Digits(bare(more)) {
			t.Check = bare(more)
		}
	} else {
		t.Description = strings.TrimSpace(t.Description + " " + more)
	}
	note("category", category)
	note("history", rec.Columns(173, 176))
	note("nature", rec.Columns(109, 111))
	if !entered.IsZero() && entered != t.Booked {
		note("accounting_date", entered.String())
	}
	t.Kind = kindOf(category, t.Description)
	switch kind := rec.Columns(112, 113); {
	case kind == "01" && format.Filled(rec.Columns(114, 133)) != "":
		bank, branch, number := format.Filled(rec.Columns(114, 116)), branchOf(format.Filled(rec.Columns(117, 121))), bare(rec.Columns(122, 133))
		if t.Kind == "transfer" || t.Kind == "pix" || t.Kind == "ted" {
			t.Counterparty = &fairlead.Counterparty{Bank: bank, Branch: branch, Account: number}
			return
		}
		note("origin", rec.Columns(114, 133))
	default:
		note("complement", rec.Columns(114, 133))
	}
}
