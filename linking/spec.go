package linking

import (
	"context"
	"encoding/json"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/language"

	"github.com/fairlead-dev/fairlead"
)

// Bounds of what an application may request.
const (
	defaultLife    = 30 * time.Minute
	minLife        = time.Minute
	maxLife        = 90 * 24 * time.Hour
	defaultMonths  = 12
	maxMonths      = 60
	maxConnections = 50
	maxReference   = 255 // characters
	maxMetadata    = 16 << 10
	maxText        = 500 // characters
)

var (
	countryForm = regexp.MustCompile(`^[A-Z]{2}$`)
	colourForm  = regexp.MustCompile(`^#[0-9A-Fa-f]{6}$`)
	phoneForm   = regexp.MustCompile(`^\+?[0-9 ().-]{6,24}$`)
	taxIDForm   = regexp.MustCompile(`^[0-9A-Za-z./ -]{4,24}$`)
)

// faults collects what is wrong with a request, by the names of the native API.
type faults []fairlead.Field

func (f *faults) add(name, code, reason string) {
	*f = append(*f, fairlead.Field{Name: name, Code: code, Reason: reason})
}

func (f faults) err() error {
	switch len(f) {
	case 0:
		return nil
	case 1:
		return fairlead.InvalidField(f[0].Name, f[0].Code, f[0].Reason)
	}
	return &fairlead.Error{Kind: fairlead.Invalid, Detail: "Some fields of the request are wrong.", Fields: f}
}

// check fills what a spec leaves open and refuses what can't be. Unknown
// institutions in a list are ignored, because lists outlive institutions.
func (l *Linking) check(ctx context.Context, tenant fairlead.Tenant, app fairlead.Application, request *CreateRequest) error {
	var f faults
	find := func(name string) (fairlead.Institution, error) { return l.o.Directory.Find(ctx, tenant, name) }
	if err := l.checkSpec(&f, find, tenant, app, &request.Spec); err != nil {
		return err
	}
	checkHints(&f, request.Hints, request.Spec)
	if utf8.RuneCountInString(request.Reference) > maxReference || !utf8.ValidString(request.Reference) || strings.ContainsFunc(request.Reference, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		f.add("person", "format", "must be printable text of at most 255 characters")
	} else if strings.HasPrefix(request.Reference, "per_") {
		f.add("person", "format", "must be a name of your own, which does not begin with per_")
	}
	if len(request.Origin.State) > maxState {
		f.add("state", "range", "is too large")
	}
	switch {
	case request.Life == 0:
		request.Life = defaultLife
	case request.Life < minLife || request.Life > maxLife:
		f.add("expires_in", "range", "must be between 60 and 7776000 seconds")
	}
	return f.err()
}

// finder finds an institution of a tenant by id, short name or code, as
// directory.Institution does: in the caller's transaction, if there is one.
type finder func(name string) (fairlead.Institution, error)

func (l *Linking) checkSpec(f *faults, find finder, tenant fairlead.Tenant, app fairlead.Application, s *fairlead.Spec) error {
	if err := checkInstitutions(f, find, s); err != nil {
		return err
	}
	checkWords(f, s)
	checkChoices(f, tenant, s)
	if s.Redirect != "" {
		if err := app.RedirectAllowed(s.Redirect, l.o.Dev); err != nil {
			f.add("redirect_url", "format", reasonOf(err))
		}
	}
	if s.AppLink != "" {
		if err := app.RedirectAllowed(s.AppLink, l.o.Dev); err != nil {
			f.add("app_link", "format", reasonOf(err))
		}
	}
	for _, o := range s.Origins {
		if !app.OriginAllowed(o, l.o.Dev) {
			f.add("origins", "unknown", "must be origins of the application")
			break
		}
	}
	return nil
}

// listed are the values of a closed set in a sentence.
func listed[T ~string](values []T) string {
	words := make([]string, len(values))
	for i, v := range values {
		words[i] = string(v)
	}
	return strings.Join(words, ", ")
}

// reasonOf is the sentence of an error, for a field.
func reasonOf(err error) string {
	if e, ok := err.(*fairlead.Error); ok {
		return e.Detail
	}
	return "is not allowed"
}

func checkInstitutions(f *faults, find finder, s *fairlead.Spec) error {
	if s.Institution != "" {
		switch i, err := find(string(s.Institution)); {
		case fairlead.Is(err, fairlead.NotFound):
			f.add("institution_id", "unknown", "must be an institution of this environment")
		case err != nil:
			return err
		case !i.Gone.IsZero() && s.Connection == "":
			f.add("institution_id", "gone", "must be an institution that its provider still lists")
		default:
			s.Institution = i.ID
		}
	}
	var known []fairlead.InstitutionID
	for _, name := range s.Institutions {
		i, err := find(string(name))
		if err != nil && !fairlead.Is(err, fairlead.NotFound) {
			return err
		}
		if err == nil && !slices.Contains(known, i.ID) {
			known = append(known, i.ID)
		}
	}
	if s.Institution != "" && len(known) > 0 && !slices.Contains(known, s.Institution) {
		f.add("institution_ids", "exclusive", "must have institution_id among them, or be left out")
	}
	s.Institutions = known
	if s.Institution == "" && s.Connection == "" && len(known) == 1 {
		s.Institution = known[0]
	}
	return nil
}

