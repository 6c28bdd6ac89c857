package format

import (
	"crypto/sha256"

	"github.com/fairlead-dev/fairlead"
)

// Referenced puts rows by until a file has been read: only then is it known which of a
// bank's references name one row of an account, and are Refs, and which several have.
type Referenced struct{ rows Packed[referenced] }

type referenced struct {
	Transaction fairlead.Transaction
	Account     int
	Ref, Extra  string
}

// Len is how many rows were added.
func (r *Referenced) Len() int { return r.rows.Len() }

// Add puts a row of an account, by its number in the file, by. The reference becomes its
// Ref where no other row of the account has it, else its Extra of that name.
func (r *Referenced) Add(t *fairlead.Transaction, account int, reference, extra string) {
	r.rows.Add(&referenced{*t, account, reference, extra})
}

// Hand hands the rows on.
func (r *Referenced) Hand(take func(Item) error) error {
	r.rows.Pack()
	count := map[rowKey]int{}
	for _, row := range r.rows.From(0) {
		if row.Ref != "" {
			count[row.key()]++
		}
	}
	for _, row := range r.rows.From(0) {
		t := &row.Transaction
		switch {
		case row.Ref == "":
		case count[row.key()] == 1:
			t.Ref = row.Ref
		default:
			if t.Extra == nil {
				t.Extra = fairlead.Extra{}
			}
			t.Extra[row.Extra] = row.Ref
		}
		if err := take(Item{Transaction: t}); err != nil {
			return err
		}
	}
	return nil
}

// rowKey names a row of an account, by a digest: there may be many.
type rowKey struct {
	account int
	ref     [16]byte
}

func (r *referenced) key() rowKey {
	sum := sha256.Sum256([]byte(r.Ref))
	return rowKey{r.Account, [16]byte(sum[:])}
}
