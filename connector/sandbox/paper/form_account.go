package paper

import (
	"strconv"

	"github.com/fairlead-dev/fairlead"
)

// Form1098 is the interest of a mortgage. The head's payer is the lender, its
// recipient the borrower. A nil amount leaves its box blank.
type Form1098 struct {
	Head
	Interest          *fairlead.Money // 1
	Principal         *fairlead.Money // 2: outstanding at the year's beginning, or at the mortgage's
	Originated        fairlead.Date   // 3
	Refund            *fairlead.Money // 4: of overpaid interest
	InsurancePremiums *fairlead.Money // 5
	Points            *fairlead.Money // 6
	SameAddress       bool            // 7: the property is the borrower's address
	Property          string          // 8: its address or description, where it is another
	Properties        int             // 9: how many, where they are more than one
	Other             string          // 10
	Acquired          fairlead.Date   // 11
}

func (f Form1098) form() form {
	properties, more := "", map[string]any{}
	if f.Properties > 1 {
		properties, more["mortgagedProperties"] = strconv.Itoa(f.Properties), f.Properties
	}
	return form{
		Head: f.Head, number: "1098", title: "Mortgage Interest Statement", omb: "1545-1380", fdx: "tax1098", more: more,
		who: sides{payer: "RECIPIENT'S/LENDER'S", recipient: "PAYER'S/BORROWER'S", copy: "Copy B  For Payer/Borrower"},
		legend: "The information in boxes 1 through 9 and 11 is important tax information and is being furnished to the IRS. If you are required to file a return, " +
			"a negligence penalty or other sanction may be imposed on you if the IRS determines that an underpayment of tax results because you overstated a deduction " +
			"for this mortgage interest or for these points, reported in boxes 1 and 6; or because you didn't report the refund of interest (box 4); or because you claimed a nondeductible item.",
		hints: []string{
			"Caution: The amount shown may not be fully deductible by you. Limits based on the loan amount and the cost and value of the secured property may apply. " +
				"Also, you may only deduct interest to the extent it was incurred by you, actually paid by you, and not reimbursed by another person.",
		}, rows: [][]box{
			{amount("1", "Mortgage interest received from payer(s)/borrower(s)", "mortgageInterest", f.Interest)},
			{
				amount("2", "Outstanding mortgage principal", "outstandingPrincipal", f.Principal),
				date("3", "Mortgage origination date", "originationDate", f.Originated),
			},
			{
				amount("4", "Refund of overpaid interest", "overpaidRefund", f.Refund),
				amount("5", "Mortgage insurance premiums", "mortgageInsurance", f.InsurancePremiums),
			},
			{amount("6", "Points paid on purchase of principal residence", "pointsPaid", f.Points)},
			{check(
				"7", "If address of property securing mortgage is the same as PAYER'S/BORROWER'S address, the box is checked, or the address or description is entered in box 8",
				"isPropertyAddressSameAsBorrowerAddress", f.SameAddress,
			)},
			{text("8", "Address or description of property securing mortgage", "propertyDescription", f.Property)},
			{text("9", "Number of properties securing the mortgage", "", properties), text("10", "Other", "otherInformation", f.Other)},
			{date("11", "Mortgage acquisition date", "acquisitionDate", f.Acquired)},
		},
	}
}

// Render writes the borrower's copy.
func (f Form1098) Render() ([]byte, error) { return f.form().one().render() }

// FDX gives the form as FDX JSON.
func (f Form1098) FDX() ([]byte, error) { return f.form().one().fdx() }

// Form5498 is what went into an individual retirement account and what it is worth.
// The head's payer is the trustee or issuer. A nil amount leaves its box blank.
type Form5498 struct {
	Head
	Contributions       *fairlead.Money // 1
	Rollovers           *fairlead.Money // 2
	RothConversion      *fairlead.Money // 3
	Recharacterized     *fairlead.Money // 4
	FairMarketValue     *fairlead.Money // 5
	LifeInsurance       *fairlead.Money // 6
	Kind                string          // 7: IRA, SEP, SIMPLE, Roth IRA
	SEPContributions    *fairlead.Money // 8
	SIMPLEContributions *fairlead.Money // 9
	RothContributions   *fairlead.Money // 10
	MustDistribute      bool            // 11: a minimum distribution is due next year
	DistributeBy        fairlead.Date   // 12a
	Distribution        *fairlead.Money // 12b
	Postponed           *fairlead.Money // 13a
	PostponedYear       string          // 13b
	PostponedCode       string          // 13c
	Repayments          *fairlead.Money // 14a
	RepaymentCode       string          // 14b
	SpecifiedAssets     *fairlead.Money // 15a
	SpecifiedCodes      string          // 15b
}

func (f Form5498) form() form {
	kind := func(name, label, fdx string) box { return check(name, label, fdx, f.Kind == label) }
	return form{
		Head: f.Head, number: "5498", title: "IRA Contribution Information", omb: "1545-0747", fdx: "tax5498",
		who:    sides{payer: "TRUSTEE'S or ISSUER'S", recipient: "PARTICIPANT'S", copy: "Copy B  For Participant"},
		legend: "This information is being furnished to the IRS.",
		hints: []string{
			"Box 1 is what was paid in for the year until its return was due. Box 5 is what the account was worth on December 31. Do not attach this form to your return.",
		}, rows: [][]box{
			{amount("1", "IRA contributions (other than amounts in boxes 2-4, 8-10, 13a, and 14a)", "iraContributions", f.Contributions)},
			{
				amount("2", "Rollover contributions", "rolloverContributions", f.Rollovers),
				amount("3", "Roth IRA conversion amount", "rothIraConversion", f.RothConversion),
			},
			{
				amount("4", "Recharacterized contributions", "recharacterizedContributions", f.Recharacterized),
				amount("5", "FMV of account", "fairMarketValue", f.FairMarketValue),
			},
			{amount("6", "Life insurance cost included in box 1", "lifeInsuranceCost", f.LifeInsurance)},
			{kind("7", "IRA", "ira"), kind("", "SEP", "sep"), kind("", "SIMPLE", "simple"), kind("", "Roth IRA", "rothIra")},
			{
				amount("8", "SEP contributions", "sepContributions", f.SEPContributions),
				amount("9", "SIMPLE contributions", "simpleContributions", f.SIMPLEContributions),
			},
			{
				amount("10", "Roth IRA contributions", "rothIraContributions", f.RothContributions),
				check("11", "Check if RMD for next year", "rmdNextYear", f.MustDistribute),
			},
			{date("12a", "RMD date", "rmdDate", f.DistributeBy), amount("12b", "RMD amount", "rmdAmount", f.Distribution)},
			{
				amount("13a", "Postponed/late contrib.", "postponedContribution", f.Postponed),
				text("13b", "Year", "postponedYear", f.PostponedYear),
				text("13c", "Code", "postponedCode", f.PostponedCode),
			},
			{amount("14a", "Repayments", "repayments", f.Repayments), text("14b", "Code", "repayCode", f.RepaymentCode)},
			{amount("15a", "FMV of certain specified assets", "fmvSpecifiedAssets", f.SpecifiedAssets), text("15b", "Code(s)", "specifiedCodes", f.SpecifiedCodes)},
		},
	}
}

// Render writes the participant's copy.
func (f Form5498) Render() ([]byte, error) { return f.form().one().render() }

// FDX gives the form as FDX JSON.
func (f Form5498) FDX() ([]byte, error) { return f.form().one().fdx() }
