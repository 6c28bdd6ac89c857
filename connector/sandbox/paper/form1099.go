package paper

import "github.com/fairlead-dev/fairlead"

// ifTaxable is what Publication 1179 has the recipient of income told, word for word.
const ifTaxable = "This is important tax information and is being furnished to the IRS. If you are required to file a return, " +
	"a negligence penalty or other sanction may be imposed on you if this income is taxable and the IRS determines that it has not been reported."

// Form1099INT is interest income. A nil amount leaves its box blank.
type Form1099INT struct {
	Head
	FATCA                  bool            // filing requirement
	PayerRTN               string          // the payer's routing number
	InterestIncome         *fairlead.Money // 1
	EarlyWithdrawalPenalty *fairlead.Money // 2
	USBondInterest         *fairlead.Money // 3
	FederalTaxWithheld     *fairlead.Money // 4
	InvestmentExpenses     *fairlead.Money // 5
	ForeignTaxPaid         *fairlead.Money // 6
	ForeignCountry         string          // 7
	TaxExemptInterest      *fairlead.Money // 8
	PrivateActivityBond    *fairlead.Money // 9
	MarketDiscount         *fairlead.Money // 10
	BondPremium            *fairlead.Money // 11
	USBondPremium          *fairlead.Money // 12
	TaxExemptBondPremium   *fairlead.Money // 13
	CUSIP                  string          // 14
	State                  *State          // 15 to 17
}

func (f Form1099INT) form() form {
	return form{Head: f.Head, number: "1099-INT", title: "Interest Income", omb: "1545-0112", fdx: "tax1099Int", state: f.State, states: stateBoxes{first: 15}, legend: ifTaxable, hints: []string{
		"Box 1 is taxable interest that is not in box 3. Interest in box 3 is free of state and local income tax. Subtract a penalty in box 2 from income.",
	}, left: [][]box{{check("", "FATCA filing requirement", "foreignAccountTaxCompliance", f.FATCA)}}, rows: [][]box{
		{text("", "Payer's RTN (optional)", "payerRtn", f.PayerRTN)},
		{amount("1", "Interest income", "interestIncome", f.InterestIncome)},
		{amount("2", "Early withdrawal penalty", "earlyWithdrawalPenalty", f.EarlyWithdrawalPenalty)},
		{amount("3", "Interest on U.S. Savings Bonds and Treasury obligations", "usBondInterest", f.USBondInterest)},
		{amount("4", "Federal income tax withheld", "federalTaxWithheld", f.FederalTaxWithheld), amount("5", "Investment expenses", "investmentExpenses", f.InvestmentExpenses)},
		{amount("6", "Foreign tax paid", "foreignTaxPaid", f.ForeignTaxPaid), text("7", "Foreign country or U.S. territory", "foreignCountry", f.ForeignCountry)},
		{amount("8", "Tax-exempt interest", "taxExemptInterest", f.TaxExemptInterest), amount("9", "Specified private activity bond interest", "specifiedPabInterest", f.PrivateActivityBond)},
		{amount("10", "Market discount", "marketDiscount", f.MarketDiscount), amount("11", "Bond premium", "bondPremium", f.BondPremium)},
		{amount("12", "Bond premium on Treasury obligations", "usBondPremium", f.USBondPremium), amount("13", "Bond premium on tax-exempt bond", "taxExemptBondPremium", f.TaxExemptBondPremium)},
		{text("14", "Tax-exempt and tax credit bond CUSIP no.", "cusipNumber", f.CUSIP)},
	}}
}

// Render writes the recipient's copy.
func (f Form1099INT) Render() ([]byte, error) { return f.form().one().render() }

// FDX gives the form as FDX JSON.
func (f Form1099INT) FDX() ([]byte, error) { return f.form().one().fdx() }

