package prep

import (
	"bytes"
	"context"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"edged/models"
	"edged/runtime/tensor"
	"edged/sensors"
	"edged/sensors/replay"
)

// corpusFrame reads a picture as the daemon does.
func corpusFrame(t testing.TB, name string) *sensors.Frame {
	t.Helper()
	src, err := replay.OpenFrames(corpus(t, "media/images/"+name), replay.Options{Pace: replay.Fast})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	f := &sensors.Frame{}
	if err := src.Read(context.Background(), f); err != nil {
		t.Fatal(err)
	}
	f.Time = t0
	return f
}

func imageInput(t testing.TB, info tensor.Info, in models.Input, f *sensors.Frame) *tensor.Tensor {
	t.Helper()
	m, err := NewImage(info, in, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Add(f); err != nil {
		t.Fatal(err)
	}
	dst := newTensor(info)
	if _, ok, err := m.Next(dst); !ok || err != nil {
		t.Fatalf("Next: got %v, %v, want an input", ok, err)
	}
	return dst
}

// TestImageOfCorpus makes the corpus's inputs from its pictures; the corpus made them with Pillow 9.4. A BMP or PNG
// must come out exactly. JPEGs may differ by the last bit of Go's inverse cosine transform: limits are measured, the
// largest and the mean difference in pixel units, rounded up.
func TestImageOfCorpus(t *testing.T) {
	raw := models.Input{Mean: []float64{0}, Std: []float64{1}}
	for _, c := range []struct {
		model, name, media string
		in                 models.Input
		unit               float64 // what a pixel unit is in the input
		most, mean         float64
	}{
		{"mobilenet_v1_0.25_128_quant", "real-cat", "cat.bmp", models.Input{}, 1, 0, 0},
		{"mobilenet_v1_0.25_128_quant", "real-cat", "cat.bmp", models.Input{Mean: []float64{128}, Std: []float64{128}}, 1, 0, 0},
		{"mobilenet_v1_0.25_128_quant", "real-grace_hopper", "grace_hopper.bmp", models.Input{}, 1, 0, 0},
		{"mobilenet_v1_0.75_192_quant", "real-cat", "cat.bmp", models.Input{}, 1, 0, 0},
		{"mobilenet_v2_1.0_224_quant", "real-cat", "cat.bmp", models.Input{}, 1, 0, 0},
		{"mobilenet_v2_1.0_224_quant", "real-bird", "bird.bmp", models.Input{}, 1, 0, 0},
		{"mobilenet_v2_1.0_224_quant", "real-parrot", "parrot.jpg", models.Input{}, 1, 1, .05},
		{"tf2_mobilenet_v2_1.0_224_ptq", "real-cat", "cat.bmp", models.Input{}, 1, 0, 0},
		{"ssd_mobilenet_v1_coco_quant", "real-grace_hopper", "grace_hopper.bmp", models.Input{}, 1, 0, 0},
		{"ssd_mobilenet_v1_coco_quant", "real-cats_and_dogs", "cats_and_dogs.jpg", models.Input{}, 1, 2, .05},
		{"ssd_mobilenet_v1_coco_quant", "real-kite_and_cold", "kite_and_cold.jpg", models.Input{}, 1, 1, .05},
		{"vww_96_int8", "real-grace_hopper", "grace_hopper.bmp", models.Input{}, 1, 0, 0},
		{"vww_96_int8", "real-grace_hopper", "grace_hopper.bmp", models.Input{Std: []float64{255}}, 1, 0, 0},
		{"vww_96_int8", "real-person_jpg", "person.jpg", models.Input{}, 1, 1, .05},
		{"vww_96_int8", "real-no_person_jpg", "no_person.jpg", models.Input{}, 1, 1, .05},
		{"resnet8_int8", "real-cat", "cat.bmp", models.Input{}, 1, 0, 0},
		{"resnet8_int8", "real-cat", "cat.bmp", raw, 1, 0, 0},
		{"resnet8_float", "real-cat", "cat.bmp", raw, 1, 0, 0},
		{"mobilenet_v1_0.25_224_float", "real-cat", "cat.bmp", models.Input{}, 1. / 255, 1e-4, 1e-4},
		{"mobilenet_v1_0.25_224_float", "real-burger", "burger.jpg", models.Input{}, 1. / 255, 2.001, .05},
		{"posenet_075_353_481_quant", "real-posenet_test_image", "posenet_test_image.bmp", models.Input{}, 1, 0, 0},
	} {
		t.Run(c.model+"/"+c.name, func(t *testing.T) {
			info := inputInfo(t, c.model)
			got := imageInput(t, info, c.in, corpusFrame(t, c.media))
			want := corpusBytes(t, "golden/"+c.model+"/"+c.name+".in0.bin")
			if len(got.Data) != len(want) {
				t.Fatalf("got %d bytes, want %d", len(got.Data), len(want))
			}
			most, sum := 0.0, 0.0
			g, w := numbers(info.DType, got.Data), numbers(info.DType, want)
			for i := range g {
				d := math.Abs(g[i]-w[i]) / c.unit
				most, sum = max(most, d), sum+d
			}
			mean := sum / float64(len(g))
			t.Logf("differences: largest %.3g, mean %.3g", most, mean)
			if most > c.most || mean > c.mean {
				t.Errorf("differences: got largest %.3g, mean %.3g, want %.3g, %.3g", most, mean, c.most, c.mean)
			}
		})
	}
}

func numbers(d tensor.DType, data []byte) []float64 {
	var out []float64
	switch d {
	case tensor.Float32:
		for _, v := range tensor.As[float32](data) {
			out = append(out, float64(v))
		}
	case tensor.Int16:
		for _, v := range tensor.As[int16](data) {
			out = append(out, float64(v))
		}
	case tensor.Int8:
		for _, v := range tensor.As[int8](data) {
			out = append(out, float64(v))
		}
	default:
		for _, v := range data {
			out = append(out, float64(v))
		}
	}
	return out
}

// TestImagePixels puts a picture of the input's own size through, so that only the numbers change.
func TestImagePixels(t *testing.T) {
	rgb := func(p ...uint8) *sensors.Frame { return &sensors.Frame{Width: len(p) / 3, Height: 1, Pix: p} }
	grey := func(p ...uint8) *sensors.Frame {
		return &sensors.Frame{Format: sensors.Grey, Width: len(p), Height: 1, Pix: p}
	}
	q := func(scale float32, zero int64) tensor.Quant {
		return tensor.Quant{Scale: []float32{scale}, ZeroPoint: []int64{zero}}
	}
	for _, c := range []struct {
		name  string
		dtype tensor.DType
		quant tensor.Quant
		c     int
		in    models.Input
		frame *sensors.Frame
		want  []float64
	}{
		{"uint8 as it is", tensor.Uint8, q(1, 0), 3, models.Input{}, rgb(0, 128, 255), []float64{0, 128, 255}},
		{"uint8 without a scale", tensor.Uint8, tensor.Quant{}, 1, models.Input{}, grey(0, 128, 255), []float64{0, 128, 255}},
		{"int8 less 128", tensor.Int8, q(.1, 7), 1, models.Input{}, grey(0, 128, 255), []float64{-128, 0, 127}},
		{"float32 over 255", tensor.Float32, tensor.Quant{}, 1, models.Input{}, grey(0, 51, 255), []float64{0, float64(float32(.2)), 1}},
		{"int16 by its scale", tensor.Int16, q(1.0/32768, 0), 1, models.Input{}, grey(0, 51, 255), []float64{0, 6554, 32767}},
		{"int16 as it is", tensor.Int16, tensor.Quant{}, 1, models.Input{}, grey(0, 51, 255), []float64{0, 51, 255}},
		{"mean and std a channel", tensor.Float32, tensor.Quant{}, 3,
			models.Input{Mean: []float64{1, 2, 3}, Std: []float64{1, 2, 4}}, rgb(5, 6, 7), []float64{4, 2, 1}},
		{"quantized mean and std", tensor.Int8, q(.5, -10), 1,
			models.Input{Mean: []float64{100}, Std: []float64{2}}, grey(0, 100, 101, 255), []float64{-110, -10, -9, 127}},
		{"grey from colour", tensor.Uint8, q(1, 0), 1, models.Input{}, rgb(255, 0, 0, 0, 255, 0, 0, 0, 255, 1, 2, 3), []float64{76, 150, 29, 2}},
		{"colour from grey", tensor.Uint8, q(1, 0), 3, models.Input{}, grey(9, 8), []float64{9, 9, 9, 8, 8, 8}},
	} {
		t.Run(c.name, func(t *testing.T) {
			info := tensor.Info{DType: c.dtype, Shape: tensor.Shape{1, 1, c.frame.Width, c.c}, Quant: c.quant}
			got := numbers(c.dtype, imageInput(t, info, c.in, c.frame).Data)
			if len(got) != len(c.want) {
				t.Fatalf("got %v, want %v", got, c.want)
			}
			for i := range got {
				if got[i] != c.want[i] {
					t.Errorf("element %d: got %v, want %v", i, got[i], c.want[i])
				}
			}
		})
	}
}

// TestImageResizes has figures worked out by hand from the triangle filter.
func TestImageResizes(t *testing.T) {
	for _, c := range []struct {
		name string
		pix  []uint8
		w, h int // of the result
		want []uint8
	}{
		{"twice as wide", []uint8{0, 100}, 4, 1, []uint8{0, 25, 75, 100}},
		{"half as wide", []uint8{0, 0, 80, 80}, 2, 1, []uint8{11, 69}}, // weights 3/7 3/7 1/7 0 of a triangle four wide
		{"one pixel to many", []uint8{7}, 3, 2, []uint8{7, 7, 7, 7, 7, 7}},
		{"many to one", []uint8{10, 20, 30}, 1, 1, []uint8{20}},
	} {
		t.Run(c.name, func(t *testing.T) {
			info := tensor.Info{DType: tensor.Uint8, Shape: tensor.Shape{1, c.h, c.w, 1}}
			f := &sensors.Frame{Format: sensors.Grey, Width: len(c.pix), Height: 1, Pix: c.pix}
			if got := imageInput(t, info, models.Input{}, f).Data; !bytes.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestImageEvery(t *testing.T) {
	info := tensor.Info{DType: tensor.Uint8, Shape: tensor.Shape{1, 1, 1, 1}}
	m, err := NewImage(info, models.Input{}, Options{Every: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	dst := newTensor(info)
	for i, c := range []struct {
		at   time.Duration
		want bool
	}{
		{0, true}, {100 * time.Millisecond, false}, {890 * time.Millisecond, false}, {950 * time.Millisecond, true},
		{1800 * time.Millisecond, false}, {2 * time.Second, true}, {time.Second, true}, // back in time: another recording
	} {
		f := &sensors.Frame{Format: sensors.Grey, Time: t0.Add(c.at), Width: 1, Height: 1, Pix: []byte{byte(i)}}
		if err := m.Add(f); err != nil {
			t.Fatal(err)
		}
		win, ok, err := m.Next(dst)
		if err != nil || ok != c.want {
			t.Errorf("picture %d: got %v, %v, want %v", i, ok, err, c.want)
		}
		if ok && (win.Start != f.Time || win.End != f.Time || dst.Data[0] != byte(i)) {
			t.Errorf("picture %d: got %v of %v", i, dst.Data[0], win)
		}
		if _, again, _ := m.Next(dst); again {
			t.Errorf("picture %d came twice", i)
		}
	}
}

func TestImageRefuses(t *testing.T) {
	good := tensor.Info{Name: "in", DType: tensor.Uint8, Shape: tensor.Shape{1, 2, 2, 3}}
	with := func(f func(*tensor.Info)) tensor.Info { i := good; f(&i); return i }
	for _, c := range []struct {
		name string
		info tensor.Info
		in   models.Input
		want string
	}{
		{"two channels", with(func(i *tensor.Info) { i.Shape = tensor.Shape{1, 2, 2, 2} }), models.Input{}, "shape 1x2x2x2 is not a picture's"},
		{"a batch", with(func(i *tensor.Info) { i.Shape = tensor.Shape{2, 2, 2, 3} }), models.Input{}, "shape 2x2x2x3"},
		{"an unknown height", with(func(i *tensor.Info) { i.Shape = tensor.Shape{1, 0, 2, 3} }), models.Input{}, "shape 1x0x2x3"},
		{"int32", with(func(i *tensor.Info) { i.DType = tensor.Int32 }), models.Input{}, "is int32"},
		{"no scale to quantize by", good, models.Input{Mean: []float64{1}}, "0 scales"},
		{"two means", good, models.Input{Mean: []float64{1, 2}}, "mean has 2 values; the model has 3 channels"},
		{"std 0", good, models.Input{Std: []float64{0}}, "std of channel 0 is 0"},
		{"std not a number", good, models.Input{Std: []float64{math.NaN()}}, "std is NaN"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := NewImage(c.info, c.in, Options{})
			wantError(t, err, c.want)
		})
	}
	for _, c := range []struct {
		name  string
		frame sensors.Frame
	}{
		{"empty", sensors.Frame{}},
		{"short", sensors.Frame{Width: 2, Height: 2, Pix: make([]byte, 11)}},
		{"long", sensors.Frame{Width: 2, Height: 2, Pix: make([]byte, 13)}},
		{"negative", sensors.Frame{Width: -2, Height: -2, Pix: make([]byte, 12)}},
		{"overflowing", sensors.Frame{Width: 1 << 30, Height: 1 << 30, Pix: nil}},
		{"of an unknown format", sensors.Frame{Width: 1, Height: 1, Format: 9, Pix: make([]byte, 3)}},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, err := NewImage(good, models.Input{}, Options{})
			if err != nil {
				t.Fatal(err)
			}
			wantError(t, m.Add(&c.frame), "pixels of")
		})
	}
	t.Run("another tensor", func(t *testing.T) {
		m, err := NewImage(good, models.Input{}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := m.Add(&sensors.Frame{Width: 1, Height: 1, Pix: make([]byte, 3)}); err != nil {
			t.Fatal(err)
		}
		_, _, err = m.Next(newTensor(tensor.Info{DType: tensor.Int8, Shape: good.Shape}))
		wantError(t, err, `input "in": tensor is int8 of 12 bytes, prepared for uint8 of 12`)
	})
}

func testFrame(w, h int, format sensors.PixelFormat) *sensors.Frame {
	f := &sensors.Frame{Time: t0, Format: format, Width: w, Height: h, Pix: make([]byte, format.Bytes(w, h))}
	for i := range f.Pix {
		f.Pix[i] = byte(i * 7)
	}
	return f
}

func TestImageAllocatesNothing(t *testing.T) {
	frames := []*sensors.Frame{testFrame(160, 120, sensors.RGB24), testFrame(160, 120, sensors.Grey), jpegFrame(t, "face.jpg")}
	for _, format := range yuvFormats {
		frames = append(frames, testFrame(160, 120, format))
	}
	for _, f := range frames {
		for _, channels := range []int{1, 3} {
			info := tensor.Info{DType: tensor.Float32, Shape: tensor.Shape{1, 32, 32, channels}}
			m, err := NewImage(info, models.Input{}, Options{})
			if err != nil {
				t.Fatal(err)
			}
			dst := newTensor(info)
			if n := testing.AllocsPerRun(5, func() {
				if err := m.Add(f); err != nil {
					t.Fatal(err)
				}
				if _, ok, err := m.Next(dst); !ok || err != nil {
					t.Fatal(ok, err)
				}
			}); n != 0 {
				t.Errorf("%v, %d channels: got %v allocations a picture, want 0", f.Format, channels, n)
			}
		}
	}
}

func BenchmarkImage(b *testing.B) {
	for _, c := range []struct {
		name string
		w, h int
		info tensor.Info
	}{
		{"640x480to224x224x3/uint8", 640, 480, tensor.Info{DType: tensor.Uint8, Shape: tensor.Shape{1, 224, 224, 3}}},
		{"640x480to96x96x1/int8", 640, 480, tensor.Info{DType: tensor.Int8, Shape: tensor.Shape{1, 96, 96, 1}}},
		{"1920x1080to300x300x3/float32", 1920, 1080, tensor.Info{DType: tensor.Float32, Shape: tensor.Shape{1, 300, 300, 3}}},
	} {
		b.Run(strings.ReplaceAll(c.name, " ", ""), func(b *testing.B) {
			m, err := NewImage(c.info, models.Input{}, Options{})
			if err != nil {
				b.Fatal(err)
			}
			f, dst := testFrame(c.w, c.h, sensors.RGB24), newTensor(c.info)
			b.SetBytes(int64(len(f.Pix)))
			b.ReportAllocs()
			for b.Loop() {
				if err := m.Add(f); err != nil {
					b.Fatal(err)
				}
				if _, ok, err := m.Next(dst); !ok || err != nil {
					b.Fatal(ok, err)
				}
			}
		})
	}
}

// TestPassIsAsIfTaken leaves out pictures as their pace has it, without looking at them.
func TestPassIsAsIfTaken(t *testing.T) {
	info := tensor.Info{DType: tensor.Uint8, Shape: tensor.Shape{1, 2, 2, 1}}
	m, err := NewImage(info, models.Input{}, Options{Every: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	start := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	var got []bool
	for _, ms := range []int{0, 500, 950, 1000, 1800, 1900, 900} { // the last: a clock set back
		got = append(got, m.Pass(&sensors.Frame{Time: start.Add(time.Duration(ms) * time.Millisecond), Format: sensors.JPEG, Pix: []byte("no JPEG")}))
	}
	if want := []bool{true, false, true, false, false, true, true}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	dst := &tensor.Tensor{Info: info, Data: make([]byte, 4)}
	if _, ok, err := m.Next(dst); ok || err != nil {
		t.Errorf("got %v, %v of pictures that were left out", ok, err)
	}
}
