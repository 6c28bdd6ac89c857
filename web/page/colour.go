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
	lightSurface = rgb{0xff, 0xff, 0xff}
	lightGround  = rgb{0xf3, 0xf5, 0xf8}
	darkSurface  = rgb{0x17, 0x1c, 0x26}
	darkGround   = rgb{0x0d, 0x11, 0x18}
	darkInk      = rgb{0x0b, 0x0f, 0x16}
)

// defaultAccent is the accent of an application that has none.
const defaultAccent = "#1f4fd8"

// textContrast is what WCAG 2.2 AA requires of text, with a little to spare.
const textContrast = 4.6

// themeCSS sets the accent's custom properties for light and dark. Whatever the
// application chose, text in the accent and on the accent keeps AA contrast.
func themeCSS(accent string) string {
	base, ok := parseColour(accent)
	if !ok {
		base, _ = parseColour(defaultAccent)
	}
	light := darken(base, lightSurface, lightGround)
	dark := lighten(base, darkSurface, darkGround)
	var b strings.Builder
	fmt.Fprintf(&b, ":root{%s}\n", accentProperties(light, lightSurface))
	fmt.Fprintf(&b, "@media (prefers-color-scheme:dark){:root{%s}}\n", accentProperties(dark, darkSurface))
	return b.String()
}

func accentProperties(c, surface rgb) string {
	return fmt.Sprintf("--accent:%s;--on-accent:%s;--accent-strong:%s;--accent-soft:%s;--accent-line:%s",
		c, onColour(c), mix(c, onColourOpposite(c), 0.14), mix(surface, c, 0.09), mix(surface, c, 0.32))
}

// onColour is white or near-black, whichever reads better on c.
func onColour(c rgb) rgb {
	if contrast(c, lightSurface) >= contrast(c, darkInk) {
		return lightSurface
	}
	return darkInk
}

// onColourOpposite is the direction in which c gets further from the text on it.
func onColourOpposite(c rgb) rgb {
	if onColour(c) == lightSurface {
		return rgb{}
	}
	return lightSurface
}

// darken mixes black in until c reads as text on every ground; soft tints of
// itself are grounds too.
func darken(c rgb, grounds ...rgb) rgb { return toward(c, rgb{}, grounds) }

// lighten mixes white in until c reads as text on every ground.
func lighten(c rgb, grounds ...rgb) rgb { return toward(c, lightSurface, grounds) }

func toward(c, end rgb, grounds []rgb) rgb {
	for step := range 51 {
		out := mix(c, end, float64(step)/50)
		enough := contrast(out, onColour(out)) >= textContrast
		for _, g := range grounds {
			enough = enough && contrast(out, g) >= textContrast && contrast(out, mix(g, out, 0.09)) >= textContrast
		}
		if enough {
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
