package camt

import (
	"strings"

	"github.com/fairlead-dev/fairlead/format"
)

// maxNodes bounds what one entry, one transaction of it or one part of a statement's
// head may consist of.
const maxNodes = 20_000

// node is an element of a tree. Relations are indexes; 0 is the root, and as a relation none.
type node struct {
	name, text, ccy string
	line            int
	first, last     int
	next            int
}

// tree is one part of a file as elements. It is used again for the next part.
type tree struct{ nodes []node }

// start makes the tree one of a root alone.
func (t *tree) start(e event) {
	t.nodes = append(t.nodes[:0], node{name: e.name, ccy: e.ccy, line: e.line})
}

// add hangs a new element below another one.
func (t *tree) add(parent int, e event) int {
	i := len(t.nodes)
	t.nodes = append(t.nodes, node{name: e.name, ccy: e.ccy, line: e.line})
	p := &t.nodes[parent]
	if p.first == 0 {
		p.first = i
	} else {
		t.nodes[p.last].next = i
	}
	p.last = i
	return i
}

// fill reads everything inside the element that has just been opened.
func (s *scanner) fill(t *tree, at int) error {
	path := []int{at}
	for len(path) > 0 {
		e, err := s.next()
		if err != nil {
			return err
		}
		if e.kind == eventClose {
			t.nodes[path[len(path)-1]].text = e.text
			path = path[:len(path)-1]
			continue
		}
		if len(t.nodes) >= maxNodes {
			return s.fail(format.TooLarge, e.name, "is one of too many elements of an entry").OfShape()
		}
		path = append(path, t.add(path[len(path)-1], e))
	}
	return nil
}

// pass reads over everything inside the element that has just been opened.
func (s *scanner) pass() error {
	for depth := 1; depth > 0; {
		e, err := s.next()
		if err != nil {
			return err
		}
		if e.kind == eventOpen {
			depth++
		} else {
			depth--
		}
	}
	return nil
}

// at is the first element that a path such as "Id/IBAN" leads to; 0 where there is none.
func (t *tree) at(from int, path string) int {
	for path != "" {
		var name string
		name, path, _ = strings.Cut(path, "/")
		i := t.nodes[from].first
		for i != 0 && t.nodes[i].name != name {
			i = t.nodes[i].next
		}
		if i == 0 {
			return 0
		}
		from = i
	}
	return from
}

// get is the text at the first of the paths that leads to one.
func (t *tree) get(from int, paths ...string) string {
	for _, path := range paths {
		if i := t.at(from, path); i != 0 && t.nodes[i].text != "" {
			return t.nodes[i].text
		}
	}
	return ""
}

// each calls f with every child of a name.
func (t *tree) each(from int, name string, f func(int)) {
	for i := t.nodes[from].first; i != 0; i = t.nodes[i].next {
		if t.nodes[i].name == name {
			f(i)
		}
	}
}
