package page

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/linking"
)

// load finds the session of a request and reads what to show.
func (p *Page) load(r *http.Request) (session, linking.Screen, error) {
	s, link, err := p.open(r)
	if err != nil {
		return s, linking.Screen{}, err
	}
	screen, err := screenOf(r.Context(), link)
	return s, screen, err
}

// loadNext is load, after what needs no person has been done.
func (p *Page) loadNext(r *http.Request) (session, linking.Screen, error) {
	s, link, err := p.open(r)
	if err != nil {
		return s, linking.Screen{}, err
	}
	ctx := r.Context()
	if err := link.Run(ctx); err != nil && !isNotYet(err) { // the person still sees where the link stands, and the way out
		p.o.Log.ErrorContext(ctx, "a link does not go on", "link", link.ID(), "error", err)
	}
	screen, err := screenOf(ctx, link)
	return s, screen, err
}

func screenOf(ctx context.Context, link *linking.Visit) (linking.Screen, error) {
	screen, err := link.Screen(ctx)
	if err != nil {
		return screen, fmt.Errorf("page: screen: %w", err)
	}
	return screen, nil
}

// isNotYet tells an error of Run that means no more than "not now": somebody
// else is at it.
func isNotYet(err error) bool {
	switch fairlead.KindOf(err) {
	case fairlead.Conflict, fairlead.RateLimited, fairlead.NotReady:
		return true
	}
	return false
}

// action is one thing that a person can do on a link's page.
type action func(r *http.Request, link *linking.Visit) error

// actions is the table of them, by the last part of the address.
var actions = map[string]action{
	"begin": func(r *http.Request, link *linking.Visit) error { return link.Proceed(r.Context()) },
	"choose": func(r *http.Request, link *linking.Visit) error {
		return link.Choose(r.Context(), r.PostFormValue("institution"))
	},
	"agree":    agree,
	"saved":    func(r *http.Request, link *linking.Visit) error { return link.UseSaved(r.Context()) },
	"answer":   answer,
	"sample":   sample,
	"resend":   wants(fairlead.WantResend),
	"other":    wants(fairlead.WantOther),
	"upload":   upload,
	"check":    check,
	"accounts": pickAccounts,
	"accept": func(r *http.Request, link *linking.Visit) error {
		return link.Accept(r.Context(), r.PostFormValue("cancel") == "")
	},
	"back":    back,
	"retry":   func(r *http.Request, link *linking.Visit) error { return link.Retry(r.Context()) },
	"another": func(r *http.Request, link *linking.Visit) error { return link.Another(r.Context()) },
	"leave":   func(r *http.Request, link *linking.Visit) error { return link.Leave(r.Context()) },
	"finish":  finish,
	"request": requestInstitution,
}

// back leads to the step before, or to the one that the form names.
func back(r *http.Request, link *linking.Visit) error {
	if at := r.PostFormValue(positionField); at != "" {
		return link.BackTo(r.Context(), at)
	}
	return link.Back(r.Context())
}

// sample answers the form that was shown as the make-believe bank would have it answered.
func sample(r *http.Request, link *linking.Visit) error {
	turn, err := readTurn(r.PostFormValue(turnField))
	if err != nil {
		return err
	}
	return link.Sample(r.Context(), turn)
}

// wants hands on what the person wants of the form that was shown instead of answering it.
func wants(want fairlead.Want) action {
	return func(r *http.Request, link *linking.Visit) error {
		turn, err := readTurn(r.PostFormValue(turnField))
		if err != nil {
			return err
		}
		return link.Want(r.Context(), turn, want)
	}
}

func finish(r *http.Request, link *linking.Visit) error {
	_, err := link.Finish(r.Context())
	return err
}