// checkWords checks what is written in some form.
func checkWords(f *faults, s *fairlead.Spec) {
	for i, c := range s.Countries {
		s.Countries[i] = strings.ToUpper(c)
		if !countryForm.MatchString(s.Countries[i]) {
			f.add("countries", "format", "must be ISO 3166 codes of two letters")
			break
		}
	}
	if s.Language != "" {
		if _, err := language.Parse(s.Language); err != nil {
			f.add("language", "format", "must be a BCP 47 language tag")
		}
	}
	if len(s.Metadata) > maxMetadata || (len(s.Metadata) > 0 && !json.Valid(s.Metadata)) {
		f.add("metadata", "range", "must be JSON of at most 16 KiB")
	}
	p := s.Presentation
	for name, text := range map[string]string{"company_name": p.CompanyName, "title": p.Title, "subtitle": p.Subtitle, "purpose": p.Purpose} {
		if utf8.RuneCountInString(text) > maxText {
			f.add("presentation."+name, "range", "must have at most 500 characters")
		}
	}
	for name, address := range map[string]string{"terms_url": p.TermsURL, "privacy_url": p.PrivacyURL} {
		if address != "" && !fairlead.WebPage(address) {
			f.add("presentation."+name, "format", "must be an https address")
		}
	}
	if c := p.Theme.Accent; c != "" && !colourForm.MatchString(c) {
		f.add("presentation.theme.accent", "format", "must be a colour like #0a7d5c")
	}
	if g := p.Theme.Logo; g != "" && !webAddress(g) && !strings.HasPrefix(g, "data:image/") {
		f.add("presentation.theme.logo", "format", "must be an https address or a data:image/ one")
	}
}

// webAddress reports whether text is an address that a page may point at.
func webAddress(text string) bool {
	return len(text) <= 2048 && (strings.HasPrefix(text, "https://") || strings.HasPrefix(text, "http://"))
}

// checkChoices checks what is one of a few, and numbers.
func checkChoices(f *faults, tenant fairlead.Tenant, s *fairlead.Spec) {
	for _, p := range s.Products {
		if !p.Valid() {
			f.add("products", "unknown", "must be of "+listed(fairlead.Products()))
			break
		}
	}
	for _, st := range s.Stages {
		if !slices.Contains(stages(), st) {
			f.add("stages", "unknown", "must be of "+listed(stages()))
			break
		}
	}
	switch s.Mode {
	case "":
		s.Mode = fairlead.ModeRedirect
	case fairlead.ModeRedirect, fairlead.ModeFrame:
	case fairlead.ModeHeadless:
		if tenant.Environment != fairlead.Sandbox {
			f.add("mode", "unknown", "is for sandbox tenants only")
		}
	default:
		f.add("mode", "unknown", "must be redirect or frame")
	}
	switch s.OnDuplicate {
	case "":
		s.OnDuplicate = fairlead.OnDuplicateReuse
	case fairlead.OnDuplicateReuse, fairlead.OnDuplicateRefuse:
	default:
		f.add("on_duplicate", "unknown", "must be reuse or refuse")
	}
	switch s.Scope {
	case "":
		s.Scope = fairlead.ScopePerson
	case fairlead.ScopePerson, fairlead.ScopeTenant:
	default:
		f.add("scope", "unknown", "must be person or tenant")
	}
	if s.Limit < 0 || s.Limit > maxConnections {
		f.add("limit", "range", "must be between 0 and 50")
	}
	if s.Validity < 0 || s.Validity > maxMonths {
		f.add("validity", "range", "must be between 0 and 60 months")
	}
	if s.Validity == 0 && !s.Endless {
		s.Validity = defaultMonths
	}
	if s.Code.Life < 0 {
		f.add("code.life", "range", "must not be negative")
	}
}

// stages is the closed list, in the order in which a person meets them.
func stages() []fairlead.Stage {
	return []fairlead.Stage{
		fairlead.StageWelcome, fairlead.StageInstitution, fairlead.StageConsent, fairlead.StageConversation,
		fairlead.StageAccounts, fairlead.StageAcceptance, fairlead.StageRetrieving, fairlead.StageResult,
	}
}

// checkHints checks what the application says of the person. Tax ids have check
// digits where the link is for Brazil only; elsewhere their form is all we know.
func checkHints(f *faults, h fairlead.PersonDetails, s fairlead.Spec) {
	brazil := slices.Equal(s.Countries, []string{"BR"})
	switch {
	case h.PersonalTaxID == "":
	case !taxIDForm.MatchString(h.PersonalTaxID), brazil && !fairlead.ValidCPF(h.PersonalTaxID):
		f.add("hints.personal_tax_id", "format", "must be a valid tax id of a person")
	}
	switch {
	case h.BusinessTaxID == "":
	case !taxIDForm.MatchString(h.BusinessTaxID), brazil && !fairlead.ValidCNPJ(h.BusinessTaxID):
		f.add("hints.business_tax_id", "format", "must be a valid tax id of a company")
	}
	if h.Email != "" {
		if a, err := mail.ParseAddress(h.Email); err != nil || a.Address != h.Email || len(h.Email) > 254 {
			f.add("hints.email", "format", "must be an e-mail address")
		}
	}
	if h.Phone != "" && !phoneForm.MatchString(h.Phone) {
		f.add("hints.phone", "format", "must be a telephone number")
	}
}
