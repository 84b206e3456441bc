package fuse

import (
	"math"
	"slices"
	"testing"
	"time"

	"edged/pipelines"
	"edged/runtime/tensor"
)

var _ pipelines.Fuser = (*Window)(nil)

var t0 = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// after is a time some seconds after t0.
func after(s float64) time.Time { return t0.Add(time.Duration(s * 1e9)) }

// until is a window that ends some seconds after t0.
func until(s float64) pipelines.Window { return pipelines.Window{Start: after(s - 0.5), End: after(s)} }

// put is an embedding of one element that comes in, in the order of the test's list, not that of the clocks.
type put struct {
	part  int
	at    float64
	value float32
}

func TestWindowJoinsWhatWasTrueAtAMoment(t *testing.T) {
	o := Options{StaleAfter: 2 * time.Second, Tolerance: 100 * time.Millisecond, Depth: 4}
	for _, c := range []struct {
		name   string
		puts   []put
		moment float64
		want   []float32 // two embeddings, two masks, two ages in units of 4 s
	}{
		{"nothing yet", nil, 0, []float32{0, 0, 0, 0, 1, 1}},
		{"both", []put{{0, 1, 5}, {1, 0, 6}}, 1, []float32{5, 6, 1, 1, 0, 0.25}},
		{"the newest of each", []put{{0, 0, 4}, {0, 1, 5}, {1, 0.5, 6}}, 1, []float32{5, 6, 1, 1, 0, 0.125}},
		{"one is stale", []put{{0, 3, 5}, {1, 0.9, 6}}, 3, []float32{5, 0, 1, 0, 0, 1}},
		{"just not stale", []put{{0, 3, 5}, {1, 1, 6}}, 3, []float32{5, 6, 1, 1, 0, 0.5}},
		{"a moment before the newest", []put{{0, 1, 4}, {0, 2, 5}, {1, 1, 6}, {1, 2, 7}}, 1.5, []float32{4, 6, 1, 1, 0.125, 0.125}},
		{"one clock a little ahead", []put{{0, 1, 5}, {1, 1.09, 6}}, 1, []float32{5, 6, 1, 1, 0, 0}},
		{"one clock a second ahead: what it said of now", []put{{0, 2, 5}, {1, 2, 6}, {1, 3, 7}}, 2, []float32{5, 6, 1, 1, 0, 0}},
		{"one clock far ahead", []put{{0, 2, 5}, {1, 900, 6}}, 2, []float32{5, 0, 1, 0, 0, 1}},
		{"one clock a second behind", []put{{0, 2, 5}, {1, 0.5, 6}, {1, 1, 7}}, 2, []float32{5, 7, 1, 1, 0, 0.25}},
		{"in disorder", []put{{0, 2, 5}, {0, 1, 4}, {1, 1, 6}, {1, 0.5, 7}}, 2, []float32{5, 6, 1, 1, 0, 0.25}},
		{"more than are kept", []put{{0, 1, 1}, {0, 2, 2}, {0, 3, 3}, {0, 4, 4}, {0, 5, 5}}, 1.5, []float32{0, 0, 0, 0, 1, 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w, err := NewWindow([]int{1, 1}, 6, o)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range c.puts {
				if err := w.Put(p.part, until(p.at), of(tensor.Float32, 0, 0, []float32{p.value})); err != nil {
					t.Fatal(err)
				}
			}
			dst := of(tensor.Float32, 0, 0, make([]float32, 6))
			seen, err := w.Fuse(dst, after(c.moment))
			if err != nil {
				t.Fatal(err)
			}
			if got := tensor.As[float32](dst.Data); !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
			for i, p := range seen {
				if here := c.want[2+i] == 1; p.Here != here {
					t.Errorf("part %d: got %+v, want here to be %v", i, p, here)
				}
			}
		})
	}
}

// TestWindowSaysWhy looks at what is said of parts that are missing.
func TestWindowSaysWhy(t *testing.T) {
	w, err := NewWindow([]int{1, 1, 1}, 3, Options{})
	if err != nil {
		t.Fatal(err)
	}
	dst, e := of(tensor.Float32, 0, 0, make([]float32, 3)), of(tensor.Float32, 0, 0, []float32{1})
	for part, at := range []float64{5, 17} {
		if err := w.Put(part, until(at), e); err != nil {
			t.Fatal(err)
		}
	}
	got, err := w.Fuse(dst, after(10))
	want := []pipelines.Part{{Any: true, Window: until(5), Age: 5 * time.Second}, {Any: true, Window: until(17), Age: -7 * time.Second}, {}}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
}

