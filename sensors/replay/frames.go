package replay

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"io/fs"
	"time"

	"golang.org/x/image/bmp"

	"edged/sensors"
)

// Limits of one picture: a hostile file must not take the board's memory.
const (
	maxPixels = 64 << 20
	maxBytes  = 128 << 20
)

// Frames is a source of pictures from files.
type Frames struct {
	opts  Options
	files *files
	clock clock
	given int64 // pictures given or failed
	data  bytes.Buffer
}

var _ sensors.Source[sensors.Frame] = (*Frames)(nil)

// OpenFrames opens a picture or a folder of pictures, which are then given in the order of their names: JPEG, PNG and
// BMP, told apart by content. A folder's files are listed once.
func OpenFrames(path string, o Options) (*Frames, error) {
	if err := o.fill(); err != nil {
		return nil, err
	}
	files, err := list(&o, path, ".jpg", ".jpeg", ".png", ".bmp")
	if err != nil {
		return nil, err
	}
	return &Frames{opts: o, files: files, clock: clock{fast: o.Pace == Fast}}, nil
}

// Read gives the next picture when it is due, as RGB24 whatever the file holds: grey becomes three equal bytes, an alpha
// channel is dropped, EXIF orientation is not applied. A file that is no picture is an error that names it, and the next
// Read goes on behind it.
func (f *Frames) Read(ctx context.Context, into *sensors.Frame) error {
	if f.files == nil {
		return fmt.Errorf("replay: %w", fs.ErrClosed)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if !f.files.more() {
		return io.EOF
	}
	offset := time.Duration(float64(f.given) / f.opts.Rate * float64(time.Second))
	if err := f.load(into); err != nil {
		err = f.files.wrap(err)
		f.files.next++
		f.given++
		return err
	}
	if err := f.clock.wait(ctx, offset); err != nil {
		return err
	}
	into.Time, into.Name = f.clock.at(offset), f.files.name()
	f.files.good = true
	f.files.next++
	f.given++
	return nil
}

// Close ends the source; it must not be called during a Read.
func (f *Frames) Close() error {
	f.files = nil
	f.data = bytes.Buffer{}
	return nil
}

// load reads and decodes the next file.
func (f *Frames) load(into *sensors.Frame) error {
	file, size, err := f.files.open()
	if err != nil {
		return err
	}
	defer file.Close()
	if size > maxBytes {
		return fmt.Errorf("%d bytes are too many for a picture, at most %d", size, maxBytes)
	}
	f.data.Reset()
	if _, err := f.data.ReadFrom(io.LimitReader(file, maxBytes)); err != nil {
		return err
	}
	img, err := decode(f.data.Bytes())
	if err != nil {
		return err
	}
	toRGB(into, img)
	return nil
}

// format is one kind of picture file.
type format struct {
	name   string
	magic  string
	config func(io.Reader) (image.Config, error)
	decode func(io.Reader) (image.Image, error)
}

var formats = [...]format{
	{"JPEG", "\xff\xd8", jpeg.DecodeConfig, jpeg.Decode},
	{"PNG", "\x89PNG\r\n\x1a\n", png.DecodeConfig, png.Decode},
	{"BMP", "BM", bmp.DecodeConfig, bmp.Decode},
}

// decode unpacks a picture, unless its header says that it is empty or too large.
func decode(data []byte) (image.Image, error) {
	for _, k := range &formats {
		if !bytes.HasPrefix(data, []byte(k.magic)) {
			continue
		}
		c, err := k.config(bytes.NewReader(data))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", k.name, err)
		}
		if c.Width <= 0 || c.Height <= 0 || int64(c.Width)*int64(c.Height) > maxPixels {
			return nil, fmt.Errorf("%s of %d×%d pixels, want 1 to %d in all", k.name, c.Width, c.Height, maxPixels)
		}
		img, err := k.decode(bytes.NewReader(data))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", k.name, err)
		}
		return img, nil
	}
	return nil, fmt.Errorf("%d bytes are no JPEG, PNG or BMP", len(data))
}
