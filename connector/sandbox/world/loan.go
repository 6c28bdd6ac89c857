package world

// LoanKind is a kind of credit contract that a bank gives.
type LoanKind string

func (c *Customer) openLoans(Month)              {}
func (c *Customer) loanPayments(m Month) []Entry { return nil }
