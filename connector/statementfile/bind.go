package statementfile

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/format"
	"github.com/fairlead-dev/fairlead/format/reader"
)

// here stands for the connection of a session.
const here fairlead.ConnectionID = "here"

// binding puts an import to the accounts of a connection.
type binding struct {
	session connector.Session
	memory  memory
	imp     *reader.Import
	out     imported
	learnt  bool
	refs    map[string]string // Ref in the import → Ref of the connection, of accounts that it has
}

func (b *binding) bind() (*imported, error) {
	b.refs = map[string]string{}
	all, err := b.resolve()
	if err != nil {
		return nil, err
	}
	var offered []found
	for _, f := range all {
		if f.connection == "" {
			offered = append(offered, f)
			continue
		}
		b.refs[f.in.Ref] = f.ref
		b.take(f)
	}
	b.offer(offered)
	b.rows()
	b.learnLayout()
	for _, w := range b.imp.Warnings {
		b.out.Uploaded.Warnings = append(b.out.Uploaded.Warnings, *warning(w))
	}
	if more := b.imp.MoreWarnings; more > 0 {
		b.out.Uploaded.Warnings = append(b.out.Uploaded.Warnings, fairlead.FileWarning{
			Kind: fairlead.FileMore, Count: more, Reason: fmt.Sprintf("and %d more of the kind", more),
		})
	}
	b.refused()
	if b.learnt {
		b.out.Secrets, err = b.memory.secrets()
	}
	return &b.out, err
}

// refused says which files of an archive could not be read, though others could.
func (b *binding) refused() {
	for _, f := range b.imp.Files {
		if f.Error != nil {
			w := warning(f.Error)
			w.File = f.Name
			b.out.Uploaded.Warnings = append(b.out.Uploaded.Warnings, *w)
		}
	}
}

// resolve says of each account which one of the connection it is. A connection from
// before accounts were remembered has all that come.
func (b *binding) resolve() ([]found, error) {
	r := &resolver{digest: b.session.Digest, alone: true}
	for _, a := range b.memory.Accounts {
		chosen := len(b.session.Accounts) == 0 || slices.Contains(b.session.Accounts, a.Ref)
		r.candidates = append(r.candidates, candidateOf(a, here, chosen))
	}
	adds := b.session.Secrets[accountsSecret].Empty()
	var file fairlead.File
	if b.session.File != nil {
		file = *b.session.File
	}
	adds = adds || file.AddAccounts
	all := r.resolve(b.imp)
	if file.Account != "" {
		if len(all) > 1 {
			return nil, errAmbiguous(len(all))
		}
		for n := range all {
			if r.differs(file.Account, all[n].in.Names) {
				return nil, errOtherAccount()
			}
			all[n].ref, all[n].connection, all[n].uncertain, all[n].said = file.Account, here, nil, true
		}
	}
	for n := range all {
		f := &all[n]
		if f.connection == "" && len(f.uncertain) == 0 && adds {
			f.connection = here
			b.out.Uploaded.Added = append(b.out.Uploaded.Added, f.ref)
		}
		if f.connection != "" {
			b.learn(f)
		}
	}
	return all, nil
}

// learn remembers what the file calls an account.
func (b *binding) learn(f *found) {
	a := f.account()
	known := slices.ContainsFunc(b.memory.Accounts, func(o account) bool {
		return o.Ref == a.Ref && (len(o.Aliases) >= maxNames || slices.ContainsFunc(o.Aliases, func(n alias) bool {
			return n.Names == a.Aliases[0].Names && (n.Said || !a.Aliases[0].Said)
		}))
	})
	if known {
		return
	}
	b.memory.Accounts = slices.Clone(b.memory.Accounts)
	b.memory.learnAccount(a)
	b.learnt = true
}

// learnLayout remembers what was answered about the layout of a file, where it has one.
func (b *binding) learnLayout() {
	if b.session.File == nil || len(b.session.File.Answers) == 0 || len(b.imp.Files) != 1 {
		return
	}
	layout, said := b.imp.Files[0].Layout, b.session.File.Answers
	if layout == "" || len(said) > maxAnswers || maps.Equal(b.memory.Answers[layout], said) {
		return
	}
	b.memory.learnAnswers(layout, said)
	b.learnt = true
}

// take takes an account over, into one that is there already where the file names it twice.
func (b *binding) take(f found) {
	a := f.in.Account
	a.Ref = f.ref
	if n := slices.IndexFunc(b.out.Accounts, func(o fairlead.Account) bool { return o.Ref == a.Ref }); n >= 0 {
		if o := &b.out.Accounts[n]; o.Balances.AsOf.Before(a.Balances.AsOf) {
			o.Balances = a.Balances
		}
	} else {
		b.out.Accounts = append(b.out.Accounts, a)
	}
	if f.in.Complete.Holdings {
		b.out.Holds = append(b.out.Holds, connector.Coverage{AccountRef: a.Ref})
	}
	if f.in.Complete.Pending {
		b.out.Pends = append(b.out.Pends, connector.Coverage{AccountRef: a.Ref, Pending: true})
	}
	if f.in.Period != (fairlead.Interval{}) {
		b.out.Claims = append(b.out.Claims, connector.Coverage{AccountRef: a.Ref, Days: f.in.Period})
	}
}

// offer lists the accounts that the connection does not have, or perhaps does not have.
func (b *binding) offer(all []found) {
	b.out.Uploaded.Offered = accountsOf(b.imp, all, func(found) bool { return false })
	for _, f := range all {
		if len(f.uncertain) == 0 {
			continue
		}
		b.out.Uploaded.Warnings = append(b.out.Uploaded.Warnings, fairlead.FileWarning{
			Kind: fairlead.FileUncertain, Account: f.in.Mask,
			Field:  strings.TrimSpace("account " + f.in.Mask),
			Reason: "may be one of the connection, but that is not certain: say which, or bring the file on the page",
		})
	}
}

// rows takes over the rows of accounts that the connection has.
func (b *binding) rows() {
	imp := b.imp
	b.out.Transactions = imp.Transactions.WithRefs(b.refs)
	b.out.Holdings = imp.Holdings.WithRefs(b.refs)
	b.out.Movements = imp.InvestmentTransactions.WithRefs(b.refs)
	b.out.Securities = imp.Securities
	for _, d := range imp.Documents {
		b.document(d)
	}
}

// document takes a paper over, unless it is of accounts that the connection does not have.
func (b *binding) document(d *format.Document) {
	var refs []string
	for _, ref := range d.AccountRefs {
		if to, known := b.refs[ref]; known && !slices.Contains(refs, to) {
			refs = append(refs, to)
		}
	}
	if len(d.AccountRefs) == 0 || len(refs) > 0 {
		b.out.Documents = append(b.out.Documents, paper(d, refs))
	}
}
