package format

import (
	"crypto/sha256"
	"encoding/base32"
	"strings"
)

// Likeness is how far two sets of names may be of one account.
type Likeness int

// Likenesses. Only what is certain may be put together without a person's word.
const (
	Different Likeness = iota
	Possible
	Certain
)

func (l Likeness) String() string { return [...]string{"different", "possible", "certain"}[l] }

// Same says whether two files name one account. Something that both say and that
// differs (currency, type, scheme, bank, branch, number) makes it different. What one
// of them leaves out contradicts nothing: a number of six digits or more is then
// enough. It is certain, too, where one has the branch or the check digit in the
// number and the other has them apart, and where an IBAN has the other's number in it.
// A number of which only the last digits are shown is never more than possible, except
// where both files write all of it alike. It is symmetric.
func (n Names) Same(o Names) Likeness { return n.Prepare().Same(o.Prepare()) }

// Digest is 32 letters and digits that stand for an account with these names; ways of
// writing one name (blanks, dots, dashes, small letters, leading zeros) don't matter.
func (n Names) Digest() string {
	p := n.Prepare()
	sum := sha256.Sum256([]byte(strings.Join(p.flat(), "\x00")))
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:20]))
}

// Prepared are names made ready to be compared with many others.
type Prepared struct {
	scheme, kind, currency string
	bank                   string
	branch                 string
	number                 string // letters, digits and '*', in capitals, without leading zeros
	key                    string
	iban                   bool
	masked                 bool
	ways                   []way
}

// way is one way to understand a number: what in it is a branch, the account and a
// check digit.
type way struct {
	bank, branch string // digits or letters; "": not in the number
	number       string // digits and letters, without leading zeros
	key          string
}

// Prepare makes names ready to be compared.
func (n Names) Prepare() Prepared {
	p := Prepared{
		scheme: strings.ToLower(strings.TrimSpace(n.Scheme)), kind: bare(n.Type), currency: bare(n.Currency),
		bank: bankCode(n.Bank), branch: trimZeros(bare(n.Branch)), key: bare(n.Key),
	}
	text := unmarked(n.Number)
	all := bare(text)
	p.masked = strings.Contains(all, "*")
	p.iban = !p.masked && validIBAN(all)
	switch {
	case p.iban:
		p.number = all
		p.ways = ibanWays(all)
	case p.masked:
		p.number = all
	default:
		p.number = trimZeros(all)
		p.ways = numberWays(text, p.number, p.key)
	}
	return p
}

func (p Prepared) flat() []string {
	return []string{p.scheme, p.bank, p.branch, p.number, p.kind, p.key, p.currency}
}

// Same: see Names.Same.
func (p Prepared) Same(o Prepared) Likeness {
	if contradict(p.scheme, o.scheme) || contradict(p.kind, o.kind) || contradict(p.currency, o.currency) {
		return Different
	}
	banks := sameBank(p.bank, o.bank)
	if p.number == "" || o.number == "" {
		if banks == Different || contradict(p.branch, o.branch) {
			return Different
		}
		return Possible
	}
	switch {
	case p.identical(o):
		return Certain
	case p.masked || o.masked:
		if banks == Different || contradict(p.branch, o.branch) || !sameVisible(p.number, o.number) {
			return Different
		}
		return Possible
	case p.iban && o.iban:
		if p.number != o.number {
			return Different
		}
		return Certain
	}
	best := Different
	for _, a := range p.ways {
		for _, b := range o.ways {
			best = max(best, p.compare(o, a, b))
		}
	}
	return best
}

func (p Prepared) identical(o Prepared) bool {
	return p.scheme == o.scheme && p.bank == o.bank && p.branch == o.branch && p.number == o.number &&
		p.kind == o.kind && p.key == o.key && p.currency == o.currency
}

// certainDigits are how many digits two numbers must have in common where not all names
// are the same.
const certainDigits = 6

// compare compares two names as two ways understand their numbers.
func (p Prepared) compare(o Prepared, a, b way) Likeness {
	banks := bestBank(p.bank, a.bank, o.bank, b.bank)
	branches, sound := sameBranch(p.branch, a.branch, o.branch, b.branch)
	if banks == Different || !sound {
		return Different
	}
	likeness := a.sameNumber(b, branches)
	digits := min(len(a.number)+len(a.key), len(b.number)+len(b.key))
	if branches.both() {
		digits += len(branches.x)
	}
	if likeness == Certain && (digits < certainDigits || banks == Possible) {
		return Possible
	}
	return likeness
}

