package paper

import (
	"strconv"
	"strings"

	"github.com/fairlead-dev/fairlead"
)

// FormW2 is the wages of an employee: Copy C. A nil amount leaves its box blank.
// The head's payer is the employer, its account the control number.
type FormW2 struct {
	Head
	Wages              *fairlead.Money // 1
	FederalTaxWithheld *fairlead.Money // 2
	SocialSecurity     *fairlead.Money // 3: wages
	SocialSecurityTax  *fairlead.Money // 4
	Medicare           *fairlead.Money // 5: wages and tips
	MedicareTax        *fairlead.Money // 6
	SocialSecurityTips *fairlead.Money // 7
	AllocatedTips      *fairlead.Money // 8
	DependentCare      *fairlead.Money // 10
	NonQualifiedPlans  *fairlead.Money // 11
	Codes              []CodedAmount   // 12a to 12d: four at most
	Statutory          bool            // 13
	RetirementPlan     bool            // 13
	ThirdPartySickPay  bool            // 13
	Other              []CodedAmount   // 14; from 2026 on 14a
	OccupationCodes    []string        // 14b, from 2026 on: the Treasury's, of who gets tips
	State              *State          // 15 to 20
}

// CodedAmount is an amount with a code, or with a word, for what it is.
type CodedAmount struct {
	Code   string
	Amount fairlead.Money
}

func (a CodedAmount) print() string { return join("  ", a.Code, English.money(a.Amount)) }

func (f FormW2) form() form {
	twelve := make([]box, 4)
	coded, others := []any{}, []any{}
	for i := range twelve {
		twelve[i] = text("12"+string(rune('a'+i)), "", "", "")
		if i < len(f.Codes) {
			twelve[i].text = f.Codes[i].print()
			coded = append(coded, map[string]any{"code": f.Codes[i].Code, "amount": number(f.Codes[i].Amount.Amount)})
		}
	}
	twelve[0].label = "See instructions"
	var other []string
	for _, o := range f.Other {
		other = append(other, o.print())
		others = append(others, map[string]any{"description": o.Code, "amount": number(o.Amount.Amount)})
	}
	more := map[string]any{}
	if len(coded) > 0 {
		more["codes"] = coded
	}
	if len(others) > 0 {
		more["other"] = others
	}
	fourteen := []box{text("14", "Other", "", strings.Join(other, "  "))}
	if f.TaxYear >= tipsYear {
		fourteen[0].number = "14a"
		fourteen = append(fourteen, codes("14b", "Treasury Tipped Occupation Code(s)", "", f.OccupationCodes))
	}
	omb := "1545-0029" // from 2025 on
	if f.TaxYear < 2025 {
		omb = "1545-0008"
	}
	return form{
		Head: f.Head, number: "W-2", title: "Wage and Tax Statement", omb: omb, fdx: "taxW2",
		account: "controlNumber", state: f.State, more: more,
		who: sides{
			payer: "c  Employer's name, address, and ZIP code", payerTIN: "b  Employer ID number (EIN)", recipient: "e, f  Employee's name, address, and ZIP code",
			recipientTIN: "a  Employee's social security number", account: "d  Control number", copy: "Copy C  For EMPLOYEE'S RECORDS", uncorrected: true,
		},
		legend: "This information is being furnished to the Internal Revenue Service. If you are required to file a tax return, a negligence penalty or other sanction " +
			"may be imposed on you if this income is taxable and you fail to report it.",
		hints: []string{"Enter box 1 on the wages line of your return and box 2 on the line of tax withheld. " +
			"Codes of box 12: D, contributions to a 401(k) plan; DD, cost of health coverage, not taxable."},
		rows: append([][]box{
			{amount("1", "Wages, tips, other compensation", "wages", f.Wages), amount("2", "Federal income tax withheld", "federalTaxWithheld", f.FederalTaxWithheld)},
			{
				amount("3", "Social security wages", "socialSecurityWages", f.SocialSecurity),
				amount("4", "Social security tax withheld", "socialSecurityTaxWithheld", f.SocialSecurityTax),
			},
			{amount("5", "Medicare wages and tips", "medicareWages", f.Medicare), amount("6", "Medicare tax withheld", "medicareTaxWithheld", f.MedicareTax)},
			{amount("7", "Social security tips", "socialSecurityTips", f.SocialSecurityTips), amount("8", "Allocated tips", "allocatedTips", f.AllocatedTips)},
			{empty("9", ""), amount("10", "Dependent care benefits", "dependentCareBenefit", f.DependentCare)},
			{amount("11", "Nonqualified plans", "nonQualifiedPlan", f.NonQualifiedPlans), twelve[0]},
			{
				check("13", "Statutory employee", "statutory", f.Statutory),
				check("", "Retirement plan", "retirementPlan", f.RetirementPlan),
				check("", "Third-party sick pay", "thirdPartySickPay", f.ThirdPartySickPay),
			},
			append(fourteen, twelve[1]),
			{twelve[2], twelve[3]},
		}, wageState(f.State)...),
	}
}

