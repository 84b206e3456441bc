package config

import (
	"fmt"
	"slices"
	"strings"
)

// Error is one thing wrong with a config file, and where.
type Error struct {
	File      string
	Line, Col int    // from 1; 0 when the error is of the file as a whole
	Msg       string // "sensors.cam: unknown key \"alerts\""
	Hint      string // how to mend it; may be empty
}

func (e *Error) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("%s: %s", e.File, e.Msg)
	}
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Col, e.Msg)
}

// Errors is all that is wrong with a config file, in the file's order.
type Errors []*Error

func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, one := range e {
		lines[i] = one.Error()
	}
	return strings.Join(lines, "\n")
}

// asError sorts e and returns it as an error, nil if it is empty.
func (e Errors) asError() error {
	if len(e) == 0 {
		return nil
	}
	slices.SortStableFunc(e, func(a, b *Error) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Col - b.Col
	})
	return e
}

// Join returns all of several Errors as one error, in the file's order; nil if there is none.
func Join(all ...Errors) error { return slices.Concat(all...).asError() }
