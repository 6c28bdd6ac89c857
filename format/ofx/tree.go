package ofx

import (
	"errors"
	"strconv"
	"strings"

	"github.com/fairlead-dev/fairlead/format"
)

// node is an element of a subtree that is read as a whole. Subtrees lie flat, each
// element before what is in it, so that what is done with is cut off the end.
type node struct {
	tag    *tag
	text   string
	at     int  // offset of its '<'
	end    int  // index behind its subtree; 0 while it is open
	valued bool // holds text, so it is no aggregate
	blank  bool // the last piece of text ended in one
	joined bool // its text is in reader.joined so far
	parent bool // elements were in it, whether they are still there or not
}

// reader reads one file.
//
// OFX 1 leaves the end tags of values out, and values may be empty, so that
// <BALAMT> followed by <DTASOF> may be an aggregate with a child or an empty value
// with a sibling. An element of a known name is what the specification says. Any
// other is taken for an aggregate and, if its end tag never comes, for an empty
// value: its children go to its parent.
type reader struct {
	text    string
	scan    scanner
	take    func(format.Item) error
	answers map[string]string
	spot    spot

	nodes      []node
	stack      []int // of nodes that are open
	collecting int   // index in stack of the element whose subtree is being read; -1 none
	joined     []byte
	started    bool // <OFX> was met
	sets       int  // message sets closed

	rows  int // items handed on
	marks map[string]byte

	bank       format.Bank
	signOn     refusal
	refusals   []refusal
	st         *account // the open statement
	statements int32
	accounts   map[string]*accountState
	order      []*accountState // accounts, in the order in which they came
	listed     []listedAccount
	listedAs   map[string]bool  // by identity
	before     format.Names     // of an account that is named before its statement (OFC)
	status     refusal          // of the open response
	seen       map[uint64]int32 // rows by what they say: the statement that listed them
	correcting bool             // rows correct others: they are handed on at the end
	later      later
	securities map[string]bool
	named      []namedSecurity // by rows
	mentions   map[securityID]string
	unlisted   []namedSecurity // of the list, before any statement says a currency
	currency   string          // of the first investment statement
	served     stamp           // DTSERVER
	extras     int             // values in Extra that no field has
	documents  int
	request    bool // of an institution, not its answer
}

// errRewound says that the scanner went back: the token at hand is to be forgotten.
var errRewound = errors.New("ofx: rewound")

// run reads to the end of the file.
func (r *reader) run() error {
	for {
		if reason := r.scan.next(); reason != "" {
			return r.wrong(format.Truncated, r.scan.at, "", reason)
		}
		if r.scan.kind == tokenEnd {
			err := r.end()
			if err == errRewound {
				continue
			}
			return err
		}
		if err := r.token(); err != nil && err != errRewound {
			return err
		}
	}
}

func (r *reader) token() error {
	switch r.scan.kind {
	case tokenText:
		return r.addText(r.scan.raw, r.scan.verbatim)
	case tokenOpen:
		return r.open(r.scan.tag)
	case tokenEmpty:
		t := r.scan.tag
		if err := r.open(t); err != nil || t.role == inline {
			return err
		}
		return r.close(t)
	}
	return r.close(r.scan.tag)
}

// top is the innermost open element, or nil.
func (r *reader) top() *node {
	if len(r.stack) == 0 {
		return nil
	}
	return &r.nodes[r.stack[len(r.stack)-1]]
}

func same(a, b *tag) bool { return a == b || (a.single || b.single) && a.name == b.name }

func (r *reader) find(t *tag) int {
	for i := len(r.stack) - 1; i >= 0; i-- {
		if same(r.nodes[r.stack[i]].tag, t) {
			return i
		}
	}
	return -1
}

func (r *reader) open(t *tag) error {
	top := r.top()
	if t.role == inline {
		if top != nil {
			top.blank = true
		}
		return nil
	}
	if top != nil && top.valued && t.shape == unknown && r.literal(top.tag) {
		return r.addText(r.text[r.scan.at:r.scan.pos], true)
	}
	if top != nil && (top.valued || top.tag.shape == value) {
		if err := r.pop(true); err != nil {
			return err
		}
	}
	if err := r.makeRoom(t); err != nil {
		return err
	}
	if len(r.stack) == 0 && t.name != "OFX" && t.name != "OFC" {
		return notOFX
	}
	if len(r.stack) >= maxDepth {
		return r.wrong(format.TooLarge, r.scan.at, "", "nests elements more than "+strconv.Itoa(maxDepth)+" deep").OfShape()
	}
	if len(r.nodes) > maxElements {
		return r.wrong(format.TooLarge, r.scan.at, "", "holds an element of more than "+strconv.Itoa(maxElements)+" others").OfShape()
	}
	r.started = true
	if top = r.top(); top != nil {
		top.parent = true
	}
	if r.collecting < 0 && r.collects(t, top) {
		r.collecting = len(r.stack)
	}
	r.stack = append(r.stack, len(r.nodes))
	r.nodes = append(r.nodes, node{tag: t, at: r.scan.at})
	r.opened(t)
	return nil
}