// Form1099DIV is dividends and distributions. A nil amount leaves its box blank.
type Form1099DIV struct {
	Head
	OrdinaryDividends      *fairlead.Money // 1a
	QualifiedDividends     *fairlead.Money // 1b
	TotalCapitalGain       *fairlead.Money // 2a
	Unrecaptured1250Gain   *fairlead.Money // 2b
	Section1202Gain        *fairlead.Money // 2c
	CollectiblesGain       *fairlead.Money // 2d
	Section897Dividends    *fairlead.Money // 2e
	Section897CapitalGain  *fairlead.Money // 2f
	NonTaxableDistribution *fairlead.Money // 3
	FederalTaxWithheld     *fairlead.Money // 4
	Section199ADividends   *fairlead.Money // 5
	InvestmentExpenses     *fairlead.Money // 6
	ForeignTaxPaid         *fairlead.Money // 7
	ForeignCountry         string          // 8
	CashLiquidation        *fairlead.Money // 9
	NonCashLiquidation     *fairlead.Money // 10
	FATCA                  bool            // 11
	ExemptInterest         *fairlead.Money // 12
	PrivateActivityBond    *fairlead.Money // 13
	State                  *State          // 14 to 16
}

func (f Form1099DIV) form() form {
	return form{Head: f.Head, number: "1099-DIV", title: "Dividends and Distributions", omb: "1545-0110", fdx: "tax1099Div", state: f.State, states: stateBoxes{first: 14}, legend: ifTaxable, hints: []string{
		"Box 1b is the part of box 1a that may be taxed as long-term capital gain. Box 3 lowers the basis of your shares.",
	}, rows: [][]box{
		{amount("1a", "Total ordinary dividends", "ordinaryDividends", f.OrdinaryDividends), amount("1b", "Qualified dividends", "qualifiedDividends", f.QualifiedDividends)},
		{amount("2a", "Total capital gain distr.", "totalCapitalGain", f.TotalCapitalGain), amount("2b", "Unrecap. Sec. 1250 gain", "unrecaptured1250Gain", f.Unrecaptured1250Gain)},
		{amount("2c", "Section 1202 gain", "section1202Gain", f.Section1202Gain), amount("2d", "Collectibles (28%) gain", "collectiblesGain", f.CollectiblesGain)},
		{amount("2e", "Section 897 ordinary dividends", "section897Dividends", f.Section897Dividends), amount("2f", "Section 897 capital gain", "section897CapitalGain", f.Section897CapitalGain)},
		{amount("3", "Nondividend distributions", "nonTaxableDistribution", f.NonTaxableDistribution), amount("4", "Federal income tax withheld", "federalTaxWithheld", f.FederalTaxWithheld)},
		{amount("5", "Section 199A dividends", "section199ADividends", f.Section199ADividends), amount("6", "Investment expenses", "investmentExpenses", f.InvestmentExpenses)},
		{amount("7", "Foreign tax paid", "foreignTaxPaid", f.ForeignTaxPaid), text("8", "Foreign country or U.S. territory", "foreignCountry", f.ForeignCountry)},
		{amount("9", "Cash liquidation distributions", "cashLiquidation", f.CashLiquidation), amount("10", "Noncash liquidation distributions", "nonCashLiquidation", f.NonCashLiquidation)},
		{check("11", "FATCA filing requirement", "foreignAccountTaxCompliance", f.FATCA), amount("12", "Exempt-interest dividends", "taxExemptInterestDividend", f.ExemptInterest)},
		{amount("13", "Specified private activity bond interest dividends", "specifiedPabInterestDividend", f.PrivateActivityBond)},
	}}
}

// Render writes the recipient's copy.
func (f Form1099DIV) Render() ([]byte, error) { return f.form().one().render() }

// FDX gives the form as FDX JSON.
func (f Form1099DIV) FDX() ([]byte, error) { return f.form().one().fdx() }

// Form1099R is distributions from pensions and retirement plans. A nil amount
// leaves its box blank.
type Form1099R struct {
	Head
	GrossDistribution         *fairlead.Money // 1
	TaxableAmount             *fairlead.Money // 2a
	TaxableNotDetermined      bool            // 2b
	TotalDistribution         bool            // 2b
	CapitalGain               *fairlead.Money // 3
	FederalTaxWithheld        *fairlead.Money // 4
	EmployeeContributions     *fairlead.Money // 5
	NetUnrealizedAppreciation *fairlead.Money // 6
	DistributionCodes         []string        // 7
	IRA                       bool            // 7: IRA, SEP or SIMPLE
	Other                     *fairlead.Money // 8
	PercentOfTotal            string          // 9a
	TotalContributions        *fairlead.Money // 9b
	AllocableToIRR            *fairlead.Money // 10
	FirstYearOfRoth           string          // 11
	FATCA                     bool            // 12
	Paid                      fairlead.Date   // 13: of a reportable death benefit
	State                     *State          // 14 to 19
}

