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
	link, err := p.open(r.Context(), v)
	if err == nil {
		err = do(r, link)
	}
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

type action func(r *http.Request, link *linking.Visit) error

// actions is the table of what a person can do on a link's page.
func (p *Page) actions() map[string]action {
	return map[string]action{
		"begin": func(r *http.Request, link *linking.Visit) error { return link.Proceed(r.Context()) },
		"choose": func(r *http.Request, link *linking.Visit) error {
			return link.Choose(r.Context(), r.PostFormValue("institution"))
		},
		"agree":    agree,
		"answer":   answer,
		"upload":   upload,
		"check":    func(r *http.Request, link *linking.Visit) error { return notYet(link.Run(r.Context())) },
		"accounts": pickAccounts,
		"accept": func(r *http.Request, link *linking.Visit) error {
			return link.Accept(r.Context(), r.PostFormValue("cancel") == "")
		},
		"back":    func(r *http.Request, link *linking.Visit) error { return link.Back(r.Context()) },
		"retry":   func(r *http.Request, link *linking.Visit) error { return link.Retry(r.Context()) },
		"another": func(r *http.Request, link *linking.Visit) error { return link.Another(r.Context()) },
		"leave":   func(r *http.Request, link *linking.Visit) error { return link.Leave(r.Context()) },
		"finish": func(r *http.Request, link *linking.Visit) error {
			_, err := link.Finish(r.Context())
			return err
		},
	}
}

// notYet forgives what came too early.
func notYet(err error) error {
	if err != nil && passing(err) {
		return nil
	}
	return err
}

// agree reads how long the consent shall last: "12" months, or "endless"; nothing
// is what the link proposes.
func agree(r *http.Request, link *linking.Visit) error {
	chosen := r.PostFormValue("validity")
	switch chosen {
	case "":
		return link.Agree(r.Context(), 0, false)
	case "endless":
		return link.Agree(r.Context(), 0, true)
	}
	months, err := strconv.Atoi(chosen)
	if err != nil || months < 1 {
		return fairlead.InvalidField("validity", "format", "must be a number of months")
	}
	return link.Agree(r.Context(), months, false)
}

// answer hands on what was typed. Values go into Secrets at once.
func answer(r *http.Request, link *linking.Visit) error {
	if err := r.ParseForm(); err != nil {
		return unreadable(err)
	}
	turn, err := strconv.Atoi(r.PostForm.Get(turnField))
	if err != nil {
		return fairlead.Errorf(fairlead.Conflict, "The form carries no turn.")
	}
	return link.Answer(r.Context(), turn, fairlead.Answer{Fields: secrets(r.PostForm)})
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
func upload(r *http.Request, link *linking.Visit) error {
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
			file, err := link.Upload(r.Context(), part.FileName(), part)
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
	return link.Answer(r.Context(), turn, answer)
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

func pickAccounts(r *http.Request, link *linking.Visit) error {
	if err := r.ParseForm(); err != nil {
		return unreadable(err)
	}
	if len(r.PostForm["account"]) == 0 {
		return fairlead.InvalidField("accounts", "required", "must name at least one account")
	}
	return link.Pick(r.Context(), r.PostForm["account"])
}

// door shows a link at an address that a vendor spells. A reusable link is only
// shown: the first POST mints it, so that previews, bots and refreshes make none.
func (p *Page) door(d Door) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		visit, err := d.Visit(r.URL.Query())
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
func (p *Page) openDoor(d Door) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if err := r.ParseForm(); err != nil {
			return unreadable(err)
		}
		if err := p.answers.allow(p.o.Client(r), d.Path); err != nil {
			return err
		}
		visit, err := d.Visit(r.PostForm)
		if err != nil {
			return fmt.Errorf("page: door: %w", err)
		}
		visit.Welcomed = true
		link, session, err := p.o.Linking.Enter(r.Context(), visit, fairlead.PageToken, p.o.Client(r))
		if err != nil {
			return fmt.Errorf("page: enter: %w", err)
		}
		p.setCookie(w, "link", string(link.ID), session.Token)
		return see(w, r, withQuery("/l/"+string(link.ID), p.languageQuery(r)))
	}
}