// makeRoom closes what was left open before an element that can't be in it. No element
// of OFX holds one of its own name; rows hold no balances and statements no
// statements.
func (r *reader) makeRoom(t *tag) error {
	if i := r.find(t); i >= 0 {
		return r.closeDown(i)
	}
	for i := len(r.stack) - 1; i >= 0; i-- {
		if ends(r.nodes[r.stack[i]].tag, t) {
			return r.closeDown(i)
		}
	}
	return nil
}

// ends reports whether an open element can't hold one that opens.
func ends(open, t *tag) bool {
	switch t.role {
	case statement, set, unread:
		return open.role == statement || open.role == set && t.role != statement || open.role == whole
	case row:
		return open.role == row || open.role == whole
	case movement:
		return open.role == movement || open.role == row || open.role == whole
	case list:
		return open.role == list || open.role == row || open.role == movement || open.role == whole
	case response:
		return open.role == statement || open.role == response || open.role == whole
	case whole:
		return t.alone && (open.role == row || open.role == movement || open.role == list || open.role == whole && (t.name != "BALLIST" || open.name != "INVBAL"))
	}
	return false
}

// collects reports whether the subtree of an element is read as a whole.
func (r *reader) collects(t *tag, parent *node) bool {
	switch t.role {
	case row, movement, whole:
		return true
	case response, statement, set, list, unread:
		return false
	}
	if t.name == "STATUS" {
		return true
	}
	if parent == nil || parent.tag.role != list || t.shape == value {
		return false
	}
	switch parent.tag.name {
	case "INVPOSLIST":
		return strings.HasPrefix(t.name, "POS")
	case "SECLIST":
		return strings.HasSuffix(t.name, "INFO")
	case "INVTRANLIST":
		return strings.HasPrefix(t.name, "BUY") || strings.HasPrefix(t.name, "SELL")
	}
	return strings.HasPrefix(t.name, "TAX") || strings.HasPrefix(t.name, "FORM")
}

// literal reports whether a tag of no known name is a part of the text that it stands
// in: it stands between blanks among words, or in people's text that has its own end tag
// on the same line.
func (r *reader) literal(in *tag) bool {
	if !in.free {
		return false
	}
	if at := r.scan.at; at >= 2 && r.text[at-1] == ' ' && r.text[at-2] > ' ' && r.scan.pos < len(r.text) && r.text[r.scan.pos] <= ' ' {
		return true
	}
	rest := r.text[r.scan.pos:min(len(r.text), r.scan.pos+256)]
	if end := strings.IndexAny(rest, "\r\n"); end >= 0 {
		rest = rest[:end]
	}
	at := strings.Index(rest, "</")
	return at >= 0 && len(rest) > at+2+len(in.name) && strings.EqualFold(rest[at+2:at+2+len(in.name)], in.name) && rest[at+2+len(in.name)] == '>'
}

// addText gives its value to the innermost element. Text between the elements of an
// aggregate says nothing.
func (r *reader) addText(raw string, verbatim bool) error {
	top := r.top()
	if top == nil || top.tag.shape == aggregate || top.parent {
		return nil
	}
	text := clean(raw, verbatim)
	if text == "" {
		top.blank = true
		return nil
	}
	most := format.MaxText
	if top.tag.name == "IMAGEBYTES" {
		most = maxImage
	}
	if len(top.text)+len(text) > most || top.joined && len(r.joined)+len(text) > most {
		return r.wrong(format.TooLarge, top.at, top.tag.name, "is too long").OfShape()
	}
	gap := top.blank || raw[0] <= ' '
	first := !top.valued
	top.valued, top.blank = true, raw[len(raw)-1] <= ' '
	switch {
	case top.tag.secret:
	case first:
		top.text = text
	default:
		if !top.joined {
			top.joined, r.joined = true, append(r.joined[:0], top.text...)
		}
		if gap {
			r.joined = append(r.joined, ' ')
		}
		r.joined = append(r.joined, text...)
	}
	return nil
}

