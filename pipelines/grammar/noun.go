package grammar

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// things returns a noun for n of what a label names, and whether its verb stands in the plural. countable is false for what
// is heard, which has an article only if the language's words give it one.
func (l *language) things(label string, n int, countable bool) (noun string, plural bool) {
	w, known := l.words[strings.ToLower(label)]
	if !known || w.one == "" {
		w = l.unknown(label, countable)
	}
	if n <= 1 {
		return w.one, w.plural
	}
	if w.more == "" && !l.has("plural") {
		return l.phrase("counted unknown", 0, "n", strconv.Itoa(n), "things", w.one), true
	}
	return l.phrase("counted", 0, "number", l.number(n), "things", l.pluralOf(w)), true
}

// unknown makes a word of a label that the language has none for.
func (l *language) unknown(label string, countable bool) word {
	name := plain(label)
	w := word{one: l.phrase("unknown", 0, "name", name)}
	if countable && l.has("articles") {
		w.more = l.plural(name)
		w.one = l.article(name) + " " + w.one
	}
	return w
}

// plain makes of a label what can stand in a sentence: without what follows a comma or stands in brackets, and without a
// capital that is the label's alone.
func plain(label string) string {
	name, _, _ := strings.Cut(label, ",")
	name, _, _ = strings.Cut(name, " (")
	name = strings.Join(strings.FieldsFunc(name, func(r rune) bool { return r == '_' || unicode.IsSpace(r) }), " ")
	first, n := utf8.DecodeRuneInString(name)
	if next, _ := utf8.DecodeRuneInString(name[n:]); unicode.IsUpper(first) && unicode.IsLower(next) {
		return string(unicode.ToLower(first)) + name[n:]
	}
	return name
}

// article returns the article of a noun.
func (l *language) article(name string) string {
	for _, vowel := range l.phrases["vowels"] {
		if strings.HasPrefix(strings.ToLower(name), vowel) {
			return l.phrase("articles", 1)
		}
	}
	return l.phrase("articles", 0)
}

func (l *language) pluralOf(w word) string {
	switch {
	case w.more != "":
		return w.more
	case w.plural:
		return w.one
	}
	_, name, ok := strings.Cut(w.one, " ") // behind the article
	if !ok {
		name = w.one
	}
	return l.plural(name)
}

// plural makes more of one by the first of the language's endings that a noun has.
func (l *language) plural(name string) string {
	for _, rule := range l.phrases["plural"] {
		one, more, _ := strings.Cut(rule, ">")
		if stem, ok := strings.CutSuffix(name, one); ok {
			return stem + more
		}
	}
	return name
}

// number says a number in words, as far as the language has one.
func (l *language) number(n int) string {
	if words := l.phrases["numbers"]; n < len(words) {
		return words[n]
	}
	return strconv.Itoa(n)
}

// join makes a list of words: a, b and c.
func (l *language) join(words []string) string {
	if n := len(words); n > 1 {
		return strings.Join(words[:n-1], ", ") + " " + l.phrase("and", 0) + " " + words[n-1]
	}
	return strings.Join(words, "")
}

// shortest is the least time that is worth a word.
const shortest = 10 * time.Second

// lasts says how long something lasts, rounded down; empty if that is not worth a word.
func (l *language) lasts(d time.Duration) string {
	name, n := "", 0
	switch {
	case d < shortest:
		return ""
	case d < time.Minute:
		name, n = "seconds", int(d/shortest)*10
	case d < time.Hour:
		name, n = "minutes", int(d/time.Minute)
	case d < 24*time.Hour:
		name, n = "hours", int(d/time.Hour)
	default:
		name, n = "days", int(d/(24*time.Hour))
	}
	return l.phrase(name, min(n-1, 1), "n", strconv.Itoa(n))
}

// measure says a number of some decimal places with its unit.
func (l *language) measure(v float64, u unit) string {
	text := strings.Replace(strconv.FormatFloat(v*u.factor, 'f', u.places, 64), ".", l.phrase("point", 0), 1)
	if strings.Trim(text, "-0.,") == "" {
		text = strings.TrimPrefix(text, "-")
	}
	return strings.TrimSpace(fmt.Sprintf("%s %s", text, u.name))
}

// capital begins a sentence.
func capital(text string) string {
	first, n := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[n:]
}
