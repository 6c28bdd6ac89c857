package linking

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
)

// Answer gives the person's answer to the step that the form of the turn showed.
// Errors: Conflict for a stale form or a turn in flight, Invalid for fields that
// can't be, RateLimited, Gone.
func (l *Linking) Answer(ctx context.Context, s Session, turn int, a fairlead.Answer) error {
	p, err := l.locate(ctx, s)
	if err != nil {
		return err
	}
	if !l.o.Dev && !l.limits.allow(s.Client, l.o.Clock()) {
		return &fairlead.Error{Kind: fairlead.RateLimited, Detail: "Too many answers in a short time. Please wait a little.", RetryAfter: 10 * time.Second}
	}
	return l.answer(ctx, p, turn, a)
}

func (l *Linking) answer(ctx context.Context, p place, turn int, a fairlead.Answer) error {
	sc, err := l.look(ctx, p)
	if err != nil {
		return err
	}
	if err := sc.open(); err != nil {
		return err
	}
	c := sc.link.Conversation
	if sc.link.Stage != fairlead.StageConversation || c == nil || c.Turn != turn || sc.real.Before(c.Busy) || c.Step.Form == nil {
		return moved()
	}
	if a, err = fitting(sc.link, *c.Step.Form, a); err != nil {
		return err
	}
	if e := c.Step.Form.Expires; !e.IsZero() && !sc.now.Before(e) {
		return l.refuse(ctx, sc, fairlead.Errorf(fairlead.ChallengeExpired, "The answer came too late."))
	}
	kept, err := l.remember(sc.link, *c.Step.Form, a)
	if err != nil {
		return in("sealing a login", err)
	}
	return l.resume(ctx, sc, a, func(c *fairlead.Conversation) {
		if kept != nil {
			c.Logins = kept
		}
	})
}

// fitting checks an answer against what was asked and drops what was not.
func fitting(link fairlead.Link, ask fairlead.Form, a fairlead.Answer) (fairlead.Answer, error) {
	out := fairlead.Answer{Fields: map[string]fairlead.Secret{}, Files: map[string]fairlead.File{}}
	var f faults
	size := 0
	for _, field := range ask.Fields {
		value, file := a.Fields[field.Name], a.Files[field.Name]
		size += len(value.Reveal())
		switch {
		case field.Kind == fairlead.FieldFile && file.Blob != "":
			if !slices.Contains(link.Uploads, file.Blob) {
				f.add("fields."+field.Name, "unknown", "must be a file that was uploaded here")
			}
			out.Files[field.Name] = file
		case field.Kind == fairlead.FieldFile || value.Empty():
			if !field.Optional && field.Kind != fairlead.FieldConfirm {
				f.add("fields."+field.Name, "required", "must be given")
			}
		case field.Kind == fairlead.FieldChoice && !slices.ContainsFunc(field.Choices, func(c fairlead.Choice) bool { return c.Value == value.Reveal() }):
			f.add("fields."+field.Name, "unknown", "must be one of the choices")
		default:
			out.Fields[field.Name] = value
		}
	}
	if size > maxAnswer {
		return out, fairlead.Errorf(fairlead.TooLarge, "The answer is too long.")
	}
	return out, f.err()
}

// given is what of the answers outlives its turn, sealed until the conversation
// is done: the fields that name the login, which make the connection's identity
// where the connector names none, and the files.
type given struct {
	Logins map[string]string `json:"logins,omitempty"`
	Files  []fairlead.File   `json:"files,omitempty"`
}

// remember adds an answer to what is given, sealed; nil when there is nothing to add.
func (l *Linking) remember(link fairlead.Link, ask fairlead.Form, a fairlead.Answer) (fairlead.Sealed, error) {
	g := given{}
	if err := l.openFor(link, link.Conversation.Logins, &g); err != nil {
		return nil, err
	}
	if g.Logins == nil {
		g.Logins = map[string]string{}
	}
	added := false
	for _, field := range ask.Fields {
		if v := a.Fields[field.Name]; field.Login && !v.Empty() {
			g.Logins[field.Name] = strings.TrimSpace(v.Reveal())
			added = true
		}
		if f := a.Files[field.Name]; f.Blob != "" {
			// The same question answered again brings another file in place of the first.
			g.Files = slices.DeleteFunc(g.Files, func(o fairlead.File) bool { return ask.Again || o.Blob == f.Blob })
			g.Files = append(g.Files, f)
			added = true
		}
	}
	if !added {
		return nil, nil
	}
	return l.sealFor(link, g)
}

// loginText joins the fields that name a login, in the order of their names.
func loginText(logins map[string]string) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(logins)) {
		parts = append(parts, logins[name])
	}
	return strings.Join(parts, "\n")
}
