package page

import (
	"testing"

	"github.com/fairlead-dev/fairlead"
)

func TestAmountsAndDaysAreWrittenAsTheLanguageWritesThem(t *testing.T) {
	t.Parallel()
	c, err := loadCatalog()
	if err != nil {
		t.Fatal(err)
	}
	parse := func(amount, currency string) fairlead.Money {
		m, err := fairlead.ParseMoney(amount, currency)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	const nbsp = "\u00a0"
	for _, want := range []struct {
		money         fairlead.Money
		en, ptBR, esp string
	}{
		{parse("1234.5", "USD"), "$1,234.50", "US$" + nbsp + "1.234,50", "1234,50" + nbsp + "US$"},
		{parse("-5326.43", "BRL"), "−R$5,326.43", "−R$" + nbsp + "5.326,43", "−5326,43" + nbsp + "BRL"},
		{parse("-12345678.9", "EUR"), "−€12,345,678.90", "−€" + nbsp + "12.345.678,90", "−12.345.678,90" + nbsp + "€"},
		{parse("1650", "JPY"), "¥1,650", "JP¥" + nbsp + "1.650", "1650" + nbsp + "JPY"},
		{parse("0.005", "CHF"), "CHF" + nbsp + "0.005", "CHF" + nbsp + "0,005", "0,005" + nbsp + "CHF"},
		{parse("1", "QQQ"), "QQQ" + nbsp + "1", "QQQ" + nbsp + "1", "1" + nbsp + "QQQ"},
		{parse("-0.00", "EUR"), "€0.00", "€" + nbsp + "0,00", "0,00" + nbsp + "€"},
		{parse("123456789012345678901234567890.12", "USD"), "$123,456,789,012,345,678,901,234,567,890.12", "US$" + nbsp + "123.456.789.012.345.678.901.234.567.890,12", "123.456.789.012.345.678.901.234.567.890,12" + nbsp + "US$"},
	} {
		for n, text := range []string{want.en, want.ptBR, want.esp} {
			if got := c.translators[n].money(want.money); got != text {
				t.Errorf("%s in %s is %q, want %q", want.money, c.translators[n].language, got, text)
			}
		}
	}
	day := fairlead.Date{Year: 2024, Month: 3, Day: 12}
	for n, want := range [][3]string{
		{"Mar 12, 2024", "Mar 12, 2024 – May 1, 2024", "1,234"},
		{"12 de mar. de 2024", "12 de mar. de 2024 – 1 de mai. de 2024", "1.234"},
		{"12 mar 2024", "12 mar 2024 – 1 may 2024", "1234"},
	} {
		l := c.translators[n]
		if got := [3]string{l.day(day), l.days(day, fairlead.Date{Year: 2024, Month: 5, Day: 1}), l.number(1234)}; got != want {
			t.Errorf("%s: %q, want %q", l.language, got, want)
		}
	}
}
