package media

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"edged/pipelines"
	"edged/sensors"
)

// hidden is where the person is in the pictures of these tests, 128x96: 32…96 across and 16…80 down.
var hidden = pipelines.Box{YMin: 16. / 96, XMin: 32. / 128, YMax: 80. / 96, XMax: 96. / 128}

// person has a person at hidden, whose detail is at a pixel either of two colours.
func person(format sensors.PixelFormat, detail func(x, y int) bool) *sensors.Frame {
	f := &sensors.Frame{Format: format, Width: 128, Height: 96, FullRange: true}
	paint := f
	if format == sensors.JPEG {
		paint = &sensors.Frame{Format: sensors.RGB24, Width: 128, Height: 96}
	}
	draw(paint, func(x, y int) (color.RGBA, [3]byte) {
		switch in := x >= 32 && x < 96 && y >= 16 && y < 80; {
		case !in:
			return color.RGBA{byte(x), byte(2 * y), 200, 255}, [3]byte{byte(x + y), byte(x), byte(y)}
		case detail(x-32, y-16):
			return color.RGBA{184, 90, 88, 255}, [3]byte{184, 200, 72}
		}
		return color.RGBA{88, 182, 184, 255}, [3]byte{88, 72, 200}
	})
	if format == sensors.JPEG {
		img, _ := asImage(paint, false)
		var file bytes.Buffer
		_ = jpeg.Encode(&file, img, &jpeg.Options{Quality: 95})
		f.Time, f.Pix = paint.Time, file.Bytes()
	}
	return f
}

// guard is a door that covers persons in the pictures of cam, and the eye that finds them.
func guard() (*Door, *Eye) {
	d := NewDoor(Policy{Redact: []Redaction{{Class: "person"}}})
	e := &Eye{Pipeline: "room", Sensor: "cam", Model: "ssd", Classes: []string{"person", "dog"}, Most: 5}
	d.Add(e)
	return d, e
}

func found(name string, b pipelines.Box) pipelines.Detection {
	return pipelines.Detection{Label: pipelines.Label{Name: name, Score: 0.9}, Box: b}
}

// TestCoverKeepsNothing lets out pictures that differ in nothing but what is inside of the box: what leaves is the same to the
// last byte.
func TestCoverKeepsNothing(t *testing.T) {
	noise := rand.New(rand.NewPCG(1, 2))
	details := []func(x, y int) bool{
		func(x, y int) bool { return (x/2+y/2)%2 == 0 },
		func(x, _ int) bool { return x%4 < 2 },
		func(int, int) bool { return true },
		func(int, int) bool { return noise.IntN(2) == 0 },
	}
	for _, format := range append(raw, sensors.JPEG) {
		d, eye := guard()
		plain := NewDoor(Policy{})
		var first, open []byte
		for i, detail := range details {
			f := person(format, detail)
			p, err := d.Picture(Shot{"cam", f, []Look{{eye, []pipelines.Detection{found("person", hidden)}}}}, false)
			if err != nil {
				t.Fatal(err)
			}
			uncovered, err := plain.Picture(Shot{Sensor: "cam", Frame: f}, false)
			switch {
			case err != nil:
				t.Fatal(err)
			case i == 0:
				first, open = p.JPEG(), uncovered.JPEG()
			case !bytes.Equal(p.JPEG(), first):
				t.Errorf("%v: pictures 0 and %d, which differ inside of the box alone, leave as different ones", format, i)
			case bytes.Equal(uncovered.JPEG(), open):
				t.Errorf("%v: pictures 0 and %d are the same where nothing is covered: this test sees nothing", format, i)
			}
		}
	}
}

