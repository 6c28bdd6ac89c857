package page

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// rgb is a colour of the sRGB space.
type rgb struct{ r, g, b uint8 }

// The surfaces on which the accent is shown; the same values stand in page.css.
var (
	white        = rgb{0xff, 0xff, 0xff}
	black        = rgb{}
	lightSurface = white
	lightGround  = rgb{0xf3, 0xf5, 0xf8}
	lightInk     = rgb{0x14, 0x1a, 0x26}
	darkSurface  = rgb{0x17, 0x1c, 0x26}
	darkGround   = rgb{0x0d, 0x11, 0x18}
	darkInk      = rgb{0xee, 0xf2, 0xf8}
)

// defaultAccent is the accent of an application that has none.
const defaultAccent = "#1f4fd8"

const (
	textContrast = 4.6  // what WCAG 2.2 AA requires of text, with a little to spare
	edgeContrast = 3.1  // what it requires of the edge of a control
	edgeBelow    = 1.35 // a surface in the accent that differs less from the page has an edge
)

// themeCSS sets the accent's custom properties for light and dark. A surface in the
// accent is exactly the application's colour, with ink that reads on it; text in the
// accent is a shade of it that reads on the page.
func themeCSS(accent string) string {
	base, ok := parseColour(accent)
	if !ok {
		base, _ = parseColour(defaultAccent)
	}
	var b strings.Builder
	fmt.Fprintf(&b, ":root{%s}\n", accentProperties(base, black, lightSurface, lightGround))
	fmt.Fprintf(&b, "@media (prefers-color-scheme:dark){:root{%s}}\n", accentProperties(base, white, darkSurface, darkGround))
	return b.String()
}

// accentProperties are those of an accent on a surface and a ground, whose text lies
// towards end.
func accentProperties(c, end, surface, ground rgb) string {
	ink := inkOn(c)
	soft := mix(surface, c, 0.1)
	text, edge := toward(c, end, textContrast, surface, ground, soft), c
	if contrast(c, surface) < edgeBelow {
		edge = toward(c, end, edgeContrast, surface)
	}
	strong := mix(c, opposite(ink), 0.14)
	return fmt.Sprintf("--accent:%s;--on-accent:%s;--accent-strong:%s;--accent-edge:%s;--accent-text:%s;--accent-soft:%s;--accent-line:%s",
		c, ink, strong, edge, text, soft, mix(surface, c, 0.36))
}

// inkOn is what reads on a colour: white, the dark ink of the page, or black, which
// reads wherever white does not.
func inkOn(c rgb) rgb {
	for _, ink := range []rgb{white, lightInk} {
		if contrast(c, ink) >= textContrast {
			return ink
		}
	}
	if contrast(c, white) > contrast(c, black) {
		return white
	}
	return black
}

// opposite is the end away from an ink: a colour mixed with it reads better.
func opposite(ink rgb) rgb {
	if ink == white {
		return black
	}
	return white
}

// toward mixes end into c until it has a contrast with every ground.
func toward(c, end rgb, enough float64, grounds ...rgb) rgb {
	for step := range 51 {
		out := mix(c, end, float64(step)/50)
		reads := true
		for _, g := range grounds {
			reads = reads && contrast(out, g) >= enough
		}
		if reads {
			return out
		}
	}
	return end
}

// mix blends a share of b into a.
func mix(a, b rgb, share float64) rgb {
	blend := func(x, y uint8) uint8 { return uint8(math.Round(float64(x)*(1-share) + float64(y)*share)) }
	return rgb{blend(a.r, b.r), blend(a.g, b.g), blend(a.b, b.b)}
}

// contrast is WCAG's ratio, 1 to 21.
func contrast(a, b rgb) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(c rgb) float64 {
	linear := func(v uint8) float64 {
		s := float64(v) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c.r) + 0.7152*linear(c.g) + 0.0722*linear(c.b)
}

// parseColour reads #rgb and #rrggbb; anything else is no colour, so that a
// theme can never write CSS of its own.
func parseColour(s string) (rgb, bool) {
	hex, ok := strings.CutPrefix(strings.TrimSpace(s), "#")
	if len(hex) == 3 {
		hex = string([]byte{hex[0], hex[0], hex[1], hex[1], hex[2], hex[2]})
	}
	n, err := strconv.ParseUint(hex, 16, 32)
	if !ok || err != nil || len(hex) != 6 {
		return rgb{}, false
	}
	return rgb{uint8(n >> 16), uint8(n >> 8), uint8(n)}, true
}

func (c rgb) String() string { return fmt.Sprintf("#%02x%02x%02x", c.r, c.g, c.b) }
