package console

import (
	"fmt"
	"strconv"
	"time"
)

// bar is one bar of a chart: what went well, and on top of it what did not.
type bar struct {
	label     string
	fine, not int64
}

const barWidth, chartHeight = 12, 80

// tallest is the highest bar, at least 1.
func tallest(bars []bar) int64 {
	most := int64(1)
	for _, b := range bars {
		most = max(most, b.fine+b.not)
	}
	return most
}

// rect is a part of a bar as SVG draws it.
type rect struct{ x, y, width, height string }

// rects are the two parts of a bar.
func (b bar) rects(i int, most int64) (fine, not rect) {
	height := func(n int64) float64 { return float64(n) * chartHeight / float64(most) }
	x, top := strconv.Itoa(i*barWidth+1), chartHeight-height(b.fine)
	fine = rect{x, decimal(top), strconv.Itoa(barWidth - 2), decimal(height(b.fine))}
	not = rect{x, decimal(top - height(b.not)), strconv.Itoa(barWidth - 2), decimal(height(b.not))}
	return fine, not
}

func decimal(f float64) string { return strconv.FormatFloat(f, 'f', 1, 64) }

// percent writes a share; "–" where there is none.
func percent(share float64, ok bool) string {
	if !ok {
		return "–"
	}
	return fmt.Sprintf("%.0f %%", 100*share)
}

// took writes a quantile; "–" where nothing was measured.
func took(d time.Duration) string {
	if d == 0 {
		return "–"
	}
	return span(d)
}
