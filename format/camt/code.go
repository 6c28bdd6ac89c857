package camt

// code is a BkTxCd.
type code struct {
	domain, family, sub string
	proprietary         string
}

func readCode(t *tree, at int) code {
	if at == 0 {
		return code{}
	}
	return code{
		domain: t.get(at, "Domn/Cd"), family: t.get(at, "Domn/Fmly/Cd"), sub: t.get(at, "Domn/Fmly/SubFmlyCd"),
		proprietary: t.get(at, "Prtry/Cd"),
	}
}

// String is the code of the domain, such as PMNT-RCDT-ESCT.
func (c code) String() string {
	if c.domain == "" {
		return ""
	}
	return c.domain + "-" + c.family + "-" + c.sub
}

// kind is the kind of a row by ISO 20022's external code sets. Where they don't decide it
// is unknown.
func (c code) kind() string {
	switch c.sub {
	case "CHRG", "FEES", "COMM", "COME", "COMI":
		return "fee"
	case "INTR":
		return "interest"
	case "CWDL", "CDPT", "BCDP", "BCWD":
		return "cash"
	}
	if c.domain != "PMNT" {
		return ""
	}
	switch c.family {
	case "RCDT", "RRCT":
		if c.sub == "SALA" {
			return "salary"
		}
		return "transfer"
	case "ICDT", "IRCT":
		return "transfer"
	case "IDDT", "RDDT":
		return "direct_debit"
	case "CCRD", "MCRD":
		return "card"
	case "CNTR":
		return "cash"
	case "ICHQ", "RCHQ":
		return "cheque"
	}
	return ""
}
