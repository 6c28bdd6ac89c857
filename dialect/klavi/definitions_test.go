package klavi_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead/apptest/openfinancebr"
)

// part is a part of reports that has the names of a definition.
type part struct {
	at   string // in the report: "checkingAccounts.transactionDetails", through lists
	api  string
	path string // of the interface
	of   string // in its answer
}

// partsOf are the parts of a product's report that are held to definitions.
func partsOf(product string) (parts []part) {
	key := arrays(product)
	_, bare, _ := strings.Cut(product, "_")
	add := func(at, api, path string) {
		parts = append(parts, part{strings.TrimSuffix(key+"."+at, "."), api, path, "data"})
	}
	switch {
	case key == "checkingAccounts" || key == "savingsAccounts" || bare == "balance":
		add("", "accounts", "/accounts")
		add("", "accounts", "/accounts/{accountId}")
		add("overdraftLimits", "accounts", "/accounts/{accountId}/overdraft-limits")
		if bare == "balance" {
			add("", "accounts", "/accounts/{accountId}/balances")
			break
		}
		add("balances", "accounts", "/accounts/{accountId}/balances")
		add("transactionDetails", "accounts", "/accounts/{accountId}/transactions")
	case key == "creditCards":
		add("", "credit-cards", "/accounts")
		add("limits", "credit-cards", "/accounts/{creditCardAccountId}/limits")
		parts = append(parts, part{key + ".paymentMethods", "credit-cards", "/accounts/{creditCardAccountId}", "data.paymentMethod"})
		for _, statement := range []string{"openStatement", "closedStatements"} {
			add(statement, "credit-cards", "/accounts/{creditCardAccountId}/bills")
			add(statement+".transactionDetails", "credit-cards", "/accounts/{creditCardAccountId}/transactions")
		}
	case apiOf[bare] != "" && slices.Contains(contracts, bare):
		add("", apiOf[bare], "/contracts")
		add("", apiOf[bare], "/contracts/{contractId}")
		add("warranties", apiOf[bare], "/contracts/{contractId}/warranties")
		add("instalments", apiOf[bare], "/contracts/{contractId}/scheduled-instalments")
		add("payments", apiOf[bare], "/contracts/{contractId}/payments")
	case apiOf[bare] != "":
		add("", apiOf[bare], "/investments")
		add("", apiOf[bare], "/investments/{investmentId}")
		add("", apiOf[bare], "/investments/{investmentId}/balances")
		add("transactions", apiOf[bare], "/investments/{investmentId}/transactions")
	case bare == "registration":
		of := map[string]string{"pf": "personal", "pj": "business"}[product[:2]]
		add("", "customers", "/"+of+"/identifications")
		add("qualifications", "customers", "/"+of+"/qualifications")
		add("financialRelations", "customers", "/"+of+"/financial-relations")
	}
	return parts
}

var contracts = []string{"loans", "financing", "unarranged_account_overdraft", "invoice_financing"}

// apiOf is the definition of a product.
var apiOf = map[string]string{
	"loans": "loans", "financing": "financings", "unarranged_account_overdraft": "unarranged-accounts-overdraft", "invoice_financing": "invoice-financings",
	"bank_fixed_incomes": "bank-fixed-incomes", "credit_fixed_incomes": "credit-fixed-incomes", "variable_incomes": "variable-incomes",
	"treasure_titles": "treasure-titles", "funds": "funds",
}

// within are the values at a path, through lists.
func within(v any, path string) (found []any) {
	if list, ok := v.([]any); ok {
		for _, item := range list {
			found = append(found, within(item, path)...)
		}
		return found
	}
	if path == "" {
		return []any{v}
	}
	step, rest, _ := strings.Cut(path, ".")
	m, _ := v.(map[string]any)
	if m[step] == nil {
		return nil
	}
	return within(m[step], rest)
}

// asDefined writes an amount as the definitions have it in contracts: as text beside the
// currency. Reports have {amount, currency} everywhere.
func asDefined(v any) any {
	switch v := v.(type) {
	case []any:
		out := make([]any, len(v))
		for n := range v {
			out[n] = asDefined(v[n])
		}
		return out
	case map[string]any:
		out := map[string]any{}
		for name, inner := range v {
			if m, ok := inner.(map[string]any); ok && slices.Contains([]string{"contractAmount", "contractOutstandingBalance", "paidAmount", "warrantyAmount", "feeAmount"}, name) {
				inner = m["amount"]
			}
			out[name] = asDefined(inner)
		}
		return out
	}
	return v
}

// heldToTheDefinitions holds what has a name of the definitions to them: types, values,
// patterns, decimals, times, lengths.
func heldToTheDefinitions(t *testing.T, d openfinancebr.Definitions, product string, body []byte) {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var report any
	if err := decoder.Decode(&report); err != nil {
		t.Fatal(err)
	}
	checked := 0
	for _, part := range partsOf(product) {
		schema := d.Answer(t, part.api, part.path).Field(t, part.of)
		faults := map[string]int{}
		for _, v := range within(report, part.at) {
			m, ok := asDefined(v).(map[string]any)
			for name, value := range m {
				if slices.Contains(schema.Names(), name) && value != nil {
					checked++
				}
			}
			if !ok {
				t.Errorf("%s: %s is %T", product, part.at, v)
			}
			for _, fault := range schema.CheckFields(m) {
				faults[fault]++
			}
		}
		for _, fault := range slices.Sorted(maps.Keys(faults)) {
			t.Errorf("%s: %s as %s %s: %s (%d times)", product, part.at, part.api, part.path, fault, faults[fault])
		}
	}
	if partsOf(product) != nil && checked == 0 {
		t.Errorf("nothing of %s was checked", product)
	}
}
