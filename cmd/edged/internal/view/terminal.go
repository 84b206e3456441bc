package view

import (
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// Terminal returns how large the terminal is that w writes to. ok is false if it is none.
func Terminal(w io.Writer) (size func() (cols, rows int), ok bool) {
	f, isFile := w.(*os.File)
	if !isFile {
		return nil, false
	}
	if _, err := unix.IoctlGetWinsize(int(f.Fd()), unix.TIOCGWINSZ); err != nil {
		return nil, false
	}
	return func() (cols, rows int) {
		s, err := unix.IoctlGetWinsize(int(f.Fd()), unix.TIOCGWINSZ)
		if err != nil || s.Col == 0 || s.Row == 0 {
			return 80, 24 // what a terminal has that does not say
		}
		return int(s.Col), int(s.Row)
	}, true
}
