package view

import (
	"fmt"
	"strings"
	"testing"
)

// terminal is what the sequences that Screen writes do to a terminal. Any other is an error.
type terminal struct {
	t          *testing.T
	cols, rows int
	cells      [][]rune // all that was ever on it; the last rows are the screen
	x, y       int      // of the cursor, y in cells
	hidden     bool
	nowrap     bool
	updating   bool
	styled     bool // SGR is not as it was
	frames     int
}

func newTerminal(t *testing.T, cols, rows int) *terminal {
	return &terminal{t: t, cols: cols, rows: rows, cells: [][]rune{blank(cols)}}
}

func blank(cols int) []rune { return []rune(strings.Repeat(" ", cols)) }

func (e *terminal) size() (int, int) { return e.cols, e.rows }

// Write is one frame.
func (e *terminal) Write(p []byte) (int, error) {
	e.frames++
	text := []rune(string(p))
	for i := 0; i < len(text); i++ {
		switch r := text[i]; r {
		case '\r':
			e.x = 0
		case '\n':
			e.down()
		case '\x1b':
			n := strings.IndexFunc(string(text[i+2:]), func(r rune) bool { return r >= '@' && r <= '~' })
			e.control(string(text[i+2:i+2+n]), text[i+2+n])
			i += 2 + n
		default:
			e.print(r)
		}
	}
	return len(p), nil
}

func (e *terminal) down() {
	if e.y++; e.y == len(e.cells) {
		e.cells = append(e.cells, blank(e.cols))
	}
}

func (e *terminal) print(r rune) {
	if e.x >= e.cols {
		e.t.Fatalf("a line of more than %d columns: %q", e.cols, string(e.cells[e.y]))
	}
	e.cells[e.y][e.x] = r
	e.x++
}

func (e *terminal) control(args string, final rune) {
	switch private, on := strings.CutPrefix(args, "?"); {
	case on && private == "25":
		e.hidden = final == 'l'
	case on && private == "7":
		e.nowrap = final == 'l'
	case on && private == "2026":
		e.updating = final == 'h'
	case final == 'm':
		e.styled = args != "0"
	case final == 'A':
		var n int
		fmt.Sscan(args, &n)
		if e.y -= n; e.y < max(0, len(e.cells)-e.rows) {
			e.t.Fatalf("the cursor leaves the screen by %d", n)
		}
	case final == 'K' && args == "":
		copy(e.cells[e.y][min(e.x, e.cols):], blank(e.cols))
	case final == 'J' && args == "":
		copy(e.cells[e.y][min(e.x, e.cols):], blank(e.cols))
		e.cells = e.cells[:e.y+1]
	case final == 'J' && args == "2":
		e.cells = nil
	case final == 'H' && args == "":
		e.cells, e.x, e.y = [][]rune{blank(e.cols)}, 0, 0
	default:
		e.t.Fatalf("a sequence that no screen writes: %q", args+string(final))
	}
}

// text is all that stands on the terminal, without blanks at the ends.
func (e *terminal) text() string {
	var all []string
	for _, row := range e.cells {
		all = append(all, strings.TrimRight(string(row), " "))
	}
	return strings.TrimRight(strings.Join(all, "\n"), "\n") + "\n"
}

// asBefore checks that nothing is left of a frame but its text.
func (e *terminal) asBefore() {
	e.t.Helper()
	if e.hidden || e.nowrap || e.updating || e.styled {
		e.t.Errorf("after frame %d: cursor hidden %v, lines not wrapped %v, updating %v, styled %v", e.frames, e.hidden, e.nowrap, e.updating, e.styled)
	}
}
