package simplefin

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// maxAnswer bounds an answer of /accounts, in bytes.
const maxAnswer = 32 << 20

var (
	errTooLong   = fmt.Errorf("simplefin: an answer is over %d bytes", maxAnswer)
	errShapeless = errors.New("simplefin: an answer has no list of accounts")
	errTorn      = errors.New("simplefin: the JSON of an answer is torn or of another shape")
)

// capped reads up to a limit, and says so where there is more.
type capped struct {
	from io.Reader
	left int64
}

func (c *capped) Read(b []byte) (int, error) {
	if c.left <= 0 {
		return 0, errTooLong
	}
	if int64(len(b)) > c.left {
		b = b[:c.left]
	}
	n, err := c.from.Read(b)
	c.left -= int64(n)
	return n, err
}

// decode reads an answer as it arrives, account by account, so that never more than one
// is there twice. Fields that it does not know are passed over. The version is that of
// the answer's shape: a server of the first ignores which one is requested.
func decode(from io.Reader) (answer, error) {
	var a answer
	d := json.NewDecoder(&capped{from, maxAnswer + 1})
	if err := opening(d, '{'); err != nil {
		return a, err
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return a, torn(err)
		}
		switch name {
		case "errlist":
			a.v2 = true
			err = a.complain(d)
		case "errors":
			err = a.complain(d)
		case "connections":
			a.v2 = true
			err = list(d, func(b bank) { a.connections = append(a.connections, b) })
		case "accounts":
			a.shaped, err = true, list(d, func(acc account) { a.accounts = append(a.accounts, acc) })
		default:
			var ignored skipped
			err = d.Decode(&ignored)
		}
		if err != nil {
			return a, torn(err)
		}
	}
	if _, err := d.Token(); err != nil {
		return a, torn(err)
	}
	a.errors = distinct(a.errors)
	if !a.shaped && len(a.errors) == 0 {
		return a, errShapeless
	}
	return a, nil
}

// complain reads a list of errors of either version, or one error in place of a list.
func (a *answer) complain(d *json.Decoder) error {
	var all messages
	if err := d.Decode(&all); err != nil {
		return err
	}
	for _, m := range all {
		a.errors = append(a.errors, complaint(m))
	}
	return nil
}

type messages []message

func (m *messages) UnmarshalJSON(b []byte) error {
	if b = bytes.TrimSpace(b); len(b) > 0 && b[0] == '[' {
		return json.Unmarshal(b, (*[]message)(m))
	}
	*m = make(messages, 1)
	return (*m)[0].UnmarshalJSON(b)
}

// message is an error of version 1: a text. Version 2 repeats its list there.
type message complaint

func (m *message) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '{' {
		return json.Unmarshal(b, (*complaint)(m))
	}
	return m.Msg.UnmarshalJSON(b)
}

// skipped is a value that is read over.
type skipped struct{}

func (*skipped) UnmarshalJSON([]byte) error { return nil }

// distinct drops what the deprecated list of version 2 says again.
func distinct(all []complaint) (out []complaint) {
	seen := map[string]bool{}
	for _, c := range all {
		if c.Code != "" {
			seen[c.said()] = true
		}
	}
	for _, c := range all {
		said := c.said()
		if c.Code == "" && (said == "" || seen[said]) {
			continue
		}
		if c.Code == "" {
			seen[said] = true
		}
		out = append(out, c)
	}
	return out
}

// opening reads the delimiter that a value begins with.
func opening(d *json.Decoder, want json.Delim) error {
	t, err := d.Token()
	if err != nil {
		return torn(err)
	}
	if t != want {
		return errShapeless
	}
	return nil
}

// list reads a list element by element. null is none.
func list[T any](d *json.Decoder, add func(T)) error {
	t, err := d.Token()
	switch {
	case err != nil:
		return err
	case t == nil:
		return nil
	case t != json.Delim('['):
		return errShapeless
	}
	for d.More() {
		var v T
		if err := whole(d.Decode(&v)); err != nil {
			return err
		}
		add(v)
	}
	_, err = d.Token()
	return err
}

// torn says where reading broke off, without what was read.
func torn(err error) error {
	switch {
	case errors.Is(err, errTooLong):
		return errTooLong
	case errors.Is(err, errShapeless):
		return errShapeless
	}
	if _, ok := errors.AsType[*json.SyntaxError](err); ok || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errTorn
	}
	if _, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return errTorn
	}
	return err // of the network
}
