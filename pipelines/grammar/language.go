package grammar

import (
	"embed"
	"fmt"
	"slices"
	"strings"
)

//go:embed words/*.txt
var files embed.FS

// commonFile holds what all languages share; it is no language.
const commonFile = "common"

// Languages returns the codes of the languages that there are.
func Languages() []string {
	entries, err := files.ReadDir("words")
	if err != nil {
		panic("grammar: " + err.Error())
	}
	var codes []string
	for _, e := range entries {
		if code, _ := strings.CutSuffix(e.Name(), ".txt"); code != commonFile {
			codes = append(codes, code)
		}
	}
	return codes
}

// word is what a language calls a label. Of the two forms one may be empty.
type word struct {
	one    string // with its article
	more   string // without a number; empty if it is not known
	plural bool   // one is more than one: footsteps
	clause string // says how things are
	past   string // says how they were; empty if it is not known
}

// language is a language's words.
type language struct {
	code    string
	words   map[string]word     // by label, in lower case; of readings behind a #
	phrases map[string][]string // what sentences are made of, by name; several forms
}

// newLanguage reads a language's file, and adds a user's words by label: a noun's one or two forms, or a clause, which ends
// in a full stop.
func newLanguage(code string, more map[string][]string) (*language, error) {
	text, err := files.ReadFile("words/" + code + ".txt")
	if err != nil || code == commonFile {
		return nil, fmt.Errorf("grammar: no language %q; there are %s", code, strings.Join(Languages(), ", "))
	}
	l := &language{code: code, words: map[string]word{}, phrases: map[string][]string{}}
	for line := range lines(string(text)) {
		if err := l.read(line); err != nil {
			return nil, fmt.Errorf("grammar: %s.txt: %w", code, err)
		}
	}
	for label, forms := range more {
		w, err := newWord(forms)
		if err != nil {
			return nil, fmt.Errorf("grammar: %s: %q: %w", code, label, err)
		}
		l.words[strings.ToLower(label)] = w
	}
	return l, nil
}

// newWord makes a word of a user's forms.
func newWord(forms []string) (word, error) {
	switch {
	case len(forms) == 0 || len(forms) > 2 || slices.Contains(forms, ""):
		return word{}, fmt.Errorf("%d forms; want a noun with its article, and perhaps its plural", len(forms))
	case strings.HasSuffix(forms[0], "."):
		return word{clause: strings.TrimSuffix(forms[0], ".")}, nil
	case len(forms) == 1:
		return word{one: forms[0]}, nil
	}
	return word{one: forms[0], more: forms[1]}, nil
}

// lines gives the lines of a file of words that say something.
func lines(text string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for line := range strings.Lines(text) {
			line = strings.TrimSpace(line)
			if line == "" || line == "#" || strings.HasPrefix(line, "# ") {
				continue
			}
			if !yield(line) {
				return
			}
		}
	}
}

func (l *language) read(line string) error {
	if name, value, ok := strings.Cut(line, " = "); ok {
		forms := split(value, "|")
		if phrase, ok := strings.CutPrefix(name, "@"); ok {
			l.phrases[phrase] = forms
			return nil
		}
		w := word{one: forms[0]}
		if len(forms) > 1 {
			w.more, w.plural = forms[1], forms[1] == ""
		}
		l.add(name, func(old *word) { old.one, old.more, old.plural = w.one, w.more, w.plural })
		return nil
	}
	if name, past, ok := strings.Cut(line, " ~ "); ok {
		l.add(name, func(old *word) { old.past = past })
		return nil
	}
	name, clause, ok := strings.Cut(line, " ! ")
	if !ok {
		return fmt.Errorf("%q says nothing", line)
	}
	l.add(name, func(old *word) { old.clause = clause })
	return nil
}

// add changes the words of some labels.
func (l *language) add(labels string, change func(*word)) {
	for _, label := range split(labels, ";") {
		label = strings.ToLower(label)
		w := l.words[label]
		change(&w)
		l.words[label] = w
	}
}

// split returns what stands between separators, without blanks around.
func split(text, by string) []string {
	parts := strings.Split(text, by)
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return parts
}

// phrase returns the ith form of a phrase, or the last, with its gaps filled: name, value, name, value, ….
func (l *language) phrase(name string, i int, fill ...string) string {
	forms := l.phrases[name]
	if len(forms) == 0 {
		panic("grammar: " + l.code + " has no phrase " + name)
	}
	for k := 0; k < len(fill); k += 2 {
		fill[k] = "{" + fill[k] + "}"
	}
	return strings.NewReplacer(fill...).Replace(forms[min(i, len(forms)-1)])
}

func (l *language) has(phrase string) bool { return len(l.phrases[phrase]) > 0 }