func (f Form1099R) form() form {
	return form{
		Head: f.Head, number: "1099-R", title: "Distributions From Pensions, Retirement Plans, IRAs, etc.", omb: "1545-0119", fdx: "tax1099R", account: "recipientAccountNumber", state: f.State, states: stateBoxes{14, "State distribution", true},
		who: sides{copy: "Copy B"}, legend: "Report this income on your federal tax return. If this form shows federal income tax withheld in box 4, attach this copy to your return. This information is being furnished to the IRS.", hints: []string{
			"Box 7 says what kind of distribution this was: 1 early, 2 early with an exception, 3 disability, 4 death, 7 normal, G direct rollover.",
		}, left: [][]box{
			{check("12", "FATCA filing requirement", "foreignAccountTaxCompliance", f.FATCA), date("13", "Date of payment", "dateOfPayment", f.Paid)},
		}, rows: [][]box{
			{amount("1", "Gross distribution", "grossDistribution", f.GrossDistribution)},
			{amount("2a", "Taxable amount", "taxableAmount", f.TaxableAmount)},
			{check("2b", "Taxable amount not determined", "taxableAmountNotDetermined", f.TaxableNotDetermined), check("", "Total distribution", "totalDistribution", f.TotalDistribution)},
			{amount("3", "Capital gain (included in box 2a)", "capitalGain", f.CapitalGain), amount("4", "Federal income tax withheld", "federalTaxWithheld", f.FederalTaxWithheld)},
			{amount("5", "Employee contributions or insurance premiums", "employeeContributions", f.EmployeeContributions), amount("6", "Net unrealized appreciation in employer's securities", "netUnrealizedAppreciation", f.NetUnrealizedAppreciation)},
			{codes("7", "Distribution code(s)", "distributionCodes", f.DistributionCodes), check("", "IRA/SEP/SIMPLE", "iraSepSimple", f.IRA), amount("8", "Other", "otherAmount", f.Other)},
			{text("9a", "Your percentage of total distribution", "yourPercentOfTotal", f.PercentOfTotal), amount("9b", "Total employee contributions", "totalEmployeeContributions", f.TotalContributions)},
			{amount("10", "Amount allocable to IRR within 5 years", "allocableToIrr", f.AllocableToIRR), text("11", "1st year of desig. Roth contrib.", "", f.FirstYearOfRoth)},
		},
	}
}

// Render writes the recipient's copy.
func (f Form1099R) Render() ([]byte, error) { return f.form().one().render() }

// FDX gives the form as FDX JSON.
func (f Form1099R) FDX() ([]byte, error) { return f.form().one().fdx() }

// Form1099MISC is miscellaneous information. A nil amount leaves its box blank.
type Form1099MISC struct {
	Head
	Rents                *fairlead.Money // 1
	Royalties            *fairlead.Money // 2
	OtherIncome          *fairlead.Money // 3
	FederalTaxWithheld   *fairlead.Money // 4
	FishingBoatProceeds  *fairlead.Money // 5
	MedicalHealthPayment *fairlead.Money // 6
	DirectSales          bool            // 7
	SubstitutePayments   *fairlead.Money // 8
	CropInsurance        *fairlead.Money // 9
	GrossAttorney        *fairlead.Money // 10
	FishPurchased        *fairlead.Money // 11
	Section409ADeferrals *fairlead.Money // 12
	FATCA                bool            // 13
	GoldenParachute      *fairlead.Money // 14, until 2024
	NonQualifiedDeferred *fairlead.Money // 15
	State                *State          // 16 to 18
}

