package prep

import (
	"math"
	"slices"
	"testing"
	"time"

	"edged/models"
	"edged/runtime/tensor"
	"edged/sensors"
)

// said is a reading of named values, in seconds after t0.
func said(at float64, values ...any) *sensors.Reading {
	r := &sensors.Reading{Time: t0.Add(time.Duration(at * 1e9))}
	for i := 0; i < len(values); i += 2 {
		r.Values = append(r.Values, sensors.Value{Name: values[i].(string), Value: values[i+1].(float64)})
	}
	return r
}

func shaken(at, x, y, z float64) *sensors.Reading {
	return said(at, "acceleration_x", x, "acceleration_y", y, "acceleration_z", z)
}

func TestSeries(t *testing.T) {
	in := models.Input{Kind: models.Vector, Fields: []string{"a", "b"}, Mean: []float64{1, 0}, Std: []float64{1, 2},
		Missing: models.Mask, Period: models.Duration(time.Second)}
	air := in
	air.Fields, air.Mean, air.Std = []string{"a", "vibration", "shock"}, nil, nil
	for _, c := range []struct {
		name     string
		in       models.Input
		readings []*sensors.Reading
		want     []float32 // the last input, [3, 2F]
	}{
		{"one reading", in, []*sensors.Reading{said(0, "a", 3.0, "b", 4.0)}, []float32{0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 1, 1}},
		{"a row a second", in, []*sensors.Reading{said(0, "a", 1.0), said(1, "a", 2.0), said(2, "a", 3.0), said(3, "a", 4.0)},
			[]float32{1, 0, 1, 0, 2, 0, 1, 0, 3, 0, 1, 0}},
		{"a gap", in, []*sensors.Reading{said(0, "a", 2.0, "b", 2.0), said(2, "a", 3.0)},
			[]float32{1, 1, 1, 1, 0, 0, 0, 0, 2, 0, 1, 0}},
		{"the newest of a second", in, []*sensors.Reading{said(1.3, "a", 9.0), said(1.7, "a", 5.0), said(2, "b", 2.0)},
			[]float32{0, 0, 0, 0, 0, 0, 0, 0, 4, 1, 1, 1}},
		{"not a number", in, []*sensors.Reading{said(0, "a", math.NaN(), "b", 2.0), said(1, "a", 2.0, "b", math.Inf(1))},
			[]float32{0, 0, 0, 0, 0, 1, 0, 1, 1, 0, 1, 0}},
		{"a clock that jitters", in, []*sensors.Reading{said(0.05, "a", 1.0), said(0.98, "a", 2.0), said(2.06, "a", 3.0)},
			[]float32{0, 0, 1, 0, 1, 0, 1, 0, 2, 0, 1, 0}},
		{"two sensors, one slow", in, []*sensors.Reading{said(0.1, "b", 2.0), said(0.5, "a", 2.0), said(1.5, "a", 3.0), said(2.1, "b", 4.0), said(2.5, "a", 4.0)},
			[]float32{1, 1, 1, 1, 2, 0, 1, 0, 3, 2, 1, 1}},
		{"two sensors, one late", in, []*sensors.Reading{said(2, "a", 2.0), said(0.5, "b", 2.0), said(0.2, "b", 4.0)},
			[]float32{0, 0, 0, 0, 0, 1, 0, 1, 1, 0, 1, 0}},
		{"another recording", in, []*sensors.Reading{said(100, "a", 2.0), said(0, "b", 2.0)}, []float32{0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1}},
		{"vibration", air, []*sensors.Reading{shaken(0, 1, 1, 1), shaken(0.25, 0.3, 0, 1), shaken(0.5, -0.3, 0, 1), shaken(0.75, 0.9, 0, 1),
			shaken(1, -0.9, 0, 1), said(1.9, "a", 1.0), shaken(2, 1, 1, 1)},
			[]float32{0, 0, 0, 0, 0, 0, 0, float32(math.Sqrt(0.45)), 0.9, 0, 1, 1, 1, 0, 0, 1, 0, 0}},
		{"a vibration that a reading has", air, []*sensors.Reading{said(1, "vibration", 0.5, "shock", 2.0), shaken(0.9, 0, 0, 1), shaken(1.05, 0, 0, 2), shaken(2, 0, 0, 1)},
			[]float32{0, 0, 0, 0, 0, 0, 0, 0.5, 2, 0, 1, 1, 0, 0, 0, 0, 0, 0}},
	} {
		t.Run(c.name, func(t *testing.T) {
			info := tensor.Info{Name: "air", DType: tensor.Float32, Shape: tensor.Shape{1, 3, 2 * len(c.in.Fields)}}
			s, err := ForReading(info, c.in, Options{})
			if err != nil {
				t.Fatal(err)
			}
			dst := newTensor(info)
			newest := t0
			for i, r := range c.readings {
				if r.Time.After(newest) || i == len(c.readings)-1 && c.name == "another recording" {
					newest = r.Time
				}
				if err := s.Add(r); err != nil {
					t.Fatal(err)
				}
				w, ok, err := s.Next(dst)
				if !ok || err != nil || !w.End.Equal(newest) || w.End.Sub(w.Start) != 3*time.Second {
					t.Fatalf("got %v, %v, %v, want a window that ends at %v", w, ok, err, newest)
				}
				if _, ok, _ := s.Next(dst); ok {
					t.Fatal("got a second input of one reading")
				}
			}
			got := tensor.As[float32](dst.Data)
			for i := range got {
				if math.Abs(float64(got[i]-c.want[i])) > 1e-6 {
					t.Fatalf("got %v, want %v", got, c.want)
				}
			}
		})
	}
}

