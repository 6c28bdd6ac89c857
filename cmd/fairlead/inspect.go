package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"unicode"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
	"github.com/fairlead-dev/fairlead/format/reader"
)

// inspectCommand reads files of banks and says what was understood; nothing is stored.
// What it prints is documented in docs/statement-files.md.
type inspectCommand struct {
	Files    []string          `arg:"" name:"file" help:"Files, or archives of them; - is what comes in on standard input."`
	JSON     bool              `name:"json" help:"Print JSON instead of tables."`
	Rows     bool              `help:"Print every row, too."`
	Answers  string            `placeholder:"FILE.json" type:"existingfile" help:"A file with answers to what a file leaves open: an object of names and values."`
	Answer   map[string]string `placeholder:"NAME=VALUE" mapsep:"none" help:"One answer, such as column.2=amount; may be repeated."`
	Currency string            `placeholder:"EUR" help:"The currency of files that don't say it: short for --answer currency=EUR."`
}

func (c inspectCommand) Run(w *env) error {
	debug.SetGCPercent(50) // a command has the memory of its user's machine: time matters less
	answers, err := c.answers()
	if err != nil {
		return err
	}
	var inputs []format.Input
	var unread []reader.File
	for _, name := range c.Files {
		data, err := readInput(name)
		if err != nil {
			unread = append(unread, reader.File{Name: name, Error: &format.Error{File: name, Kind: format.Unread, Reason: "can't be opened", Err: errors.Unwrap(err)}})
			continue
		}
		inputs = append(inputs, format.Input{Name: inputName(name), Data: data, Answers: answers})
	}
	imp := &reader.Import{}
	var open *format.Error
	if len(inputs) > 0 {
		var wrong *format.Error
		read, err := reader.Read(w, inputs...)
		if err != nil && !errors.As(err, &wrong) {
			return err
		}
		if imp = read; wrong != nil && wrong.Kind == format.Open {
			open = wrong
		}
	}
	imp.Files = append(imp.Files, unread...)
	r := newInspection(imp, open, c.Rows)
	r.answers = answers
	r.WrongAnswers = wrongAnswers(r.Questions, answers)
	if c.JSON {
		err = r.json(w)
	} else {
		err = r.tables(w)
	}
	return cmp.Or(err, refusedFiles(imp.Files))
}

// refusedFiles is an error where files were refused.
func refusedFiles(files []reader.File) error {
	refused := 0
	for _, f := range files {
		if f.Error != nil {
			refused++
		}
	}
	switch {
	case refused == 0:
		return nil
	case len(files) == 1:
		return errors.New("the file was not read")
	}
	return fmt.Errorf("%d of %d files were not read", refused, len(files))
}

func (c inspectCommand) answers() (map[string]string, error) {
	answers := map[string]string{}
	if c.Answers != "" {
		text, err := os.ReadFile(c.Answers)
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(text, &answers); err != nil {
			return nil, fmt.Errorf("%s is no object of names and values: %w", c.Answers, err)
		}
	}
	maps.Copy(answers, c.Answer)
	if c.Currency != "" {
		answers[format.AskCurrency] = strings.ToUpper(c.Currency)
	}
	return answers, nil
}

// stdin is the name of standard input among the files.
const stdin = "-"

func inputName(name string) string {
	if name == stdin {
		return "standard input"
	}
	return filepath.Base(name)
}

// readInput reads a file as far as it may be large, and one byte more.
func readInput(name string) ([]byte, error) {
	from := os.Stdin
	if name != stdin {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		from = f
	}
	var data bytes.Buffer
	if info, err := from.Stat(); err == nil && info.Mode().IsRegular() {
		data.Grow(int(min(info.Size(), format.MaxBytes)) + bytes.MinRead)
	}
	_, err := data.ReadFrom(io.LimitReader(from, format.MaxBytes+1))
	return data.Bytes(), err
}

