package fairlead_test

import (
	"encoding/json"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"github.com/fairlead-dev/fairlead"
)

func decimal(t testing.TB, s string) fairlead.Decimal {
	t.Helper()
	d, err := fairlead.ParseDecimal(s)
	if err != nil {
		t.Fatalf("%q: %v", s, err)
	}
	return d
}

func TestADecimalKeepsTheScaleItCameWith(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"0", "12.30", "-0.05", "1000.0400", "-123456789012345678901234567890.123456789", "0.000000000000000000001"} {
		if got := decimal(t, s).String(); got != s {
			t.Errorf("%s became %s", s, got)
		}
	}
}

func TestWhatIsNoDecimalIsRefused(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "-", ".", "1e5", "1,000", "NaN", "--1", "1.2.3", "0x10", " 1", "1 ", string(make([]byte, 100))} {
		if d, err := fairlead.ParseDecimal(s); err == nil {
			t.Errorf("%q was read as %s", s, d)
		}
	}
}

// rat is the oracle: arbitrary-precision rationals.
func rat(d fairlead.Decimal) *big.Rat {
	r, _ := new(big.Rat).SetString(d.String())
	return r
}

func anyDecimal() *rapid.Generator[fairlead.Decimal] {
	return rapid.Custom(func(t *rapid.T) fairlead.Decimal {
		s := rapid.StringMatching(`-?[0-9]{1,25}(\.[0-9]{1,10})?`).Draw(t, "decimal")
		d, err := fairlead.ParseDecimal(s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	})
}

func TestArithmeticIsExact(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyDecimal().Draw(t, "a"), anyDecimal().Draw(t, "b")
		if want := new(big.Rat).Add(rat(a), rat(b)); rat(a.Add(b)).Cmp(want) != 0 {
			t.Fatalf("%s + %s = %s", a, b, a.Add(b))
		}
		if want := new(big.Rat).Sub(rat(a), rat(b)); rat(a.Sub(b)).Cmp(want) != 0 {
			t.Fatalf("%s - %s = %s", a, b, a.Sub(b))
		}
		if want := new(big.Rat).Mul(rat(a), rat(b)); rat(a.Mul(b)).Cmp(want) != 0 {
			t.Fatalf("%s × %s = %s", a, b, a.Mul(b))
		}
		if a.Cmp(b) != rat(a).Cmp(rat(b)) {
			t.Fatalf("%s against %s is %d", a, b, a.Cmp(b))
		}
	})
}

func TestRoundingGoesToTheNearestAndHalvesToEven(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"1.005": "1.00", "1.015": "1.02", "1.0051": "1.01", "-1.005": "-1.00", "-1.015": "-1.02", "2": "2.00", "0.994999": "0.99", "-0.5": "-0.50",
	} {
		if got := decimal(t, in).Round(2).String(); got != want {
			t.Errorf("%s rounds to %s, want %s", in, got, want)
		}
	}
}

func TestMoneyTravelsAsText(t *testing.T) {
	t.Parallel()
	m := fairlead.NewMoney(-1230, 2, "BRL")
	b, err := json.Marshal(m)
	if err != nil || string(b) != `{"amount":"-12.30","currency":"BRL"}` {
		t.Fatalf("%s %v", b, err)
	}
	var back fairlead.Money
	if err := json.Unmarshal(b, &back); err != nil || !back.Equal(m) {
		t.Fatalf("%v %v", back, err)
	}
	if err := json.Unmarshal([]byte(`{"amount":"1e9","currency":"BRL"}`), &back); err == nil {
		t.Error("an exponent was accepted")
	}
}
