package bai2

import (
	"strconv"

	"github.com/fairlead-dev/fairlead/format"
)

// abandon ends an account whose record 49 never came.
func (r *reader) abandon(line int) error {
	a := r.open
	if a == nil {
		return nil
	}
	r.open = nil
	if err := r.warn(&format.Error{Line: line, Kind: format.Missing, Reason: "comes before the record 49 that closes the account"}); err != nil {
		return err
	}
	return r.hand(a, false)
}

// leave ends a group whose record 98 never came.
func (r *reader) leave(line int) error {
	if err := r.abandon(line); err != nil {
		return err
	}
	if r.group == nil {
		return nil
	}
	r.group = nil
	return r.warn(&format.Error{Line: line, Kind: format.Missing, Reason: "comes before the record 98 that closes the group"})
}

// closeGroup reads a record 98.
func (r *reader) closeGroup(rec record) error {
	if err := r.abandon(rec.line); err != nil {
		return err
	}
	g := r.group
	if g == nil {
		return r.warn(wrong(rec, "", format.Missing, "closes no group: a record 02 is missing before it"))
	}
	r.group = nil
	f := rec.fields()
	total := f.next()
	r.file.parts++
	if sum, ok := number(total); ok {
		r.file.sum = r.file.sum.Add(sum)
	}
	return r.compare(rec, g.tally, total, f.next(), f.next(), "accounts")
}

// finish reads a record 99.
func (r *reader) finish(rec record) error {
	if err := r.leave(rec.line); err != nil {
		return err
	}
	r.ended = true
	f := rec.fields()
	return r.compare(rec, r.file, f.next(), f.next(), f.next(), "groups")
}

// compare warns where a trailer differs from what was read.
func (r *reader) compare(rec record, t tally, total, parts, records, noun string) error {
	if sum, ok := number(total); !ok || !sum.Equal(t.sum) {
		if err := r.warn(wrong(rec, "control total", format.Differs, "is not the sum of the control totals of its "+noun)); err != nil {
			return err
		}
	}
	if n, err := strconv.Atoi(parts); parts != "" && (err != nil || n != t.parts) {
		if err := r.warn(wrong(rec, "number of "+noun, format.Differs, "is not the number of "+noun+" before it")); err != nil {
			return err
		}
	}
	if n, err := strconv.Atoi(records); records != "" && (err != nil || n != t.records) {
		return r.warn(wrong(rec, "number of records", format.Differs, "is not the number of records up to it"))
	}
	return nil
}

// end closes what the file leaves open.
func (r *reader) end() error {
	var doubt *format.Error
	switch {
	case r.open != nil || r.group != nil:
		doubt = &format.Error{Kind: format.Truncated, Reason: "ends before the records that close its accounts and groups"}
		if a := r.open; a != nil {
			r.open = nil
			if err := r.hand(a, false); err != nil {
				return err
			}
		}
	case !r.ended:
		doubt = &format.Error{Kind: format.Truncated, Reason: "ends without a record 99"}
	case !r.begun:
		doubt = &format.Error{Line: 1, Kind: format.Missing, Reason: "begins without a record 01"}
	}
	if r.all.Len() == 0 {
		return &format.Error{Kind: format.Empty, Reason: "holds no record 03 of an account"}
	}
	if doubt != nil {
		if err := r.warn(doubt); err != nil {
			return err
		}
	}
	return r.all.Hand(r.take)
}
