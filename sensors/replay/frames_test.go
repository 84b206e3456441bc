package replay

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/image/bmp"

	"edged/sensors"
)

// painted is a picture of which no two neighbours are equal.
func painted(w, h int) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for i := range img.Pix {
		img.Pix[i] = byte(i * 37)
		if i%4 == 3 {
			img.Pix[i] = 255
		}
	}
	return img
}

func encode(t *testing.T, enc func(io.Writer, image.Image) error, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := enc(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func picture(t *testing.T, w, h int) []byte { return encode(t, png.Encode, painted(w, h)) }

func openFrames(t *testing.T, path string, o Options) *Frames {
	t.Helper()
	f, err := OpenFrames(path, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func TestPixelsOfEveryKind(t *testing.T) {
	wh := image.Rect(0, 0, 5, 3)
	src := painted(5, 3)
	into := func(dst interface {
		image.Image
		Set(x, y int, c color.Color)
	}) image.Image {
		for y := range 3 {
			for x := range 5 {
				dst.Set(x, y, src.At(x, y))
			}
		}
		return dst
	}
	glass := image.NewNRGBA(wh)
	copy(glass.Pix, src.Pix)
	for i := 3; i < len(glass.Pix); i += 4 {
		glass.Pix[i] = byte(i) | 1
	}
	palette := color.Palette{color.NRGBA{1, 2, 3, 255}, color.NRGBA{200, 100, 50, 255}, color.NRGBA{0, 0, 255, 255}}
	baseline := func(w io.Writer, m image.Image) error { return jpeg.Encode(w, m, nil) }
	tests := []struct {
		name string
		data []byte
	}{
		{"colour PNG", encode(t, png.Encode, src)},
		{"colour PNG of 16 bits", encode(t, png.Encode, into(image.NewRGBA64(wh)))},
		{"PNG with transparency", encode(t, png.Encode, glass)},
		{"grey PNG", encode(t, png.Encode, into(image.NewGray(wh)))},
		{"grey PNG of 16 bits", encode(t, png.Encode, into(image.NewGray16(wh)))},
		{"PNG with a palette", encode(t, png.Encode, into(image.NewPaletted(wh, palette)))},
		{"BMP", encode(t, bmp.Encode, src)},
		{"BMP with a palette", encode(t, bmp.Encode, into(image.NewPaletted(wh, palette)))},
		{"JPEG", encode(t, baseline, src)},
		{"grey JPEG", encode(t, baseline, into(image.NewGray(wh)))},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := openFrames(t, "in", Options{Pace: Fast, FS: folder(map[string][]byte{"a.png": tt.data})})
			got, errs := drain(t, f)
			wantErrors(t, errs)
			samePixels(t, &got[0], tt.data)
		})
	}
}

// samePixels holds the frame against what package image says of each pixel, or for a JPEG in colour the formulas.
func samePixels(t *testing.T, got *sensors.Frame, data []byte) {
	t.Helper()
	img, err := decode(data)
	if err != nil {
		t.Fatal(err)
	}
	b := img.Bounds()
	if got.Width != b.Dx() || got.Height != b.Dy() || got.Format != sensors.RGB24 || len(got.Pix) != 3*b.Dx()*b.Dy() {
		t.Fatalf("got %d×%d, format %d, %d bytes, want %v in RGB24", got.Width, got.Height, got.Format, len(got.Pix), b)
	}
	if jpg, ok := img.(*image.YCbCr); ok {
		likeFormulas(t, got, jpg)
		return
	}
	for y := range b.Dy() {
		for x := range b.Dx() {
			want := color.NRGBAModel.Convert(img.At(b.Min.X+x, b.Min.Y+y)).(color.NRGBA)
			if p := got.Pix[3*(y*b.Dx()+x):]; p[0] != want.R || p[1] != want.G || p[2] != want.B {
				t.Fatalf("pixel %d,%d: got %d, want %v", x, y, p[:3], want)
			}
		}
	}
}

func TestCorpusPictures(t *testing.T) {
	dir := corpus(t, "images")
	f := openFrames(t, dir, Options{Pace: Fast})
	got, errs := drain(t, f)
	wantErrors(t, errs)
	byName := func(a, b sensors.Frame) int { return strings.Compare(a.Name, b.Name) }
	if len(got) < 20 || !slices.IsSortedFunc(got, byName) {
		t.Fatalf("got %d pictures, want 20 or more in the order of their names", len(got))
	}
	for i := range got {
		if got[i].Width*got[i].Height > 1<<19 {
			continue // the small ones go the same ways
		}
		data, err := os.ReadFile(filepath.Join(dir, got[i].Name))
		if err != nil {
			t.Fatal(err)
		}
		t.Run(got[i].Name, func(t *testing.T) { samePixels(t, &got[i], data) })
	}
}

func TestFramesAreDueAtTheirRate(t *testing.T) {
	files := folder(map[string][]byte{
		"b.png": picture(t, 2, 1), "a.PNG": picture(t, 1, 1), "c.png": picture(t, 3, 1), "x.txt": nil})
	tests := []struct {
		name string
		o    Options
		took time.Duration // real time until the fifth frame
	}{
		{"ten a second", Options{}, 400 * time.Millisecond},
		{"three a second", Options{Rate: 3}, 1333333333},
		{"fast", Options{Rate: 3, Pace: Fast}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				tt.o.FS, tt.o.Repeat = files, true
				f := openFrames(t, "in", tt.o)
				time.Sleep(time.Second) // the first Read begins, not Open
				began := time.Now()
				var frame sensors.Frame
				rate := tt.o.Rate
				if rate == 0 {
					rate = 10
				}
				for i := range 5 {
					if err := f.Read(t.Context(), &frame); err != nil {
						t.Fatal(err)
					}
					if got, want := frame.Width, i%3+1; got != want {
						t.Errorf("frame %d: got the one %d wide, want %d", i, got, want)
					}
					want := time.Duration(float64(i) / rate * 1e9)
					if got := frame.Time.Sub(began); got != want {
						t.Errorf("frame %d: got time %v, want %v", i, got, want)
					}
				}
				if got := time.Since(began); got != tt.took {
					t.Errorf("got five frames in %v, want %v", got, tt.took)
				}
			})
		})
	}
}

func TestLateReaderLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := openFrames(t, "in", Options{Repeat: true, FS: folder(map[string][]byte{"a.png": picture(t, 1, 1)})})
		var frame sensors.Frame
		began := time.Now()
		for i, pause := range []time.Duration{0, time.Second, 0, 0, 0} {
			time.Sleep(pause)
			if err := f.Read(t.Context(), &frame); err != nil {
				t.Fatal(err)
			}
			if got, want := frame.Time.Sub(began), time.Duration(i)*100*time.Millisecond; got != want {
				t.Errorf("frame %d: got time %v, want %v", i, got, want)
			}
		}
		if got := time.Since(began); got != time.Second {
			t.Errorf("got the late frames after %v, want 1s", got)
		}
	})
}

func TestReadAgainAfterTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		files := folder(map[string][]byte{"a.png": picture(t, 1, 1), "b.png": picture(t, 2, 1)})
		f := openFrames(t, "in", Options{Rate: 1, FS: files})
		var frame sensors.Frame
		if err := f.Read(t.Context(), &frame); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		if err := f.Read(ctx, &frame); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got error %v, want the context's", err)
		}
		if err := f.Read(t.Context(), &frame); err != nil || frame.Name != "b.png" {
			t.Errorf("got %q and error %v, want b.png", frame.Name, err)
		}
		if err := f.Read(t.Context(), &frame); err != io.EOF {
			t.Errorf("got error %v at the end, want EOF", err)
		}
	})
}

