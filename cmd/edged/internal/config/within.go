package config

import (
	"strings"
	"unicode/utf8"
)

// within returns where that begins in a file's text which stands behind before in the YAML scalar at start. YAML may have
// folded its lines and escaped its quotes: white space stands for white space, and what the value does not have is passed
// over. It is start if the two do not fit.
func within(text string, start place, before string) place {
	at := start
	rest := behind(text, start)
	next := func() {
		r, n := utf8.DecodeRuneInString(rest)
		if rest = rest[n:]; r == '\n' {
			at = place{at.line + 1, 1}
		} else {
			at.col++
		}
	}
	opens(&rest, next)
	for len(before) > 0 {
		if rest == "" {
			return start
		}
		got, n := utf8.DecodeRuneInString(before)
		switch have, _ := utf8.DecodeRuneInString(rest); {
		case white(got):
			n = len(before) - len(strings.TrimLeft(before, " \t\r\n"))
			skipWhite(&rest, next)
		case have == got:
			next()
		case white(have) || have == '\\' || have == '\'':
			next()
			continue
		default:
			return start
		}
		before = before[n:]
	}
	skipWhite(&rest, next)
	return at
}

// behind returns the text from at on; empty if it is not that long.
func behind(text string, at place) string {
	for range at.line - 1 {
		_, text, _ = strings.Cut(text, "\n")
	}
	for range at.col - 1 {
		_, n := utf8.DecodeRuneInString(text)
		text = text[n:]
	}
	return text
}

// opens passes over a quote, or over the head of a block: "|", ">-".
func opens(rest *string, next func()) {
	switch {
	case *rest == "":
	case strings.ContainsRune(`"'`, rune((*rest)[0])):
		next()
	case strings.ContainsRune("|>", rune((*rest)[0])):
		for *rest != "" && (*rest)[0] != '\n' {
			next()
		}
		skipWhite(rest, next)
	}
}

func skipWhite(rest *string, next func()) {
	for *rest != "" && white(rune((*rest)[0])) {
		next()
	}
}

func white(r rune) bool { return strings.ContainsRune(" \t\r\n", r) }