func TestSeriesComesEvery(t *testing.T) {
	info := tensor.Info{Name: "air", DType: tensor.Float32, Shape: tensor.Shape{1, 2}}
	in := models.Input{Fields: []string{"a"}, Missing: models.Mask, Period: models.Duration(time.Second)}
	s, err := NewSeries(info, in, Options{Every: 500 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	var at []float64
	dst := newTensor(info)
	for _, r := range []float64{0, 0.1, 0.2, 0.48, 0.6, 1, 1.1, 2} {
		if err := s.Add(said(r, "a", 1.0)); err != nil {
			t.Fatal(err)
		}
		if _, ok, err := s.Next(dst); err != nil {
			t.Fatal(err)
		} else if ok {
			at = append(at, r)
		}
	}
	if want := []float64{0, 0.48, 1, 2}; !slices.Equal(at, want) {
		t.Errorf("got inputs at %v, want %v", at, want)
	}
}

func TestSeriesRefuses(t *testing.T) {
	info := tensor.Info{Name: "air", DType: tensor.Float32, Shape: tensor.Shape{1, 3, 4}}
	in := models.Input{Fields: []string{"a", "b"}, Missing: models.Mask, Period: models.Duration(time.Second)}
	s, err := NewSeries(info, in, Options{})
	if err != nil {
		t.Fatal(err)
	}
	wantError(t, s.Add(said(0, "c", 1.0)), `reading has none of ["a" "b"]; it has "c"`)
	if _, ok, _ := s.Next(newTensor(info)); ok {
		t.Error("a refused reading made an input")
	}
	few := in
	few.Fields = few.Fields[:1]
	_, err = NewSeries(info, few, Options{})
	wantError(t, err, `card names 1 fields ["a"], with their mask 2 columns; the model has 4`)
	without := in
	without.Period = 0
	_, err = NewSeries(info, without, Options{})
	wantError(t, err, "missing: mask needs a period")
	info.Shape = tensor.Shape{1, 1 << 20, 4}
	_, err = NewSeries(info, in, Options{})
	wantError(t, err, "1048576 rows; at most 65536")
}

// TestHistoryKeepsTheNewest overfills one.
func TestHistoryKeepsTheNewest(t *testing.T) {
	h := history{names: []string{"a"}}
	for i := range maxHistory + 100 {
		h.push(t0.Add(time.Duration(i)), func(string) (float64, bool) { return float64(i), true })
	}
	at, vals := h.get(0)
	if h.n != maxHistory || len(h.at) != maxHistory || vals[0] != 100 || !at.Equal(t0.Add(100)) {
		t.Errorf("got %d readings in room for %d, the oldest %v of %v", h.n, len(h.at), vals, at)
	}
	h.forget(t0.Add(maxHistory))
	if _, vals := h.get(0); h.n != 99 || vals[0] != maxHistory+1 {
		t.Errorf("got %d readings, the oldest %v, want 99 and %d", h.n, vals, maxHistory+1)
	}
}

func TestSeriesAllocatesNothing(t *testing.T) {
	info := tensor.Info{DType: tensor.Int8, Shape: tensor.Shape{1, 64, 6}, Quant: tensor.Quant{Scale: []float32{.1}}}
	in := models.Input{Fields: []string{"a", "vibration", "shock"}, Missing: models.Mask, Period: models.Duration(time.Second)}
	s, err := NewSeries(info, in, Options{})
	if err != nil {
		t.Fatal(err)
	}
	r, dst := shaken(0, 0, 0, 1), newTensor(info)
	once := func() {
		r.Time = r.Time.Add(100 * time.Millisecond)
		if err := s.Add(r); err != nil {
			t.Fatal(err)
		}
		if _, ok, err := s.Next(dst); !ok || err != nil {
			t.Fatal(ok, err)
		}
	}
	for range 700 {
		once()
	}
	if n := testing.AllocsPerRun(20, once); n != 0 {
		t.Errorf("got %v allocations a reading, want 0", n)
	}
}