// act does what was posted and goes back to the link's address.
func (p *Page) act(w http.ResponseWriter, r *http.Request) error {
	s, link, err := p.open(r)
	if err != nil {
		return err
	}
	name := r.PathValue("action")
	do, ok := actions[name]
	if !ok {
		return fairlead.Errorf(fairlead.NotFound, "There is no such action.")
	}
	if err := p.limits.allow(s.Client, string(link.ID())); err != nil {
		return err
	}
	if name == "leave" && r.PostFormValue("sure") == "" {
		screen, err := screenOf(r.Context(), link)
		if err != nil {
			return err
		}
		if screen.Confirms {
			return seeOther(w, s.at("leave"))
		}
	}
	err = do(r, link)
	e, _ := errorOf(err)
	switch {
	case err == nil && (name == "finish" || name == "leave"):
		return seeOther(w, s.at().With("done", "1"))
	case err == nil && name == "request":
		return seeOther(w, s.at().With("note", "requested"))
	case err == nil:
		to := s.at()
		if at := link.Position(r.Context()); at != "" {
			to = to.With(positionField, at)
		}
		return seeOther(w, to)
	case e == nil:
	case e.Kind == fairlead.NotReady:
		return seeOther(w, s.at().With("note", "early"))
	case e.Kind == fairlead.Conflict:
		return seeOther(w, s.at().With("note", "moved")) // another tab was faster: the stored state decides
	case e.Kind == fairlead.Invalid:
		if file, ok := errors.AsType[*wrongFile](err); ok && !s.frame {
			p.setWrongFile(w, link.ID(), file.name)
		}
		return seeOther(w, s.at().With("wrong", wrongQuery(e)))
	case e.Kind == fairlead.Gone:
		return seeOther(w, s.at()) // the link has ended meanwhile: its own page says how
	case e.Kind == fairlead.TooLarge:
		return seeOther(w, s.at().With("note", "large"))
	case e.Kind == fairlead.RateLimited && name == "request": // said often enough
		return seeOther(w, s.at().With("note", "requested"))
	}
	return fmt.Errorf("page: %s: %w", name, err)
}

// confirmLeave asks once whether what the person has done here may be lost.
func (p *Page) confirmLeave(w http.ResponseWriter, r *http.Request) error {
	s, screen, err := p.load(r)
	if err != nil {
		return err
	}
	p.setHeaders(w, screen.Ancestors)
	if screen.Ended {
		return seeOther(w, s.at())
	}
	screen.CanBack, screen.Confirms = false, false
	v := p.view(r, s, screen)
	title := v.text("leave.title")
	return p.render(w, r, http.StatusOK, newDocument(r, v, content{title, leaving(v, title)}))
}

// check looks whether it goes on; too early is no error.
func check(r *http.Request, link *linking.Visit) error {
	if err := link.Run(r.Context()); err != nil && !isNotYet(err) {
		return err
	}
	return nil
}

// agree reads how long the consent shall last: "12" months, or "endless"; nothing
// is what the link proposes.
func agree(r *http.Request, link *linking.Visit) error {
	months, endless := 0, false
	switch chosen := r.PostFormValue("validity"); chosen {
	case "":
	case "endless":
		endless = true
	default:
		var err error
		if months, err = strconv.Atoi(chosen); err != nil || months < 1 {
			return fairlead.InvalidField("validity", "format", "must be a number of months")
		}
	}
	return link.Agree(r.Context(), months, endless)
}

// turnField carries the turn that a form answers. Fields of an institution never
// begin with an underscore.
const turnField = "_turn"

func readTurn(text string) (int, error) {
	turn, err := strconv.Atoi(text)
	if err != nil {
		return 0, fairlead.Errorf(fairlead.Conflict, "The form carries no turn.")
	}
	return turn, nil
}

// answer hands on what was typed. Values go into Secrets at once.
func answer(r *http.Request, link *linking.Visit) error {
	if err := r.ParseForm(); err != nil {
		return unreadable(err)
	}
	turn, err := readTurn(r.PostForm.Get(turnField))
	if err != nil {
		return err
	}
	return link.Answer(r.Context(), turn, fairlead.Answer{Fields: secrets(r.PostForm)})
}

func secrets(posted url.Values) map[string]fairlead.Secret {
	out := map[string]fairlead.Secret{}
	for name, values := range posted {
		if len(values) > 0 && !strings.HasPrefix(name, "_") {
			out[name] = fairlead.NewSecret(values[0])
		}
	}
	return out
}