// wageState is boxes 15 to 20, which only this form numbers and words so.
func wageState(s *State) [][]box {
	if s == nil {
		s = &State{}
	}
	l := s.Local
	if l == nil {
		l = &Local{}
	}
	return [][]box{
		{
			text("15", "State / Employer's ID no.", "", join("  ", s.Code, s.PayerID)),
			amount("16", "State wages, tips, etc.", "", s.Income),
			amount("17", "State income tax", "", s.Withheld),
		},
		{amount("18", "Local wages, tips, etc.", "", l.Income), amount("19", "Local income tax", "", l.Withheld), text("20", "Locality name", "", l.Name)},
	}
}

// Render writes the employee's copy.
func (f FormW2) Render() ([]byte, error) { return f.form().one().render() }

// FDX gives the form as FDX JSON.
func (f FormW2) FDX() ([]byte, error) { return f.form().one().fdx() }

// Form1099G is payments of a government. A nil amount leaves its box blank.
type Form1099G struct {
	Head
	Unemployment       *fairlead.Money // 1
	TaxRefund          *fairlead.Money // 2
	RefundYear         int             // 3; 0: blank
	FederalTaxWithheld *fairlead.Money // 4
	RTAA               *fairlead.Money // 5
	Grants             *fairlead.Money // 6
	Agriculture        *fairlead.Money // 7
	BusinessIncome     bool            // 8
	MarketGain         *fairlead.Money // 9
	State              *State          // 10a to 11
}

func (f Form1099G) form() form {
	s, of, more := f.State, "", map[string]any{}
	if s == nil {
		s = &State{}
	}
	if f.RefundYear > 0 {
		of, more["refundYear"] = strconv.Itoa(f.RefundYear), f.RefundYear
	}
	return form{
		Head: f.Head, number: "1099-G", title: "Certain Government Payments", omb: "1545-0120", fdx: "tax1099G",
		state: f.State, more: more, legend: ifTaxable,
		hints: []string{"A refund in box 2 is income only if you deducted the tax in the year that box 3 names."}, rows: [][]box{
			{amount("1", "Unemployment compensation", "unemploymentCompensation", f.Unemployment)},
			{amount("2", "State or local income tax refunds, credits, or offsets", "taxRefund", f.TaxRefund)},
			{text("3", "Box 2 amount is for tax year", "", of), amount("4", "Federal income tax withheld", "federalTaxWithheld", f.FederalTaxWithheld)},
			{amount("5", "RTAA payments", "rtaaPayments", f.RTAA), amount("6", "Taxable grants", "grants", f.Grants)},
			{
				amount("7", "Agriculture payments", "agriculturePayments", f.Agriculture),
				check("8", "If checked, box 2 is trade or business income", "businessIncome", f.BusinessIncome),
			},
			{amount("9", "Market gain", "marketGain", f.MarketGain)},
			{text("10a", "State", "", s.Code), text("10b", "State identification no.", "", s.PayerID), amount("11", "State income tax withheld", "", s.Withheld)},
		},
	}
}

