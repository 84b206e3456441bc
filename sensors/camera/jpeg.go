package camera

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"

	"edged/sensors"
)

// The markers of ITU-T T.81 table B.1 that matter here; each follows a byte 0xff.
const (
	markerTEM  = 0x01
	markerSOF0 = 0xc0 // to 0xcf, but for the three below
	markerDHT  = 0xc4
	markerJPG  = 0xc8
	markerDAC  = 0xcc
	markerRST0 = 0xd0
	markerRST7 = 0xd7
	markerSOI  = 0xd8
	markerEOI  = 0xd9
	markerSOS  = 0xda
)

var (
	errNoJPEG  = errors.New("no JPEG: it does not begin with one")
	errCut     = errors.New("JPEG cut short")
	errTwo     = errors.New("JPEG damaged: the next one begins inside it")
	errNoSize  = errors.New("JPEG damaged: no size before its first scan")
	errSegment = errors.New("JPEG damaged: a segment of less than its own length")
)

// unpackJPEG copies the JPEG in src to f, without what cameras append to it, and takes the size from the picture itself:
// what the driver says of it may be another (v4l2loopback). Pictures that are cut short, as USB cameras give them, are an
// error.
func unpackJPEG(src []byte, f *sensors.Frame) error {
	f.Pix = append(f.Pix[:0], src...) // at once: a driver's memory may be slow to read
	w, h, scan, err := jpegHeader(f.Pix)
	if err != nil {
		return err
	}
	// Coded data has no marker but RST, so that the last EOI is the picture's, or else an appended picture's.
	end := bytes.LastIndex(f.Pix[scan:], []byte{0xff, markerEOI})
	if end < 0 {
		return fmt.Errorf("%w: %d bytes without an end", errCut, len(src))
	}
	f.Pix = f.Pix[:scan+end+2]
	if bytes.Contains(f.Pix[scan:], []byte{0xff, markerSOI}) {
		return errTwo
	}
	f.Format, f.FullRange, f.Width, f.Height = sensors.JPEG, true, w, h
	return nil
}

// jpegHeader walks the segments up to the first scan. It returns the picture's size and where that scan's coded data begin.
func jpegHeader(src []byte) (w, h, scan int, err error) {
	if len(src) < 2 || src[0] != 0xff || src[1] != markerSOI {
		return 0, 0, 0, errNoJPEG
	}
	for at := 2; ; {
		for at < len(src)-1 && src[at] == 0xff && src[at+1] == 0xff { // fill bytes
			at++
		}
		if len(src)-at < 4 {
			return 0, 0, 0, errCut
		}
		marker, length := src[at+1], int(binary.BigEndian.Uint16(src[at+2:]))
		switch {
		case src[at] != 0xff:
			return 0, 0, 0, fmt.Errorf("JPEG damaged: byte %#02x at %d, where a marker belongs", src[at], at)
		case marker == markerEOI:
			return 0, 0, 0, errNoSize
		case length < 2:
			return 0, 0, 0, errSegment
		case marker == markerSOS && w == 0:
			return 0, 0, 0, errNoSize
		case isSOF(marker):
			if w, h, err = sofSize(src[at+4:]); err != nil {
				return 0, 0, 0, err
			}
		}
		at += 2 + length
		switch {
		case at > len(src):
			return 0, 0, 0, errCut
		case marker == markerSOS:
			return w, h, at, nil
		}
	}
}

// isSOF reports whether marker begins a frame header.
func isSOF(marker byte) bool {
	return marker&0xf0 == markerSOF0 && marker != markerDHT && marker != markerJPG && marker != markerDAC
}

// sofSize reads the size in a frame header, which begins with the samples' precision (T.81 B.2.2).
func sofSize(src []byte) (w, h int, err error) {
	if len(src) < 5 {
		return 0, 0, errCut
	}
	h, w = int(binary.BigEndian.Uint16(src[1:])), int(binary.BigEndian.Uint16(src[3:]))
	if min(w, h) < 1 || max(w, h) > largestSide {
		return 0, 0, fmt.Errorf("JPEG of %dx%d; want 1x1 to %dx%[3]d", w, h, largestSide)
	}
	return w, h, nil
}
