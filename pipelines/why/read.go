package why

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// mostGap is what the line of a gap has at most, in bytes.
const mostGap = 64

// gapText is the JSON of a line in place of those that were left out.
func gapText(lost int) []byte { return fmt.Appendf(nil, `{"lost":%d}`, lost) }

// gapOf returns how many lines a line says were left out; 0 of other lines.
func gapOf(text []byte) int {
	if len(text) > mostGap || !bytes.HasPrefix(text, []byte(`{"lost":`)) {
		return 0
	}
	var gap struct{ Lost int }
	if err := json.Unmarshal(text, &gap); err != nil {
		return 0
	}
	return max(0, gap.Lost)
}

// Tally is how much of a ring could be read.
type Tally struct {
	Lines   int // that are whole
	Lost    int // that its writer left out, for want of room
	Damaged int // that are not whole: torn by a crash, or damaged
}

// readLines calls take with what each line of the ring in a folder holds, oldest first; text is valid until take returns. The
// ring may be written meanwhile. What is damaged is passed over and counted, and lines of any length cost no memory.
func readLines(path string, take func(text []byte) error) (Tally, error) {
	var t Tally
	all, err := segmentsOf(path)
	if err != nil {
		return t, err
	}
	var bytes int64
	for _, s := range all {
		bytes += s.bytes
	}
	if bytes > MostLimit {
		return t, fmt.Errorf("%s has %d bytes in %d files; a ring has at most %d", path, bytes, len(all), MostLimit)
	}
	for _, s := range all {
		if err := t.readFile(filepath.Join(path, nameOf(s.number)), take); err != nil {
			return t, err
		}
	}
	return t, nil
}

// readFile reads one file, if it is still there.
func (t *Tally) readFile(path string, take func(text []byte) error) (err error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // the ring has gone on
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return t.read(io.LimitReader(f, MostLimit), take)
}

func (t *Tally) read(from io.Reader, take func(text []byte) error) error {
	r := bufio.NewReaderSize(from, mostLine)
	for {
		line, err := r.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			t.Damaged++
			if err = skipLine(r); err == nil {
				continue
			}
		} else if err == nil || len(line) > 0 {
			if err := t.take(bytes.TrimSuffix(line, []byte("\n")), take); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// skipLine passes over the rest of a line.
func skipLine(r *bufio.Reader) error {
	for {
		if _, err := r.ReadSlice('\n'); !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
	}
}

// take hands on what a line holds.
func (t *Tally) take(line []byte, take func(text []byte) error) error {
	if len(line) == 0 {
		return nil
	}
	text, ok := textOf(line)
	if !ok {
		t.Damaged++
		return nil
	}
	if lost := gapOf(text); lost > 0 {
		t.Lost += lost
		return nil
	}
	t.Lines++
	return take(text)
}