func TestFrameMemoryIsReused(t *testing.T) {
	files := folder(map[string][]byte{"a.png": picture(t, 9, 9), "b.png": picture(t, 4, 5)})
	f := openFrames(t, "in", Options{Pace: Fast, FS: files})
	var frame sensors.Frame
	for _, want := range []int{3 * 9 * 9, 3 * 4 * 5} {
		before := frame.Pix
		if err := f.Read(t.Context(), &frame); err != nil {
			t.Fatal(err)
		}
		if len(frame.Pix) != want {
			t.Errorf("got %d bytes, want %d", len(frame.Pix), want)
		}
		if before != nil && &before[0] != &frame.Pix[0] {
			t.Error("got new memory for a smaller picture, want the reader's reused")
		}
	}
}

// bomb is a small PNG whose header claims w×h pixels: RFC 2083, section 4.1.1; IHDR begins at byte 12.
func bomb(t *testing.T, w, h uint32) []byte {
	b := picture(t, 1, 1)
	binary.BigEndian.PutUint32(b[16:], w)
	binary.BigEndian.PutUint32(b[20:], h)
	binary.BigEndian.PutUint32(b[29:], crc32.ChecksumIEEE(b[12:29]))
	return b
}

func TestBadPictures(t *testing.T) {
	good := picture(t, 4, 4)
	baseline := func(w io.Writer, m image.Image) error { return jpeg.Encode(w, m, nil) }
	files := map[string][]byte{
		"1 empty.png":     nil,
		"2 text.jpg":      []byte("this is no picture"),
		"3 short.png":     good[:len(good)-20],
		"4 bomb.png":      bomb(t, 1<<20, 65), // 65 Mi pixels
		"5 garbage.jpg":   []byte("\xff\xd8\xff\xe0garbage"),
		"6 empty.bmp":     []byte("BM"),
		"7 good.png":      good,
		"8 short.jpg":     encode(t, baseline, painted(64, 64))[:700],
		"9 good too.jpeg": good, // by content
	}
	want := []string{"in/1 empty.png: 0 bytes are no JPEG", "in/2 text.jpg: 18 bytes", "in/3 short.png: PNG: ",
		"in/4 bomb.png: PNG of 1048576×65 pixels", "in/5 garbage.jpg: JPEG: ", "in/6 empty.bmp: BMP: ", "in/8 short.jpg: JPEG: "}
	got, errs := drain(t, openFrames(t, "in", Options{Pace: Fast, FS: folder(files)}))
	wantErrors(t, errs, want...)
	if len(got) != 2 || got[0].Name != "7 good.png" || got[1].Name != "9 good too.jpeg" {
		t.Errorf("got %d pictures, want the two good ones", len(got))
	}
	if d := got[1].Time.Sub(got[0].Time); d != 200*time.Millisecond {
		t.Errorf("got the good ones %v apart, want 200ms: the bad one has its turn", d)
	}
}

func TestRepeatingNothingGoodEnds(t *testing.T) {
	files := folder(map[string][]byte{"a.png": nil, "b.png": nil, "a.wav": nil, "a.csv": []byte("x\nno\n")})
	o := Options{Repeat: true, FS: files}
	_, errs := drain(t, openFrames(t, "in", o))
	wantErrors(t, errs, "in/a.png", "in/b.png")
	c, err := OpenClips("in", o)
	if err != nil {
		t.Fatal(err)
	}
	_, errs = drain(t, c)
	wantErrors(t, errs, "in/a.wav: 0 bytes are no WAV")
	r, err := OpenReadings("in", o)
	if err != nil {
		t.Fatal(err)
	}
	_, errs = drain(t, r)
	wantErrors(t, errs, `in/a.csv: line 2: column "x": "no" is not a number`)
}

func BenchmarkFrames(b *testing.B) {
	for _, size := range []int{96, 640} {
		b.Run(fmt.Sprintf("jpeg%dx%d", size, size*3/4), func(b *testing.B) {
			var data bytes.Buffer
			if err := jpeg.Encode(&data, painted(size, size*3/4), nil); err != nil {
				b.Fatal(err)
			}
			files := folder(map[string][]byte{"a.jpg": data.Bytes()})
			f, err := OpenFrames("in", Options{Pace: Fast, Repeat: true, FS: files})
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			var frame sensors.Frame
			for b.Loop() {
				if err := f.Read(b.Context(), &frame); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
