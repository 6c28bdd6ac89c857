package report

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"os/exec"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
)

// decryptByOpenSSL is an implementation that is not ours: what the README shows.
func decryptByOpenSSL(t *testing.T, secret, text string) string {
	t.Helper()
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(raw) < 32 {
		t.Fatalf("%q is no ciphertext: %v", text, err)
	}
	key := sha256.Sum256([]byte(secret))
	c := exec.Command("openssl", "enc", "-d", "-aes-256-cbc", "-K", hex.EncodeToString(key[:]), "-iv", hex.EncodeToString(raw[:16]))
	c.Stdin = strings.NewReader(string(raw[16:]))
	out, err := c.Output()
	if err != nil {
		t.Fatalf("openssl: %v", err)
	}
	return string(out)
}

func TestSensitiveFieldsAreDecryptedByOpenSSL(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Fatal("the test needs openssl: ", err)
	}
	const secret = "a secretKey"
	b := &builder{Reports: &Reports{Secret: fairlead.NewSecret(secret)}}
	report := object{
		{"enquiryCpf", "52998224725"},
		{"code", 200},
		{"businessTaxId", ""},
		{"checkingAccounts", []object{{{"civilName", "Ana Célia, com um nome que passa de um bloco"}, {"branchCode", "0001"}, {"number", "12345678"}, {"balances", object{{"number", 3}}}}}},
		{"documents", map[string]any{"cpfNumber": "1", "list": []any{map[string]any{"email": "a@b"}}}},
		{"externalInfo", json.RawMessage(`{"number":"mine"}`)},
	}
	sealed := b.sealed(report)
	text, err := json.Marshal(sealed)
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		EnquiryCPF, BusinessTaxID string
		Code                      int
		CheckingAccounts          []struct {
			CivilName, BranchCode, Number string
			Balances                      struct{ Number int }
		}
		Documents struct {
			CPFNumber string
			List      []struct{ Email string }
		}
		ExternalInfo struct{ Number string }
	}
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	a := got.CheckingAccounts[0]
	for cipher, plain := range map[string]string{
		got.EnquiryCPF: "52998224725", a.CivilName: "Ana Célia, com um nome que passa de um bloco", a.Number: "12345678", got.Documents.CPFNumber: "1",
		got.Documents.List[0].Email: "a@b",
	} {
		if found := decryptByOpenSSL(t, secret, cipher); found != plain {
			t.Errorf("%q is decrypted as %q, want %q", cipher, found, plain)
		}
	}
	if got.BusinessTaxID != "" || got.Code != 200 || a.BranchCode != "0001" || a.Balances.Number != 3 || got.ExternalInfo.Number != "mine" {
		t.Errorf("what is not sensitive became %s", text)
	}
	if again := b.sealed(report)[0].value; again == sealed[0].value {
		t.Error("the same text is encrypted the same way twice")
	}
	if plain := (&builder{Reports: &Reports{}}).sealed(report); plain[0].value != "52998224725" {
		t.Error("without a key something is encrypted")
	}
}

// TestWhoIsNamedBesideTheHolderIsEncrypted holds every field by which the definitions of
// Open Finance Brasil, and the older shapes, name somebody else.
func TestWhoIsNamedBesideTheHolderIsEncrypted(t *testing.T) {
	t.Parallel()
	b := &builder{Reports: &Reports{Secret: fairlead.NewSecret("a secretKey")}}
	const who = "Somebody Else"
	sealed, err := json.Marshal(b.sealed(object{
		{"checkingAccounts", []object{{{"transactionDetails", []object{{{"transactionName", who}, {"partieCnpjCpf", who}}}}}}},
		{"Income", []object{{{"incomeStream", []object{{{"incomeTransactions", []object{{{"trans_description", who}}}}}}}}}},
		{"pf_registration", []object{{
			{"filiation", []any{map[string]any{"type": "MAE", "civilName": who, "socialName": who}}},
			{"parties", []any{map[string]any{"civilName": who, "companyName": who, "documentNumber": who, "documentAdditionalInfo": who}}},
			{"financialRelations", object{{"procurators", []any{map[string]any{"type": "PROCURADOR", "cnpjCpfNumber": who, "civilName": who}}}}},
		}}},
		{"pf_credit_fixed_incomes", []object{{{"debtorName", who}, {"debtorCnpjNumber", who}}}},
	}))
	if err != nil || strings.Contains(string(sealed), who) || !strings.Contains(string(sealed), "PROCURADOR") {
		t.Errorf("the encrypted report is %s (%v)", sealed, err)
	}
}
