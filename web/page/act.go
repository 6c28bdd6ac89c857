package page

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/linking"
)

// turnField carries the turn that a form answers. Fields of an institution never
// begin with an underscore.
const turnField = "_turn"

// act does what a form asks and goes back to the link's address.
func (p *Page) act(w http.ResponseWriter, r *http.Request) error {
	v, err := p.visitor(r)
	if err != nil {
		return err
	}
	action := r.PathValue("action")
	do, ok := p.actions()[action]
	if !ok {
		return fairlead.Errorf(fairlead.NotFound, "There is no such action.")
	}
	if err := p.answers.allow(v.session.Client, v.base); err != nil {
		return err
	}
	err = do(r, v)
	switch e := (*fairlead.Error)(nil); {
	case err == nil:
	case errors.As(err, &e) && e.Kind == fairlead.Conflict:
		return see(w, r, v.with("note", "moved")) // another tab was faster: the stored state decides
	case errors.As(err, &e) && e.Kind == fairlead.Invalid:
		return see(w, r, v.with("wrong", wrongFields(e)))
	case errors.As(err, &e) && e.Kind == fairlead.Gone:
		return see(w, r, v.at("")) // the link has ended meanwhile: its own page says how
	case errors.As(err, &e) && e.Kind == fairlead.TooLarge:
		return see(w, r, v.with("note", "large"))
	default:
		return fmt.Errorf("page: %s: %w", action, err)
	}
	if action == "finish" || action == "leave" {
		return see(w, r, v.with("done", "1"))
	}
	return see(w, r, v.at(""))
}

// wrongFields says which fields were wrong and how, never what was typed.
func wrongFields(e *fairlead.Error) string {
	var out []string
	for _, f := range e.Fields {
		out = append(out, strings.TrimPrefix(f.Name, "fields.")+":"+f.Code)
	}
	return strings.Join(out, ",")
}

type action func(r *http.Request, v visitor) error

// actions is the table of what a person can do on a link's page.
func (p *Page) actions() map[string]action {
	l := p.o.Linking
	return map[string]action{
		"begin": func(r *http.Request, v visitor) error { return l.Proceed(r.Context(), v.session) },
		"choose": func(r *http.Request, v visitor) error {
			return l.Choose(r.Context(), v.session, r.PostFormValue("institution"))
		},
		"agree":    p.agree,
		"answer":   p.answer,
		"upload":   p.upload,
		"check":    func(r *http.Request, v visitor) error { return notYet(l.Poll(r.Context(), v.session)) },
		"accounts": p.pickAccounts,
		"accept": func(r *http.Request, v visitor) error {
			return l.Accept(r.Context(), v.session, r.PostFormValue("cancel") == "")
		},
		"back":    func(r *http.Request, v visitor) error { return l.Back(r.Context(), v.session) },
		"retry":   func(r *http.Request, v visitor) error { return l.Retry(r.Context(), v.session) },
		"another": func(r *http.Request, v visitor) error { return l.Another(r.Context(), v.session) },
		"leave":   func(r *http.Request, v visitor) error { return l.Leave(r.Context(), v.session) },
		"finish": func(r *http.Request, v visitor) error {
			_, err := l.Finish(r.Context(), v.session)
			return err
		},
	}
}

// notYet forgives a question that came too early.
func notYet(err error) error {
	if err != nil && passing(err) {
		return nil
	}
	return err
}

// agree reads how long the consent shall last: "12" months, or "endless".
func (p *Page) agree(r *http.Request, v visitor) error {
	chosen := r.PostFormValue("validity")
	if chosen == "" {
		s, err := p.o.Linking.Visit(r.Context(), v.session, v.link)
		if err != nil {
			return err
		}
		return p.o.Linking.Agree(r.Context(), v.session, s.Validity, s.Endless)
	}
	if chosen == "endless" {
		return p.o.Linking.Agree(r.Context(), v.session, 0, true)
	}
	months, err := strconv.Atoi(chosen)
	if err != nil || months < 1 {
		return fairlead.InvalidField("validity", "format", "must be a number of months")
	}
	return p.o.Linking.Agree(r.Context(), v.session, months, false)
}

// answer hands on what was typed. Values go into Secrets at once.
func (p *Page) answer(r *http.Request, v visitor) error {
	if err := r.ParseForm(); err != nil {
		return unreadable(err)
	}
	turn, err := strconv.Atoi(r.PostForm.Get(turnField))
	if err != nil {
		return fairlead.Errorf(fairlead.Conflict, "The form carries no turn.")
	}
	return p.o.Linking.Answer(r.Context(), v.session, turn, fairlead.Answer{Fields: secrets(r.PostForm)})
}

func secrets(form url.Values) map[string]fairlead.Secret {
	out := map[string]fairlead.Secret{}
	for name, values := range form {
		if len(values) > 0 && !strings.HasPrefix(name, "_") {
			out[name] = fairlead.NewSecret(values[0])
		}
	}
	return out
}

