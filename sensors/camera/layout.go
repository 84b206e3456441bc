package camera

import (
	"fmt"

	"edged/sensors"
)

// layout says how a raw picture lies in memory that a driver or a program filled.
type layout struct {
	format        sensors.PixelFormat
	width, height int
	stride        int // bytes from one row of the first plane to the next; 0 if there is no padding
	fullRange     bool
}

// plane is a run of equal rows.
type plane struct {
	rows   int
	row    int // bytes of a row that are picture
	stride int // bytes from one row to the next
}

// planes returns the planes of l's picture, first to last; each follows at the end of the one before (V4L2: "YUV
// Formats", single-planar). The chroma rows of NV12 are as far apart as its luma rows, those of YUV420 half as far.
func (l *layout) planes() ([3]plane, int) {
	w, h, s := l.width, l.height, l.stride
	cw, ch := (w+1)/2, (h+1)/2
	var p [3]plane
	switch l.format {
	case sensors.RGB24:
		p[0] = plane{h, 3 * w, s}
	case sensors.Grey:
		p[0] = plane{h, w, s}
	case sensors.YUYV:
		p[0] = plane{h, 2 * w, s}
	case sensors.NV12:
		p[0], p[1] = plane{h, w, s}, plane{ch, 2 * cw, s}
	case sensors.YUV420:
		p[0], p[1], p[2] = plane{h, w, s}, plane{ch, cw, s / 2}, plane{ch, cw, s / 2}
	}
	n := 0
	for ; n < len(p) && p[n].rows > 0; n++ {
		if s == 0 {
			p[n].stride = p[n].row
		}
	}
	return p, n
}

// check reports what is impossible about l.
func (l *layout) check() error {
	if max(l.width, l.height) > largestSide || l.format.Bytes(l.width, l.height) == 0 {
		return fmt.Errorf("%v has no picture of %dx%d", l.format, l.width, l.height)
	}
	planes, n := l.planes()
	for _, p := range planes[:n] {
		if p.stride < p.row || p.stride > 1<<16 {
			return fmt.Errorf("%v %dx%d with rows of %d bytes, %d bytes apart", l.format, l.width, l.height, p.row, p.stride)
		}
	}
	return nil
}

// bytes returns how many bytes of memory the picture takes, padding and all. l has been checked.
func (l *layout) bytes() int {
	planes, n := l.planes()
	sum := 0
	for _, p := range planes[:n] {
		sum += p.rows * p.stride
	}
	return sum
}

// unpack copies the picture in src, without its padding, to f. A last row without its padding is whole.
func (l *layout) unpack(src []byte, f *sensors.Frame) error {
	planes, n := l.planes()
	last := planes[n-1]
	if need := l.bytes() - last.stride + last.row; len(src) < need {
		return fmt.Errorf("picture cut short: %d of %d bytes", len(src), need)
	}
	f.Format, f.FullRange, f.Width, f.Height = l.format, l.fullRange, l.width, l.height
	f.Pix = f.Pix[:0]
	for _, p := range planes[:n] {
		size := p.rows * p.stride
		if p.row == p.stride {
			f.Pix = append(f.Pix, src[:size]...)
			src = src[size:]
			continue
		}
		for y := range p.rows {
			f.Pix = append(f.Pix, src[y*p.stride:][:p.row]...)
		}
		src = src[min(size, len(src)):]
	}
	return nil
}