// TestCoverIsAllOfTheBox covers noise at all sorts of places: inside of the box and its margin no pixel is left that is not one
// of two greys, whatever was there, and outside of it all is as it was.
func TestCoverIsAllOfTheBox(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		w, h := 16+r.IntN(200), 16+r.IntN(200)
		m := image.NewYCbCr(image.Rect(0, 0, w, h), ratios[r.IntN(len(ratios))].ratio)
		for _, pix := range [][]byte{m.Y, m.Cb, m.Cr} {
			for i := range pix {
				pix[i] = byte(r.IntN(100)) // none is a grey of the cover
			}
		}
		before := bytes.Clone(m.Y)
		c := newCanvas(m)
		x, y := r.IntN(w-8), r.IntN(h-8)
		box := image.Rect(x, y, x+8+r.IntN(w-x-7), y+8+r.IntN(h-y-7))
		c.cover(c.wider(box))
		for y := range h {
			for x := range w {
				at, luma := image.Pt(x, y), m.Y[m.YOffset(x, y)]
				covered := (luma == dark || luma == bright) && m.Cb[m.COffset(x, y)] == 128 && m.Cr[m.COffset(x, y)] == 128
				switch inside := at.In(c.wider(box)); {
				case inside != covered:
					t.Fatalf("%v of %v, chroma %v: pixel %v is %d, covered: %v", box, c.size, m.SubsampleRatio, at, luma, covered)
				case !inside && luma != before[m.YOffset(x, y)]:
					t.Fatalf("%v of %v: pixel %v, outside, has changed", box, c.size, at)
				case at.In(box.Inset(-leastWider)) && !covered:
					t.Fatalf("%v of %v: pixel %v is within %d pixels of the box, and not covered", box, c.size, at, leastWider)
				}
			}
		}
	}
}

// TestThumbnailStays has a JPEG with a second picture inside, as cameras make them.
func TestThumbnailStays(t *testing.T) {
	f := person(sensors.JPEG, func(x, y int) bool { return x > y })
	secret := append([]byte("Exif\x00\x00"), bytes.Repeat([]byte("thumbnail"), 20)...)
	app1 := append([]byte{0xff, 0xe1, 0, byte(len(secret) + 2)}, secret...)
	f.Pix = bytes.Join([][]byte{f.Pix[:2], app1, f.Pix[2:]}, nil)
	d, eye := guard()
	p, err := d.Picture(Shot{"cam", f, []Look{{Eye: eye}}}, false)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(p.JPEG(), []byte("thumbnail")) {
		t.Error("the camera's thumbnail has left with a picture in which something is to be covered")
	}
}

func TestDoorFailsClosed(t *testing.T) {
	nan := float32(math.NaN())
	eye := func(change func(*Eye)) *Eye {
		e := &Eye{Pipeline: "room", Sensor: "cam", Model: "ssd", Classes: []string{"person", "dog"}, Most: 3}
		change(e)
		return e
	}
	good := eye(func(*Eye) {})
	none := []pipelines.Detection{}
	person := found("person", hidden)
	tests := []struct {
		name   string
		policy Policy
		eye    *Eye // nil is none
		looks  func(*Eye) []Look
		want   string // of the error; empty leaves
	}{
		{"nothing is to be covered", Policy{}, nil, nil, ""},
		{"pictures never leave", Policy{Never: []What{Pictures}}, nil, nil, "pictures: privacy.never keeps it here"},
		{"sound never leaves", Policy{Never: []What{Sounds}}, nil, nil, ""},
		{"of another camera", Policy{Redact: []Redaction{{"person", "door"}}}, nil, nil, ""},
		{"no eye", Policy{Redact: []Redaction{{"person", "cam"}}}, nil, nil, `covers "person", and no encoder looks for that at all of every picture`},
		{"an eye that knows no person", Policy{Redact: []Redaction{{"face", ""}}}, good, nil, `covers "face", and no encoder`},
		{"an eye that sees the middle alone", Policy{Redact: []Redaction{{"person", ""}}}, eye(func(e *Eye) { e.Part = 1 }), nil, "ssd sees but the middle of it"},
		{"an eye that rests", Policy{Redact: []Redaction{{"person", ""}}}, eye(func(e *Eye) { e.Rests = true }), nil, "ssd rests at times"},
		{"of another camera's eye", Policy{Redact: []Redaction{{"person", ""}}}, eye(func(e *Eye) { e.Sensor = "door" }), nil, "no encoder looks for that"},
		{"nobody has looked", Policy{Redact: []Redaction{{"person", ""}}}, good, func(*Eye) []Look { return nil }, `nobody has looked for "person" in it`},
		{"looked for one of two", Policy{Redact: []Redaction{{"person", ""}, {"face", ""}}}, eye(func(e *Eye) { e.Classes = []string{"person", "face"} }),
			func(e *Eye) []Look { return []Look{{&Eye{Sensor: "cam", Classes: []string{"person"}}, none}} }, `nobody has looked for "face" in it`},
		{"as many as an event holds", Policy{Redact: []Redaction{{"person", ""}}}, good,
			func(e *Eye) []Look { return []Look{{e, []pipelines.Detection{person, person, person}}} }, "ssd found as much as it can tell, 3"},
		{"a box that is none", Policy{Redact: []Redaction{{"person", ""}}}, good,
			func(e *Eye) []Look {
				return []Look{{e, []pipelines.Detection{found("person", pipelines.Box{YMin: nan, XMax: 1, YMax: 1})}}}
			}, `ssd found "person" at`},
		{"nobody was there", Policy{Redact: []Redaction{{"person", ""}}}, good, func(e *Eye) []Look { return []Look{{e, none}} }, ""},
		{"a person", Policy{Redact: []Redaction{{"person", ""}}}, good, func(e *Eye) []Look { return []Look{{e, []pipelines.Detection{person}}} }, ""},
	}
	for _, tt := range tests {
		d := NewDoor(tt.policy)
		s := Shot{Sensor: "cam", Frame: barsIn(sensors.RGB24)}
		if tt.eye != nil {
			d.Add(tt.eye)
		}
		if tt.looks != nil {
			s.Looks = tt.looks(tt.eye)
		}
		p, err := d.Picture(s, true)
		switch {
		case tt.want == "" && (err != nil || len(p.JPEG()) == 0):
			t.Errorf("%s: got %v, want a picture", tt.name, err)
		case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want) || len(p.JPEG()) > 0):
			t.Errorf("%s: got %d bytes and %v, want an error with %q", tt.name, len(p.JPEG()), err, tt.want)
		}
	}
	if _, err := NewDoor(Policy{Never: []What{Pictures}}).Picture(Shot{Sensor: "cam", Frame: barsIn(sensors.JPEG)}, false); !errors.Is(err, ErrNever) {
		t.Errorf("got %v, want ErrNever", err)
	}
}

