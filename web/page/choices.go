package page

import (
	"cmp"
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/linking"
)

// nothingText says that a login has nothing behind it.
func (v *view) nothingText() string {
	name := v.text("institution.unknown")
	if len(v.screen.Connected) > 0 {
		name = v.connectedName(v.screen.Connected[len(v.screen.Connected)-1].Institution)
	}
	key := "nothing.text"
	if !v.screen.CanAgain && !v.screen.CanAnother {
		key = "nothing.text.only"
	}
	return v.text(key, "institution", name, "company", v.company())
}

// partState is here, coming or missed.
func (v *view) partState(p linking.Part) string {
	switch {
	case p.Missed != nil:
		return "missed"
	case p.Coming:
		return "coming"
	}
	return "here"
}

func (v *view) partIcon(p linking.Part) string {
	return map[string]string{"missed": "alert", "coming": "clock", "here": "check"}[v.partState(p)]
}

// partText is how many records are here, that they are to come, or that they are missing.
func (v *view) partText(p linking.Part) string {
	number := v.number(p.Records)
	switch {
	case p.Missed != nil:
		return v.text("result.part.missed")
	case p.Coming && p.Records > 0:
		return v.text("result.part.some", "n", number)
	case p.Coming:
		return v.text("result.part.coming")
	case p.Records == 0:
		return v.text("result.part.none")
	case p.Products[0] == fairlead.ProductIdentity:
		return "" // one is not counted
	}
	return number
}

// resultText says whether all is here already.
func (v *view) resultText() string {
	for _, c := range v.screen.Connected {
		if c.Collecting {
			return v.phrase("result.text.coming")
		}
	}
	return v.phrase("result.text")
}

// forgottenHost names the institution's site, where a forgotten password is renewed; "":
// there is none to name, or nothing to forget.
func (f form) forgottenHost() string {
	if i := f.screen.Institution; i != nil && f.Kind == "login" && strings.HasPrefix(i.Website, "https://") {
		return websiteHost(i.Website)
	}
	return ""
}

// deepLink is the address that opens the institution's app; "": none that a page may lead to.
func (f form) deepLink() string {
	u, err := url.Parse(f.Link)
	if err != nil || f.Link == "" {
		return ""
	}
	switch strings.ToLower(u.Scheme) {
	case "", "http", "javascript", "data", "vbscript", "blob", "file", "about", "filesystem":
		return ""
	}
	return f.Link
}

// answerIn is until when an answer is good; 0: unsaid, or over.
func (f form) answerIn() time.Duration {
	if f.Expires.IsZero() || f.screen.Now.IsZero() {
		return 0
	}
	return max(f.Expires.Sub(f.screen.Now), 0)
}

// resendIn is after what time a code can be sent anew.
func (f form) resendIn() time.Duration {
	if f.Resend == nil || f.screen.Now.IsZero() {
		return 0
	}
	return max(f.Resend.After.Sub(f.screen.Now), 0)
}

// canSample reports whether the page offers to have a make-believe bank answer its own form.
func (f form) canSample() bool { return f.screen.Sample && !f.hasFile() }

// sampleText is what the button says that has a make-believe bank answer its own form.
func (f form) sampleText() string {
	switch {
	case f.Kind == "login":
		return f.text("sandbox.use", "what", "good / good")
	case len(f.Fields) == 1 && f.Fields[0].Kind == fairlead.FieldCode:
		return f.text("sandbox.use", "what", "1234")
	}
	return f.text("sandbox.fill")
}

// countdown hands the script the words with which it counts down as the server does: the
// message of a key with a duration, and of another when it is over ("": nothing is said).
func (v *view) countdown(key, over string, left time.Duration) templ.Attributes {
	words := map[string]string{"text": v.text(key, "duration", "$left")}
	for _, unit := range []string{"seconds", "minutes", "hours"} {
		for _, form := range []string{"one", "other"} {
			words[unit+"."+form] = v.text("duration."+unit+"."+form, "n", "$n")
		}
	}
	if over != "" {
		words["over"] = v.text(over)
	}
	text, err := json.Marshal(words)
	if err != nil {
		return nil
	}
	return templ.Attributes{"data-seconds": strconv.Itoa(int((left + time.Second - 1) / time.Second)), "data-words": string(text)}
}

// channelIcon draws how an institution reaches the person.
func channelIcon(c fairlead.Channel) string {
	switch c {
	case fairlead.ChannelMessage:
		return "message"
	case fairlead.ChannelMail:
		return "mail"
	case fairlead.ChannelDevice:
		return "key"
	}
	return "phone"
}

// reference names the failure that is shown: by the request, or the link's id. The page of
// a link that does not go on has nothing else to name.
func (v *view) reference() string { return cmp.Or(v.incident, string(v.screen.Link.ID)) }
