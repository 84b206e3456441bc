package camera

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"

	"edged/sensors"
)

// largestJPEG bounds one picture of a stream, largestGap what stands between two: the boundary and headers of a
// multipart body (RFC 2046 section 5.1), or nothing.
const largestJPEG, largestGap = 16 << 20, 64 << 10

var errHuge = fmt.Errorf("JPEG of more than %d bytes", largestJPEG)

// jpegs reads JPEGs that stand one after the other, whatever is between them: so a multipart body needs no treatment of
// its own, and one whose boundaries or lengths are wrong is read all the same.
type jpegs struct {
	r     *bufio.Reader
	begun bool // the next picture's SOI has been read already
}

// newJPEGs returns a reader whose buffer holds the longest segment.
func newJPEGs(r io.Reader) *jpegs { return &jpegs{r: bufio.NewReaderSize(r, 64<<10)} }

// next reads one picture into f. An error that wraps sensors.ErrLost ends the stream; after others the next picture may
// be whole.
func (j *jpegs) next(f *sensors.Frame) error {
	if err := j.seek(); err != nil {
		return err
	}
	f.Pix = append(f.Pix[:0], 0xff, markerSOI)
	switch err := j.body(f); err {
	case nil:
	case errTwo, errSegment, errHuge:
		return err
	case io.EOF:
		return fmt.Errorf("%w: the stream ended inside a picture", sensors.ErrLost)
	default:
		return lost(err)
	}
	w, h, scan, err := jpegHeader(f.Pix)
	switch {
	case err != nil:
		return err
	case bytes.Contains(f.Pix[scan:], []byte{0xff, markerSOI}): // in a segment behind a scan
		return errTwo
	}
	f.Format, f.FullRange, f.Width, f.Height = sensors.JPEG, true, w, h
	return nil
}

// seek reads up to a picture's beginning.
func (j *jpegs) seek() error {
	if j.begun {
		j.begun = false
		return nil
	}
	for gap := 0; gap < largestGap; {
		chunk, err := j.r.ReadSlice(0xff)
		gap += len(chunk)
		if err == bufio.ErrBufferFull {
			continue
		}
		if err != nil {
			return lost(err)
		}
		switch next, err := j.r.Peek(1); {
		case err != nil:
			return lost(err)
		case next[0] == markerSOI:
			_, err := j.r.Discard(1)
			return err
		}
	}
	return fmt.Errorf("%w: no JPEG in %d bytes", sensors.ErrLost, largestGap)
}

// lost is what a stream's end or failure means to its reader.
func lost(err error) error {
	if err == io.EOF {
		return fmt.Errorf("%w: the stream ended", sensors.ErrLost)
	}
	return fmt.Errorf("%w: %w", sensors.ErrLost, err)
}

// body appends what follows SOI, to EOI.
func (j *jpegs) body(f *sensors.Frame) error {
	for {
		marker, err := j.marker(f)
		switch {
		case err != nil:
			return err
		case marker == markerEOI:
			return nil
		case marker == markerSOI:
			j.begun = true
			return errTwo
		case marker == markerTEM, markerRST0 <= marker && marker <= markerRST7:
			continue
		}
		if err := j.segment(f); err != nil {
			return err
		}
	}
}

// marker appends what stands before the next marker, coded data with its stuffed bytes, and then the marker.
func (j *jpegs) marker(f *sensors.Frame) (byte, error) {
	for {
		chunk, err := j.r.ReadSlice(0xff)
		if len(f.Pix)+len(chunk) > largestJPEG {
			return 0, errHuge
		}
		f.Pix = append(f.Pix, chunk...)
		if err == bufio.ErrBufferFull {
			continue
		}
		if err != nil {
			return 0, err
		}
		b, err := j.r.ReadByte()
		switch {
		case err != nil:
			return 0, err
		case b == 0xff: // a fill byte; the one that counts is read again
			if err := j.r.UnreadByte(); err != nil {
				return 0, err
			}
			f.Pix = f.Pix[:len(f.Pix)-1]
			continue
		}
		f.Pix = append(f.Pix, b)
		if b != 0 {
			return b, nil
		}
	}
}

// segment appends a segment, length and all. What stands in it, a thumbnail say, is not looked at.
func (j *jpegs) segment(f *sensors.Frame) error {
	head, err := j.r.Peek(2)
	if err != nil {
		return err
	}
	length := int(binary.BigEndian.Uint16(head))
	if length < 2 {
		return errSegment
	}
	if len(f.Pix)+length > largestJPEG {
		return errHuge
	}
	chunk, err := j.r.Peek(length)
	f.Pix = append(f.Pix, chunk...)
	if err != nil {
		return err
	}
	_, err = j.r.Discard(length)
	return err
}