// TestBoxes looks for the lines around what was found.
func TestBoxes(t *testing.T) {
	for _, format := range append(raw, sensors.JPEG) {
		f := person(format, func(x, y int) bool { return x > y })
		before := bytes.Clone(f.Pix)
		eye := &Eye{Sensor: "cam", Model: "ssd", Classes: []string{"person"}}
		s := Shot{"cam", f, []Look{{eye, []pipelines.Detection{found("person", hidden)}}}}
		img := let(t, NewDoor(Policy{}), s, true)
		r, g, b, _ := img.At(64, 16).RGBA()
		if lum, _, _, _ := img.At(64, 48).RGBA(); format == sensors.Grey && r>>8 < 200 || format != sensors.Grey && (g < r+50<<8 || g < b+50<<8) {
			t.Errorf("%v: got %d %d %d at the box's upper edge (and %d inside), want a line", format, r>>8, g>>8, b>>8, lum>>8)
		}
		if !bytes.Equal(f.Pix, before) {
			t.Errorf("%v: the camera's picture has been painted on", format)
		}
		guarded, e := guard()
		s.Looks[0].Eye = e
		let(t, guarded, s, true)
		if !bytes.Equal(f.Pix, before) {
			t.Errorf("%v: the camera's picture has been covered", format)
		}
	}
}

// TestBoxOfMiddlePart has an encoder that sees the middle of a wide picture: its boxes are fractions of that.
func TestBoxOfMiddlePart(t *testing.T) {
	c := newCanvas(image.NewGray(image.Rect(0, 0, 200, 100)))
	for _, tt := range []struct {
		part float64
		box  pipelines.Box
		want image.Rectangle
	}{
		{0, pipelines.Box{YMin: 0.1, XMin: 0.1, YMax: 0.5, XMax: 0.5}, image.Rect(20, 10, 100, 50)},
		{1, pipelines.Box{YMin: 0, XMin: 0, YMax: 1, XMax: 1}, image.Rect(50, 0, 150, 100)},
		{1, pipelines.Box{YMin: 0.25, XMin: 0.5, YMax: 0.5, XMax: 0.75}, image.Rect(100, 25, 125, 50)},
		{4, pipelines.Box{YMin: 0, XMin: 0, YMax: 1, XMax: 1}, image.Rect(0, 25, 200, 75)},
	} {
		if got, ok := c.area(tt.box, tt.part); got != tt.want || !ok {
			t.Errorf("%v of the part %v: got %v, want %v", tt.box, tt.part, got, tt.want)
		}
	}
}
