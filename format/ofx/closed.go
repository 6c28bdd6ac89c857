package ofx

import (
	"strconv"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
)

// closed reads an element that has ended: one that is read as a whole with its subtree,
// and any other alone.
func (r *reader) closed(i int) error {
	n := &r.nodes[i]
	switch n.tag.role {
	case row:
		return r.row(i)
	case movement:
		return r.move(i)
	case header:
		return r.headerValue(n, i)
	case whole:
		return r.whole(i, n.tag.name)
	case response:
		if s := r.status; s.failed {
			s.at, s.field = n.at, n.tag.name
			r.refusals = append(r.refusals, s)
			if len(r.refusals) > format.MaxRows {
				return r.tooManyRows()
			}
		}
		r.status = refusal{}
		return nil
	case set:
		r.sets++
		return nil
	case unread:
		r.sets++
		if n.parent {
			return r.warn(r.wrong(format.Unknown, n.at, n.tag.name, "holds messages that are not read: a statement lists their money"))
		}
		return nil
	}
	return r.rest(i, n.tag.name)
}

// rest reads what its parent makes what it is.
func (r *reader) rest(i int, name string) error {
	if name == "STATUS" {
		r.status = r.statusOf(i)
		return nil
	}
	if len(r.stack) == 0 {
		return nil
	}
	switch parent := r.nodes[r.stack[len(r.stack)-1]].tag; {
	case parent.role != list || r.nodes[i].end == i+1:
	case parent.name == "INVTRANLIST" && r.nodes[i].tag.shape != value:
		return r.move(i)
	case parent.name == "INVPOSLIST":
		return r.position(i)
	case parent.name == "SECLIST":
		return r.security(i)
	case strings.HasSuffix(parent.name, "RS"):
		return r.taxForm(i)
	}
	return nil
}

// whole reads the aggregates that are read as one.
func (r *reader) whole(i int, name string) error {
	switch name {
	case "SONRS":
		return r.signedOn(i)
	case "ACCTINFO":
		return r.list(i)
	case "PROFRS":
		if r.bank.Name == "" {
			r.bank.Name = r.value(i, "FINAME")
		}
		return nil
	case "IMAGERS":
		return r.image(i)
	case "STMTENDRS", "CCSTMTENDRS":
		return r.closing(i)
	case "BANKACCTFROM", "CCACCTFROM", "INVACCTFROM", "LOANACCTFROM", "ACCTFROM":
		names := r.namesOf(i)
		if r.st == nil {
			r.before = names
		} else if !r.st.named {
			r.st.names, r.st.named = names, true
			r.st.ofCard(name)
		}
		return nil
	}
	if r.st == nil {
		return nil
	}
	switch name {
	case "LEDGERBAL", "AVAILBAL", "PRINBAL", "ESCRWBAL":
		return r.balance(i, name)
	case "BALLIST":
		return r.namedBalances(i)
	case "INVBAL":
		return r.cashBalances(i)
	case "INV401K", "INV401KBAL":
		return r.retirement(i)
	case "INVOOLIST":
		if r.nodes[i].end > i+1 {
			return r.warn(r.wrong(format.Unknown, r.nodes[i].at, name, "holds orders that are not carried out: they were left out"))
		}
	case "LOANINFO":
		for c := i + 1; c < r.nodes[i].end && len(r.st.extra) < maxBalances; c = r.nodes[c].end {
			r.st.extra = put(r.st.extra, r.nodes[c].tag.extra, r.nodes[c].text)
		}
	}
	return nil
}

// refusal is how the institution answered.
type refusal struct {
	failed bool
	code   int
	at     int
	field  string
}

func (r *reader) statusOf(i int) refusal {
	code, _ := strconv.Atoi(r.value(i, "CODE"))
	return refusal{failed: strings.EqualFold(r.value(i, "SEVERITY"), "ERROR"), code: code}
}

// signedOn reads the answer to the login.
func (r *reader) signedOn(i int) error {
	fi := r.child(i, "FI")
	r.bank = format.Bank{Name: r.value(fi, "ORG"), ID: r.value(fi, "FID")}
	if r.bank.Name == "" {
		r.bank.Name = r.value(i, "INTU.ORG")
	}
	if r.bank.ID == "" {
		r.bank.ID = r.value(i, "INTU.BID")
	}
	if s := r.child(i, "STATUS"); s >= 0 {
		r.signOn = r.statusOf(s)
	}
	r.signOn.at, r.signOn.field = r.nodes[i].at, "SONRS"
	var err error
	r.served, err = r.stamp(i, "DTSERVER")
	return err
}

// finish hands on what could not be known before, and says why a file gave nothing.
func (r *reader) finish() error {
	for _, hand := range []func() error{r.handLater, r.handSecurities, r.handListed} {
		if err := hand(); err != nil {
			return err
		}
	}
	if len(r.order) == 0 && len(r.listed) == 0 && r.documents == 0 {
		return r.nothing()
	}
	for _, s := range r.refusals {
		if err := r.warn(r.refused(s, "says that the institution could not answer")); err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) refused(s refusal, reason string) *format.Error {
	e := r.wrong(format.Refused, s.at, s.field, reason)
	e.Status = s.code
	return e
}

// nothing says why a file gave no account and no document.
func (r *reader) nothing() error {
	switch {
	case r.signOn.failed:
		return r.refused(r.signOn, "says that the institution refused the login")
	case len(r.refusals) > 0:
		return r.refused(r.refusals[0], "says that the institution could not answer")
	case r.request:
		return &format.Error{Kind: format.Empty, Reason: "is a request to an institution, and not its answer"}
	}
	return &format.Error{Kind: format.Empty, Reason: "holds no account"}
}

// fields are the values of an aggregate under their paths: "INTINCOME", "PAYERADDR.CITY",
// "PROCDET_V100[2].DTSALE".
func (r *reader) fields(i int, inside string, out map[string]fairlead.Parsed) {
	count := make(map[string]int)
	for c := i + 1; c < r.nodes[i].end; c = r.nodes[c].end {
		n := &r.nodes[c]
		count[n.tag.name]++
		path := inside + n.tag.name
		if k := count[n.tag.name]; k > 1 {
			path += "[" + strconv.Itoa(k) + "]"
		}
		if n.end > c+1 {
			r.fields(c, path+".", out)
		}
		if n.text != "" {
			out[path] = fairlead.Parsed{Value: n.text, Certainty: 100}
		}
	}
}