// close ends the innermost element of a name with all that was left open inside.
// An end tag without a beginning is passed over.
func (r *reader) close(t *tag) error {
	if t.role == inline {
		if top := r.top(); top != nil {
			top.blank = true
		}
		return nil
	}
	top := r.top()
	if top != nil && top.valued && t.shape == unknown && !same(top.tag, t) && r.find(t) < 0 && r.literal(top.tag) {
		return r.addText(r.text[r.scan.at:r.scan.pos], true)
	}
	i := r.find(t)
	if i < 0 {
		return nil
	}
	if err := r.closeDown(i + 1); err != nil {
		return err
	}
	return r.pop(false)
}

// closeDown pops elements without end tags until the stack has n.
func (r *reader) closeDown(n int) error {
	for len(r.stack) > n {
		if err := r.pop(true); err != nil {
			return err
		}
	}
	return nil
}

// pop takes the innermost element off. One that is read as a whole is read and let go.
func (r *reader) pop(leftOpen bool) error {
	level := len(r.stack) - 1
	i := r.stack[level]
	n := &r.nodes[i]
	if n.joined {
		n.text, n.joined = string(r.joined), false
	}
	n.end = len(r.nodes)
	if r.collecting >= 0 && r.collecting < level {
		if leftOpen && !n.valued && n.tag.shape == unknown {
			n.end = i + 1
		}
		r.stack = r.stack[:level]
		return nil
	}
	r.collecting = -1
	if n.tag.role == statement {
		if rewound, err := r.endStatement(i); rewound || err != nil {
			if rewound {
				err = errRewound
			}
			return err
		}
	}
	r.stack = r.stack[:level]
	err := r.closed(i)
	r.nodes = r.nodes[:i]
	return err
}

// end accepts the end of the file where no row can be missing: all that is open holds
// statements that have ended, or one whose balance is there, which comes behind the
// rows. Anything else means that the file was cut off.
func (r *reader) end() error {
	if !r.started {
		return notOFX
	}
	if len(r.stack) == 0 {
		return nil
	}
	if len(r.stack) == 1 && r.sets > 0 || r.nodes[r.stack[0]].tag.name == "OFC" {
		return r.closeDown(0)
	}
	inside, complete := "", len(r.order) > 0 || r.st != nil
	for _, i := range r.stack {
		t := r.nodes[i].tag
		if t.shape == aggregate || inside == "" {
			inside = t.name
		}
		switch {
		case t.name == "OFX", t.role == set, t.role == response:
		case t.role == statement && r.st != nil && r.st.current != nil:
		default:
			complete = false
		}
	}
	e := r.wrong(format.Truncated, len(r.text), inside, "has no end: the file was cut off")
	if !complete {
		return e
	}
	if err := r.closeDown(0); err != nil {
		return err
	}
	e.Reason = "has no end: the file was cut off behind its rows"
	return r.warn(e)
}

// child is the index of the first child of a name, or -1; -1 has none.
func (r *reader) child(i int, name string) int {
	if i < 0 {
		return -1
	}
	for c := i + 1; c < r.nodes[i].end; c = r.nodes[c].end {
		if r.nodes[c].tag.name == name {
			return c
		}
	}
	return -1
}

// value is the text of the child of a name, or "".
func (r *reader) value(i int, name string) string {
	if c := r.child(i, name); c >= 0 {
		return r.nodes[c].text
	}
	return ""
}

// wrongIn says that an element is not as it must be: the child of a name if it is
// there, the element itself if not.
func (r *reader) wrongIn(i int, kind format.Kind, name, reason string) *format.Error {
	if c := r.child(i, name); c >= 0 {
		i = c
	}
	return r.wrong(kind, r.nodes[i].at, name, reason)
}

// hand gives an item to whoever reads. Everything counts.
func (r *reader) hand(it format.Item) error {
	if r.rows++; r.rows > format.MaxRows {
		return r.tooManyRows()
	}
	return r.take(it)
}

func (r *reader) tooManyRows() error {
	return r.wrong(format.TooLarge, r.scan.at, "", "holds more than "+strconv.Itoa(format.MaxRows)+" rows")
}

// warn hands on what was left out or is in doubt. A statement that will be read once more
// says it then.
func (r *reader) warn(e *format.Error) error {
	if r.st != nil && r.st.skipped {
		return nil
	}
	return r.hand(format.Item{Warning: e})
}
