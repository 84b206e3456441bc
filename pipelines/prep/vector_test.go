package prep

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"edged/models"
	"edged/runtime/tensor"
	"edged/sensors"
)

func reading(at time.Duration, vals ...float64) *sensors.Reading {
	r := &sensors.Reading{Time: t0.Add(at)}
	for i, v := range vals {
		r.Values = append(r.Values, sensors.Value{Name: string(rune('x' + i)), Value: v})
	}
	return r
}

func TestVector(t *testing.T) {
	info := tensor.Info{Name: "in", DType: tensor.Float32, Shape: tensor.Shape{1, 2, 2, 1}}
	in := models.Input{Fields: []string{"z", "x"}, Mean: []float64{1}, Std: []float64{1, 2}}
	for _, c := range []struct {
		name     string
		every    time.Duration
		readings []*sensors.Reading
		want     []float32 // of all inputs
	}{
		{"not yet full", 0, []*sensors.Reading{reading(0, 1, 2, 3)}, nil},
		{"full", 0, []*sensors.Reading{reading(0, 1, 2, 3), reading(1, 5, 6, 7)}, []float32{2, 0, 6, 2}},
		{"slides", 0, []*sensors.Reading{reading(0, 1, 2, 3), reading(1, 5, 6, 7), reading(2, 1, 0, 1)}, []float32{2, 0, 6, 2, 6, 2, 0, 0}},
		{"every", 10, []*sensors.Reading{reading(0, 1, 0, 1), reading(1, 1, 0, 2), reading(5, 1, 0, 3), reading(11, 1, 0, 4)},
			[]float32{0, 0, 1, 0, 2, 0, 3, 0}},
		{"back in time", 0, []*sensors.Reading{reading(9, 1, 0, 1), reading(3, 1, 0, 2), reading(4, 1, 0, 3)}, []float32{1, 0, 2, 0}},
	} {
		t.Run(c.name, func(t *testing.T) {
			v, err := NewVector(info, in, Options{Every: c.every})
			if err != nil {
				t.Fatal(err)
			}
			var got []float32
			dst := newTensor(info)
			for _, r := range c.readings {
				if err := v.Add(r); err != nil {
					t.Fatal(err)
				}
				win, ok, err := v.Next(dst)
				if err != nil {
					t.Fatal(err)
				}
				if !ok {
					continue
				}
				got = append(got, tensor.As[float32](dst.Data)...)
				if win.End != r.Time || !win.Start.Before(win.End) {
					t.Errorf("got window %v", win)
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

// TestVectorOfCorpus makes the inertial model's inputs from the accelerometer's series, raw counts of 1/8.192 mg.
func TestVectorOfCorpus(t *testing.T) {
	info := inputInfo(t, "mltk_magic_wand")
	for name, first := range map[string]int{"real-taps0": 0, "real-taps256": 256} {
		v, err := NewVector(info, models.Input{Kind: models.Vector, Fields: []string{"x", "y", "z"}, Std: []float64{8.192}}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(corpusBytes(t, "media/series/gesturepod_taps.txt")), "\n")[first : first+128] {
			var xyz []float64
			for _, f := range strings.Fields(line)[:3] {
				x, err := strconv.ParseFloat(f, 64)
				if err != nil {
					t.Fatal(err)
				}
				xyz = append(xyz, x)
			}
			if err := v.Add(reading(time.Duration(i), xyz...)); err != nil {
				t.Fatal(err)
			}
		}
		dst := newTensor(info)
		if _, ok, err := v.Next(dst); !ok || err != nil {
			t.Fatal(ok, err)
		}
		got, want := numbers(info.DType, dst.Data), numbers(info.DType, corpusBytes(t, "golden/mltk_magic_wand/"+name+".in0.bin"))
		for i := range got {
			if math.Abs(got[i]-want[i]) > 1e-6*math.Abs(want[i]) {
				t.Errorf("%s: element %d: got %v, want %v", name, i, got[i], want[i])
			}
		}
	}
}

func TestVectorRefuses(t *testing.T) {
	info := tensor.Info{Name: "in", DType: tensor.Float32, Shape: tensor.Shape{1, 2}}
	fields := models.Input{Fields: []string{"x", "temperature"}}
	_, err := NewVector(info, models.Input{Fields: []string{"x"}}, Options{})
	wantError(t, err, `card names 1 fields ["x"], the model has 2`)
	_, err = NewVector(tensor.Info{Name: "in", DType: tensor.Float32, Shape: tensor.Shape{2}}, fields, Options{})
	wantError(t, err, `input "in": shape 2 is not a vector's`)
	v, err := NewVector(info, fields, Options{})
	if err != nil {
		t.Fatal(err)
	}
	wantError(t, v.Add(reading(0, 1, 2)), `reading has no "temperature"; it has "x", "y"`)
	wantError(t, v.Add(&sensors.Reading{}), `reading has no "x"; it has nothing`)
	v, err = NewVector(info, models.Input{Fields: []string{"x", "y"}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	wantError(t, v.Add(reading(0, 1, math.NaN())), `"y" is NaN`)
	if _, ok, _ := v.Next(newTensor(info)); ok {
		t.Error("a refused reading made an input")
	}
}

func TestVectorAllocatesNothing(t *testing.T) {
	info := tensor.Info{DType: tensor.Int8, Shape: tensor.Shape{1, 8, 2}, Quant: tensor.Quant{Scale: []float32{.1}}}
	v, err := NewVector(info, models.Input{Fields: []string{"x", "y"}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	r, dst := reading(0, 1, 2), newTensor(info)
	if n := testing.AllocsPerRun(20, func() {
		if err := v.Add(r); err != nil {
			t.Fatal(err)
		}
		if _, _, err := v.Next(dst); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("got %v allocations a reading, want 0", n)
	}
}
