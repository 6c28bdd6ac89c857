package statementfile

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format/ofx"
)

// imported is a file as nouns of Fairlead.
type imported = ofx.Import

// opener opens a file of the bucket (connector.Start.Open, connector.Session.Open).
type opener = func(fairlead.File) (io.ReadCloser, error)

// unreadable is a file that was read and is wrong: the person can bring another.
type unreadable struct {
	sentence string
	cause    error
}

func (u *unreadable) Error() string { return "statementfile: " + u.cause.Error() }
func (u *unreadable) Unwrap() error { return u.cause }

// refusal is the sentence for the person, if the error is about what they brought.
func refusal(err error) (string, bool) {
	if u, ok := errors.AsType[*unreadable](err); ok {
		return u.sentence, true
	}
	return "", false
}

// read parses a file of the bucket.
func read(digest func(parts ...string) string, open opener, file fairlead.File) (imported, error) {
	if open == nil || file.Blob == "" {
		return imported{}, &fairlead.Error{Kind: fairlead.Internal, Err: errors.New("statementfile: no file to read")}
	}
	if file.Size > maxBytes {
		return imported{}, &unreadable{fmt.Sprintf("This file is larger than %d MiB. Please pick a shorter period.", maxBytes>>20), errors.New("too large")}
	}
	r, err := open(file)
	if err != nil {
		return imported{}, unavailable(err)
	}
	defer r.Close()
	parsed, err := ofx.Parse(io.LimitReader(r, maxBytes+1))
	if err != nil {
		return imported{}, wrong(err)
	}
	out, err := ofx.Convert(parsed)
	if err != nil {
		return imported{}, wrong(err)
	}
	if len(out.Accounts) == 0 {
		return imported{}, &unreadable{"This file lists accounts but holds no statement of any. Please pick another file.", errors.New("no statement")}
	}
	keyRefs(&out, digest)
	return out, nil
}

// unavailable says that the bucket failed. An error of its own keeps its kind.
func unavailable(err error) error {
	kind := fairlead.Unavailable
	if fairlead.Is(err, fairlead.NotFound) || fairlead.Is(err, fairlead.Gone) {
		kind = fairlead.Gone
	}
	return &fairlead.Error{Kind: kind, Detail: "The uploaded file can't be read any more.", Err: fmt.Errorf("statementfile: opening the file: %w", err)}
}

// wrong turns what the parser says into a sentence. The parser never repeats what
// a file holds, so its reason may be shown.
func wrong(err error) error {
	e, ok := errors.AsType[*ofx.Error](err)
	switch {
	case !ok:
		return err
	case e.Kind == ofx.Unread:
		return unavailable(err)
	case e.Kind == ofx.NotOFX:
		return &unreadable{"This is not an OFX or QFX file. Please pick the one your bank calls OFX, QFX, Quicken or Money.", err}
	case e.Kind == ofx.Empty:
		return &unreadable{"This file holds no account. Please pick another one.", err}
	case e.Kind == ofx.Refused:
		return &unreadable{fmt.Sprintf("This file holds no statement: the institution answered with error %d. Please download it again.", e.Status), err}
	case e.Kind == ofx.Truncated:
		return &unreadable{fmt.Sprintf("This file is cut off at line %d. Please download it again.", e.Line), err}
	}
	where := ""
	if e.Line > 0 {
		where = fmt.Sprintf(" at line %d", e.Line)
	}
	reason := e.Reason
	if e.Element != "" {
		reason = e.Element + " " + reason
	}
	return &unreadable{fmt.Sprintf("This file can't be read%s: %s. Please pick another one.", where, reason), err}
}

// identity names the institution and the accounts: the same for every file of the
// same accounts.
func identity(i imported) fairlead.Secret {
	refs := make([]string, 0, len(i.Accounts))
	for _, a := range i.Accounts {
		refs = append(refs, a.Ref)
	}
	slices.Sort(refs)
	return fairlead.NewSecret(strings.Join([]string{"ofx", i.FID, strings.Join(refs, ",")}, "\n"))
}

// fileSecret is the name under which the handle lies among the connection's secrets.
const fileSecret = "file"

func remember(file fairlead.File) map[string]fairlead.Secret {
	b, _ := json.Marshal(file) // strings and a number: it can't fail
	return map[string]fairlead.Secret{fileSecret: fairlead.NewSecret(string(b))}
}

func remembered(secrets map[string]fairlead.Secret) (fairlead.File, error) {
	var file fairlead.File
	if err := json.Unmarshal([]byte(secrets[fileSecret].Reveal()), &file); err != nil {
		return file, &fairlead.Error{Kind: fairlead.Internal, Err: errors.New("statementfile: the connection holds no handle of a file")}
	}
	return file, nil
}
