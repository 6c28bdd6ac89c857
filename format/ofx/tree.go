package ofx

import "io"

// node is an element that is open or has not been let go of yet.
type node struct {
	name      string
	text      string
	children  []*node
	size      int // of the subtree, itself included
	line, col int
	valued    bool // holds text, so it is no aggregate
	blank     bool // the last piece of text ended in one
}

// child returns the first child of a name, or nil; a nil node has none.
func (n *node) child(name string) *node {
	if n == nil {
		return nil
	}
	for _, c := range n.children {
		if c.name == name {
			return c
		}
	}
	return nil
}

// value is the text of the child of a name, or "".
func (n *node) value(name string) string {
	if c := n.child(name); c != nil {
		return c.text
	}
	return ""
}

// wrong says that an element is not as it must be: the child of a name if it is
// there, the node itself if not.
func (n *node) wrong(kind Kind, name, reason string) *Error {
	at := n
	if c := n.child(name); c != nil {
		at = c
	}
	return &Error{Line: at.line, Column: at.col, Element: name, Kind: kind, Reason: reason}
}

// builder puts tokens together and reads each element as it closes.
//
// OFX 1 leaves the end tags of values out, and values may be empty, so that
// <BALAMT> followed by <DTASOF> may be an aggregate with a child or an empty value
// with a sibling. An element of a known name is what the specification says. Any
// other is taken for an aggregate and, if its end tag never comes, for an empty
// value: its children go to its parent.
type builder struct {
	scan    *scanner
	utf8    bool
	stack   []*node
	free    []*node // done with, to be used again
	nodes   int     // nodes in the stack's subtrees
	rows    int
	started bool // <OFX> was met
	sets    int  // message sets closed

	file         File
	transactions []Transaction
	movements    []Movement
	positions    []Position
}

// Parse reads a whole file. Errors are *Error.
func Parse(r io.Reader) (*File, error) {
	src, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return nil, &Error{Kind: Unread, Reason: "the file could not be read", Err: err}
	}
	if len(src) > MaxBytes {
		return nil, &Error{Kind: TooLarge, Reason: "the file is too large"}
	}
	src = plain(src)
	header, start, bad := readHeader(src)
	if bad != nil {
		return nil, bad
	}
	b := &builder{scan: newScanner(src, start), utf8: looksUTF8(src)}
	b.file.Header = header
	if bad := b.run(); bad != nil {
		return nil, bad
	}
	return &b.file, nil
}

func (b *builder) run() *Error {
	for {
		t, err := b.scan.next()
		if err != nil {
			return err
		}
		switch t.kind {
		case tokenEnd:
			return b.end(t)
		case tokenText:
			err = b.text(t)
		case tokenOpen:
			err = b.open(t)
		case tokenEmpty:
			if err = b.open(t); err == nil {
				err = b.close(t.name)
			}
		case tokenClose:
			err = b.close(t.name)
		}
		if err != nil {
			return err
		}
	}
}

func (b *builder) top() *node {
	if len(b.stack) == 0 {
		return nil
	}
	return b.stack[len(b.stack)-1]
}

func (b *builder) open(t token) *Error {
	if top := b.top(); top != nil && (top.valued || shapes[top.name] == value) {
		if err := b.pop(true); err != nil {
			return err
		}
	}
	// No element of OFX holds one of its own name: the earlier one was left open.
	if i := b.find(t.name); i >= 0 {
		if err := b.closeDown(i); err != nil {
			return err
		}
	}
	if len(b.stack) == 0 && t.name != "OFX" {
		return &Error{Line: t.line, Column: t.col, Kind: NotOFX, Reason: "the file does not begin with an <OFX> element"}
	}
	if len(b.stack) >= MaxDepth {
		return &Error{Line: t.line, Column: t.col, Kind: TooLarge, Reason: "elements are nested too deeply"}
	}
	if b.nodes++; b.nodes > maxElements {
		return &Error{Line: t.line, Column: t.col, Kind: TooLarge, Reason: "too many elements inside one another"}
	}
	b.started = true
	b.stack = append(b.stack, b.take(t))
	b.opened(t.name)
	return nil
}

