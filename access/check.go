package access

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/fairlead-dev/fairlead"
)

const (
	maxName = 100      // characters of a name
	maxList = 100      // entries of a list of hosts or origins
	maxLogo = 64 << 10 // characters of a logo given as data: URI

	maxAddress = 2048 // bytes of an address
)

var (
	idForm     = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$`)
	accentForm = regexp.MustCompile(`^#[0-9A-Fa-f]{6}$`)
)

// checkApplication refuses an application whose fields do not hold what they are for.
func checkApplication(app fairlead.Application) error {
	if app.ID != "" && !idForm.MatchString(string(app.ID)) {
		return fairlead.InvalidField("id", "format", "must have at most 64 letters, digits, dots, dashes and underscores")
	}
	if app.ClientID != "" && !idForm.MatchString(app.ClientID) {
		return fairlead.InvalidField("client_id", "format", "must have at most 64 letters, digits, dots, dashes and underscores")
	}
	if err := checkName("name", app.Name); err != nil {
		return err
	}
	if err := checkName("company_name", app.CompanyName); err != nil {
		return err
	}
	if err := checkList("origins", app.Origins, isOrigin, "must be an origin of the form https://host"); err != nil {
		return err
	}
	if err := checkList("redirect_hosts", app.RedirectHosts, isHostOrScheme, "must be a host, host:port, a full https address, or an app's scheme of the form com.example.app:"); err != nil {
		return err
	}
	if err := checkList("callback_hosts", app.CallbackHosts, isHost, "must be a host or host:port"); err != nil {
		return err
	}
	for field, address := range map[string]string{"terms_url": app.TermsURL, "privacy_url": app.PrivacyURL} {
		if address != "" && !fairlead.WebPage(address) {
			return fairlead.InvalidField(field, "format", "must be an https address")
		}
	}
	return checkTheme(app.Theme)
}

// checkName wants 1 to 100 printable characters without space around them.
func checkName(field, name string) error {
	switch {
	case name == "":
		return fairlead.InvalidField(field, "required", "must not be empty")
	case utf8.RuneCountInString(name) > maxName:
		return fairlead.InvalidField(field, "range", "must have at most 100 characters")
	case !utf8.ValidString(name), strings.TrimSpace(name) != name, strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }):
		return fairlead.InvalidField(field, "format", "must be printable text without space around it")
	}
	return nil
}

// checkList checks each entry and how many there are.
func checkList(field string, entries []string, good func(string) bool, reason string) error {
	if len(entries) > maxList {
		return fairlead.InvalidField(field, "range", "must have at most 100 entries")
	}
	for i, e := range entries {
		if !good(e) {
			return fairlead.InvalidField(fmt.Sprintf("%s.%d", field, i), "format", reason)
		}
	}
	return nil
}

// checkTheme wants an image in a data: URI, which the page can show without a third party, and a colour of six digits.
func checkTheme(theme fairlead.Theme) error {
	if theme.Accent != "" && !accentForm.MatchString(theme.Accent) {
		return fairlead.InvalidField("theme.accent", "format", "must be a colour of the form #1a2b3c")
	}
	switch {
	case theme.Logo == "":
		return nil
	case len(theme.Logo) > maxLogo:
		return fairlead.InvalidField("theme.logo", "range", "must have at most 65536 characters")
	case !isImage(theme.Logo):
		return fairlead.InvalidField("theme.logo", "format", "must be a data: URI of an image in base64 (png, jpeg, gif, webp or svg+xml)")
	}
	return nil
}

// An entry is well formed when it allows itself: the rules of what is allowed
// are the application's own, and there is one copy of them.

// isOrigin wants https, but for pages on a developer's own machine: who frames
// the page by plain http lets anybody on the way do it. It stands in a policy, so
// it holds nothing that means something there.
func isOrigin(entry string) bool {
	u, err := url.Parse(entry)
	if err != nil || (u.Scheme != "https" && !fairlead.Loopback(u.Hostname())) || strings.ContainsAny(entry, "*;,'\"") {
		return false
	}
	return fairlead.Application{Origins: []string{entry}}.OriginAllowed(entry, false)
}

func isHostOrScheme(entry string) bool {
	app := fairlead.Application{RedirectHosts: []string{entry}}
	if scheme, _, found := strings.Cut(entry, ":/"); found { // whole, and so only good as it is
		return scheme != "http" && !strings.HasSuffix(entry, "//") && app.RedirectAllowed(entry, false) == nil
	}
	if strings.HasSuffix(entry, ":") {
		return app.RedirectAllowed(entry+"//x", false) == nil
	}
	return !strings.Contains(entry, "*") && app.RedirectAllowed("https://"+entry+"/", false) == nil
}

func isHost(entry string) bool {
	app := fairlead.Application{CallbackHosts: []string{entry}}
	return !strings.Contains(entry, "*") && !strings.HasSuffix(entry, ":") && app.CallbackAllowed("https://"+entry+"/", false) == nil
}

// isImage reports whether an address holds an image that the page can show, of the type
// that it is said to be.
func isImage(address string) bool {
	rest, found := strings.CutPrefix(address, "data:")
	head, body, comma := strings.Cut(rest, ",")
	if !found || !comma {
		return false
	}
	media, parameters, _ := strings.Cut(head, ";")
	var content []byte
	var err error
	if strings.HasSuffix(";"+parameters, ";base64") {
		content, err = base64.StdEncoding.DecodeString(body)
	} else {
		var text string
		text, err = url.PathUnescape(body)
		content = []byte(text)
	}
	if err != nil {
		return false
	}
	switch media {
	case "image/png":
		return bytes.HasPrefix(content, []byte("\x89PNG\r\n\x1a\n"))
	case "image/jpeg":
		return bytes.HasPrefix(content, []byte("\xff\xd8\xff"))
	case "image/gif":
		return bytes.HasPrefix(content, []byte("GIF87a")) || bytes.HasPrefix(content, []byte("GIF89a"))
	case "image/webp":
		return len(content) > 12 && bytes.HasPrefix(content, []byte("RIFF")) && bytes.HasPrefix(content[8:], []byte("WEBP"))
	case "image/svg+xml":
		return utf8.Valid(content) && bytes.Contains(content, []byte("<svg"))
	}
	return false
}
