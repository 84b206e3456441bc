package camera

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"edged/sensors"
)

// photo is a JPEG of w x h whose contents depend on n.
func photo(w, h, n int) []byte {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.SetRGBA(x, y, color.RGBA{uint8(x*7 + n*31), uint8(y*5 ^ x), uint8(x*y + n), 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		panic("camera: " + err.Error())
	}
	return b.Bytes()
}

// withThumbnail puts a segment APP1 with a whole JPEG in it after SOI.
func withThumbnail(picture, thumbnail []byte) []byte {
	n := len(thumbnail) + 2
	head := append([]byte{0xff, 0xd8, 0xff, 0xe1, byte(n >> 8), byte(n)}, thumbnail...)
	return append(head, picture[2:]...)
}

func TestUnpackJPEG(t *testing.T) {
	whole, next := photo(48, 32, 1), photo(48, 32, 2)
	small := withThumbnail(whole, photo(8, 8, 3))
	tests := []struct {
		name string
		src  []byte
		want []byte
		err  string
	}{
		{"a picture", whole, whole, ""},
		{"with zeros behind it", append(whole[:len(whole):len(whole)], make([]byte, 500)...), whole, ""},
		{"with a thumbnail", small, small, ""},
		{"a fill byte before a marker", append([]byte{0xff, 0xd8, 0xff}, whole[2:]...), append([]byte{0xff, 0xd8, 0xff}, whole[2:]...), ""},
		{"cut short", whole[:len(whole)-2], nil, "cut short"},
		{"cut short after its thumbnail", small[:len(small)-len(whole)/2], nil, "cut short"},
		{"cut short, then the next", append(whole[:len(whole)-20:len(whole)-20], next...), nil, "begins inside"},
		{"nothing", nil, nil, "no JPEG"},
		{"zeros", make([]byte, 64), nil, "no JPEG"},
		{"no scan", []byte{0xff, 0xd8, 0xff, 0xd9, 0, 0, 0, 0}, nil, "no size"},
		{"a segment of one byte", []byte{0xff, 0xd8, 0xff, 0xe0, 0, 1, 0, 0}, nil, "its own length"},
		{"no marker where one belongs", []byte{0xff, 0xd8, 0xff, 0xe0, 0, 2, 7, 7, 7, 7}, nil, "where a marker belongs"},
		{"too large", bytes.Replace(whole, []byte{0, 32, 0, 48}, []byte{0xff, 0xff, 0, 48}, 1), nil, "48x65535"},
	}
	for _, tt := range tests {
		var f sensors.Frame
		err := unpackJPEG(tt.src, &f)
		switch {
		case tt.err != "":
			if err == nil || !strings.Contains(err.Error(), tt.err) {
				t.Errorf("%s: got %v, want %q", tt.name, err, tt.err)
			}
		case err != nil || !bytes.Equal(f.Pix, tt.want) || f.Format != sensors.JPEG || f.Width != 48 || f.Height != 32 || !f.FullRange:
			t.Errorf("%s: got %v %dx%d with %d bytes (%v), want 48x32 with %d", tt.name, f.Format, f.Width, f.Height, len(f.Pix), err, len(tt.want))
		}
	}
	for n := range len(whole) - 1 {
		if err := unpackJPEG(whole[:n], &sensors.Frame{}); err == nil {
			t.Errorf("%d of %d bytes are taken for a picture", n, len(whole))
		}
	}
}

// multipart is pictures as an MJPEG server sends them.
func multipart(pictures ...[]byte) []byte {
	var b bytes.Buffer
	for _, p := range pictures {
		fmt.Fprintf(&b, "--boundary\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n%s\r\n", len(p), p)
	}
	return b.Bytes()
}

func TestStreamsOfJPEGs(t *testing.T) {
	a, b := photo(48, 32, 1), photo(64, 16, 2)
	small := withThumbnail(a, photo(8, 8, 3))
	large := withThumbnail(a, make([]byte, 65533)) // the longest segment
	tests := []struct {
		name   string
		stream []byte
		want   []string
	}{
		{"one after the other", append(a[:len(a):len(a)], b...), []string{"48x32", "64x16"}},
		{"a multipart body", multipart(a, b, small), []string{"48x32", "64x16", "48x32"}},
		{"with thumbnails", append(small[:len(small):len(small)], large...), []string{"48x32", "48x32"}},
		{"one cut short by the next", append(a[:len(a)-9:len(a)-9], b...), []string{"begins inside", "64x16"}},
		{"garbage before", append([]byte("HTTP noise \xff\xff\x00"), a...), []string{"48x32"}},
		{"a broken segment", append([]byte{0xff, 0xd8, 0xff, 0xe0, 0, 0}, b...), []string{"its own length", "64x16"}},
		{"the end inside a picture", a[:len(a)/2], []string{"inside a picture"}},
		{"no pictures at all", bytes.Repeat([]byte("no "), largestGap), []string{"no JPEG in 65536 bytes"}},
	}
	for _, tt := range tests {
		for _, r := range []io.Reader{bytes.NewReader(tt.stream), iotest.OneByteReader(bytes.NewReader(tt.stream)), iotest.DataErrReader(bytes.NewReader(tt.stream))} {
			j := newJPEGs(r)
			var got []string
			for len(got) < 10 {
				var f sensors.Frame
				err := j.next(&f)
				if err != nil {
					got = append(got, err.Error())
				} else {
					got = append(got, fmt.Sprintf("%dx%d", f.Width, f.Height))
					if _, err := jpeg.Decode(bytes.NewReader(f.Pix)); err != nil {
						t.Errorf("%s: %v", tt.name, err)
					}
				}
				if errors.Is(err, sensors.ErrLost) {
					break
				}
			}
			want := tt.want
			if !strings.Contains(want[len(want)-1], "inside a") && !strings.Contains(want[len(want)-1], "no JPEG") {
				want = append(want[:len(want):len(want)], "the stream ended")
			}
			if len(got) != len(want) {
				t.Errorf("%s: got %q, want %q", tt.name, got, want)
				continue
			}
			for i := range want {
				if !strings.Contains(got[i], want[i]) {
					t.Errorf("%s: got %q, want %q", tt.name, got, want)
				}
			}
		}
	}
}

// endlessJPEG is a picture whose scan never ends.
type endlessJPEG struct{ head []byte }

func (e *endlessJPEG) Read(p []byte) (int, error) {
	n := copy(p, e.head)
	e.head = e.head[n:]
	return n + copy(p[n:], bytes.Repeat([]byte{0x55}, len(p)-n)), nil
}

func TestAPictureWithoutEndIsBounded(t *testing.T) {
	whole := photo(48, 32, 1)
	var f sensors.Frame
	err := newJPEGs(&endlessJPEG{whole[:len(whole)-2]}).next(&f)
	if err != errHuge || len(f.Pix) > largestJPEG {
		t.Errorf("got %v and %d bytes, want %v", err, len(f.Pix), errHuge)
	}
}

func TestJPEGsDoNotAllocate(t *testing.T) {
	body := multipart(photo(48, 32, 1), photo(48, 32, 2))
	var src bytes.Reader
	j := newJPEGs(&src)
	var f, g sensors.Frame
	n := testing.AllocsPerRun(10, func() {
		src.Reset(body)
		for range 2 {
			if j.next(&f) != nil || unpackJPEG(f.Pix, &g) != nil {
				t.Fatal("no picture")
			}
		}
	})
	if n != 0 {
		t.Errorf("got %v allocations for two pictures, want 0", n)
	}
}

func BenchmarkJPEGs(b *testing.B) {
	picture := photo(640, 480, 1)
	body := multipart(picture)
	b.Run("unpack", func(b *testing.B) { // of a V4L2 buffer
		var f sensors.Frame
		b.SetBytes(int64(len(picture)))
		b.ReportAllocs()
		for b.Loop() {
			if err := unpackJPEG(picture, &f); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("stream", func(b *testing.B) { // of a server
		var src bytes.Reader
		j := newJPEGs(&src)
		var f sensors.Frame
		b.SetBytes(int64(len(picture)))
		b.ReportAllocs()
		for b.Loop() {
			src.Reset(body)
			if err := j.next(&f); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func FuzzJPEGs(f *testing.F) {
	a := photo(16, 8, 1)
	f.Add(a)
	f.Add(multipart(a, a[:len(a)-5], a))
	f.Add(withThumbnail(a, a))
	f.Fuzz(func(t *testing.T, stream []byte) {
		var whole, out sensors.Frame
		if err := unpackJPEG(stream, &out); err == nil && (out.Width < 1 || len(out.Pix) > len(stream)) {
			t.Errorf("got a picture of %dx%d in %d bytes", out.Width, out.Height, len(out.Pix))
		}
		j := newJPEGs(bytes.NewReader(stream))
		for range len(stream) + 2 {
			err := j.next(&whole)
			if errors.Is(err, sensors.ErrLost) {
				return
			}
			if err == nil && unpackJPEG(whole.Pix, &out) != nil {
				t.Errorf("a stream's picture is none by itself")
			}
		}
		t.Errorf("%d bytes never end", len(stream))
	})
}