func (b *builder) find(name string) int {
	for i := len(b.stack) - 1; i >= 0; i-- {
		if b.stack[i].name == name {
			return i
		}
	}
	return -1
}

// text gives its value to the element on top. Text between the elements of an
// aggregate says nothing.
func (b *builder) text(t token) *Error {
	top := b.top()
	if top == nil || shapes[top.name] == aggregate || len(top.children) > 0 {
		return nil
	}
	text := clean(t.raw, b.utf8, t.verbatim)
	if text == "" {
		top.blank = true
		return nil
	}
	if len(top.text)+len(text) > MaxText {
		return &Error{Line: t.line, Column: t.col, Element: top.name, Kind: TooLarge, Reason: "is too long"}
	}
	if top.text != "" && (top.blank || t.raw[0] <= ' ') {
		text = " " + text
	}
	top.valued, top.blank = true, t.raw[len(t.raw)-1] <= ' '
	if !secret(top.name) {
		top.text += text
	}
	return nil
}

// close ends the innermost element of a name with all that was left open inside.
// An end tag without a beginning is passed over.
func (b *builder) close(name string) *Error {
	i := b.find(name)
	if i < 0 {
		return nil
	}
	if err := b.closeDown(i + 1); err != nil {
		return err
	}
	return b.pop(false)
}

// closeDown pops elements without end tags until the stack has n.
func (b *builder) closeDown(n int) *Error {
	for len(b.stack) > n {
		if err := b.pop(true); err != nil {
			return err
		}
	}
	return nil
}

// pop takes the top element off: it is read and let go if it is one that is read
// whole, and given to its parent otherwise.
func (b *builder) pop(leftOpen bool) *Error {
	n := b.top()
	b.stack = b.stack[:len(b.stack)-1]
	parent := b.top()
	if parent == nil {
		b.nodes -= n.size
		return nil
	}
	done, err := b.read(n, parent)
	if err != nil {
		return err
	}
	if done {
		b.nodes -= n.size
		b.release(n)
		return nil
	}
	if leftOpen && !n.valued && shapes[n.name] == unknown && len(n.children) > 0 {
		children := n.children
		n.children, n.size = nil, 1
		parent.adopt(n)
		for _, c := range children {
			parent.adopt(c)
		}
		return nil
	}
	parent.adopt(n)
	return nil
}

// take gives a node for an element that opens.
func (b *builder) take(t token) *node {
	if len(b.free) == 0 {
		return &node{name: t.name, size: 1, line: t.line, col: t.col}
	}
	n := b.free[len(b.free)-1]
	b.free = b.free[:len(b.free)-1]
	*n = node{name: t.name, children: n.children[:0], size: 1, line: t.line, col: t.col}
	return n
}

// release stores the nodes of a subtree for reuse. Its values were copied out of it.
func (b *builder) release(n *node) {
	for _, c := range n.children {
		b.release(c)
	}
	b.free = append(b.free, n)
}

func (n *node) adopt(c *node) {
	n.children = append(n.children, c)
	n.size += c.size
}

// end accepts the end of the file where nothing but <OFX> itself is open: anything
// else means that rows may be missing.
func (b *builder) end(t token) *Error {
	if !b.started {
		return &Error{Line: 1, Column: 1, Kind: NotOFX, Reason: "the file holds no <OFX> element"}
	}
	if len(b.stack) == 0 || len(b.stack) == 1 && b.sets > 0 {
		return nil
	}
	inside := b.stack[0].name
	for _, n := range b.stack {
		if shapes[n.name] == aggregate {
			inside = n.name
		}
	}
	return &Error{Line: t.line, Column: t.col, Element: inside, Kind: Truncated, Reason: "has no end: the file was cut off"}
}

// row counts one more row of the result.
func (b *builder) row(n *node) *Error {
	if b.rows++; b.rows > MaxRows {
		return &Error{Line: n.line, Column: n.col, Element: n.name, Kind: TooLarge, Reason: "is one row too many"}
	}
	return nil
}

// warn records what could not be understood but is not needed.
func (b *builder) warn(e *Error) {
	if len(b.file.Warnings) < maxWarnings {
		b.file.Warnings = append(b.file.Warnings, e)
	}
}
