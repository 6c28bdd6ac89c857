package openfinancebr_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead/apptest/openfinancebr"
)

func TestFaultsAreFoundWhereTheyAre(t *testing.T) {
	t.Parallel()
	d := openfinancebr.Open(t)
	balances := d.Answer(t, "accounts", "/accounts/{accountId}/balances").Field(t, "data")
	const good = `{"availableAmount":{"amount":"-1.0000","currency":"BRL"},"blockedAmount":{"amount":"0.00","currency":"BRL"},
		"automaticallyInvestedAmount":{"amount":"0.00","currency":"BRL"},"updateDateTime":"2026-01-02T03:04:05Z"}`
	for body, want := range map[string]string{
		good: "",
		strings.Replace(good, `"-1.0000"`, `"-1"`, 1):                          "availableAmount.amount: ",
		strings.Replace(good, `"-1.0000"`, `-1`, 1):                            "availableAmount.amount: is the number -1, not string",
		strings.Replace(good, `{"amount":"0.00","currency":"BRL"}`, `null`, 1): "blockedAmount: is null",
		strings.Replace(good, `T03`, ` 03`, 1):                                 "updateDateTime: ",
		strings.Replace(good, `"blockedAmount"`, `"other"`, 1):                 ": has no blockedAmount",
		strings.Replace(good, `"currency"`, `"own":1,"currency"`, 1):           "availableAmount: has own, which is not defined",
	} {
		faults := strings.Join(balances.Check(json.RawMessage(body)), "; ")
		if want == "" && faults != "" || !strings.Contains(faults, want) {
			t.Errorf("%s: %q, want %q", body, faults, want)
		}
	}
	if faults := balances.CheckFields(json.RawMessage(`{"blockedAmount":null,"ours":1}`)); len(faults) > 0 {
		t.Errorf("fields alone: %q", faults)
	}
	kind := d.Schema(t, "accounts", "AccountData").Field(t, "type")
	if faults := kind.Check("CONTA_CORRENTE"); len(faults) != 1 {
		t.Errorf("an unknown value: %q", faults)
	}
	if faults := d.Schema(t, "accounts", "AccountTransactionsData").Field(t, "transactionDateTime").Check("2026-01-02T03:04:05Z"); len(faults) == 0 {
		t.Error("a time without milliseconds passes")
	}
}
