package taxpdf_test

import (
	"fmt"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format/taxpdf"
)

type renderer interface{ Render() ([]byte, error) }

func day(y, m, d int) fairlead.Date {
	out, _ := fairlead.ParseDate(fmt.Sprintf("%04d-%02d-%02d", y, m, d))
	return out
}

func usd(cents int64) fairlead.Money { return fairlead.NewMoney(cents, 2, "USD") }

func dollars(cents int64) *fairlead.Money {
	m := usd(cents)
	return &m
}

func harbor() taxpdf.Bank {
	return taxpdf.Bank{Name: "Harbor Bank", Official: "Harbor Bank, N.A.", TaxID: "990000017", Colour: "#0b4f6c", Website: "https://harbor.example", Phone: "(555) 010-0199",
		Address: fairlead.Address{Lines: []string{"1 Pier Street"}, City: "Portland", Region: "OR", Postcode: "97201", Country: "US"},
		Logo:    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" rx="14" fill="#0b4f6c"/><path d="M20 44h24M32 16v28M22 24h20M18 36c2 10 26 10 28 0" fill="none" stroke="#fff" stroke-width="4" stroke-linecap="round"/><circle cx="32" cy="14" r="4" fill="#fff"/></svg>`}
}

func ada() taxpdf.Party {
	return taxpdf.Party{Name: "Ada Whitfield", Given: "Ada", Family: "Whitfield", TaxID: "900123456",
		Address: fairlead.Address{Lines: []string{"742 Maple Avenue"}, City: "Springfield", Region: "IL", Postcode: "62704", Country: "US"}}
}

func head(ref string) taxpdf.Head {
	b := harbor()
	return taxpdf.Head{Ref: ref, Bank: b, Payer: taxpdf.Party{Name: b.Official, Company: true, TaxID: b.TaxID, Address: b.Address, Phone: b.Phone}, Recipient: ada(),
		Account: "XXXXXX4821", TaxYear: 2025, Issued: day(2026, 1, 31)}
}

func checking() taxpdf.Statement {
	s := taxpdf.Statement{Language: taxpdf.English, Bank: harbor(), Holder: ada(), Kind: fairlead.Depository, Account: "Everyday Checking", Number: "XXXXXX4821",
		Period: fairlead.Interval{From: day(2026, 6, 1), To: day(2026, 6, 30)}, Issued: day(2026, 7, 2), Opening: usd(154210)}
	balance := int64(154210)
	for _, l := range []struct {
		day   int
		text  string
		cents int64
	}{{1, "PAYROLL ACME INDUSTRIES PPD ID 9900112233", 243750}, {2, "RENT WILLOW PROPERTY MGMT", -165000}, {3, "CORNER GROCERY #1120 SPRINGFIELD IL", -8431},
		{7, "ONLINE TRANSFER TO SAVINGS ...7790", -30000}, {12, "CITY POWER & LIGHT AUTOPAY", -9612}, {15, "PAYROLL ACME INDUSTRIES PPD ID 9900112233", 243750},
		{19, "CARD PAYMENT THANK YOU", -72045}, {24, "BISTRO CAFÉ LYON SPRINGFIELD IL A LONG DESCRIPTION THAT DOES NOT FIT ON ONE LINE OF THE TABLE AT ALL, SO IT WRAPS", -6120}, {30, "INTEREST PAID", 17}} {
		s.Lines = append(s.Lines, taxpdf.Line{Day: day(2026, 6, l.day), Text: l.text, Amount: usd(l.cents)})
		balance += l.cents
	}
	s.Closing = usd(balance)
	return s
}

func long() taxpdf.Statement {
	s := checking()
	s.Lines, s.Closing = nil, s.Opening
	for i := range 400 {
		a := usd(int64(i*37%5000) - 2400)
		s.Lines = append(s.Lines, taxpdf.Line{Day: day(2026, 6, 1+i*30/400), Text: fmt.Sprintf("POINT OF SALE %04d", i), Amount: a})
		s.Closing.Amount = s.Closing.Amount.Add(a.Amount)
	}
	return s
}

func int1099() taxpdf.Form1099INT {
	return taxpdf.Form1099INT{Head: head("X0f31aa80c4d2e7b1"), InterestIncome: dollars(128437), EarlyWithdrawalPenalty: dollars(2500), USBondInterest: dollars(30410), FederalTaxWithheld: dollars(0),
		State: &taxpdf.State{Code: "IL", PayerID: "99-0000017", Withheld: dollars(0)}}
}

func papers() map[string]renderer {
	return map[string]renderer{"statement": checking(), "statement-long": long(), "1099-int": int1099()}
}