func (f Form1099MISC) form() form {
	fourteen := empty("14", "Reserved for future use")
	if f.TaxYear < parachuteYear {
		fourteen = amount("14", "Excess golden parachute payments", "excessGolden", f.GoldenParachute)
	}
	return form{Head: f.Head, number: "1099-MISC", title: "Miscellaneous Information", omb: "1545-0115", fdx: "tax1099Misc", state: f.State, states: stateBoxes{16, "State income", false}, legend: ifTaxable, hints: []string{
		"Rents in box 1 go on Schedule E, or on Schedule C where you give services or rent as a business.",
	}, rows: [][]box{
		{amount("1", "Rents", "rents", f.Rents), amount("2", "Royalties", "royalties", f.Royalties)},
		{amount("3", "Other income", "otherIncome", f.OtherIncome), amount("4", "Federal income tax withheld", "federalTaxWithheld", f.FederalTaxWithheld)},
		{amount("5", "Fishing boat proceeds", "fishingBoatProceeds", f.FishingBoatProceeds), amount("6", "Medical and health care payments", "medicalHealthPayment", f.MedicalHealthPayment)},
		{check("7", "Payer made direct sales totaling $5,000 or more of consumer products to recipient for resale", "payerDirectSales", f.DirectSales), amount("8", "Substitute payments in lieu of dividends or interest", "substitutePayments", f.SubstitutePayments)},
		{amount("9", "Crop insurance proceeds", "cropInsurance", f.CropInsurance), amount("10", "Gross proceeds paid to an attorney", "grossAttorney", f.GrossAttorney)},
		{amount("11", "Fish purchased for resale", "fishPurchased", f.FishPurchased), amount("12", "Section 409A deferrals", "section409ADeferrals", f.Section409ADeferrals)},
		{check("13", "FATCA filing requirement", "foreignAccountTaxCompliance", f.FATCA), fourteen, amount("15", "Nonqualified deferred compensation", "nonQualifiedDeferredCompensation", f.NonQualifiedDeferred)},
	}}
}

// Render writes the recipient's copy.
func (f Form1099MISC) Render() ([]byte, error) { return f.form().one().render() }

// FDX gives the form as FDX JSON.
func (f Form1099MISC) FDX() ([]byte, error) { return f.form().one().fdx() }

// Form1099NEC is nonemployee compensation. A nil amount leaves its box blank.
type Form1099NEC struct {
	Head
	NonEmployeeCompensation *fairlead.Money // 1; from 2026 on 1a
	CashTips                *fairlead.Money // 1b, from 2026 on
	OccupationCodes         []string        // 1c, from 2026 on: the Treasury's, of who gets tips
	Overtime                *fairlead.Money // 1d, from 2026 on
	DirectSales             bool            // 2
	GoldenParachute         *fairlead.Money // 3, from 2025 on
	FederalTaxWithheld      *fairlead.Money // 4
	State                   *State          // 5 to 7
}

// parachuteYear is the first whose excess golden parachute payments are in box 3 of
// Form 1099-NEC (Rev. April 2025). Before, they were in box 14 of Form 1099-MISC.
const parachuteYear = 2025

// tipsYear is the first of whose tips and overtime the forms tell apart (Public Law
// 119-21): Form 1099-NEC (Rev. December 2026) in boxes 1b to 1d, Form W-2 in box 14b.
const tipsYear = 2026

func (f Form1099NEC) form() form {
	three := empty("3", "Reserved for future use")
	if f.TaxYear >= parachuteYear {
		three = amount("3", "Excess golden parachute payments", "excessGolden", f.GoldenParachute)
	}
	one := [][]box{{amount("1", "Nonemployee compensation", "nonEmployeeCompensation", f.NonEmployeeCompensation)}}
	if f.TaxYear >= tipsYear {
		one[0][0].number = "1a"
		one = append(one, []box{amount("1b", "Cash tips", "", f.CashTips), codes("1c", "Treasury Tipped Occupation Code(s)", "", f.OccupationCodes), amount("1d", "Overtime", "", f.Overtime)})
	}
	return form{Head: f.Head, number: "1099-NEC", title: "Nonemployee Compensation", omb: "1545-0116", fdx: "tax1099Nec", state: f.State, states: stateBoxes{5, "State income", false}, legend: ifTaxable, hints: []string{
		"No tax was withheld from this compensation unless box 4 says so. Income of self-employment goes on Schedules C and SE.",
	}, rows: append(
		one,
		[]box{check("2", "Payer made direct sales totaling $5,000 or more of consumer products to recipient for resale", "payerDirectSales", f.DirectSales)},
		[]box{three},
		[]box{amount("4", "Federal income tax withheld", "federalTaxWithheld", f.FederalTaxWithheld)},
	)}
}

// Render writes the recipient's copy.
func (f Form1099NEC) Render() ([]byte, error) { return f.form().one().render() }

// FDX gives the form as FDX JSON.
func (f Form1099NEC) FDX() ([]byte, error) { return f.form().one().fdx() }
