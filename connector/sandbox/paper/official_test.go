package paper_test

import (
	"slices"
	"strings"
	"testing"
)

// TestAmericanFormsHaveTheBoxesOfTheOfficialOnes: the numbers and the captions of the
// recipient's copies that the IRS publishes for the tax year.
func TestAmericanFormsHaveTheBoxesOfTheOfficialOnes(t *testing.T) {
	t.Parallel()
	const ifTaxable = "This is important tax information and is being furnished to the IRS"
	official := map[string][]string{
		"1099-int": {
			ifTaxable, "FATCA filing requirement", "Payer's RTN (optional)", "14 Tax-exempt and tax credit bond CUSIP no.", "17 State tax withheld",
			"Copy B For Recipient",
		},
		"1099-div": {ifTaxable, "2e Section 897 ordinary dividends", "11 FATCA filing requirement", "16 State tax withheld"},
		"1099-b":   {ifTaxable, "1d Proceeds", "4 Federal income tax withheld"},
		"1099-r": {
			"This information is being furnished to the IRS", "9b Total employee contributions", "12 FATCA filing requirement", "13 Date of payment", "14 State tax withheld",
			"16 State distribution", "17 Local tax withheld", "18 Name of locality", "19 Local distribution",
		},
		"1099-misc":     {ifTaxable, "14 Reserved for future use", "15 Nonqualified deferred", "18 State income"},
		"1099-nec":      {ifTaxable, "3 Excess golden parachute payments", "7 State income"},
		"1099-nec-2024": {ifTaxable, "3 Reserved for future use"},
		"1099-nec-2026": {ifTaxable, "1a Nonemployee compensation", "1b Cash tips", "1c Treasury Tipped", "Occupation Code(s)", "1d Overtime", "3 Excess golden parachute payments"},
		"w-2-2026":      {"14a Other", "14b Treasury Tipped", "Occupation Code(s)", "TP $1,200.00", "12d"},
		"1099-g": {
			ifTaxable, "1 Unemployment compensation", "3 Box 2 amount is for tax year", "8 If checked, box 2 is trade or business income", "10a State",
			"11 State income tax withheld",
		},
		"1099-k": {
			"taxable income results from this transaction", "FILER'S TIN", "PAYEE'S TIN", "1a Gross amount of payment card/third party network transactions", "1b Card Not Present transactions",
			"3 Number of payment transactions", "5a January", "5l December", "8 State tax withheld", "Copy B For Payee", "PSE'S name and telephone number",
		},
		"1098": {
			"The information in boxes 1 through 9 and 11 is important tax information", "RECIPIENT'S/LENDER'S TIN", "PAYER'S/BORROWER'S TIN", "2 Outstanding mortgage principal",
			"3 Mortgage origination date", "11 Mortgage acquisition date", "Copy B For Payer/Borrower", "may not be fully deductible by you",
		},
		"5498": {
			"PARTICIPANT'S TIN", "5 FMV of account", "11 Check if RMD for next year", "12b RMD amount", "15b Code(s)",
			"This information is being furnished to the IRS", "Copy B For Participant",
		},
		"w-2": {
			"a Employee's social security number", "b Employer ID number (EIN)", "1 Wages, tips, other compensation", "6 Medicare tax withheld", "12a See instructions", "12d",
			"13 Statutory employee", "Third-party sick pay", "14 Other", "15 State", "20 Locality name", "For EMPLOYEE'S RECORDS", "furnished to the Internal Revenue Service",
		},
		"1099-consolidated": {ifTaxable},
	}
	all := papers()
	for name, texts := range official {
		p, ok := all[name]
		if !ok {
			t.Errorf("there is no %s", name)
			continue
		}
		text := strings.Join(strings.Fields(printed(t, render(t, p))), " ")
		for _, want := range texts {
			if !strings.Contains(text, want) {
				t.Errorf("%s does not say %q", name, want)
			}
		}
		for _, caption := range []string{"street address, city or town", "telephone no."} {
			if !strings.HasPrefix(name, "w-2") && !strings.Contains(text, caption) {
				t.Errorf("%s does not ask for the payer's %q", name, caption)
			}
		}
		if phone := slices.ContainsFunc([]string{"(555) ", "(937) ", "(217) ", "(312) ", "(503) "}, func(code string) bool { return strings.Contains(text, code) }); !phone && !strings.HasPrefix(name, "w-2") {
			t.Errorf("%s has no payer's telephone number", name)
		}
	}
}
