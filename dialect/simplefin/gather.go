package simplefin

import (
	"cmp"
	"context"
	"slices"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/dialect"
	"github.com/fairlead-dev/fairlead/reading"
)

// shared is one connection that the program reads.
type shared struct {
	fairlead.Connection
	institution fairlead.Institution
	accounts    []fairlead.Account
}

// gathered is what an answer is made of, but for what is read while it is written:
// transactions and holdings.
type gathered struct {
	connections []shared
	errors      []attention
}

// gather reads the connections and accounts that a program may read and wants.
func (s *SimpleFIN) gather(p program) (set gathered, err error) {
	ctx := p.Context()
	seen := map[fairlead.RecordID]bool{}
	for conn, err := range dialect.All(ctx, p.tenant.ID, reading.ListQuery{Person: p.token.Person}, s.verbs.Reading.Connections) {
		if err != nil {
			return set, err
		}
		if conn.Status == fairlead.ConnectionDisconnected || !p.token.Reads(conn) {
			continue
		}
		one, err := s.share(ctx, conn)
		if err != nil {
			return set, err
		}
		if p.query.accounts != nil {
			one.accounts = slices.DeleteFunc(one.accounts, func(a fairlead.Account) bool { return !slices.Contains(p.query.accounts, a.ID) })
			if len(one.accounts) == 0 {
				continue
			}
		}
		for _, a := range one.accounts {
			seen[a.ID] = true
		}
		set.errors = append(set.errors, one.attention(p.query)...)
		one.accounts = slices.DeleteFunc(one.accounts, func(a fairlead.Account) bool { return a.Balances.Current == nil })
		set.connections = append(set.connections, one)
	}
	for _, id := range p.query.accounts {
		if !seen[id] {
			set.errors = append(set.errors, attention{Code: "act.", Message: "There is no account " + shown(string(id)) + " any more, or it is not shared.", Account: string(id)})
		}
	}
	if len(set.connections) == 0 && p.query.accounts == nil {
		set.errors = append(set.errors, attention{Code: "gen.", Message: "Nothing is shared at the moment. Connect an institution first."})
	}
	return set, nil
}

// share reads the institution and the accounts of a connection.
func (s *SimpleFIN) share(ctx context.Context, conn fairlead.Connection) (one shared, err error) {
	one.Connection = conn
	one.institution, err = s.verbs.Reading.Institution(ctx, conn.Tenant, string(conn.Institution))
	if fairlead.Is(err, fairlead.NotFound) { // it left the build, or its service
		one.institution, err = fairlead.Institution{ID: conn.Institution, Name: string(conn.Institution)}, nil
	}
	if err != nil {
		return one, err
	}
	for a, err := range dialect.All(ctx, conn.Tenant, reading.Query{Connection: conn.ID}, s.verbs.Reading.Accounts) {
		if err != nil {
			return one, err
		}
		one.accounts = append(one.accounts, a)
	}
	slices.SortStableFunc(one.accounts, func(a, b fairlead.Account) int { return cmp.Compare(a.ID, b.ID) })
	return one, nil
}
