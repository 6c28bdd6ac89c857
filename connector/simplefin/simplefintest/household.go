package simplefintest

import (
	"fmt"
	"time"
)

// Household gives the server the banks of a make-believe household, whose days go on until
// long after a day: an everyday account and a card, a brokerage account, and miles.
func (s *Server) Household(today time.Time) {
	s.Change(func(s *Server) {
		s.Banks = []Bank{
			{Conn: "CON-1", Org: "harbor.example", Name: "Harbor Bank", Accounts: []*Account{
				{ID: "ACT-1", Name: "Everyday 4411", Currency: "USD", Balance: "1010.55", Available: "1000.00", Rows: days(today, "E", "-12", "CORNER BAKERY", "5462", 150), Holdings: []map[string]any{}},
				{ID: "ACT-2", Name: "Visa Platinum (9020)", Currency: "USD", Balance: "-431.20", Rows: days(today, "V", "-8", "CITY TRANSIT", "4111", 100)},
			}},
			{Conn: "CON-2", Org: "mill", Name: "Mill Credit Union", Accounts: []*Account{
				{ID: "ACT-7", Name: "Brokerage", Currency: "USD", Balance: "5400.10", Rows: []Row{}, Holdings: []map[string]any{
					{"id": "HOL-1", "created": today.Unix(), "currency": "", "cost_basis": "0.00", "description": "TOTAL MARKET INDEX", "market_value": "5150.00", "purchase_price": "0.00", "shares": "41.2", "symbol": "VTI", "value": "1.00"},
					{"id": "HOL-2", "created": today.Unix(), "currency": "USD", "cost_basis": "250.10", "description": "Cash sweep", "market_value": "250.10", "purchase_price": "1.00", "shares": "250.10", "symbol": "SPAXX"},
				}},
				{ID: "ACT-8", Name: "Sky Miles", Currency: "https://mill.example/miles", Balance: "12000", Rows: []Row{}},
			}},
		}
	})
}

// days are one purchase a day, at noon in UTC, from so many days before a day until as many
// after it, of one amount on every seventh day and of others between. Each is pending for
// two days, and has another id then.
func days(today time.Time, prefix, whole, description, mcc string, before int) (rows []Row) {
	noon := today.UTC().Truncate(24 * time.Hour).Add(12 * time.Hour)
	for n := -before; n <= before; n++ {
		at := noon.AddDate(0, 0, n)
		rows = append(rows, Row{
			ID: fmt.Sprintf("TRN-%s-%s", prefix, at.Format("20060102")), PendingID: fmt.Sprintf("PND-%s-%s", prefix, at.Format("20060102")),
			Amount: fmt.Sprintf("%s.%02d", whole, 10*(at.YearDay()%7)), Description: description, Payee: "The " + description, MCC: mcc, At: at, Posts: at.AddDate(0, 0, 2),
		})
	}
	return rows
}
