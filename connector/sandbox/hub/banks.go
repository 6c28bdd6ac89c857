package hub

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// bank is an institution as the service lists it.
type bank struct {
	ID       string            `json:"id"`
	Name     string            `json:"name"`
	Country  string            `json:"country"`
	Colour   string            `json:"colour,omitempty"`
	Website  string            `json:"website,omitempty"`
	Logo     string            `json:"logo,omitempty"` // path of a PNG
	Codes    map[string]string `json:"codes,omitempty"`
	fleeting bool              // not listed while the fault "fewer" is on
}

var currencies = map[string]string{"US": "USD", "CA": "CAD", "GB": "GBP", "ES": "EUR", "BR": "BRL"}

func countries() []string { return []string{"US", "CA", "GB", "ES", "BR"} }

// naming is how the banks of a country are called: first and second words, and how both
// are put together.
type naming struct {
	forms   []string
	seconds []string
}

var namings = map[string]naming{
	"US": {[]string{"%s %s Bank", "%s %s Credit Union"}, []string{"Valley", "County", "Prairie", "Ridge", "Summit", "Mill"}},
	"CA": {[]string{"%s %s Bank", "%s %s Caisse"}, []string{"Maple", "Lakes", "Fjord", "Prairie", "Boreal", "Sound"}},
	"GB": {[]string{"%s & %s", "%s %s Building Society"}, []string{"Moor", "Shire", "Fen", "Dale", "Wold", "Weir"}},
	"ES": {[]string{"Caja %s de %s", "Banco %s %s"}, []string{"la Sierra", "la Ribera", "la Vega", "el Valle", "la Costa", "el Prado"}},
	"BR": {[]string{"Banco %s %s", "Cooperativa %s %s"}, []string{"da Serra", "do Vale", "do Sertão", "da Mata", "das Águas", "do Planalto"}},
}

var firsts = []string{"Alder", "Birch", "Cedar", "Dune", "Ember", "Fern"}

// banks is the directory, in the order of ids, which never change: 72 of each country
// but for two that are banks of the sandbox's own, which it reaches too.
var banks = sync.OnceValue(func() []bank {
	var out []bank
	for c, country := range countries() {
		n := namings[country]
		for k := range len(firsts) * len(n.seconds) * len(n.forms) {
			form, first, second := n.forms[k%len(n.forms)], firsts[k/len(n.forms)%len(firsts)], n.seconds[k/len(n.forms)/len(firsts)]
			name := fmt.Sprintf(form, first, second)
			drawing := k % drawings
			out = append(out, bank{
				ID: strconv.Itoa((c+1)*1000 + k), Name: name, Country: country, Colour: hex(drawing), Logo: root + "/logos/" + strconv.Itoa(drawing) + ".png",
				Website: "https://" + slug(name) + ".example", fleeting: k%24 == 23,
			})
		}
	}
	out = append(out,
		bank{ID: "9001", Name: "Harbor Bank", Country: "US", Colour: "#0b4f6c", Website: "https://harbor.example", Codes: map[string]string{"routing": "990000017"}},
		bank{ID: "9002", Name: "TestBank", Country: "ES", Colour: "#5f4b8b", Website: "https://testbank.example", Codes: map[string]string{"bic": "TESTESM0XXX"}},
	)
	slices.SortFunc(out, func(a, b bank) int { return strings.Compare(a.ID, b.ID) })
	return out
})

// slug is a name as part of a host name.
func slug(name string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		switch {
		case r >= 'a' && r <= 'z':
			b.WriteRune(r)
		case r == 'ã':
			b.WriteByte('a')
		case r == 'á':
			b.WriteByte('a')
		case r == ' ' && b.Len() > 0:
			b.WriteByte('-')
		}
	}
	return strings.ReplaceAll(strings.Trim(b.String(), "-"), "--", "-")
}

// drawings is how many logos there are; banks share them.
const drawings = 12

func shade(drawing int) color.NRGBA {
	return color.NRGBA{uint8(30 + drawing*47%150), uint8(60 + drawing*89%120), uint8(80 + drawing*31%150), 255}
}

func hex(drawing int) string {
	c := shade(drawing)
	return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B)
}

// logo draws waves on a coloured ground.
func (h *Hub) logo(w http.ResponseWriter, r *http.Request) {
	name, ok := strings.CutSuffix(r.PathValue("logo"), ".png")
	drawing, err := strconv.Atoi(name)
	if !ok || err != nil || drawing < 0 || drawing >= drawings || strconv.Itoa(drawing) != name {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "image/png")
	w.Header().Set("Cache-Control", "public, max-age=86400")
	_, _ = w.Write(draw(drawing))
}

// side is a logo's, in pixels: larger than what is served of it.
const side = 192

func draw(drawing int) []byte {
	ground, light := shade(drawing), color.NRGBA{255, 255, 255, 255}
	picture := image.NewPaletted(image.Rect(0, 0, side, side), color.Palette{ground, light})
	every := 32 + drawing%4*8
	for y := range side {
		for x := range side {
			bend := (x / (6 + drawing%3)) % 16
			if bend > 8 {
				bend = 16 - bend
			}
			if y > side/4 && y < side*3/4 && (y+bend)%every < 8 {
				picture.SetColorIndex(x, y, 1)
			}
		}
	}
	var out bytes.Buffer
	_ = png.Encode(&out, picture) // into memory: cannot fail
	return out.Bytes()
}