// inspection is what is printed; its JSON is a contract.
type inspection struct {
	Files        []inspectedFile     `json:"files"`
	Accounts     []inspectedAccount  `json:"accounts"`
	Documents    []inspectedDocument `json:"documents"`
	Warnings     []inspectedError    `json:"warnings"`
	MoreWarnings int                 `json:"more_warnings"`
	Questions    []format.Question   `json:"questions"`
	WrongAnswers []wrongAnswer       `json:"wrong_answers,omitempty"` // that left their questions open
	Rows         []inspectedRow      `json:"rows,omitempty"`
	answers      map[string]string   // to which the questions are what is left
}

type inspectedFile struct {
	Name   string          `json:"name"`
	Format string          `json:"format,omitempty"`
	Layout string          `json:"layout,omitempty"`
	Rows   int             `json:"rows"`
	Error  *inspectedError `json:"error,omitempty"`
}

type inspectedError struct {
	File     string      `json:"file,omitempty"`
	Format   string      `json:"format,omitempty"`
	Line     int         `json:"line,omitempty"`
	Column   int         `json:"column,omitempty"`
	Field    string      `json:"field,omitempty"`
	Kind     format.Kind `json:"kind"`
	Reason   string      `json:"reason"`
	Sentence string      `json:"sentence,omitempty"` // of an error: for people
}

type inspectedAccount struct {
	Ref       string               `json:"ref"`
	Number    string               `json:"number,omitempty"` // all but the last four covered
	Bank      string               `json:"bank,omitempty"`
	Name      string               `json:"name,omitempty"`
	Kind      fairlead.AccountKind `json:"kind"`
	Subtype   string               `json:"subtype,omitempty"`
	Currency  string               `json:"currency,omitempty"`
	From      fairlead.Date        `json:"from,omitzero"`
	To        fairlead.Date        `json:"to,omitzero"`
	Rows      int                  `json:"transactions"`
	Pending   int                  `json:"pending"`
	Movements int                  `json:"investment_transactions"`
	Holdings  int                  `json:"holdings"`
	In        *fairlead.Money      `json:"in,omitempty"`
	Out       *fairlead.Money      `json:"out,omitempty"`
	Value     *fairlead.Money      `json:"value,omitempty"` // of the holdings
	Balances  fairlead.Balances    `json:"balances"`
}

type inspectedDocument struct {
	Name     string                     `json:"name"`
	Kind     string                     `json:"kind"`
	Form     string                     `json:"form,omitempty"`
	TaxYear  int                        `json:"tax_year,omitempty"`
	Period   fairlead.Interval          `json:"period,omitzero"`
	Accounts []string                   `json:"accounts,omitempty"` // refs
	Media    string                     `json:"media_type,omitempty"`
	Size     int64                      `json:"size"`
	SHA256   string                     `json:"sha256,omitempty"`
	Fields   map[string]fairlead.Parsed `json:"fields,omitempty"`
}

// inspectedRow is a transaction or a movement.
type inspectedRow struct {
	Account     string            `json:"account"` // ref
	Ref         string            `json:"ref,omitempty"`
	Day         fairlead.Date     `json:"day"`
	State       string            `json:"state"`
	Kind        string            `json:"kind,omitempty"`
	Amount      fairlead.Money    `json:"amount"`
	Description string            `json:"description"`
	Quantity    *fairlead.Decimal `json:"quantity,omitempty"`
}

