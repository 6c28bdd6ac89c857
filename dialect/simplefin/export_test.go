package simplefin

import "github.com/fairlead-dev/fairlead"

// What the external tests look into.
var Status = status

// Attention is what is said of a connection: code, connection, account and sentence.
func Attention(conn fairlead.Connection, i fairlead.Institution, accounts []fairlead.Account) (said []string) {
	for _, a := range (shared{conn, i, accounts}).attention(query{}) {
		said = append(said, a.Code+" "+a.Connection+" "+a.Account+" "+a.Message)
	}
	return said
}
