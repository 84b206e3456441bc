package decode

import (
	"slices"
	"sync"
	"testing"

	"edged/pipelines"
	"edged/runtime/tensor"
)

func namesOf(t *testing.T, h pipelines.Head, outs []*tensor.Tensor) (names []string) {
	t.Helper()
	var ev pipelines.Event
	if err := h.Decode(outs, &ev); err != nil {
		t.Fatal(err)
	}
	for _, l := range ev.Labels {
		names = append(names, l.Name)
	}
	for _, d := range ev.Detections {
		names = append(names, d.Name)
	}
	return names
}

func TestBarsOfLabels(t *testing.T) {
	outs := []*tensor.Tensor{floats(tensor.Shape{1, 4}, 0.9, 0.6, 0.3, 0)}
	for _, tt := range []struct {
		name  string
		set   func(*Bars) bool
		found bool
		want  []string
	}{
		{"as they were", func(*Bars) bool { return true }, true, []string{"cat", "dog"}},
		{"one is lowered", func(b *Bars) bool { return b.Set("bird", 0.3) }, true, []string{"cat", "dog", "bird"}},
		{"one is raised", func(b *Bars) bool { return b.Set("cat", 0.91) }, true, []string{"dog"}},
		{"all are raised", func(b *Bars) bool { return b.Set("", 0.7) }, true, []string{"cat"}},
		{"one after all", func(b *Bars) bool { return b.Set("", 0.7) && b.Set("bird", 0.1) }, true, []string{"cat", "bird"}},
		{"all after one", func(b *Bars) bool { return b.Set("bird", 0.1) && b.Set("", 0.7) }, true, []string{"cat"}},
		{"0 lets all through", func(b *Bars) bool { return b.Set("", 0) }, true, []string{"cat", "dog", "bird", "3"}},
		{"one without a name has its number", func(b *Bars) bool { return b.Set("3", 0) }, true, []string{"cat", "dog", "3"}},
		{"there is none", func(b *Bars) bool { return b.Set("fish", 0) }, false, []string{"cat", "dog"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l, err := NewLabels(outs[0].Info, []string{"cat", "dog", "bird", ""}, Options{Threshold: 0.5})
			if err != nil {
				t.Fatal(err)
			}
			if found := tt.set(l.Bars()); found != tt.found {
				t.Errorf("found: got %v, want %v", found, tt.found)
			}
			if got := namesOf(t, l, outs); !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			for _, bar := range l.Bars().Labels() { // what is told of them is what they do
				i := slices.Index([]string{"cat", "dog", "bird", "3"}, bar.Name)
				score := []float32{0.9, 0.6, 0.3, 0}[i]
				if said := slices.Contains(tt.want, bar.Name); said != (score >= bar.Score) {
					t.Errorf("%s: got a bar of %v, and it is said: %v", bar.Name, bar.Score, said)
				}
			}
		})
	}
}

func TestBarsStartAsACardHasThem(t *testing.T) {
	outs := []*tensor.Tensor{floats(tensor.Shape{1, 2}, 0.9, 0.6)}
	given := []float32{0.95, 0.5}
	l, err := NewLabels(outs[0].Info, []string{"cat", "dog"}, Options{Thresholds: given})
	if err != nil {
		t.Fatal(err)
	}
	l.Bars().Set("cat", 0.5)
	if got, want := namesOf(t, l, outs), []string{"cat", "dog"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if given[0] != 0.95 {
		t.Errorf("got %v: the options' thresholds have changed", given)
	}
}

// TestBarsChangeWhileAHeadWorks has each result held against one set of bars: none is told by half of the old and half of
// the new.
func TestBarsChangeWhileAHeadWorks(t *testing.T) {
	all := make([]float32, 256)
	for i := range all {
		all[i] = 0.5
	}
	outs := []*tensor.Tensor{floats(tensor.Shape{1, len(all)}, all...)}
	l, err := NewLabels(outs[0].Info, nil, Options{Threshold: 0.4, Top: len(all)})
	if err != nil {
		t.Fatal(err)
	}
	var work sync.WaitGroup
	work.Go(func() {
		for i := range 200 {
			l.Bars().Set("", []float32{0.6, 0.4}[i%2])
		}
	})
	for range 200 {
		if n := len(namesOf(t, l, outs)); n != 0 && n != len(all) {
			t.Errorf("got %d labels, want none or all", n)
		}
	}
	work.Wait()
}

// TestBarsOfObjects lowers the bar of one of two classes, below what the other needs, and raises it above what was found.
func TestBarsOfObjects(t *testing.T) {
	ssd := found(2, [6]float32{.1, .2, .3, .4, 0, .9}, [6]float32{.5, .6, .7, .8, 1, .4})
	rows := []*tensor.Tensor{asRows(guess{.3, .2, .2, .2, []float32{.9, .1}}, guess{.7, .6, .2, .2, []float32{.1, .4}})}
	boxes := []*tensor.Tensor{asBoxes(1, guess{.3, .2, .2, .2, []float32{.9, .1}}, guess{.7, .6, .2, .2, []float32{.1, .4}})}
	cells := make([]float32, 2*7) // of one anchor: objects of 0.9 and 0.5, the second a dog of 0.8
	copy(cells, []float32{0, 0, 0, 0, logit(0.9), 3, -30, 0, 0, 0, 0, logit(0.5), 0, logf(4)})
	grid := []*tensor.Tensor{floats(tensor.Shape{1, 2, 1, 7}, cells...)}
	names := []string{"person", "dog"}
	o := Options{Threshold: 0.5}
	type head interface {
		pipelines.Head
		Bars() *Bars
	}
	for name, open := range map[string]func() (head, []*tensor.Tensor, error){
		"ssd": func() (head, []*tensor.Tensor, error) {
			h, err := NewDetections(infos(ssd), names, o)
			return h, ssd, err
		},
		"yolov8": func() (head, []*tensor.Tensor, error) { h, err := NewYolo(infos(rows), names, o); return h, rows, err },
		"yolov5": func() (head, []*tensor.Tensor, error) {
			h, err := NewYolo(infos(boxes), names, o)
			return h, boxes, err
		},
		"yolov2": func() (head, []*tensor.Tensor, error) {
			h, err := NewGrid(infos(grid), names, [][2]float32{{0.5, 0.5}}, o)
			return h, grid, err
		},
	} {
		t.Run(name, func(t *testing.T) {
			h, outs, err := open()
			if err != nil {
				t.Fatal(err)
			}
			for _, tt := range []struct {
				label string
				bar   float32
				want  []string
			}{
				{"dog", 0.3, []string{"person", "dog"}}, {"dog", 0.45, []string{"person"}}, {"person", 0.95, nil}, {"dog", 0.1, []string{"dog"}},
				{"", 0.2, []string{"person", "dog"}},
			} {
				if !h.Bars().Set(tt.label, tt.bar) {
					t.Errorf("no class is named %q", tt.label)
				}
				if got := namesOf(t, h, outs); !slices.Equal(got, tt.want) {
					t.Errorf("%q from %v on: got %q, want %q", tt.label, tt.bar, got, tt.want)
				}
			}
			if h.Bars().Set("fish", 0.1) || len(h.Bars().Labels()) != 2 {
				t.Errorf("got %v", h.Bars().Labels())
			}
		})
	}
}
