package camera

import (
	"bytes"
	"fmt"
	"testing"

	"edged/sensors"
)

// drawn returns a picture in l's memory, padding filled with 0xee, and the same packed: each byte of a row is different.
func drawn(l *layout) (padded, packed []byte) {
	planes, n := l.planes()
	for i, p := range planes[:n] {
		for y := range p.rows {
			row := make([]byte, p.row)
			for x := range row {
				row[x] = byte(7*i + 3*y + x)
			}
			packed = append(packed, row...)
			padded = append(append(padded, row...), bytes.Repeat([]byte{0xee}, p.stride-p.row)...)
		}
	}
	return padded, packed
}

func TestUnpack(t *testing.T) {
	formats := []sensors.PixelFormat{sensors.RGB24, sensors.Grey, sensors.YUYV, sensors.NV12, sensors.YUV420}
	for _, format := range formats {
		for _, size := range [][3]int{{6, 4, 0}, {6, 4, 32}, {8, 3, 0}, {8, 3, 64}, {2, 1, 0}} {
			l := layout{format: format, width: size[0], height: size[1], stride: size[2], fullRange: true}
			if err := l.check(); err != nil {
				t.Errorf("%v: %v", l, err)
				continue
			}
			padded, packed := drawn(&l)
			if len(padded) != l.bytes() || len(packed) != format.Bytes(l.width, l.height) {
				t.Errorf("%v: got %d bytes, %d of them picture; want %d and %d", l, len(padded), len(packed), l.bytes(), format.Bytes(l.width, l.height))
			}
			var f sensors.Frame
			if err := l.unpack(append(padded, 1, 2, 3), &f); err != nil || !bytes.Equal(f.Pix, packed) {
				t.Errorf("%v: got %v (%v), want %v", l, f.Pix, err, packed)
			}
			if f.Format != format || f.Width != l.width || f.Height != l.height || !f.FullRange {
				t.Errorf("%v: got %v %dx%d", l, f.Format, f.Width, f.Height)
			}
			planes, n := l.planes()
			whole := len(padded) - (planes[n-1].stride - planes[n-1].row)
			if err := l.unpack(padded[:whole], &f); err != nil || !bytes.Equal(f.Pix, packed) {
				t.Errorf("%v: without the padding of its last row: got %v (%v), want %v", l, f.Pix, err, packed)
			}
			for n := range whole {
				if err := l.unpack(padded[:n], &f); err == nil {
					t.Errorf("%v: %d bytes of %d are taken for whole", l, n, whole)
				}
			}
		}
	}
}

func TestLayoutsThatCannotBe(t *testing.T) {
	for _, l := range []layout{
		{format: sensors.YUYV, width: 3, height: 2},
		{format: sensors.YUYV, width: 4, height: 2, stride: 7},
		{format: sensors.YUV420, width: 8, height: 2, stride: 6},
		{format: sensors.NV12, width: 5, height: 2, stride: 5},
		{format: sensors.Grey, width: 0, height: 2},
		{format: sensors.Grey, width: 9000, height: 2},
		{format: sensors.RGB24, width: 4, height: 4, stride: 1 << 17},
		{format: sensors.JPEG, width: 4, height: 4},
	} {
		if err := l.check(); err == nil {
			t.Errorf("%v: want an error", l)
		}
	}
}

func TestUnpackDoesNotAllocate(t *testing.T) {
	l := layout{format: sensors.YUV420, width: 64, height: 48, stride: 96}
	padded, _ := drawn(&l)
	var f sensors.Frame
	if n := testing.AllocsPerRun(10, func() { _ = l.unpack(padded, &f) }); n != 0 {
		t.Errorf("got %v allocations a picture, want 0", n)
	}
}

func BenchmarkUnpack(b *testing.B) {
	for _, l := range []layout{
		{format: sensors.YUYV, width: 640, height: 480},
		{format: sensors.NV12, width: 640, height: 480},
		{format: sensors.NV12, width: 640, height: 480, stride: 704},
	} {
		b.Run(fmt.Sprintf("%v/stride%d", l.format, l.stride), func(b *testing.B) {
			padded := make([]byte, l.bytes())
			var f sensors.Frame
			b.SetBytes(int64(len(padded)))
			b.ReportAllocs()
			for b.Loop() {
				if err := l.unpack(padded, &f); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
