package plaidtest

import (
	"encoding/base64"
	"fmt"
	"slices"
	"time"
)

// logo is a PNG of one pixel.
var logo = base64.StdEncoding.EncodeToString([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"))

var everything = []string{"auth", "balance", "identity", "investments", "liabilities", "statements", "transactions"}

// institutions are two banks by name and so many others that they fill pages.
func institutions() []Object {
	list := []Object{
		institution("ins_109508", "First Platypus Bank", []string{"US"}, false, everything, "#1f1f1f", "https://plaid.com", "011000015"),
		institution("ins_127287", "Platypus OAuth Bank", []string{"US", "CA"}, true, everything, "", "", "021000021", "021200339"),
		institution("ins_1_CA", "Maple Credit Union", []string{"CA"}, true, []string{"transactions"}, "#AA0000", "http://maple.example"),
		institution("ins_NO1", "Fjordbanken", []string{"NO"}, true, []string{"transactions"}, "", ""),
	}
	for n := range 1100 {
		list = append(list, institution(fmt.Sprintf("ins_9%05d", n), fmt.Sprintf("Community Bank %d", n), []string{"US"}, false, []string{"transactions"}, "", ""))
	}
	return list
}

func institution(ref, name string, countries []string, oauth bool, products []string, colour, url string, routing ...string) Object {
	if routing == nil {
		routing = []string{}
	}
	return Object{
		"institution_id": ref, "name": name, "products": products, "country_codes": countries, "routing_numbers": routing, "dtc_numbers": []string{}, "oauth": oauth,
		"url": optional(url), "primary_color": optional(colour), "logo": logo,
	}
}

func optional(text string) any {
	if text == "" {
		return nil
	}
	return text
}

func shown(i Object, options Object) Object {
	if more, _ := options["include_optional_metadata"].(bool); more {
		return i
	}
	out := With(i)
	for _, name := range []string{"url", "primary_color", "logo"} {
		delete(out, name)
	}
	return out
}

func (s *Server) listInstitutions(r request) (Object, error) {
	codes, _ := r.body["country_codes"].([]any)
	offset, count := r.number("offset", -1), r.number("count", 0)
	if len(codes) == 0 || offset < 0 || count < 1 || count > 500 {
		return nil, &problem{"INVALID_REQUEST", "INVALID_FIELD", "country_codes, offset or count is invalid"}
	}
	all := []Object{}
	for _, i := range s.institutions {
		if slices.ContainsFunc(codes, func(code any) bool { return slices.Contains(i["country_codes"].([]string), code.(string)) }) {
			all = append(all, shown(i, r.object("options")))
		}
	}
	from := min(offset, len(all))
	return Object{"institutions": all[from:min(from+count, len(all))], "total": len(all)}, nil
}

func (s *Server) getInstitution(r request) (Object, error) {
	for _, i := range s.institutions {
		if i["institution_id"] == r.text("institution_id") {
			return Object{"institution": shown(i, r.object("options"))}, nil
		}
	}
	return nil, invalid("INVALID_INSTITUTION", "invalid institution_id provided")
}

func balance(current, available, limit any) Object {
	return Object{"current": current, "available": available, "limit": limit, "iso_currency_code": "USD", "unofficial_currency_code": nil}
}

func newAccount(ref, name, mask, kind, subtype string, balances Object) Object {
	return Object{"account_id": ref, "name": name, "official_name": name + " at First Platypus", "mask": mask, "type": kind, "subtype": subtype, "balances": balances, "holder_category": "personal"}
}

// newItem makes an Item of a person with one account of every kind. s is locked.
func (s *Server) newItem(institution, name string, link Object) *Item {
	s.made++
	p := fmt.Sprintf("i%d", s.made)
	i := &Item{
		ID: "item" + id(12), Institution: institution, Name: name, Products: []string{}, Updated: s.Clock(), Status: "HISTORICAL_UPDATE_COMPLETE",
		rows: map[string]Object{}, gone: map[string]string{}, Statements: map[string]Object{}, statementsOf: map[string][]string{},
	}
	for _, field := range []string{"products", "required_if_supported_products"} {
		list, _ := link[field].([]any)
		for _, product := range list {
			i.Products = append(i.Products, product.(string))
		}
	}
	i.Webhook, _ = link["webhook"].(string)
	i.Accounts = []Object{
		newAccount(p+"-checking", "Everyday", "4411", "depository", "checking", balance(Number("425.7"), Number("410.20"), nil)),
		newAccount(p+"-savings", "Rainy Day", "4412", "depository", "savings", balance(Number("1000"), nil, nil)),
		newAccount(p+"-card", "Platinum", "3333", "credit", "credit card", balance(Number("311.05"), Number("2188.95"), Number("2500"))),
		newAccount(p+"-brokerage", "Brokerage", "5555", "investment", "brokerage", balance(Number("2621.27"), Number("120.5"), nil)),
		newAccount(p+"-mortgage", "Home", "8888", "loan", "mortgage", balance(Number("156302.06"), nil, nil)),
		newAccount(p+"-student", "Study", "7777", "loan", "student", balance(Number("65262.0"), nil, nil)),
		newAccount(p+"-crypto", "Coins", "9999", "investment", "crypto exchange",
			Object{"current": Number("0.5"), "available": nil, "limit": nil, "iso_currency_code": nil, "unofficial_currency_code": "BTC"}),
	}
	i.fill(p, s.Clock())
	s.items = append(s.items, i)
	return i
}

// fill gives an Item its history.
func (i *Item) fill(p string, now time.Time) {
	day := func(back int) string { return now.AddDate(0, 0, -back).Format(time.DateOnly) }
	for n := 400; n > 0; n -= 20 {
		i.Add(With(Row(fmt.Sprintf("%s-tx%d", p, n), p+"-checking", day(n), "12.34", "Corner Bakery"), "merchant_name", "Corner Bakery", "payment_channel", "in store",
			"authorized_date", day(n+1), "personal_finance_category",
			Object{"primary": "FOOD_AND_DRINK", "detailed": "FOOD_AND_DRINK_COFFEE", "confidence_level": "HIGH", "version": "v2"},
			"counterparties", []Object{{"name": "Corner Bakery", "type": "merchant", "entity_id": nil, "website": nil, "logo_url": nil, "confidence_level": "HIGH"}}))
	}
	i.Add(With(Row(p+"-salary", p+"-checking", day(14), "-2307.21", "Payroll"), "payment_meta",
		With(Row("", "", "", "0", "")["payment_meta"].(Object), "payer", "Example Works Inc", "reference_number", "R-77")))
	i.Add(Row(p+"-exact", p+"-checking", day(13), "2307.2112345", "Many decimals"))
	i.Add(With(Row(p+"-timed", p+"-card", day(3), "89.4", "Hotel"), "authorized_datetime", day(4)+"T18:30:00Z", "datetime", day(3)+"T00:00:00Z"))
	i.Add(With(Row(p+"-pending", p+"-card", day(0), "4.50", "Coffee"), "pending", true))
	i.Add(With(Row(p+"-coin", p+"-crypto", day(2), "0.1", "Coin"), "iso_currency_code", nil, "unofficial_currency_code", "BTC"))
	i.Liabilities = liabilities(p, day)
	i.Securities = []Object{
		security(p+"-vti", "Total Market ETF", "VTI", "etf", nil), security(p+"-usd", "U S Dollar", "CUR:USD", "cash", nil),
		security(p+"-bond", "Treasury 2030", nil, "fixed income", Object{
			"yield_rate": Object{"percentage": Number("4.25"), "type": "coupon"}, "maturity_date": "2030-05-15", "issue_date": "2020-05-15", "face_value": Number("1000"),
		}),
	}
	i.Holdings = []Object{
		holding(p, "vti", "8.0625", "250.1", "2016.43125", Number("1800.05")), holding(p, "usd", "120.5", "1", "120.5", nil), holding(p, "bond", "0.5", "968.6775", "484.33875", Number("490")),
	}
	for n := range 30 {
		i.Movements = append(i.Movements, movement(fmt.Sprintf("%s-mv%d", p, n), p+"-brokerage", p+"-vti", day(3+n*7), "0.25", "62.52", "buy", "buy"))
	}
	i.Movements = append(i.Movements, movement(p+"-dividend", p+"-brokerage", p+"-vti", day(300), "0", "-18.61", "cash", "dividend"),
		movement(p+"-deposit", p+"-brokerage", nil, day(320), "0", "-2000", "cash", "deposit"))
	for n := 1; n <= 3; n++ {
		at := now.AddDate(0, -n, -now.Day()+1)
		for _, account := range []string{"checking", "card"} { // savings has none
			ref := fmt.Sprintf("%s-%s-st%d", p, account, n)
			i.Statements[ref] = Object{"statement_id": ref, "month": int(at.Month()), "year": at.Year(), "date_posted": at.AddDate(0, 1, 2).Format(time.DateOnly)}
			i.statementsOf[p+"-"+account] = append(i.statementsOf[p+"-"+account], ref)
		}
	}
	i.Statements[p+"-checking-st3"]["date_posted"] = nil
}

func security(ref, name string, ticker any, kind string, bond any) Object {
	return Object{
		"security_id": ref, "isin": nil, "cusip": nil, "sedol": nil, "institution_security_id": nil, "institution_id": nil, "proxy_security_id": nil, "name": name,
		"ticker_symbol": ticker, "is_cash_equivalent": kind == "cash", "type": kind, "subtype": kind, "close_price": Number("250.1"), "close_price_as_of": nil,
		"iso_currency_code": "USD", "unofficial_currency_code": nil, "market_identifier_code": nil, "sector": nil, "industry": nil, "cfi_code": nil, "figi": nil,
		"option_contract": nil, "fixed_income": bond,
	}
}

func holding(p, security, quantity, price, value string, cost any) Object {
	return Object{
		"account_id": p + "-brokerage", "security_id": p + "-" + security, "institution_price": Number(price), "institution_price_as_of": "2026-11-27",
		"institution_value": Number(value), "cost_basis": cost, "quantity": Number(quantity), "iso_currency_code": "USD", "unofficial_currency_code": nil,
	}
}

func movement(ref, account string, security any, day, quantity, amount, kind, subtype string) Object {
	return Object{
		"investment_transaction_id": ref, "account_id": account, "security_id": security, "date": day, "name": kind + " " + subtype, "quantity": Number(quantity),
		"amount": Number(amount), "price": Number("250.08"), "fees": nil, "type": kind, "subtype": subtype, "iso_currency_code": "USD", "unofficial_currency_code": nil,
	}
}

func liabilities(p string, day func(int) string) Object {
	where := Object{"city": "Malakoff", "country": "US", "postal_code": "14236", "region": "NY", "street": "2992 Cameron Road"}
	return Object{
		"credit": []Object{{
			"account_id": p + "-card", "aprs": []Object{{"apr_percentage": Number("15.24"), "apr_type": "purchase_apr", "balance_subject_to_apr": Number("1562.32"), "interest_charge_amount": Number("130.22")}},
			"is_overdue": false, "last_payment_amount": Number("168.25"), "last_payment_date": day(5), "last_statement_issue_date": day(20), "last_statement_balance": Number("1708.77"),
			"minimum_payment_amount": Number("20"), "next_payment_due_date": day(-5),
		}},
		"mortgage": []Object{{
			"account_id": p + "-mortgage", "account_number": "3120194154", "current_late_fee": Number("25.0"), "escrow_balance": Number("3141.54"), "has_pmi": true,
			"has_prepayment_penalty": nil, "interest_rate": Object{"percentage": Number("3.99"), "type": "fixed"}, "last_payment_amount": Number("3141.54"), "last_payment_date": day(25),
			"loan_type_description": "conventional", "loan_term": "30 year", "maturity_date": "2045-07-31", "next_monthly_payment": Number("3141.54"), "next_payment_due_date": day(-10),
			"origination_date": "2015-08-01", "origination_principal_amount": Number("425000"), "past_due_amount": Number("0"), "property_address": where,
			"ytd_interest_paid": Number("12300.4"), "ytd_principal_paid": Number("12340.5"),
		}},
		"student": []Object{{
			"account_id": p + "-student", "account_number": "4277075694", "disbursement_dates": []string{"2018-08-28"}, "expected_payoff_date": "2032-07-28", "guarantor": "DEPT OF ED",
			"interest_rate_percentage": Number("5.25"), "is_overdue": false, "last_payment_amount": nil, "last_payment_date": nil, "last_statement_issue_date": nil,
			"loan_name": "Consolidation", "loan_status": Object{"end_date": "2032-07-28", "type": "repayment"}, "minimum_payment_amount": Number("25"), "next_payment_due_date": day(-8),
			"origination_date": "2018-08-28", "origination_principal_amount": Number("25000"), "outstanding_interest_amount": Number("6227.36"), "payment_reference_number": "4277075694",
			"pslf_status":    Object{"estimated_eligibility_date": nil, "payments_made": nil, "payments_remaining": nil},
			"repayment_plan": Object{"description": "Standard Repayment", "type": "standard"}, "sequence_number": "1", "servicer_address": With(where, "street", nil),
			"ytd_interest_paid": Number("280.55"), "ytd_principal_paid": Number("271.65"),
		}},
	}
}
