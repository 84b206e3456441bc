package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"edged/runtime/tensor"
)

// outWriter writes one output's results; without a path it keeps nothing.
type outWriter struct {
	io.Writer
	path string
	file *os.File
}

// writers makes output_<i>.bin in the folder asked for; on an error those that are open come with it.
func (o *inferOptions) writers(outputs []tensor.Info) ([]*outWriter, error) {
	var all []*outWriter
	if o.out != "" {
		if err := os.MkdirAll(o.out, 0o755); err != nil {
			return nil, err
		}
	}
	for i := range outputs {
		w := &outWriter{Writer: io.Discard}
		if o.out != "" {
			w.path = filepath.Join(o.out, fmt.Sprintf("output_%d.bin", i))
			file, err := os.Create(w.path)
			if err != nil {
				return all, err
			}
			w.file, w.Writer = file, bufio.NewWriter(file)
		}
		all = append(all, w)
	}
	return all, nil
}

func (w *outWriter) close() error {
	if w.file == nil {
		return nil
	}
	return errors.Join(w.Writer.(*bufio.Writer).Flush(), w.file.Close())
}
