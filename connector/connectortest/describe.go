package connectortest

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/fairlead-dev/fairlead"
)

var (
	institutionID = regexp.MustCompile(`^ins_[a-z0-9_]{2,60}$`)
	shortName     = regexp.MustCompile(`^[a-z][a-z0-9_-]{1,40}$`)
	colour        = regexp.MustCompile(`^#[0-9a-f]{6}$`)
	country       = regexp.MustCompile(`^[A-Z]{2}$`)
)

// CheckInstitution lists what is wrong with the description of an institution.
func CheckInstitution(i fairlead.Institution) []string {
	var c complaints
	c.unless(institutionID.MatchString(string(i.ID)), "the id must be ins_ and small letters, digits or underlines")
	c.unless(i.ShortName == "" || shortName.MatchString(i.ShortName), "short name %q must be small letters, digits, '-' or '_'", i.ShortName)
	c.unless(strings.TrimSpace(i.Name) != "", "it has no name")
	c.unless(i.Country == "" || country.MatchString(i.Country), "country %q must be an ISO 3166 alpha-2 code", i.Country)
	c.unless(i.Colour == "" || colour.MatchString(i.Colour), "colour %q must be #rrggbb in small letters", i.Colour)
	c.unless(i.Currency == "" || fairlead.ValidCurrency(i.Currency), "currency %q must be an ISO 4217 code", i.Currency)
	c.unless(len(i.Products) > 0, "it offers no product")
	c.unless(len(i.Logins) > 0, "it has no way to log in")
	c.unless(len(i.Environments) > 0, "it exists nowhere")
	for n, p := range i.Products {
		c.unless(p.Valid(), "product %q is not of the closed list", p)
		c.unless(!slices.Contains(i.Products[:n], p), "product %q is offered twice", p)
	}
	for _, l := range i.Logins {
		c.unless(l == fairlead.LoginPassword || l == fairlead.LoginRedirect || l == fairlead.LoginFile || l == fairlead.LoginToken, "login %q is not of the closed list", l)
	}
	for _, e := range i.Environments {
		c.unless(e == fairlead.Sandbox || e == fairlead.Live, "environment %q is not of the closed list", e)
	}
	for _, code := range i.Codes {
		c.unless(code.Scheme != "" && code.Value != "", "a code has no scheme or no value")
	}
	if i.Website != "" {
		u, err := url.Parse(i.Website)
		c.unless(err == nil && u.Scheme == "https" && u.Host != "", "the website must be an https address")
	}
	if i.Logo != "" {
		if err := SafeSVG(i.Logo); err != nil {
			c = append(c, "the logo "+err.Error())
		}
	}
	return c
}

// complaints gathers what is wrong.
type complaints []string

func (c *complaints) unless(ok bool, format string, args ...any) {
	if !ok {
		*c = append(*c, fmt.Sprintf(format, args...))
	}
}

const maxLogo = 16 << 10

// drawing are the elements that a logo may be made of: none that runs, loads or
// embeds anything.
var drawing = []string{
	"svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan", "title", "desc",
	"defs", "linearGradient", "radialGradient", "stop", "clipPath", "mask", "use", "symbol",
}

// SafeSVG says why a logo may not be put into a page, or nil.
func SafeSVG(svg string) error {
	if len(svg) > maxLogo {
		return errors.New("is over 16 KiB")
	}
	d := xml.NewDecoder(strings.NewReader(svg))
	for depth, seen := 0, false; ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			if !seen {
				return errors.New("is empty")
			}
			return nil
		}
		if err != nil {
			return errors.New("is not well-formed XML")
		}
		switch e := token.(type) {
		case xml.Directive, xml.ProcInst:
			return errors.New("has a declaration")
		case xml.StartElement:
			if depth == 0 && e.Name.Local != "svg" {
				return errors.New("is not an <svg> element")
			}
			depth, seen = depth+1, true
			if !slices.Contains(drawing, e.Name.Local) {
				return fmt.Errorf("has a <%s> element", e.Name.Local)
			}
			if err := safeAttributes(e.Attr); err != nil {
				return err
			}
		case xml.EndElement:
			depth--
		}
	}
}

func safeAttributes(attributes []xml.Attr) error {
	for _, a := range attributes {
		name, value := strings.ToLower(a.Name.Local), strings.ToLower(strings.TrimSpace(a.Value))
		switch {
		case strings.HasPrefix(name, "on"):
			return fmt.Errorf("has an %s handler", name)
		case name == "href" && !strings.HasPrefix(value, "#"):
			return errors.New("refers to something outside of itself")
		case name == "style" || strings.Contains(value, "javascript:"):
			return fmt.Errorf("has a %s attribute that may load or run something", name)
		case strings.Contains(strings.ReplaceAll(value, " ", ""), "url(") && !strings.Contains(strings.ReplaceAll(value, " ", ""), "url(#"):
			return errors.New("refers to something outside of itself")
		}
	}
	return nil
}

// formKinds are the kinds of form that the page has texts for.
var formKinds = []string{"login", "token", "code", "questions", "choice", "coordinates", "qr", "image", "reader", "file", "mapping", "preview"}

// CheckStep lists what is wrong with a step.
func CheckStep(s fairlead.Step) []string {
	var c complaints
	set := 0
	for _, is := range []bool{s.Form != nil, s.Send != nil, s.Wait != nil, s.Done != nil} {
		if is {
			set++
		}
	}
	c.unless(set == 1, "a step must be exactly one of Form, Send, Wait and Done, not %d of them", set)
	if s.Form != nil {
		c = append(c, checkForm(s.Form)...)
	}
	if s.Send != nil {
		u, err := url.Parse(s.Send.URL)
		c.unless(err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http"), "a Send must lead to an http or https address")
		c.unless(s.Send.Poll >= 0 && s.Send.Poll <= maxPoll, "a Send that is polled every %d seconds must be polled every 1 to 600, or not at all", s.Send.Poll)
	}
	if s.Wait != nil {
		c.unless(s.Wait.Seconds > 0 && s.Wait.Seconds <= 3600, "a Wait of %d seconds must be 1 to 3600", s.Wait.Seconds)
		c.unless(s.Wait.Sentence != "", "a Wait says nothing to the person")
	}
	return c
}

func checkForm(a *fairlead.Form) []string {
	var c complaints
	c.unless(slices.Contains(formKinds, a.Kind), "a form of kind %q has no texts on the page", a.Kind)
	c.unless(len(a.Fields) > 0 || a.Image != nil, "a form has no fields")
	c.unless(a.Site == "" || strings.HasPrefix(a.Site, "https://"), "a form's site must be an https address")
	c.unless(a.Image == nil || a.Image.Alt != "", "a picture has no text alternative")
	names := map[string]bool{}
	for _, f := range a.Fields {
		c.unless(f.Name != "" && !names[f.Name], "field %q has no name or one that is taken", f.Name)
		names[f.Name] = true
		c.unless(f.Label != "" || f.Kind == fairlead.FieldConfirm || a.Kind == "mapping", "field %s has no label", f.Name)
		switch f.Kind {
		case fairlead.FieldText, fairlead.FieldPassword, fairlead.FieldCode, fairlead.FieldQuestion, fairlead.FieldConfirm:
		case fairlead.FieldChoice:
			c.unless(len(f.Choices) > 0, "field %s has nothing to choose from", f.Name)
		case fairlead.FieldFile:
			c.unless(f.MaxBytes > 0, "file field %s has no limit of size", f.Name)
		default:
			c.unless(false, "field %s is of an unknown kind %q", f.Name, f.Kind)
		}
	}
	return c
}
