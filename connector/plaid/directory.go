package plaid

import (
	"context"
	"encoding/base64"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
)

const (
	directoryPage = 500       // the most that Plaid gives
	maxLogo       = 512 << 10 // bytes
	maxRouting    = 50        // numbers of one institution that are worth finding it by
)

// Institutions lists one country after the other; a cursor is "US:500". An institution of
// two countries is listed in both and entered in the first that the settings name.
func (*Connector) Institutions(ctx context.Context, env connector.Env, cursor string) (connector.DirectoryPage, error) {
	var page connector.DirectoryPage
	c, err := newClient(env)
	if err != nil {
		return page, err
	}
	codes := c.countries()
	country, offset, ok := positionOf(cursor, codes)
	if !ok {
		return page, fairlead.InvalidField("cursor", "unknown", "must be one that was given")
	}
	var list institutionList
	err = c.post(ctx, "/institutions/get", object{
		"count": directoryPage, "offset": offset, "country_codes": []string{country}, "options": object{"include_optional_metadata": true},
	}, &list)
	if err != nil {
		return page, err
	}
	for _, i := range list.Institutions {
		if first := firstOf(codes, i.Countries); first == country || first == "" {
			page.Institutions = append(page.Institutions, i.entry(country, env.Environment))
		}
	}
	switch next := slices.Index(codes, country) + 1; {
	case len(list.Institutions) > 0 && offset+len(list.Institutions) < list.Total:
		page.Cursor, page.More = country+":"+strconv.Itoa(offset+len(list.Institutions)), true
	case next < len(codes):
		page.Cursor, page.More = codes[next]+":0", true
	}
	return page, nil
}

func positionOf(cursor string, codes []string) (country string, offset int, ok bool) {
	if cursor == "" {
		if len(codes) == 0 {
			return "", 0, false
		}
		return codes[0], 0, true
	}
	country, number, _ := strings.Cut(cursor, ":")
	offset, err := strconv.Atoi(number)
	return country, offset, err == nil && offset >= 0 && slices.Contains(codes, country)
}

func firstOf(codes, of []string) string {
	for _, code := range codes {
		if slices.Contains(of, code) {
			return code
		}
	}
	return ""
}

// entry is an institution of Plaid's as ours.
func (i institution) entry(country string, env fairlead.Environment) connector.DirectoryEntry {
	out := connector.DirectoryEntry{Institution: fairlead.Institution{
		ID: institutionID(i.ID), Connector: name, Ref: i.ID, Name: i.Name, Country: country, Colour: colourOf(i.Colour), Website: websiteOf(i.URL),
		Products: productsOf(i.Products), Logins: []fairlead.LoginKind{fairlead.LoginRedirect},
		Environments: []fairlead.Environment{env}, Currency: currencies[country], Health: i.health(),
	}}
	for n, number := range i.Routing {
		if number != "" && n < maxRouting {
			out.Codes = append(out.Codes, fairlead.Code{Scheme: "routing", Value: number})
		}
	}
	if base64.StdEncoding.DecodedLen(len(i.Logo)) <= maxLogo {
		if logo, err := base64.StdEncoding.DecodeString(i.Logo); err == nil && len(logo) > 0 {
			out.LogoImage = logo
		}
	}
	return out
}

// institutionID is ours of an institution of Plaid's.
func institutionID(ref string) fairlead.InstitutionID {
	return fairlead.InstitutionID(name + "_" + ref)
}

var currencies = map[string]string{
	"US": "USD", "CA": "CAD", "GB": "GBP", "DK": "DKK", "NO": "NOK", "SE": "SEK", "PL": "PLN",
	"ES": "EUR", "NL": "EUR", "FR": "EUR", "IE": "EUR", "DE": "EUR", "IT": "EUR", "EE": "EUR", "LT": "EUR", "LV": "EUR", "PT": "EUR", "BE": "EUR", "AT": "EUR", "FI": "EUR",
}

var hex6 = regexp.MustCompile(`^#[0-9a-f]{6}$`)

func colourOf(text string) string {
	if text = strings.ToLower(strings.TrimSpace(text)); hex6.MatchString(text) {
		return text
	}
	return ""
}

func websiteOf(text string) string {
	u, err := url.Parse(strings.TrimSpace(text))
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return ""
	}
	u.Scheme = "https"
	return u.String()
}

// productNames are our products by Plaid's.
var productNames = map[string][]fairlead.Product{
	"transactions": {fairlead.ProductTransactions},
	"identity":     {fairlead.ProductIdentity},
	"liabilities":  {fairlead.ProductBills, fairlead.ProductLoans},
	"investments":  {fairlead.ProductHoldings, fairlead.ProductInvestmentTransactions},
	"statements":   {fairlead.ProductStatements},
}

// productsOf are ours, in the order in which they are collected. Accounts come with all.
func productsOf(plaids []string) []fairlead.Product {
	out := []fairlead.Product{fairlead.ProductAccounts}
	for _, p := range plaids {
		for _, ours := range productNames[p] {
			if !slices.Contains(out, ours) {
				out = append(out, ours)
			}
		}
	}
	order := fairlead.Products()
	slices.SortFunc(out, func(a, b fairlead.Product) int { return slices.Index(order, a) - slices.Index(order, b) })
	return out
}

// plaidProduct is Plaid's name of what one of our products needs; "": nothing of its own.
func plaidProduct(p fairlead.Product) string {
	for theirs, ours := range productNames {
		if slices.Contains(ours, p) {
			return theirs
		}
	}
	return ""
}

// health is the worst of what Plaid says of logins and updates; "" where it says nothing.
func (i institution) health() fairlead.Health {
	if i.Status == nil {
		return ""
	}
	worst := fairlead.Health("")
	for _, s := range []*productStatus{i.Status.Logins, i.Status.Transactions, i.Status.Investments} {
		switch {
		case s == nil:
		case s.Status == "DOWN":
			return fairlead.HealthDown
		case s.Status == "DEGRADED":
			worst = fairlead.HealthDegraded
		case s.Status == "HEALTHY" && worst == "":
			worst = fairlead.HealthGood
		}
	}
	return worst
}