// maxFields bounds a form with files: no institution asks for so much.
const maxFields = 100

// upload streams the files of a form to linking, then answers with their handles.
func (p *Page) upload(r *http.Request, v visitor) error {
	reader, err := r.MultipartReader()
	if err != nil {
		return fairlead.InvalidField("file", "format", "must be a form with a file")
	}
	turn, answer := -1, fairlead.Answer{Fields: map[string]fairlead.Secret{}, Files: map[string]fairlead.File{}}
	for {
		part, err := reader.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return unreadable(err)
		}
		if len(answer.Fields)+len(answer.Files) >= maxFields {
			return fairlead.Errorf(fairlead.TooLarge, "The form has too many fields.")
		}
		name := part.FormName()
		switch _, params, _ := mime.ParseMediaType(part.Header.Get("Content-Disposition")); {
		case params["filename"] != "":
			file, err := p.o.Linking.Upload(r.Context(), v.session, part.FileName(), part)
			if err != nil {
				err = unreadable(err)
			}
			switch {
			case fairlead.Is(err, fairlead.TooLarge):
				return fairlead.InvalidField(name, "large", "must be a smaller file")
			case err != nil:
				return err
			case file.Size == 0:
				return fairlead.InvalidField(name, "empty", "must be a file with something in it")
			}
			answer.Files[name] = file
		default:
			text, err := io.ReadAll(io.LimitReader(part, 4<<10))
			if err != nil {
				return unreadable(err)
			}
			if name == turnField {
				if turn, err = strconv.Atoi(string(text)); err != nil {
					return fairlead.Errorf(fairlead.Conflict, "The form carries no turn.")
				}
			} else if !strings.HasPrefix(name, "_") {
				answer.Fields[name] = fairlead.NewSecret(string(text))
			}
		}
	}
	return p.o.Linking.Answer(r.Context(), v.session, turn, answer)
}

// unreadable names what is wrong with a body: over its cap, or no form. The text
// of a parser's error is dropped, because it quotes what was typed.
func unreadable(err error) error {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return fairlead.Errorf(fairlead.TooLarge, "The form is too large.")
	}
	if _, ok := errorOf(err); ok {
		return err
	}
	return fairlead.InvalidField("form", "format", "must be a form as a browser sends it")
}

func (p *Page) pickAccounts(r *http.Request, v visitor) error {
	if err := r.ParseForm(); err != nil {
		return unreadable(err)
	}
	if len(r.PostForm["account"]) == 0 {
		return fairlead.InvalidField("accounts", "required", "must name at least one account")
	}
	return p.o.Linking.PickAccounts(r.Context(), v.session, r.PostForm["account"])
}

// door shows a link at an address that a vendor spells. A reusable link is only
// shown: the first POST mints it, so that previews, bots and refreshes make none.
func (p *Page) door(d linking.EntryURL) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		visit, err := d.Entry(r.URL.Query())
		if err != nil {
			return fmt.Errorf("page: door: %w", err)
		}
		if visit.Template == "" {
			return p.enter(w, r, visit)
		}
		s, err := p.o.Linking.Preview(r.Context(), visit)
		if fairlead.Is(err, fairlead.Gone) {
			return p.say(w, r, http.StatusGone, "paused")
		}
		if err != nil {
			return fmt.Errorf("page: preview: %w", err)
		}
		if visit.Again == nil {
			visit.Again = r.URL.Query()
		}
		p.protect(w, s.Ancestors, "")
		s.Stage = fairlead.StageWelcome // somebody has to say go, whatever comes first then
		m := p.view(r, visitor{base: d.Path}, s)
		m.preview = visit.Again
		return p.render(w, r, http.StatusOK, m, body(m))
	}
}

// openDoor mints the link of a reusable one and goes past the welcome, which the
// person has just read.
func (p *Page) openDoor(d linking.EntryURL) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if err := r.ParseForm(); err != nil {
			return unreadable(err)
		}
		if err := p.answers.allow(p.o.Client(r), d.Path); err != nil {
			return err
		}
		visit, err := d.Entry(r.PostForm)
		if err != nil {
			return fmt.Errorf("page: door: %w", err)
		}
		link, session, err := p.o.Linking.Enter(r.Context(), visit, fairlead.PageToken, p.o.Client(r))
		if err != nil {
			return fmt.Errorf("page: enter: %w", err)
		}
		if link.Stage == fairlead.StageWelcome {
			if err := p.o.Linking.Proceed(r.Context(), session); err != nil {
				return fmt.Errorf("page: begin: %w", err)
			}
		}
		p.setCookie(w, "link", string(link.ID), session.Token)
		return see(w, r, withQuery("/l/"+string(link.ID), p.languageQuery(r)))
	}
}
