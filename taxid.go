package fairlead

// ValidCPF reports whether s is a Brazilian person's tax id: eleven digits, with or
// without points and dash, whose two check digits (modulo 11) are right.
func ValidCPF(s string) bool {
	d := taxDigits(s, ".-", false)
	if len(d) != 11 || allSame(d) {
		return false
	}
	return d[9] == checkDigit(d[:9], 11) && d[10] == checkDigit(d[:10], 11)
}

// ValidCNPJ reports whether s is a Brazilian company's tax id: twelve digits or
// capital letters (letters since July 2026; a character's value is its ASCII
// code less 48) and two check digits, with or without points, slash and dash.
func ValidCNPJ(s string) bool {
	d := taxDigits(s, "./-", true)
	if len(d) != 14 || allSame(d) || d[12] > 9 || d[13] > 9 {
		return false
	}
	return d[12] == checkDigit(d[:12], 9) && d[13] == checkDigit(d[:13], 9)
}

// taxDigits is the values of the characters, or nil when one has no place there.
func taxDigits(s, punctuation string, letters bool) []int {
	var out []int
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9', letters && r >= 'A' && r <= 'Z':
			out = append(out, int(r-'0'))
		case !containsRune(punctuation, r):
			return nil
		}
	}
	return out
}

func containsRune(set string, r rune) bool {
	for _, s := range set {
		if s == r {
			return true
		}
	}
	return false
}

// allSame refuses 000.000.000-00 and its like, whose check digits are right by accident.
func allSame(d []int) bool {
	for _, v := range d {
		if v != d[0] {
			return false
		}
	}
	return true
}

// checkDigit weighs from the right with 2, 3 … up to top, then 2 again, modulo 11.
func checkDigit(d []int, top int) int {
	sum, weight := 0, 2
	for i := len(d) - 1; i >= 0; i-- {
		sum += d[i] * weight
		if weight++; weight > top {
			weight = 2
		}
	}
	if r := sum % 11; r >= 2 {
		return 11 - r
	}
	return 0
}
