package jpeg

import (
	"fmt"
	"io"
)

// FormatError says what is wrong with a picture, and at which byte.
type FormatError struct {
	At   int // offset in the file
	What string
	err  error // io.ErrUnexpectedEOF if it is cut short
}

func (e *FormatError) Error() string { return fmt.Sprintf("jpeg: byte %d: %s", e.At, e.What) }

// Unwrap returns io.ErrUnexpectedEOF for a picture that is cut short.
func (e *FormatError) Unwrap() error { return e.err }

// UnsupportedError names a kind of JPEG that this package does not decode.
type UnsupportedError string

func (e UnsupportedError) Error() string { return "jpeg: " + string(e) + " not supported" }

func malformed(at int, format string, args ...any) error {
	return &FormatError{At: at, What: fmt.Sprintf(format, args...)}
}

func truncated(at int, format string, args ...any) error {
	return &FormatError{At: at, What: "cut short " + fmt.Sprintf(format, args...), err: io.ErrUnexpectedEOF}
}

func unsupported(format string, args ...any) error {
	return UnsupportedError(fmt.Sprintf(format, args...))
}