func newInspection(imp *reader.Import, open *format.Error, rows bool) inspection {
	r := inspection{
		Files: []inspectedFile{}, Accounts: []inspectedAccount{}, Documents: []inspectedDocument{},
		Warnings: []inspectedError{}, MoreWarnings: imp.MoreWarnings, Questions: []format.Question{},
	}
	for _, f := range imp.Files {
		in := inspectedFile{Name: f.Name, Format: f.Format, Layout: f.Layout, Rows: f.Rows}
		if f.Error != nil {
			e := newInspectedError(f.Error)
			e.Sentence = format.Sentence(f.Error)
			in.Error = &e
		}
		r.Files = append(r.Files, in)
	}
	for _, s := range imp.Summaries() {
		a := s.Account
		r.Accounts = append(r.Accounts, inspectedAccount{
			Ref: a.Ref, Number: masked(cmp.Or(a.Names.Number, a.Mask)), Bank: cmp.Or(a.Bank.Name, a.Bank.ID, a.Names.Bank),
			Name: a.Name, Kind: a.Kind, Subtype: a.Subtype, Currency: a.Currency, From: s.From, To: s.To, Rows: s.Rows, Pending: s.Pending,
			Movements: s.Movements, Holdings: s.Holdings, In: s.In, Out: s.Out, Value: s.Value, Balances: a.Balances,
		})
	}
	for _, d := range imp.Documents {
		r.Documents = append(r.Documents, inspectedDocument{
			Name: d.FileName, Kind: d.Kind, Form: d.Form, TaxYear: d.TaxYear, Period: d.Period, Accounts: d.AccountRefs,
			Media: d.MediaType, Size: cmp.Or(d.Size, int64(len(d.Data))), SHA256: d.SHA256, Fields: covered(d.Fields),
		})
	}
	for _, e := range imp.Warnings {
		r.Warnings = append(r.Warnings, newInspectedError(e))
	}
	if open != nil {
		r.Questions = append(r.Questions, open.Questions...)
	}
	if rows {
		r.Rows = inspectedRows(imp)
	}
	return r
}

// masked is a number of which the last four letters and digits show.
func masked(number string) string {
	if number == "" {
		return ""
	}
	return "*" + format.Mask(number)
}

// covered are fields of which numbers of accounts and tax numbers show their last four
// letters alone.
func covered(fields map[string]fairlead.Parsed) map[string]fairlead.Parsed {
	shown := maps.Clone(fields)
	for name, p := range shown {
		last := strings.ToLower(name[strings.LastIndexByte(name, '.')+1:])
		if strings.HasSuffix(last, "accountnumber") || last == "tin" || last == "taxid" {
			p.Value = masked(p.Value)
			shown[name] = p
		}
	}
	return shown
}

func newInspectedError(e *format.Error) inspectedError {
	reason := e.Reason
	if e.Err != nil {
		reason += ": " + e.Err.Error()
	}
	return inspectedError{File: e.File, Format: e.Format, Line: e.Line, Column: e.Column, Field: e.Field, Kind: e.Kind, Reason: reason}
}

func inspectedRows(imp *reader.Import) (all []inspectedRow) {
	for t := range imp.Transactions.All() {
		all = append(all, inspectedRow{t.AccountRef, t.Ref, t.Booked, string(t.State), t.Kind, t.Amount, cmp.Or(t.Description, t.Original), nil})
	}
	for m := range imp.InvestmentTransactions.All() {
		all = append(all, inspectedRow{m.AccountRef, m.Ref, m.Traded, string(fairlead.TransactionPosted), m.Kind, m.Amount, m.Description, m.Quantity})
	}
	return all
}

func (r inspection) json(w *env) error {
	e := json.NewEncoder(w.out)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(r)
}