// branchesOf are the branches of two names, without leading zeros.
type branchesOf struct{ x, y string }

func (b branchesOf) one() string { return first(b.x, b.y) }
func (b branchesOf) both() bool  { return b.x != "" && b.y != "" }

// sameBranch compares the branches of two names, each said apart or in the number. Not
// sound is what contradicts, be it in one of the names alone.
func sameBranch(p, a, o, b string) (branchesOf, bool) {
	if contradict(p, a) || contradict(o, b) {
		return branchesOf{}, false
	}
	both := branchesOf{first(p, a), first(o, b)}
	return both, !contradict(both.x, both.y)
}

// sameNumber compares numbers and check digits.
func (a way) sameNumber(b way, branches branchesOf) Likeness {
	if contradict(a.key, b.key) {
		return Different
	}
	x, y := a.number, b.number
	if x == y {
		return Certain
	}
	xKey, yKey := trimZeros(x+a.key), trimZeros(y+b.key)
	branch := branches.one()
	switch {
	case xKey == yKey: // one has the check digit in the number
		return Certain
	case branch != "" && (behind(branch, x+a.key, yKey) || behind(branch, y+b.key, xKey)):
		return Certain // one has the branch in the number
	case a.key == "" && b.key == "" && (len(x) == len(y)+1 && strings.HasPrefix(x, y) || len(y) == len(x)+1 && strings.HasPrefix(y, x)):
		return possibly(min(len(x), len(y))) // the last digit may check the others
	case endsWith(xKey, yKey, branches.y) || endsWith(yKey, xKey, branches.x):
		return possibly(min(len(xKey), len(yKey)))
	}
	return Different
}

// endsWith reports whether a number ends with another, and what stands before it may be
// its bank and branch.
func endsWith(long, number, branch string) bool {
	before, ok := strings.CutSuffix(long, number)
	return ok && strings.Contains(before, branch)
}

// possibly is Possible for numbers long enough to mean something.
func possibly(digits int) Likeness {
	if digits < 5 {
		return Different
	}
	return Possible
}

// behind reports whether all is the branch and the number behind one another; zeros
// before the number may stand between.
func behind(branch, number, all string) bool {
	rest, ok := strings.CutPrefix(all, branch)
	return ok && len(number) >= 4 && trimZeros(rest) == trimZeros(number)
}

func contradict(a, b string) bool { return a != "" && b != "" && a != b }

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// numberWays are how a number that is no IBAN may be understood. A key that the names
// have apart stays apart.
func numberWays(text, number, key string) []way {
	ways := []way{{number: number, key: key}}
	if key != "" {
		if cut, ok := strings.CutSuffix(number, key); ok && len(cut) >= certainDigits-1 && endsApart(text, key) {
			ways = append(ways, way{number: cut, key: key}) // it has the key in it as well
		}
	}
	parts := strings.FieldsFunc(text, func(r rune) bool { return r == '-' || r == '/' })
	for i := range parts {
		parts[i] = bare(parts[i])
	}
	switch {
	case len(parts) == 2 && strings.Contains(text, "/") && isBranch(parts[0]) && len(parts[1]) >= 4:
		ways = append(ways, way{branch: trimZeros(parts[0]), number: trimZeros(parts[1]), key: key})
	case len(parts) == 2 && len(parts[1]) == 1 && key == "":
		ways = append(ways, way{number: trimZeros(parts[0]), key: parts[1]})
	case len(parts) == 2 && isBranch(parts[0]) && len(parts[1]) >= 4:
		ways = append(ways, way{branch: trimZeros(parts[0]), number: trimZeros(parts[1]), key: key})
	case len(parts) == 3 && isBranch(parts[0]) && len(parts[1]) >= 4 && len(parts[2]) == 1 && (key == "" || key == parts[2]):
		ways = append(ways, way{branch: trimZeros(parts[0]), number: trimZeros(parts[1]), key: parts[2]})
	}
	return ways
}

// endsApart reports whether a text ends with a separator and the key.
func endsApart(text, key string) bool {
	before, ok := strings.CutSuffix(strings.ToUpper(strings.TrimSpace(text)), key)
	return ok && strings.HasSuffix(before, "-")
}

