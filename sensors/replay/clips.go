package replay

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"time"

	"edged/sensors"
)

// maxClipBytes bounds one clip, whatever the rate and the channels.
const maxClipBytes = 64 << 20

// Clips is a source of sound from WAV files.
type Clips struct {
	opts   Options
	files  *files
	clock  clock
	file   fs.File // being played; nil between files
	wave   *wave
	in     *bufio.Reader
	buf    []byte
	begin  time.Duration // where the file being played begins
	played int64         // frames of it that have been given
	given  bool          // there was a clip before
}

var _ sensors.Source[sensors.Clip] = (*Clips)(nil)

// OpenClips opens a WAV or a folder of WAVs, which are then played one after the other in the order of their names: PCM
// of 8, 16, 24 or 32 bits and float of 32, channels and rate as they are. A folder's files are listed once.
func OpenClips(path string, o Options) (*Clips, error) {
	if err := o.fill(); err != nil {
		return nil, err
	}
	files, err := list(&o, path, ".wav", ".wave")
	if err != nil {
		return nil, err
	}
	return &Clips{opts: o, files: files, clock: clock{fast: o.Pace == Fast}, in: bufio.NewReader(nil)}, nil
}

// Read gives the next Options.Chunk of sound, or what is left of the file, when its end is due. The first clip of every
// file but the first has Lost -1. A file that is no WAV, or is cut short, is an error that names it, after what could be
// played; the next Read goes on with the next file.
func (c *Clips) Read(ctx context.Context, into *sensors.Clip) error {
	if c.files == nil {
		return fmt.Errorf("replay: %w", fs.ErrClosed)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if c.wave != nil && c.wave.left == 0 {
		if err := c.end(c.wave.short); err != nil {
			return err
		}
	}
	if c.wave == nil {
		if !c.files.more() {
			return io.EOF
		}
		if err := c.start(); err != nil {
			return c.end(err)
		}
	}
	return c.play(ctx, into)
}

// Close ends the source; it must not be called during a Read.
func (c *Clips) Close() error {
	c.files, c.wave, c.buf = nil, nil, nil
	if c.file == nil {
		return nil
	}
	defer func() { c.file = nil }()
	return c.file.Close()
}

// start opens the next file.
func (c *Clips) start() error {
	file, size, err := c.files.open()
	if err != nil {
		return err
	}
	c.file = file
	c.in.Reset(file)
	w, err := openWave(c.in, size)
	if err != nil {
		return err
	}
	if w.left == 0 {
		return w.short
	}
	c.wave, c.played = w, 0
	return nil
}

// end leaves the current file behind and returns err, if any, with its name.
func (c *Clips) end(err error) error {
	if err != nil {
		err = c.files.wrap(err)
	}
	if c.wave != nil {
		c.begin = c.offset(0)
		c.wave = nil
	}
	if c.file != nil {
		_ = c.file.Close() // was only read
		c.file = nil
	}
	c.files.next++
	return err
}

// play gives the file's next clip.
func (c *Clips) play(ctx context.Context, into *sensors.Clip) error {
	w := c.wave
	chunk := max(1, int64(w.rateHz)*int64(c.opts.Chunk)/int64(time.Second))
	n := min(chunk, w.left, maxClipBytes/int64(w.frameBytes()))
	start, end := c.offset(0), c.offset(n)
	if err := c.clock.wait(ctx, end); err != nil {
		return err
	}
	samples, size := int(n)*w.channels, int(n)*w.frameBytes()
	c.buf = slices.Grow(c.buf[:0], size)[:size]
	if err := w.read(c.buf); err != nil {
		return c.end(err)
	}
	into.Samples = slices.Grow(into.Samples[:0], samples)[:samples]
	w.format().Decode(into.Samples, c.buf)
	into.Start, into.End, into.Name = c.clock.at(start), c.clock.at(end), c.files.name()
	into.RateHz, into.Channels, into.Lost = w.rateHz, w.channels, 0
	if c.given && c.played == 0 {
		into.Lost = -1
	}
	w.left -= n
	c.played += n
	c.given, c.files.good = true, true
	return nil
}

// offset is where in the whole recording the frame lies that comes n after what has been given.
func (c *Clips) offset(n int64) time.Duration {
	n += c.played
	rate := int64(c.wave.rateHz)
	return c.begin + time.Duration(n/rate)*time.Second + time.Duration(n%rate*int64(time.Second)/rate)
}
