package replay

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"edged/sensors"
)

// maxLine is the longest line of a series.
const maxLine = 64 << 10

// Readings is a source of readings from a CSV file.
type Readings struct {
	opts   Options
	files  *files // one
	clock  clock
	file   fs.File // nil between rounds
	in     *bufio.Reader
	table  table
	row    int  // lines read
	ready  bool // the table holds a row not yet given
	begin  time.Duration
	offset time.Duration // of the last row, from begin
	step   time.Duration // between the last two rows that differ in time
	given  int64         // rows of this round
}

var _ sensors.Source[sensors.Reading] = (*Readings)(nil)

// OpenReadings opens a series: a header such as "time,temperature[°C],pressure[Pa]", then a row per reading. The column
// "time", which may be absent, is in seconds or in RFC 3339; the first row is given at once and the others at their
// distance from it. Empty cells are values not taken. Lines that are empty or begin with # are passed over.
func OpenReadings(path string, o Options) (*Readings, error) {
	if err := o.fill(); err != nil {
		return nil, err
	}
	files, err := list(&o, path, ".csv")
	if err != nil {
		return nil, err
	}
	if len(files.names) > 1 {
		return nil, fmt.Errorf("replay: folder %s has %d series, want one", path, len(files.names))
	}
	r := &Readings{opts: o, files: files, clock: clock{fast: o.Pace == Fast}, in: bufio.NewReaderSize(nil, maxLine)}
	if err := r.start(); err != nil {
		_ = r.Close()
		return nil, err
	}
	return r, nil
}

// Read gives the next row when it is due. A row that does not parse is an error that names the file, the line and the
// column; the next Read goes on behind it.
func (r *Readings) Read(ctx context.Context, into *sensors.Reading) error {
	if r.files == nil {
		return fmt.Errorf("replay: %w", fs.ErrClosed)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := r.load(); err != nil {
		return err
	}
	at := r.begin + r.due()
	if err := r.clock.wait(ctx, at); err != nil {
		return err
	}
	into.Time = r.clock.at(at)
	into.Values = append(into.Values[:0], r.table.values...)
	if step := r.due() - r.offset; step > 0 {
		r.step = step
	}
	r.offset = r.due()
	r.given++
	r.ready, r.files.good = false, true
	return nil
}

// Close ends the source; it must not be called during a Read.
func (r *Readings) Close() error {
	r.files = nil
	if r.file == nil {
		return nil
	}
	defer func() { r.file = nil }()
	return r.file.Close()
}

// load makes a row ready, having started over at the end if that is wanted.
func (r *Readings) load() error {
	for !r.ready {
		if r.file == nil {
			if !r.files.more() {
				return io.EOF
			}
			if err := r.start(); err != nil {
				return err
			}
		}
		line, err := r.line()
		switch {
		case err == io.EOF:
			r.end()
		case err != nil:
			return r.wrap(err)
		default:
			if err := r.table.parse(line); err != nil {
				return r.wrap(err)
			}
			r.ready = len(r.table.values) > 0
		}
	}
	return nil
}

// due is when the ready row is, from the beginning of this round.
func (r *Readings) due() time.Duration {
	if r.table.timed() {
		return r.table.offset
	}
	return time.Duration(r.given) * r.opts.Every
}

// start opens the file and reads its header.
func (r *Readings) start() error {
	file, _, err := r.files.open()
	if err != nil {
		err = r.files.wrap(err)
		r.files.next++
		return err
	}
	r.file, r.row = file, 0
	r.in.Reset(file)
	r.offset, r.step, r.given = 0, r.opts.Every, 0
	line, err := r.line()
	if err == io.EOF {
		err = errors.New("no header row")
	}
	if err == nil {
		err = r.table.header(line)
	}
	if err != nil {
		err = r.wrap(err)
		r.end()
	}
	return err
}

// end closes the file. Another round begins one step after the last row.
func (r *Readings) end() {
	if r.given > 0 {
		r.begin += r.offset + r.step
	}
	_ = r.file.Close() // was only read
	r.file = nil
	r.files.next++
}

// line returns the next line that holds anything, without its end. It is valid until the next call.
func (r *Readings) line() ([]byte, error) {
	for {
		line, err := r.in.ReadSlice('\n')
		if len(line) == 0 && err == io.EOF {
			return nil, err
		}
		r.row++
		if err == bufio.ErrBufferFull {
			for err == bufio.ErrBufferFull {
				_, err = r.in.ReadSlice('\n')
			}
			return nil, fmt.Errorf("longer than %d bytes", maxLine)
		}
		if err != nil && err != io.EOF {
			return nil, err
		}
		if r.row == 1 {
			line = bytes.TrimPrefix(line, []byte("\ufeff"))
		}
		if line = bytes.TrimSpace(line); len(line) > 0 && line[0] != '#' {
			return line, nil
		}
	}
}

// wrap says of which line err speaks.
func (r *Readings) wrap(err error) error {
	return r.files.wrap(fmt.Errorf("line %d: %w", r.row, err))
}
