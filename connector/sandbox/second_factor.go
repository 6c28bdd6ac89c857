package sandbox

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector/sandbox/world"
)

// challenge is one second factor. The zero value is none.
type challenge struct {
	Kind      string // as fairlead.Form.Kind; "push" and "visit" have no form
	Text      string
	Device    string
	Rounds    int           // 0: one
	Questions int           // of each round
	Refresh   int           // seconds after which a QR code changes
	After     time.Duration // a push is given by itself; 0: never
}

// challengeLife is how long an answer is accepted.
const challengeLife = 5 * time.Minute

// resendAfter is how long a code is waited for before another can be sent.
const resendAfter = 30 * time.Second

// code is the one-time code of every second factor.
const code = "1234"

// of fills in what stands for the star of the trigger.
func (c challenge) of(rest string, k takes) challenge {
	switch k {
	case takesSeconds:
		c.After = seconds(rest)
	case takesRounds:
		c.Rounds, c.Questions, _ = rounds(rest)
	}
	return c
}

// form makes the step of a round; shown counts how often it was shown before.
func (c challenge) form(round, shown int, now time.Time) fairlead.Step {
	a := &fairlead.Form{
		Kind: c.Kind, Text: c.Text, Device: c.Device, Expires: now.Add(challengeLife),
		Fields: []fairlead.FormField{codeField("code", "field.code")},
	}
	switch c.Kind {
	case "choice":
		if round > 0 {
			a.Kind, a.Device, a.Other = "code", devices()[0].Label, true
			break
		}
		a.Fields = []fairlead.FormField{{Name: "device", Kind: fairlead.FieldChoice, Label: "field.device", Choices: devices()}}
	case "questions":
		a.Fields = nil
		for n := range c.Questions {
			i := strconv.Itoa(round*c.Questions + n + 1)
			a.Fields = append(a.Fields, fairlead.FormField{Name: "question" + i, Kind: fairlead.FieldQuestion, Label: "question " + i})
		}
	case "coordinates":
		a.Fields = nil
		for _, cell := range []string{"B4", "D7", "F1"} {
			a.Fields = append(a.Fields, codeField(strings.ToLower(cell), cell))
		}
	case "qr":
		a.Refresh, a.Image = c.Refresh, pattern(shown)
		a.Fields = []fairlead.FormField{{Name: "scanned", Kind: fairlead.FieldConfirm, Label: "field.confirm"}}
	case "image":
		a.Image = picture()
		a.Fields = []fairlead.FormField{codeField("code", "field.captcha")}
	}
	if a.Kind == "code" {
		a.Resend = &fairlead.Resend{After: now.Add(resendAfter)}
	}
	return fairlead.Step{Form: a}
}

func codeField(name, label string) fairlead.FormField {
	return fairlead.FormField{Name: name, Kind: fairlead.FieldCode, Label: label, Digits: true, Length: len(code)}
}

// devices are where a code can be sent; the first is the right one.
func devices() []fairlead.Choice {
	return []fairlead.Choice{
		{Value: "phone", Label: "•••• 7890", Channel: fairlead.ChannelMessage},
		{Value: "second", Label: "•••• 9876", Channel: fairlead.ChannelMessage},
		{Value: "mail", Label: "p•••@mail.example", Channel: fairlead.ChannelMail},
	}
}

// typed gives every field of the round with what was typed, in order.
func (c challenge) typed(round int, a fairlead.Answer) []string {
	var out []string
	for _, f := range c.form(round, 0, time.Time{}).Form.Fields {
		out = append(out, a.Fields[f.Name].Reveal())
	}
	return out
}

// check says what is wrong with an answer.
func (c challenge) check(round int, a fairlead.Answer) error {
	for _, f := range c.form(round, 0, time.Time{}).Form.Fields {
		if got := a.Fields[f.Name].Reveal(); !right(f, got) {
			return fairlead.Errorf(fairlead.RejectedChallenge, "The answer is wrong.")
		}
	}
	return nil
}

// right reports whether a field was answered rightly.
func right(f fairlead.FormField, got string) bool {
	switch f.Kind {
	case fairlead.FieldQuestion:
		return strings.EqualFold(strings.TrimSpace(got), strings.Replace(f.Label, "question", "answer", 1))
	case fairlead.FieldChoice:
		return got == f.Choices[0].Value
	case fairlead.FieldConfirm:
		return got != ""
	}
	return got == code
}

// pattern draws what looks like a QR code; nothing can be read from it.
func pattern(shown int) *fairlead.Image {
	var b strings.Builder
	b.WriteString(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="-2 -2 29 29"><rect x="-2" y="-2" width="29" height="29" fill="#fff"/><path fill="#000" d="`)
	d := world.NewKey("qr", strconv.Itoa(shown)).RNG()
	for y := range 25 {
		for x := range 25 {
			corner := (x < 8 || x > 16) && y < 8 || x < 8 && y > 16
			if !corner && d.Chance(48) {
				fmt.Fprintf(&b, "M%d %dh1v1h-1z", x, y)
			}
		}
	}
	for _, at := range [][2]int{{0, 0}, {18, 0}, {0, 18}} {
		fmt.Fprintf(&b, "M%d %dh7v7h-7zm1 1v5h5v-5zm1 1h3v3h-3z", at[0], at[1])
	}
	b.WriteString(`" fill-rule="evenodd"/></svg>`)
	return &fairlead.Image{Type: "image/svg+xml", Data: []byte(b.String()), Alt: "sandbox.qr"}
}

// picture draws the text to type, as strokes.
func picture() *fairlead.Image {
	const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 40"><rect width="120" height="40" fill="#f2efe6"/><path d="M14 12l6-4v24M36 13c2-8 14-6 12 3-2 6-12 8-13 15l15 1M66 9l13 1-8 9c10-1 11 14-1 13-3 0-5-2-5-3M98 8L92 24l16-1M104 14l1 18" fill="none" stroke="#36454f" stroke-width="3" stroke-linecap="round" stroke-linejoin="round"/><path d="M4 30L116 12" stroke="#a44" stroke-width="1"/></svg>`
	return &fairlead.Image{Type: "image/svg+xml", Data: []byte(svg), Alt: "sandbox.picture"}
}
