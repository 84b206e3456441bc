package camera

import (
	"fmt"
	"io"

	"edged/sensors"
)

// rawPictures returns a reader of pictures that l describes, one after the other without anything between them.
func rawPictures(r io.Reader, l layout) func(*sensors.Frame) error {
	packed := l.format.Bytes(l.width, l.height)
	padded := make([]byte, l.bytes())
	return func(f *sensors.Frame) error {
		buf := padded
		if len(padded) == packed { // straight to where it belongs
			f.Pix = grown(f.Pix, packed)
			buf = f.Pix
		}
		switch n, err := io.ReadFull(r, buf); {
		case err == io.ErrUnexpectedEOF:
			return fmt.Errorf("%w: the stream ended inside a picture, after %d of %d bytes", sensors.ErrLost, n, len(buf))
		case err != nil:
			return lost(err)
		case len(padded) != packed:
			return l.unpack(padded, f)
		}
		f.Format, f.FullRange, f.Width, f.Height = l.format, l.fullRange, l.width, l.height
		return nil
	}
}

// grown returns b with length n, its memory reused if that is enough.
func grown(b []byte, n int) []byte {
	if cap(b) < n {
		return make([]byte, n)
	}
	return b[:n]
}
