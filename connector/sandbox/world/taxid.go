package world

// taxKind is the name of the number, as fairlead.TaxDocument.Kind.
func taxKind(code string, company bool) string {
	switch {
	case code == "BR" && company:
		return "cnpj"
	case code == "BR":
		return "cpf"
	case code == "ES":
		return "nif"
	case code == "GB" && company:
		return "crn"
	case code == "GB":
		return "nino"
	case company:
		return "ein"
	}
	return "ssn"
}

// personTaxID makes a number with right check digits. American ones begin with
// 9, which no real one does.
func personTaxID(code string, d *RNG) string {
	switch code {
	case "BR":
		return cpf(d.Digits(9))
	case "ES":
		return dni(d.Between(10000000, 99999999))
	case "GB": // no number that is given out begins with QQ
		return "QQ" + d.Digits(6) + "C"
	}
	return "9" + d.Digits(8)
}

func companyTaxID(code string, d *RNG) string {
	switch code {
	case "BR":
		return cnpj(d.Digits(8) + "0001")
	case "ES":
		return cif("B" + d.Digits(7))
	case "GB":
		return "99" + d.Digits(6)
	}
	return "90" + d.Digits(7)
}

// cpf adds the two check digits to nine digits.
func cpf(base string) string {
	for range 2 {
		sum := 0
		for i := range len(base) {
			sum += int(base[i]-'0') * (len(base) + 1 - i)
		}
		base += string(rune('0' + mod11(sum)))
	}
	return base
}

// cnpj adds the two check digits to twelve characters; a letter counts as its
// code less 48.
func cnpj(base string) string {
	for range 2 {
		sum, weight := 0, 2
		for i := len(base) - 1; i >= 0; i-- {
			sum += int(base[i]-'0') * weight
			if weight++; weight > 9 {
				weight = 2
			}
		}
		base += string(rune('0' + mod11(sum)))
	}
	return base
}

func mod11(sum int) int {
	if r := sum % 11; r >= 2 {
		return 11 - r
	}
	return 0
}

// dni adds the Spanish check letter.
func dni(n int64) string {
	digits := make([]byte, 8)
	for i, rest := 7, n; i >= 0; i, rest = i-1, rest/10 {
		digits[i] = byte('0' + rest%10)
	}
	return string(digits) + string("TRWAGMYFPDXBNJZSQVHLCKE"[n%23])
}

// cif adds the check digit of a Spanish company's number.
func cif(base string) string {
	sum := 0
	for i, c := range base[1:] {
		n := int(c - '0')
		if i%2 == 0 {
			n *= 2
			n = n/10 + n%10
		}
		sum += n
	}
	return base + string(rune('0'+(10-sum%10)%10))
}

// iban computes the check digits of a Spanish account number.
func iban(country, bban string) string {
	rem := 0
	for _, c := range bban + country + "00" {
		if c >= 'A' && c <= 'Z' {
			n := int(c-'A') + 10
			rem = (rem*100 + n) % 97
			continue
		}
		rem = (rem*10 + int(c-'0')) % 97
	}
	check := 98 - rem
	return country + string(rune('0'+check/10)) + string(rune('0'+check%10)) + bban
}

// CNPJ adds the check digits to the twelve characters of a Brazilian company's
// number, CIF to the letter and seven digits of a Spanish one's.
func CNPJ(base string) string { return cnpj(base) }

func CIF(base string) string { return cif(base) }

// PartyIBAN is the account of the other side at some Spanish bank.
func PartyIBAN(name string) string {
	d := NewKey("iban", name).RNG()
	return iban("ES", "99"+d.Digits(18))
}
