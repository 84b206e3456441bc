package boards

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
)

// gauge is an open file of sysfs that is read from its beginning each time: the kernel makes its text anew then.
type gauge struct {
	name string
	file fs.File
	at   io.ReaderAt // the same file
	text [64]byte
}

func openGauge(root fs.FS, name string) (*gauge, error) {
	f, err := root.Open(name)
	if err != nil {
		return nil, err
	}
	at, ok := f.(io.ReaderAt)
	if !ok {
		return nil, fmt.Errorf("%s: cannot be read twice: %w", name, f.Close())
	}
	return &gauge{name: name, file: f, at: at}, nil
}

// read returns what the file says now, without space around it. It is valid until the next read.
func (g *gauge) read() ([]byte, error) {
	n, err := g.at.ReadAt(g.text[:], 0)
	if err != nil && err != io.EOF {
		return nil, err
	}
	return bytes.TrimSpace(g.text[:n]), nil
}
