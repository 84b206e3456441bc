package pipelines

import "testing"

func TestOverlap(t *testing.T) {
	whole := Box{0, 0, 1, 1}
	for _, c := range []struct {
		name string
		a, b Box
		want float32
	}{
		{"a box and itself", whole, whole, 1},
		{"a quarter", whole, Box{0.5, 0.5, 1, 1}, 0.25},
		{"a third: half of each", Box{0, 0, 1, 0.5}, Box{0, 0.25, 1, 0.75}, 1. / 3},
		{"side by side", Box{0, 0, 1, 0.5}, Box{0, 0.5, 1, 1}, 0},
		{"apart", Box{0, 0, 0.25, 0.25}, Box{0.5, 0.5, 1, 1}, 0},
		{"one of no area", whole, Box{0.5, 0.5, 0.5, 0.5}, 0},
		{"one inside out", whole, Box{1, 1, 0, 0}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, back := c.a.Overlap(c.b), c.b.Overlap(c.a); got != c.want || back != c.want {
				t.Errorf("got %v and %v, want %v", got, back, c.want)
			}
		})
	}
}
