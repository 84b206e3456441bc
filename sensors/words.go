package sensors

import (
	"errors"
	"fmt"
	"strings"
)

// Words splits the command line of an exec: source at white space; '…' and "…" hold words together, as in a shell, and mean nothing else.
func Words(line string) ([]string, error) {
	var all []string
	var word strings.Builder
	var quote rune
	begun := false
	for _, r := range line {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote == 0 && (r == '\'' || r == '"'):
			quote, begun = r, true
		case quote == 0 && strings.ContainsRune(" \t\n", r):
			if begun {
				all = append(all, word.String())
				word.Reset()
			}
			begun = false
		default:
			word.WriteRune(r)
			begun = true
		}
	}
	if begun {
		all = append(all, word.String())
	}
	switch {
	case quote != 0:
		return nil, fmt.Errorf("a %c that is not closed", quote)
	case len(all) == 0:
		return nil, errors.New("no program")
	}
	return all, nil
}
