package view

import (
	"fmt"
	"strings"
)

// Ink is which colours a terminal has.
type Ink uint8

// The inks.
const (
	Mono       Ink = iota // none: shades are characters
	Palette               // xterm's 256
	Truecolour            // 24 bits
)

// InkOf says which colours the environment promises. ok is false for a terminal that cannot draw in place. NO_COLOR is of
// https://no-color.org, COLORTERM what terminals with 24 bits set.
func InkOf(env func(string) string) (ink Ink, ok bool) {
	term := env("TERM")
	named := func(names ...string) bool {
		for _, n := range names {
			if strings.HasPrefix(term, n) {
				return true
			}
		}
		return false
	}
	switch colour := env("COLORTERM"); {
	case term == "" || term == "dumb":
		return Mono, false
	case env("NO_COLOR") != "":
		return Mono, true
	case colour == "truecolor" || colour == "24bit" || strings.HasSuffix(term, "-direct"):
		return Truecolour, true
	case strings.Contains(term, "256") || named("xterm", "screen", "tmux", "rxvt", "linux", "alacritty", "foot", "konsole", "vte"):
		return Palette, true
	}
	return Mono, true
}

// rgb is a colour.
type rgb struct{ r, g, b uint8 }

// The parameters of SGR that choose the colour of characters and that of the cells behind them (ECMA-48, 8.3.117;
// ISO 8613-6 for those with more than a digit).
const front, behind = 38, 48

// paint appends the sequence that chooses c.
func (k Ink) paint(b *strings.Builder, where int, c rgb) {
	switch k {
	case Truecolour:
		fmt.Fprintf(b, "\x1b[%d;2;%d;%d;%dm", where, c.r, c.g, c.b)
	case Palette:
		fmt.Fprintf(b, "\x1b[%d;5;%dm", where, c.index())
	}
}

// index is the nearest of xterm's colours 16 to 255: a cube of 6x6x6, and 24 greys from 8 on in steps of 10.
func (c rgb) index() int {
	level := func(i int) int { return min(i, 1)*55 + 40*i }
	r, g, b := cube(c.r), cube(c.g), cube(c.b)
	grey := min(max((int(c.r)+int(c.g)+int(c.b))/3-3, 0)/10, 23)
	shade := 8 + 10*grey
	if c.to(level(r), level(g), level(b)) <= c.to(shade, shade, shade) {
		return 16 + 36*r + 6*g + b
	}
	return 232 + grey
}

// cube is which of the cube's levels, 0, 95, 135, 175, 215 and 255, is nearest.
func cube(v uint8) int {
	switch {
	case v < 48:
		return 0
	case v < 115:
		return 1
	}
	return (int(v) - 35) / 40
}

// to is the square of the distance to a colour.
func (c rgb) to(r, g, b int) int {
	r, g, b = r-int(c.r), g-int(c.g), b-int(c.b)
	return r*r + g*g + b*b
}

// light is how bright the colour is, 0 to 255 (ITU-R BT.601-7, section 2.5.1).
func (c rgb) light() int { return (299*int(c.r) + 587*int(c.g) + 114*int(c.b)) / 1000 }