// maxParts bounds a form with files, whatever its parts are called, and those
// without a name too: no institution has so many.
const maxParts = 100

// upload streams the files of a form to linking, then answers with their handles.
func upload(r *http.Request, link *linking.Visit) error {
	reader, err := r.MultipartReader()
	if err != nil {
		return fairlead.InvalidField("file", "format", "must be a form with a file")
	}
	screen, err := screenOf(r.Context(), link)
	if err != nil {
		return err
	}
	turn, answer, files := -1, fairlead.Answer{Fields: map[string]fairlead.Secret{}, Files: map[string]fairlead.File{}}, map[string]int{}
	for range maxParts {
		part, err := reader.NextPart()
		if errors.Is(err, io.EOF) {
			return link.Answer(r.Context(), turn, answer)
		}
		if err != nil {
			return unreadable(err)
		}
		name := part.FormName()
		if _, params, _ := mime.ParseMediaType(part.Header.Get("Content-Disposition")); params["filename"] != "" {
			if files[name]++; files[name] > max(mostFiles(screen, name), 1) {
				drain(r)
				return fairlead.InvalidField(name, "many", "must be no more files")
			}
			answer.Files[fairlead.FileName(name, files[name])], err = storeFile(r, link, name, part)
		} else if text, readErr := io.ReadAll(io.LimitReader(part, 4<<10)); readErr != nil {
			err = unreadable(readErr)
		} else if name == turnField {
			turn, err = readTurn(string(text))
		} else if !strings.HasPrefix(name, "_") {
			answer.Fields[name] = fairlead.NewSecret(string(text))
		}
		if err != nil {
			return err
		}
	}
	return fairlead.Errorf(fairlead.TooLarge, "The form has too many parts.")
}

// wrongFile is what is wrong with one file of those that were sent.
type wrongFile struct {
	name string
	err  error
}

func (e *wrongFile) Error() string { return e.err.Error() }
func (e *wrongFile) Unwrap() error { return e.err }

func storeFile(r *http.Request, link *linking.Visit, field string, part *multipart.Part) (fairlead.File, error) {
	file, err := link.Upload(r.Context(), part.FileName(), part)
	if err != nil {
		err = unreadable(err)
	}
	switch {
	case fairlead.Is(err, fairlead.TooLarge) && file.Blob == "": // the link takes no more, however small
		drain(r)
		return file, fairlead.InvalidField(field, "spent", "must be sent to another link")
	case fairlead.Is(err, fairlead.TooLarge):
		drain(r)
		return file, &wrongFile{part.FileName(), fairlead.InvalidField(field, "large", "must be a smaller file")}
	case err == nil && file.Size == 0:
		drain(r)
		return file, &wrongFile{part.FileName(), fairlead.InvalidField(field, "empty", "must be a file with something in it")}
	}
	return file, err
}

// drain reads what is left of a body, up to its cap: a browser that still sends reads
// no answer.
func drain(r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) }

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

// continueOnDevice shows an address that moves the session to another device. It
// is the one POST that answers with a page: the address must stand in no other
// address, and making another one is harmless.
func (p *Page) continueOnDevice(w http.ResponseWriter, r *http.Request) error {
	s, link, err := p.open(r)
	if err != nil {
		return err
	}
	if err := p.limits.allow(s.Client, string(link.ID())); err != nil {
		return err
	}
	screen, err := screenOf(r.Context(), link)
	if err != nil {
		return err
	}
	address, err := link.ContinueOnDevice(r.Context())
	if fairlead.Is(err, fairlead.Gone) {
		return seeOther(w, s.at())
	}
	if err != nil {
		return fmt.Errorf("page: phone: %w", err)
	}
	v := p.view(r, s, screen)
	code, err := qrImage(address, v.text("phone.alt"))
	if err != nil {
		return err
	}
	v.leaveURL = address
	title := v.text("phone.title")
	d := newDocument(r, v, content{title, otherDevice(v, title, code)})
	d.watches = true
	return p.render(w, r, http.StatusOK, d)
}
