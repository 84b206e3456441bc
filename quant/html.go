package quant

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"math"
	"strings"
)

//go:embed report.html
var page string

// HTML writes the report as one page that needs nothing else, with a histogram of each tensor's values.
func (r *Report) HTML(w io.Writer, title string) error {
	t, err := template.New("report").Funcs(template.FuncMap{"short": short, "bars": bars, "percent": func(v float64) float64 { return 100 * v }}).Parse(page)
	if err != nil {
		panic("quant: " + err.Error()) // the page is ours
	}
	return t.Execute(w, struct {
		*Report
		Title string
	}{r, title})
}

// bars draws a histogram, its heights logarithmic; what the integers do not reach is red.
func bars(x TensorReport) template.HTML {
	const width, height = 4, 40
	h := x.Histogram
	most := 0.0
	for _, n := range h.Count {
		most = max(most, math.Log1p(float64(n)))
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg width="%d" height="%d" role="img">`, width*len(h.Count), height)
	for i, n := range h.Count {
		if n == 0 || most == 0 {
			continue
		}
		tall := max(1, math.Log1p(float64(n))/most*height)
		class := "in"
		if at := h.Lo + (float64(i)+0.5)*h.Width; at < x.Range.Lo-float64(x.Scale) || at > x.Range.Hi+float64(x.Scale) {
			class = "out"
		}
		fmt.Fprintf(&b, `<rect class="%s" x="%d" y="%.1f" width="%d" height="%.1f"/>`, class, i*width, height-tall, width-1, tall)
	}
	b.WriteString("</svg>")
	return template.HTML(b.String()) // numbers alone
}