// TestWindowOfShiftedClocks runs two senses at their own rates for a minute, the second with its clock off, and looks how
// far apart in truth are what is joined: each embedding is the time at which it was true.
func TestWindowOfShiftedClocks(t *testing.T) {
	for _, c := range []struct {
		name string
		off  float64 // of the second clock
		late float64 // how long its embeddings take to come
		here bool
		most float64 // seconds apart
	}{
		{"right", 0, 0, true, 0.34},
		{"late by a second", 0, 1, true, 1.34},
		{"a second behind", -1, 0, true, 0.34},
		{"a second ahead", 1, 0, true, 1.34},
		{"three seconds behind", -3, 0, false, 0},
		{"an hour ahead", 3600, 0, false, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			w, err := NewWindow([]int{1, 1}, 2, Options{})
			if err != nil {
				t.Fatal(err)
			}
			dst := of(tensor.Float32, 0, 0, make([]float32, 2))
			e := of(tensor.Float32, 0, 0, make([]float32, 1))
			say := func(part int, truth, clock float64) {
				tensor.As[float32](e.Data)[0] = float32(truth)
				if err := w.Put(part, until(clock), e); err != nil {
					t.Fatal(err)
				}
			}
			next, fused := 0.0, 0
			for i := range 600 {
				now := float64(i) / 10
				if i%5 == 0 {
					say(0, now, now)
				}
				for ; next+c.late <= now; next += 0.33 {
					say(1, next, next+c.off)
				}
				seen, err := w.Fuse(dst, after(now))
				if err != nil {
					t.Fatal(err)
				}
				got := tensor.As[float32](dst.Data)
				if i > 30 && seen[1].Here != c.here {
					t.Fatalf("at %v: got %+v, want here to be %v", now, seen[1], c.here)
				}
				if i > 30 && c.here {
					fused++
					if apart := math.Abs(float64(got[1]) - now); apart > c.most {
						t.Fatalf("at %v: joined with what was true at %v", now, got[1])
					}
				}
			}
			if c.here && fused == 0 {
				t.Error("nothing was joined")
			}
		})
	}
}

func TestWindowErrors(t *testing.T) {
	if _, err := NewWindow([]int{1}, 1, Options{Depth: 1 << 20}); err == nil {
		t.Error("got no error of a depth of a million")
	}
	w, err := NewWindow([]int{2}, 2, Options{})
	if err != nil {
		t.Fatal(err)
	}
	e := of(tensor.Float32, 0, 0, []float32{1})
	if err := w.Put(0, until(0), e); err == nil || err.Error() != `fuse: part 0: tensor "t" is float32 1x1 in 4 bytes, want 2 elements` {
		t.Errorf("got %v", err)
	}
	if err := w.Put(1, until(0), e); err == nil {
		t.Error("got no error of a part that there is not")
	}
	if err := w.Put(0, pipelines.Window{}, of(tensor.Float32, 0, 0, []float32{1, 2})); err == nil {
		t.Error("got no error of an embedding without a time")
	}
}

func TestWindowAllocatesNothing(t *testing.T) {
	w, err := NewWindow([]int{2, 2}, 12, Options{Recent: 5 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	dst, e := of(tensor.Int8, 0.1, 0, make([]int8, 12)), of(tensor.Int8, 0.5, 0, []int8{1, 2})
	at := t0
	once := func() {
		at = at.Add(time.Second)
		if err := w.Put(0, pipelines.Window{End: at}, e); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Fuse(dst, at); err != nil {
			t.Fatal(err)
		}
	}
	once()
	if n := testing.AllocsPerRun(10, once); n != 0 {
		t.Errorf("got %v allocations, want 0", n)
	}
}

// TestWindowRemembers looks at the means behind the parts.
func TestWindowRemembers(t *testing.T) {
	for _, c := range []struct {
		name   string
		puts   []put
		moment float64
		want   []float32 // two embeddings, their means over 4 s, two masks, two ages in units of 4 s
	}{
		{"nothing yet", nil, 0, []float32{0, 0, 0, 0, 0, 0, 1, 1}},
		{"one each", []put{{0, 1, 5}, {1, 1, 6}}, 1, []float32{5, 6, 5, 6, 1, 1, 0, 0}},
		{"some", []put{{0, 1, 3}, {0, 2, 4}, {0, 3, 8}, {1, 2, 1}, {1, 3, 2}}, 3, []float32{8, 2, 5, 1.5, 1, 1, 0, 0}},
		{"older ones are forgotten", []put{{0, 1, 3}, {0, 4, 4}, {0, 5, 8}, {1, 5, 2}}, 5, []float32{8, 2, 6, 2, 1, 1, 0, 0}},
		{"newer ones are not known yet", []put{{0, 1, 3}, {0, 2, 4}, {0, 3, 8}, {1, 2, 2}}, 2, []float32{4, 2, 3.5, 2, 1, 1, 0, 0}},
		{"a stale one has no mean either", []put{{0, 1, 3}, {0, 2, 4}, {1, 4.5, 2}}, 4.5, []float32{0, 2, 0, 2, 0, 1, 1, 0}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w, err := NewWindow([]int{1, 1}, 8, Options{Recent: 4 * time.Second})
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range c.puts {
				if err := w.Put(p.part, until(p.at), of(tensor.Float32, 0, 0, []float32{p.value})); err != nil {
					t.Fatal(err)
				}
			}
			dst := of(tensor.Float32, 0, 0, make([]float32, 8))
			if _, err := w.Fuse(dst, after(c.moment)); err != nil {
				t.Fatal(err)
			}
			if got := tensor.As[float32](dst.Data); !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}
