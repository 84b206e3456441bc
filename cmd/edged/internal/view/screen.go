package view

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
)

// Screen draws lines in place on a terminal, below what was there. After each frame the terminal is as it was before.
type Screen struct {
	w    io.Writer
	size func() (cols, rows int)

	drawn      []string
	cols, rows int

	mu   sync.Mutex
	said bytes.Buffer // lines that are to stand above
}

// NewScreen draws on w, a terminal of a size.
func NewScreen(w io.Writer, size func() (cols, rows int)) *Screen { return &Screen{w: w, size: size} }

// Write takes a log's lines, which the next frame puts above the drawing.
func (s *Screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.said.Write(p)
}

// Rest takes back what has been said since the last frame.
func (s *Screen) Rest() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	rest := bytes.Clone(s.said.Bytes())
	s.said.Reset()
	return rest
}

// The sequences are of ECMA-48 and DEC's private modes, as xterm documents them: begin and end a frame at once (2026), hide
// the cursor and show it (25), do not wrap lines and do (7).
const (
	beginFrame = "\x1b[?2026h\x1b[?25l\x1b[?7l"
	endFrame   = "\x1b[0m\x1b[J\x1b[?7h\x1b[?25h\x1b[?2026l"
	cleared    = "\x1b[2J\x1b[H"
	restOfLine = "\x1b[K"
)

// Draw draws what layout makes of the terminal's size, in one write. Lines that are as they were are not written again.
func (s *Screen) Draw(layout func(cols, rows int) []string) error {
	cols, rows := s.size()
	lines := layout(cols, rows)
	lines = lines[:min(len(lines), max(rows-1, 1))] // the cursor does not come back to what has scrolled away
	var b strings.Builder
	b.WriteString(beginFrame)
	switch {
	case s.drawn == nil:
	case cols != s.cols || rows != s.rows: // what was drawn may have been wrapped anew
		b.WriteString(cleared)
		s.drawn = nil
	default:
		fmt.Fprintf(&b, "\x1b[%dA\r", len(s.drawn))
	}
	s.above(&b)
	for i, l := range lines {
		if i >= len(s.drawn) || s.drawn[i] != l {
			b.WriteString(l + restOfLine)
		}
		b.WriteString("\r\n")
	}
	b.WriteString(endFrame)
	s.drawn, s.cols, s.rows = slices.Clone(lines), cols, rows
	_, err := io.WriteString(s.w, b.String())
	return err
}

// above writes what has been said, over the drawing, which is then drawn anew.
func (s *Screen) above(b *strings.Builder) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.said.Len() == 0 {
		return
	}
	b.WriteString("\x1b[J")
	for text := range strings.Lines(s.said.String()) {
		b.WriteString(Printable(strings.TrimSuffix(text, "\n")) + "\r\n")
	}
	s.said.Reset()
	s.drawn = nil
}
