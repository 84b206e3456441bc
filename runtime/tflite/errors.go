package tflite

import "fmt"

// FormatError says that a file breaks the format: it is cut short, damaged or hostile.
type FormatError struct {
	Where string // `subgraph 0 op 17 CONV_2D`, `subgraph 0 tensor 12 "net/conv3"`, `file`
	What  string
}

// Error returns "malformed model: WHERE: WHAT".
func (e *FormatError) Error() string { return "malformed model: " + e.Where + ": " + e.What }

// UnsupportedError says that a file may well be right but uses something this package does not know: another schema
// version, an element type, weights in a second file.
type UnsupportedError struct {
	Where string
	What  string
}

// Error returns "unsupported model: WHERE: WHAT".
func (e *UnsupportedError) Error() string { return "unsupported model: " + e.Where + ": " + e.What }

// problem is the first thing that went wrong while reading; it becomes one of the two errors above once its place is
// known.
type problem struct {
	unsupported bool
	where, what string
}

// at adds the outer part of the place.
func (p *problem) at(format string, args ...any) {
	where := fmt.Sprintf(format, args...)
	if p.where != "" {
		where += " " + p.where
	}
	p.where = where
}

func (p *problem) err() error {
	if p.where == "" {
		p.where = "file"
	}
	if p.unsupported {
		return &UnsupportedError{Where: p.where, What: p.what}
	}
	return &FormatError{Where: p.where, What: p.what}
}