// Render writes the recipient's copy.
func (f Form1099G) Render() ([]byte, error) { return f.form().one().render() }

// FDX gives the form as FDX JSON.
func (f Form1099G) FDX() ([]byte, error) { return f.form().one().fdx() }

// Form1099K is what was sold through a network of payments. A nil amount leaves its
// box blank.
type Form1099K struct {
	Head
	Facilitator        bool            // the filer is an electronic payment facilitator; otherwise the settlement entity
	Network            bool            // a third party network; otherwise payment cards
	Entity             string          // the settlement entity's name and telephone number, where the filer is another
	Gross              *fairlead.Money // 1a
	CardNotPresent     *fairlead.Money // 1b
	MerchantCategory   string          // 2
	Transactions       int             // 3
	FederalTaxWithheld *fairlead.Money // 4
	Months             [12]*fairlead.Money
	State              *State // 6 to 8
}

func (f Form1099K) form() form {
	months := make([]box, 12)
	amounts := []any{}
	for i, m := range f.Months {
		name := strings.Fields("January February March April May June July August September October November December")[i]
		months[i] = amount("5"+string(rune('a'+i)), name, "", m)
		if m != nil {
			amounts = append(amounts, map[string]any{"month": strings.ToUpper(name[:3]), "amount": number(m.Amount)})
		}
	}
	var count string
	if f.Transactions > 0 {
		count = English.digits(fairlead.NewDecimal(int64(f.Transactions), 0))
	}
	return form{
		Head: f.Head, number: "1099-K", title: "Payment Card and Third Party Network Transactions", omb: "1545-2205", fdx: "tax1099K",
		state: f.State, states: stateBoxes{first: 6},
		who: sides{payer: "FILER'S", recipient: "PAYEE'S", copy: "Copy B  For Payee"}, more: map[string]any{"numberOfTransactions": f.Transactions, "monthAmounts": amounts},
		legend: "This is important tax information and is being furnished to the IRS. If you are required to file a return, a negligence penalty or other sanction " +
			"may be imposed on you if taxable income results from this transaction and the IRS determines that it has not been reported.",
		hints: []string{"Box 1a is everything that buyers paid, before fees, refunds and shipping: what was paid out to you is less."},
		left: [][]box{
			{
				check("", "Payment settlement entity (PSE)", "paymentSettlementEntity", !f.Facilitator),
				check("", "Electronic payment facilitator (EPF)/Other third party", "electronicPaymentFacilitator", f.Facilitator),
			},
			{check("", "Payment card", "paymentCard", !f.Network), check("", "Third party network", "thirdPartyNetwork", f.Network)},
			{text("", "PSE'S name and telephone number", "pseName", f.Entity)},
		}, rows: [][]box{
			{amount("1a", "Gross amount of payment card/third party network transactions", "grossAmount", f.Gross)},
			{
				amount("1b", "Card Not Present transactions", "cardNotPresent", f.CardNotPresent),
				text("2", "Merchant category code", "merchantCategoryCode", f.MerchantCategory),
			},
			{text("3", "Number of payment transactions", "", count), amount("4", "Federal income tax withheld", "federalTaxWithheld", f.FederalTaxWithheld)},
			{months[0], months[1]},
			{months[2], months[3]},
			{months[4], months[5]},
			{months[6], months[7]},
			{months[8], months[9]},
			{months[10], months[11]},
		},
	}
}

// Render writes the payee's copy.
func (f Form1099K) Render() ([]byte, error) { return f.form().one().render() }

// FDX gives the form as FDX JSON.
func (f Form1099K) FDX() ([]byte, error) { return f.form().one().fdx() }