// isBranch reports whether a part of a number has the length of a branch.
func isBranch(s string) bool { return len(s) >= 3 && len(s) <= 5 && Digits(s) }

// Digits reports whether a text is digits alone, and at least one.
func Digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// bare is a name in capitals, with nothing but letters, digits and '*'.
func bare(s string) string {
	plain := true
	for i := range len(s) {
		if c := s[i]; c >= 0x80 || !(c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c == '*') {
			plain = false
			break
		}
	}
	if plain {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ', r == '\t', r == '.', r == '-', r == '/', r == '_', r == '\u00a0', r == ',':
			return -1
		}
		return r
	}, strings.ToUpper(s))
}

// unmarked writes whatever covers digits as '*': bullets, '#', and X where several
// stand together (one alone is a check digit).
func unmarked(s string) string {
	s = strings.ToUpper(strings.TrimSpace(s))
	s = strings.NewReplacer("•", "*", "●", "*", "·", "*", "…", "*", "#", "*").Replace(s)
	for i := 0; i < len(s); {
		n := len(s[i:]) - len(strings.TrimLeft(s[i:], "X"))
		if n >= 2 {
			s = s[:i] + strings.Repeat("*", n) + s[i+n:]
		}
		i += max(n, 1)
	}
	return s
}

// sameVisible compares numbers of which at least one is covered in part: what both show
// at the end, and at the beginning, is the same.
func sameVisible(a, b string) bool {
	tail := func(s string) string { return s[strings.LastIndexByte(s, '*')+1:] }
	x, y := tail(a), tail(b)
	n := min(len(x), len(y))
	if n == 0 || x[len(x)-n:] != y[len(y)-n:] {
		return false
	}
	head := func(s string) string {
		if i := strings.IndexByte(s, '*'); i >= 0 {
			return s[:i]
		}
		return s
	}
	v, w := head(a), head(b)
	n = min(len(v), len(w))
	return v[:n] == w[:n]
}

// trimZeros takes leading zeros off; all zeros are one.
func trimZeros(s string) string {
	t := strings.TrimLeft(s, "0")
	if t == "" && s != "" {
		return "0"
	}
	return t
}

// bankCode is the code of a bank in one way of writing.
func bankCode(s string) string {
	s = bare(s)
	if Digits(s) {
		return trimZeros(s)
	}
	if isBIC(s) && len(s) == 11 {
		return strings.TrimSuffix(s, "XXX")
	}
	return s
}

func isBIC(s string) bool {
	if len(s) != 8 && len(s) != 11 {
		return false
	}
	return strings.Trim(s[:6], "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "" && s[6] != '*'
}

// sameBank compares codes of banks: Certain where they are the same or one is not said,
// Possible where they are of kinds that can't be compared, such as a BIC and a number.
func sameBank(a, b string) Likeness {
	switch {
	case a == "" || b == "" || a == b:
		return Certain
	case Digits(a) && Digits(b):
		if short(a) == short(b) && (short(a) || len(a) == len(b)) {
			return Different
		}
		return Possible
	case isBIC(a) && isBIC(b):
		if a[:8] != b[:8] {
			return Different
		}
		if len(a) == 11 && len(b) == 11 {
			return Possible
		}
		return Certain
	case len(a) == 4 && isBIC(b) && strings.Trim(a, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "": // as in an IBAN
		return likenessOf(b[:4] == a)
	case len(b) == 4 && isBIC(a) && strings.Trim(b, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "":
		return likenessOf(a[:4] == b)
	case Digits(a) || Digits(b) || isBIC(a) || isBIC(b):
		return Possible
	}
	return Different
}

func likenessOf(same bool) Likeness {
	if same {
		return Certain
	}
	return Different
}

// short reports whether a code has the length of a national one of few digits.
func short(s string) bool { return len(s) <= 4 }

// bestBank compares banks that each name may say twice: apart, and in an IBAN.
func bestBank(p, a, o, b string) Likeness {
	worst, best := Certain, Different
	compared := false
	for _, x := range []string{p, a} {
		for _, y := range []string{o, b} {
			if x == "" || y == "" {
				continue
			}
			compared = true
			l := sameBank(x, y)
			worst, best = min(worst, l), max(best, l)
		}
	}
	switch {
	case !compared:
		return Certain
	case best == Certain:
		return Certain // one agreement is enough: the others are of another kind
	case worst == Different:
		return Different
	}
	return Possible
}
