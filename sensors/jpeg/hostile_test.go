package jpeg

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

// edit returns data with old, which must be there, replaced by new.
func edit(t *testing.T, data []byte, old, new string) []byte {
	t.Helper()
	if !bytes.Contains(data, []byte(old)) {
		t.Fatalf("the picture has no %q", old)
	}
	return bytes.Replace(data, []byte(old), []byte(new), 1)
}

// TestDecodeRefuses changes a few bytes of headers.
func TestDecodeRefuses(t *testing.T) {
	const (
		frameHead = "\xff\xc0\x00\x11\x08\x00\x3d\x00\x5d\x03\x01\x22\x00\x02\x11\x01\x03\x11\x01"
		scan      = "\xff\xda\x00\x0c\x03\x01\x00\x02\x11\x03\x11\x00\x3f\x00"
	)
	small := testdata(t, "420.jpg")
	for _, c := range []struct {
		name     string
		data     []byte
		want     string
		supports bool // the error is not about what this package lacks
	}{
		{"nothing", nil, "byte 0: is no JPEG", true},
		{"a PNG", []byte("\x89PNG\r\n\x1a\n"), "is no JPEG", true},
		{"only ends", []byte("\xff\xd8\xff\xd9"), "cut short before all of its components", true},
		{"only fill bytes", append([]byte("\xff\xd8"), bytes.Repeat([]byte{0xff}, 1000)...), "cut short where a marker is due", true},
		{"a segment of no length", []byte("\xff\xd8\xff\xe0\x00\x01"), "segment e0 has length 1", true},
		{"no width", edit(t, small, "\x00\x3d\x00\x5d", "\x00\x3d\x00\x00"), "picture of 0x61 pixels", true},
		{"height told later", edit(t, small, "\x00\x3d\x00\x5d", "\x00\x00\x00\x5d"), "picture of 93x0 pixels", true},
		{"a large picture in few bytes", edit(t, small, "\x00\x3d\x00\x5d", "\x10\x00\x10\x00"), "fewer bits than 4096x4096 pixels", true},
		{"too large", edit(t, small, "\x00\x3d\x00\x5d", "\xff\xff\xff\xff"), "a picture of 65535x65535 pixels", false},
		{"12 bits", edit(t, small, "\x11\x08\x00\x3d", "\x11\x0c\x00\x3d"), "12 bits a sample not supported", false},
		{"lossless", edit(t, small, "\xff\xc0\x00\x11", "\xff\xc3\x00\x11"), "(frame c3) not supported", false},
		{"arithmetic", testdata(t, "arithmetic.jpg"), "arithmetic coding (frame c9) not supported", false},
		{"RGB", testdata(t, "rgb.jpg"), "red, green and blue not supported", false},
		{"components R, G and B", edit(t, edit(t, edit(t, small, "JFIF", "none"), "\x03\x01\x22\x00\x02\x11\x01\x03\x11", "\x03R\x22\x00G\x11\x01B\x11"), "\x03\x01\x00\x02\x11\x03\x11\x00\x3f", "\x03R\x00G\x11B\x11\x00\x3f"),
			"red, green and blue not supported", false},
		{"four components", edit(t, small, frameHead, strings.Replace(frameHead, "\x03\x01\x22", "\x04\x01\x22", 1)), "4 components not supported", false},
		{"a sampling of 0", edit(t, small, "\x03\x01\x22", "\x03\x01\x02"), "component 1 has sampling 0x2", true},
		{"a sampling of 5", edit(t, small, "\x03\x01\x22", "\x03\x01\x52"), "component 1 has sampling 5x2", true},
		{"11 blocks in a unit", edit(t, small, "\x03\x01\x22", "\x03\x01\x33"), "11 blocks in a unit", true},
		{"two components 1", edit(t, small, "\x02\x11\x01\x03", "\x01\x11\x01\x03"), "two components 1", true},
		{"two frames", edit(t, small, frameHead, frameHead+frameHead), "second frame header", true},
		{"no quantization table", edit(t, small, "\x02\x11\x01\x03", "\x02\x11\x03\x03"), "no quantization table 3", true},
		{"no Huffman table", edit(t, small, scan, strings.Replace(scan, "\x03\x11", "\x03\x12", 1)), "no Huffman table 2 of class 1", true},
		{"scan of another component", edit(t, small, scan, strings.Replace(scan, "\x03\x11", "\x04\x11", 1)), "no component 4", true},
		{"scan of one component twice", edit(t, small, scan, strings.Replace(scan, "\x03\x11", "\x02\x11", 1)), "component 2 again", true},
		{"scan before the frame", append([]byte("\xff\xd8"), scan...), "comes before the frame header", true},
		{"too many codes", edit(t, small, "\xff\xc4\x00\x1f\x00\x00\x01\x05", "\xff\xc4\x00\x1f\x00\x03\x01\x02"), "more codes than fit", true},
		{"more symbols than bytes", edit(t, small, "\xff\xc4\x00\x1f\x00\x00", "\xff\xc4\x00\x1f\x00\xff"), "267 symbols", true},
		{"a restart marker missed", edit(t, testdata(t, "420-restart.jpg"), "\xff\xd1", "\xff\xd2"), "marker d2, want restart marker d1 of unit 6", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			var d Decoder
			_, err := d.Decode(c.data, Scale{1, 1})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got %v, want %q in it", err, c.want)
			}
			var format *FormatError
			var lacks UnsupportedError
			if errors.As(err, &format) != c.supports || errors.As(err, &lacks) == c.supports {
				t.Errorf("got a %T", err)
			}
		})
	}
}

// TestDecodeEndsScans has a progressive picture say the same a thousand times.
func TestDecodeEndsScans(t *testing.T) {
	data := testdata(t, "420-progressive.jpg")
	from := bytes.Index(data, []byte("\xff\xda"))
	n := bytes.Index(data[from:], []byte("\xff\xc4"))
	data = append(data[:from:from], bytes.Repeat(data[from:from+n], 1000)...)
	var d Decoder
	if _, err := d.Decode(data, Scale{1, 1}); err == nil || !strings.Contains(err.Error(), "more than 100 scans") {
		t.Errorf("got %v, want that there are too many scans", err)
	}
}

func FuzzDecode(f *testing.F) {
	for _, g := range goldens {
		f.Add(testdata(f, g.name), uint8(0))
	}
	f.Add(testdata(f, "rgb.jpg"), uint8(1))
	f.Add(testdata(f, "arithmetic.jpg"), uint8(2))
	var d Decoder
	f.Fuzz(func(t *testing.T, data []byte, scale uint8) {
		s := Scale{1 << (scale & 3), 1 << (scale >> 2 & 3)}
		if scale&0x80 != 0 {
			s.Chroma = 0
		}
		head, headErr := Config(data)
		p, err := d.Decode(data, s)
		if err != nil {
			return
		}
		if headErr != nil || head != p.Header {
			t.Errorf("got the header %+v, %v, and of the picture %+v", head, headErr, p.Header)
		}
		for _, plane := range []Plane{p.Y, p.U, p.V} {
			if plane.Height > 0 && len(plane.Pix) < (plane.Height-1)*plane.Stride+plane.Width {
				t.Errorf("got %d bytes for %d rows of %d, each %d after the one before", len(plane.Pix), plane.Height, plane.Width, plane.Stride)
			}
		}
	})
}
