package world

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// american makes the forms of a bank or broker of the United States: its own, and
// those that others who pay the customer furnish through it.
func (c *Customer) american(year int) []TaxForm {
	january := MonthOf(year+1, time.January).Day(31)
	var out []TaxForm
	if interest, _, accounts := c.yearOf(year, PaperInterest); interest > 0 {
		out = append(out, c.form("1099-INT", "bank", year, 0, january, accounts, interestBoxes(interest, 0)...))
	}
	if c.Persona.Income == retired {
		total, by, accounts := c.yearOf(year, PaperDistribution)
		if total > 0 {
			t := c.form("1099-R", "plan", year, 0, january, accounts, Box{"grossDistribution", "1 Gross distribution", total},
				Box{"taxableAmount", "2a Taxable amount", total}, Box{"federalTaxWithheld", "4 Federal income tax withheld", 0})
			t.Payer = by[0].Payer
			out = append(out, t)
		}
	}
	if c.Persona.Income == jobs {
		_, by, accounts := c.yearOf(year, PaperService)
		for _, p := range by {
			if p.Boxes[0].Cents < leastPaid(year) {
				continue
			}
			t := c.form("1099-NEC", p.Payer.Name, year, 0, january, accounts, Box{"nonEmployeeCompensation", "1 Nonemployee compensation", p.Boxes[0].Cents},
				Box{"federalTaxWithheld", "4 Federal income tax withheld", 0})
			t.Payer = p.Payer
			out = append(out, t)
		}
	}
	if _, by, accounts := c.yearOf(year, PaperRent); len(by) > 0 && by[0].Boxes[0].Cents >= leastPaid(year) {
		t := c.form("1099-MISC", "rent", year, 0, january, accounts, Box{"rents", "1 Rents", by[0].Boxes[0].Cents}, Box{"royalties", "2 Royalties", 0}, Box{"otherIncome", "3 Other income", 0})
		t.Payer = by[0].Payer
		out = append(out, t)
	}
	out = append(out, c.wageForms(year, january)...)
	out = append(out, c.government(year, january)...)
	out = append(out, c.marketplace(year, january)...)
	out = append(out, c.mortgages(year, january)...)
	return slices.Concat(out, c.broker(year), c.retirement(year))
}

// leastPaid is from what sum of a year on a payer sends Form 1099-NEC, and Form
// 1099-MISC of rents (Public Law 119-21, section 70433).
func leastPaid(year int) int64 {
	if year >= 2026 {
		return 200000
	}
	return 60000
}

// Taxes on wages. Social security is due up to a base that rises each year, and
// Medicare takes more of what is above $200,000.
const (
	socialSecurity = 620 // of ten thousand
	medicare       = 145
	medicareMore   = 90
	medicareAbove  = 20000000
)

// socialSecurityBase is the highest wage of a year that social security is due on.
func socialSecurityBase(year int) int64 {
	switch {
	case year <= 2023:
		return 16020000
	case year == 2024:
		return 16860000
	case year == 2025:
		return 17610000
	}
	return 18450000
}

// stateTax is about what a state withholds of wages, in thousandths.
func stateTax(region string) int64 {
	return map[string]int64{"OR": 78, "OH": 27, "WI": 44, "NC": 43, "NY": 52, "ID": 53}[region]
}

// wageForms are what employers say of a year's wages: what reached the account, and
// the taxes withheld before it did.
func (c *Customer) wageForms(year int, day Day) []TaxForm {
	_, by, accounts := c.yearOf(year, PaperSalary)
	var out []TaxForm
	for _, p := range by {
		net, state, federal := p.Boxes[0].Cents, stateTax(c.Person.Address.Region), int64(50)
		switch {
		case net > 8000000:
			federal = 150
		case net > 3000000:
			federal = 95
		}
		base := socialSecurityBase(year)
		gross := net * 10000 / (10000 - socialSecurity - medicare - 10*federal - 10*state)
		if gross > base {
			gross = (net + base*socialSecurity/10000) * 10000 / (10000 - medicare - 10*federal - 10*state)
		}
		secured := min(gross, base)
		security, health := secured*socialSecurity/10000, gross*medicare/10000+max(gross-medicareAbove, 0)*medicareMore/10000
		local := gross * state / 1000
		t := c.form("W-2", p.Payer.Name, year, 0, day, accounts,
			Box{"wages", "1 Wages, tips, other compensation", gross}, Box{"federalTaxWithheld", "2 Federal income tax withheld", gross - net - security - health - local},
			Box{"socialSecurityWages", "3 Social security wages", secured}, Box{"socialSecurityTaxWithheld", "4 Social security tax withheld", security},
			Box{"medicareWages", "5 Medicare wages and tips", gross}, Box{"medicareTaxWithheld", "6 Medicare tax withheld", health},
			Box{"stateWages", "16 State wages, tips, etc.", gross}, Box{"stateTaxWithheld", "17 State income tax", local})
		t.Payer, t.Facts = p.Payer, c.stateFacts(p.Payer)
		t.Facts["controlNumber"] = "E" + strings.ToUpper(t.Ref[1:7])
		out = append(out, t)
	}
	return out
}

// stateFacts is the state a form tells of, and the payer's number there.
func (c *Customer) stateFacts(payer Party) map[string]string {
	number := NewKey("state id", payer.Name, c.Person.Address.Region).RNG().Digits(8)
	return map[string]string{"stateCode": c.Person.Address.Region, "stateTaxId": number[:7] + "-" + number[7:]}
}

