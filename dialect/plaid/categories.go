package plaid

type category struct {
	ID        string   `json:"category_id"`
	Group     string   `json:"group"`
	Hierarchy []string `json:"hierarchy"`
}

// categories is a taxonomy whose words the answers of this dialect do not use: it says
// what the kinds of a transaction are called here, at its top level.
func categories() any {
	groups := []category{
		{"10000000", "special", []string{"Bank Fees"}},
		{"15000000", "special", []string{"Interest"}},
		{"16000000", "special", []string{"Payment"}},
		{"21000000", "special", []string{"Transfer"}},
		{"19000000", "place", []string{"Shops"}},
	}
	return map[string]any{"categories": groups}
}
