package world

// Bulk accounts carry the heavy persona's mass of entries. Each month is made on
// its own, from an opening balance in closed form to the next one's, so that any
// page of a quarter of a million entries costs one month.

// bulkYear is how many entries the bulk accounts share in a year.
const bulkYear = 125000

// bulkAnchor is an account's balance at the start of a month.
func (c *Customer) bulkAnchor(a Account, m Month) int64 {
	wage := c.wage(m.Year())
	return wage + a.Key.Named("anchor").Sub(int(m)).RNG().Between(0, wage)
}

// bulkCount is how many entries an account has in a month: over a year and all
// bulk accounts bulkYear of them, and at most eleven more.
func (c *Customer) bulkCount(m Month) int {
	accounts := 0
	for _, a := range c.Accounts {
		if a.Bulk {
			accounts++
		}
	}
	a := (bulkYear + accounts - 1) / accounts
	n := int(m.Month()) - 1
	return a*(n+1)/12 - a*n/12
}

// bulkMonth makes one month of one account.
func (c *Customer) bulkMonth(a Account, m Month) []Entry {
	f := &flows{c: c, m: m, d: a.Key.Named("month").Sub(int(m)).RNG()}
	n := c.bulkCount(m)
	out := make([]Entry, 0, n)
	opening, spent := c.bulkAnchor(a, m), int64(0)
	for i := range n - 1 {
		s := f.shop()
		e := purchase(f.anyDay(), f.d.Int(4), s, price(s.lo+f.d.Between(0, s.hi-s.lo), m.Year()))
		e.Key, e.Minute = a.Key.Named("bulk").Sub(int(m), i), 8*60+f.d.Int(13*60)
		if spent+e.Cents < -opening*8/10 || f.d.Chance(20) {
			client := Pick(f.d, c.country.clients)
			e.Cents = f.d.Between(opening/40, opening/10)
			e.Kind, e.Lag, e.MCC, e.Category = c.country.texts.transferKind, 0, "", "income"
			e.Text, e.Party = c.country.texts.invoice+" "+client.Name, client
			e.Raw = e.Text
		}
		spent += e.Cents
		out = append(out, e)
	}
	order(out)
	if over := opening + spent - c.bulkAnchor(a, m+1); over != 0 {
		text := c.country.texts.toBroker
		if over < 0 {
			text = c.country.texts.fromBroker
		}
		out = append(out, Entry{
			Key: a.Key.Named("level").Sub(int(m)), Posted: m.Last(), Minute: 23 * 60, Cents: -over, Kind: c.country.texts.transferKind, Category: "transfer",
			Text: text, Raw: text, Party: c.elsewhere(),
		})
	}
	run(out, opening)
	return out
}