// government is what the state paid: a benefit, or tax of the year before.
func (c *Customer) government(year int, day Day) []TaxForm {
	var out []TaxForm
	benefit, by, accounts := c.yearOf(year, PaperUnemployment)
	if benefit > 0 {
		t := c.form("1099-G", "benefit", year, 0, day, accounts, Box{"unemploymentCompensation", "1 Unemployment compensation", by[0].Boxes[1].Cents},
			Box{"federalTaxWithheld", "4 Federal income tax withheld", by[0].Boxes[1].Cents - benefit}, Box{"stateTaxWithheld", "11 State income tax withheld", 0})
		t.Payer, t.Facts = by[0].Payer, c.stateFacts(by[0].Payer)
		out = append(out, t)
	}
	if refund, by, accounts := c.yearOf(year, PaperRefund); refund > 0 {
		t := c.form("1099-G", "refund", year, 0, day, accounts, Box{"taxRefund", "2 State or local income tax refunds, credits, or offsets", refund})
		t.Payer, t.Facts = by[0].Payer, c.stateFacts(by[0].Payer)
		t.Facts["refundYear"] = strconv.Itoa(year - 1)
		out = append(out, t)
	}
	return out
}

// marketplace is what was sold through one, month by month, before its fees.
func (c *Customer) marketplace(year int, day Day) []TaxForm {
	total, by, accounts := c.yearOf(year, PaperSales)
	if total == 0 {
		return nil
	}
	var months [12]int64
	count := 0
	for _, a := range accounts {
		for _, e := range c.world.year(c, year).entries[a] {
			if e.Paper == PaperSales {
				months[e.Posted.Month().Month()-1] += e.Gross
				count += e.Count
			}
		}
	}
	gross := by[0].Boxes[1].Cents
	boxes := []Box{
		{"grossAmount", "1a Gross amount of payment card/third party network transactions", gross},
		{"cardNotPresent", "1b Card Not Present transactions", gross},
		{"federalTaxWithheld", "4 Federal income tax withheld", 0},
	}
	for i, cents := range months {
		name := time.Month(i + 1).String()
		boxes = append(boxes, Box{"monthAmounts." + strings.ToUpper(name[:3]), "5" + string(rune('a'+i)) + " " + name, cents})
	}
	t := c.form("1099-K", "marketplace", year, 0, day, accounts, boxes...)
	t.Payer, t.Facts = by[0].Payer, map[string]string{"numberOfTransactions": strconv.Itoa(count), "merchantCategoryCode": "5999"}
	return []TaxForm{t}
}

// leastInterest is from what interest on a lender sends a form.
const leastInterest = 60000

// mortgages is the interest of each home loan.
func (c *Customer) mortgages(year int, day Day) []TaxForm {
	first, last := MonthOf(year, time.January).First(), MonthOf(year, time.December).Last()
	var out []TaxForm
	for _, l := range c.Contracts(first, last.At(23*60+59)) {
		if l.Kind.Kind != "mortgage" || l.Account < 0 {
			continue
		}
		var interest int64
		for _, p := range l.Payments {
			if p.Due >= first && p.Due <= last {
				interest += p.Interest
			}
		}
		if interest < leastInterest {
			continue
		}
		owed, _ := l.Owed((first - 1).At(23*60 + 59))
		t := c.form("1098", l.Ref, year, 0, day, []int{l.Account}, Box{"mortgageInterest", "1 Mortgage interest received from payer(s)/borrower(s)", interest},
			Box{"outstandingPrincipal", "2 Outstanding mortgage principal", owed})
		t.Facts = map[string]string{"originationDate": l.Start.Date().String(), "isPropertyAddressSameAsBorrowerAddress": "true"}
		out = append(out, t)
	}
	return out
}

// contribution is what a working person pays into a retirement account each month,
// within the year's limit.
func (c *Customer) contribution(a Account, year int) int64 {
	if c.country.code != "US" || !c.Bank.Portfolios[a.Portfolio-1].Deferred || c.Persona.Company || c.Persona.Income == retired {
		return 0
	}
	return round(min(contributionLimit(year, c.age(year))/12, c.wage(year)*6/100), 500)
}

// age is what the person turns in a year.
func (c *Customer) age(year int) int { return year - c.Person.Born.Year }

// contributionLimit is the most that may be paid into individual retirement accounts
// for a year.
func contributionLimit(year, age int) int64 {
	limit, more := int64(650000), int64(100000)
	switch {
	case year >= 2026:
		limit, more = 750000, 110000
	case year >= 2024:
		limit = 700000
	}
	if age >= 50 {
		limit += more
	}
	return limit
}

// mustDistribute is the age at which money must begin to leave a retirement account.
const mustDistribute = 73

// retirement is what went into each retirement account and what it was worth in the
// end. It comes in May, when nothing more can be paid in for the year.
func (c *Customer) retirement(year int) []TaxForm {
	if c.Persona.Company {
		return nil
	}
	var out []TaxForm
	end := MonthOf(year, time.December).Last().At(23*60 + 59)
	for _, a := range c.Accounts {
		if a.Portfolio == 0 || !c.Bank.Portfolios[a.Portfolio-1].Deferred {
			continue
		}
		var paid int64
		for _, t := range c.Custody(a.Index, year).Trades {
			if t.Kind == "contribution" {
				paid += t.Cents
			}
		}
		worth := c.Cash(a.Index, end)
		for _, p := range c.Positions(a.Index, end) {
			worth += p.Value
		}
		if paid == 0 && worth == 0 {
			continue
		}
		t := c.form("5498", a.Ref, year, 0, MonthOf(year+1, time.May).Day(31), []int{a.Index}, Box{"iraContributions", "1 IRA contributions", paid},
			Box{"fairMarketValue", "5 FMV of account", worth})
		t.Facts = map[string]string{"ira": "true", "rmdNextYear": strconv.FormatBool(c.age(year+1) >= mustDistribute)}
		out = append(out, t)
	}
	return out
}