// tables prints what there is, a table each.
func (r inspection) tables(w *env) error {
	err := table(w, []string{"FILE", "FORMAT", "ROWS", "PROBLEM"}, r.Files, func(f inspectedFile) []string {
		if f.Error == nil {
			return []string{f.Name, f.Format, strconv.Itoa(f.Rows), "-"}
		}
		problem := f.Error.Sentence
		if f.Error.Kind == format.Unread {
			problem = f.Error.Reason
		}
		return []string{f.Name, cmp.Or(f.Format, "-"), "-", problem}
	})
	number := map[string]string{}
	for _, a := range r.Accounts {
		number[a.Ref] = cmp.Or(a.Number, "(no number)")
	}
	err = cmp.Or(err, section(w, []string{"ACCOUNT", "BANK", "KIND", "CURRENCY", "FROM", "TO", "ROWS", "PENDING", "HOLDINGS", "IN", "OUT"}, r.Accounts, func(a inspectedAccount) []string {
		return []string{
			number[a.Ref], cmp.Or(a.Bank, "-"), cmp.Or(a.Subtype, string(a.Kind)), cmp.Or(a.Currency, "-"), day(a.From), day(a.To),
			strconv.Itoa(a.Rows + a.Movements), strconv.Itoa(a.Pending), strconv.Itoa(a.Holdings), amount(a.In), amount(a.Out),
		}
	}))
	err = cmp.Or(err, section(w, []string{"ACCOUNT", "BALANCE", "AMOUNT", "DAY"}, r.balances(number), func(cells []string) []string { return cells }))
	err = cmp.Or(err, section(w, []string{"DOCUMENT", "KIND", "FORM", "YEAR", "BYTES", "FIELDS"}, r.Documents, func(d inspectedDocument) []string {
		year := "-"
		if d.TaxYear != 0 {
			year = strconv.Itoa(d.TaxYear)
		}
		return []string{cmp.Or(d.Name, "-"), d.Kind, cmp.Or(d.Form, "-"), year, strconv.FormatInt(d.Size, 10), strconv.Itoa(len(d.Fields))}
	}))
	err = cmp.Or(err, section(w, []string{"ACCOUNT", "DAY", "STATE", "AMOUNT", "DESCRIPTION"}, r.Rows, func(t inspectedRow) []string {
		return []string{number[t.Account], t.Day.String(), t.State, t.Amount.String(), cmp.Or(t.Description, "-")}
	}))
	err = cmp.Or(err, section(w, []string{"WARNING", "LINE", "FIELD", "REASON"}, r.Warnings, func(e inspectedError) []string {
		line := "-"
		if e.Line > 0 {
			line = strconv.Itoa(e.Line)
		}
		return []string{cmp.Or(e.File, "-"), line, cmp.Or(e.Field, "-"), e.Reason}
	}))
	if r.MoreWarnings > 0 {
		fmt.Fprintf(w.out, "and %d more warnings\n", r.MoreWarnings)
	}
	return cmp.Or(err, r.questions(w))
}

// section prints a table behind an empty line, or nothing for no rows.
func section[T any](w *env, headings []string, rows []T, cells func(T) []string) error {
	if len(rows) == 0 {
		return nil
	}
	fmt.Fprintln(w.out)
	return table(w, headings, rows, cells)
}

// balances are a row each.
func (r inspection) balances(number map[string]string) (all [][]string) {
	for _, a := range r.Accounts {
		b := a.Balances
		at := "-"
		if !b.AsOf.IsZero() {
			at = fairlead.DateOf(b.AsOf).String()
		}
		for _, of := range []struct {
			name string
			is   *fairlead.Money
		}{
			{"current", b.Current},
			{"available", b.Available},
			{"limit", b.Limit},
			{"used", b.Used},
			{"blocked", b.Blocked},
			{"invested", b.Invested},
			{"overdraft contracted", b.OverdraftContracted},
			{"overdraft used", b.OverdraftUsed},
			{"overdraft unarranged", b.OverdraftUnarranged},
		} {
			if of.is != nil {
				all = append(all, []string{number[a.Ref], of.name, of.is.String(), at})
			}
		}
	}
	return all
}

// printable is a text of a file without what a terminal may obey.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return ' '
		}
		return r
	}, s)
}

func day(d fairlead.Date) string {
	if d.IsZero() {
		return "-"
	}
	return d.String()
}

func amount(m *fairlead.Money) string {
	if m == nil {
		return "-"
	}
	return m.Amount.String()
}
