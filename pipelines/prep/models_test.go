package prep

import (
	"math"
	"strings"
	"testing"

	"edged/models"
	"edged/runtime"
	"edged/sensors"
)

// TestModelsSeeTheSame asks models what they see in a camera's picture, and in the same one converted to RGB before it is
// resized: the same class, with a score that differs by no more than was measured. The first model is a weak one, and
// the cat one that it is not sure of.
func TestModelsSeeTheSame(t *testing.T) {
	for _, c := range []struct {
		model, picture string
		most           float64 // difference of the score
	}{
		{"classification/mobilenet_v1_0.25_128_quant", "cat.bmp", .06},
		{"classification/mobilenet_v1_0.25_128_quant", "grace_hopper.bmp", .03},
		{"classification/mobilenet_v1_0.25_128_quant", "parrot.jpg", .08},
		{"vww/vww_96_int8", "grace_hopper.bmp", .02},
		{"vww/vww_96_int8", "person.jpg", .02},
		{"vww/vww_96_int8", "no_person.jpg", .01},
	} {
		t.Run(c.model+"/"+c.picture, func(t *testing.T) {
			s, err := runtime.Open(corpus(t, "models/"+c.model+".tflite"), runtime.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			check := func(f, converted *sensors.Frame) {
				class, score := seen(t, s, converted)
				gotClass, got := seen(t, s, f)
				t.Logf("%v: class %d %.3f, converted first class %d %.3f", f.Format, gotClass, got, class, score)
				if gotClass != class || math.Abs(got-score) > c.most {
					t.Errorf("%v: got class %d, score %.3f, want %d, %.3f ± %.3f", f.Format, gotClass, got, class, score, c.most)
				}
			}
			rgb := corpusFrame(t, c.picture)
			for _, format := range yuvFormats {
				f := toYUV(evenFrame(rgb), format, false)
				check(f, toRGB(f))
			}
			if strings.HasSuffix(c.picture, ".jpg") {
				check(jpegFrame(t, c.picture), rgb)
			}
		})
	}
}

// seen returns the first class and its score.
func seen(t *testing.T, s runtime.Session, f *sensors.Frame) (class int, score float64) {
	t.Helper()
	copy(s.Input(0).Data, imageInput(t, s.Input(0).Info, models.Input{}, f).Data)
	if err := s.Invoke(t.Context()); err != nil {
		t.Fatal(err)
	}
	out := s.Output(0)
	scale, zero, err := out.Affine()
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range numbers(out.DType, out.Data) {
		if v = (v - float64(zero)) * float64(scale); i == 0 || v > score {
			class, score = i, v
		}
	}
	return class, score
}
