package mt940

import "strings"

// kindOfType is the kind of a row by SWIFT's transaction type. Most types, NMSC first of
// all, say nothing.
func kindOfType(code string) string {
	if len(code) != 4 {
		return ""
	}
	switch code[1:] {
	case "TRF", "STO", "FEX":
		return "transfer"
	case "CHG", "COM":
		return "fee"
	case "INT":
		return "interest"
	case "DDT":
		return "direct_debit"
	case "CHK", "TCK", "ECK":
		return "cheque"
	}
	return ""
}

// kindOfCode is the kind of a row by the German code of business transactions (GVC).
// Other countries have numbers of their own there.
func kindOfCode(code string, sep byte) string {
	if sep != '?' || len(code) != 3 {
		return ""
	}
	switch code {
	case "001", "002", "101", "102", "170":
		return "cheque"
	case "004", "005", "104", "105", "107", "171", "174":
		return "direct_debit"
	case "020", "051", "052", "116", "117", "118", "119", "152", "154", "155", "156", "166", "168", "169", "177", "191":
		return "transfer"
	case "053", "153":
		return "salary"
	case "082", "083":
		return "cash"
	case "106":
		return "card"
	case "808":
		return "fee"
	case "814":
		return "interest"
	}
	return ""
}

// kindOfDutch is the kind of a row by what stands behind /TRTP/.
func kindOfDutch(s string) string {
	s = strings.ToUpper(s)
	switch {
	case strings.Contains(s, "INCASSO"):
		return "direct_debit"
	case strings.Contains(s, "OVERBOEKING"), strings.Contains(s, "IDEAL"), strings.Contains(s, "ACCEPTGIRO"):
		return "transfer"
	}
	return ""
}
