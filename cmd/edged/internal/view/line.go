package view

import (
	"strings"
	"unicode"
)

// line is text for a terminal, whose columns are counted. All characters are taken for one column wide.
type line struct {
	strings.Builder
	ink  Ink
	cols int // that it has
	most int // that it may have
}

// style is what SGR (ECMA-48, 8.3.117) may make of text.
type style string

// The styles. They are those of the terminal's own palette, which its user has chosen to be readable.
const (
	plain  style = ""
	bold   style = "1"
	dim    style = "2"
	red    style = "1;31"
	green  style = "32"
	yellow style = "33"
	cyan   style = "36"
)

// put adds text in a style, as far as there is room.
func (l *line) put(s style, text string) *line {
	text = cut(Printable(text), l.most-l.cols)
	styled := s != plain && l.ink != Mono
	if styled {
		l.WriteString("\x1b[" + string(s) + "m")
	}
	l.WriteString(text)
	if styled {
		l.WriteString("\x1b[0m")
	}
	l.cols += len([]rune(text))
	return l
}

// to adds blanks up to a column.
func (l *line) to(col int) *line {
	if col = min(col, l.most); l.cols < col {
		l.WriteString(strings.Repeat(" ", col-l.cols))
		l.cols = col
	}
	return l
}

// raw adds what is ready for the terminal, so many columns wide.
func (l *line) raw(text string, cols int) *line {
	l.WriteString(text)
	l.cols += cols
	return l
}

// Printable is a text from a file or the network without what a terminal would obey.
func Printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return unicode.ReplacementChar
	}, s)
}

// cut is a text of at most n columns.
func cut(s string, n int) string {
	r := []rune(s)
	switch {
	case len(r) <= n:
		return s
	case n < 1:
		return ""
	}
	return string(r[:n-1]) + "…"
}

// wrap breaks a text at blanks into rows of n columns, and cuts what does not fit into so many.
func wrap(s string, n, rows int) []string {
	var all []string
	for len(all) < rows-1 && len([]rune(s)) > n {
		r := []rune(s)
		at := strings.LastIndexByte(string(r[:n+1]), ' ')
		if at < 1 {
			break
		}
		all, s = append(all, s[:at]), s[at+1:]
	}
	all = append(all, cut(s, n))
	for len(all) < rows {
		all = append(all, "")
	}
	return all
}

// bar is a part (0 to 1) of a width, to the eighth of a column.
func bar(part float64, width int) string {
	const eighths = " ▏▎▍▌▋▊▉"
	n := int(min(max(part, 0), 1)*float64(8*width) + 0.5)
	s := strings.Repeat("█", n/8)
	if n%8 > 0 {
		s += string([]rune(eighths)[n%8])
	}
	return s
}

// steps draws numbers from 0 to 1 as columns of eight heights.
func steps(values []float64) string {
	const heights = "▁▂▃▄▅▆▇█"
	var b strings.Builder
	for _, v := range values {
		b.WriteRune([]rune(heights)[int(min(max(v, 0), 1)*7+0.5)])
	}
	return b.String()
}
