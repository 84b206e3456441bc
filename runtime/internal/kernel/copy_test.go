package kernel

import (
	"slices"
	"testing"
)

// The array is 3x4; the axes that can be joined are, which must not show.
func TestMove(t *testing.T) {
	in := []byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}
	for _, c := range []struct {
		name    string
		in, out int
		axes    []Axis
		want    []byte
	}{
		{"everything", 0, 0, []Axis{{3, 4, 4}, {4, 1, 1}}, in},
		{"backwards", 11, 0, []Axis{{2, -4, 2}, {2, -2, 1}}, []byte{11, 9, 7, 5}},
		{"a column", 1, 0, []Axis{{3, 4, 1}}, []byte{1, 5, 9}},
		{"repeated", 4, 0, []Axis{{2, 0, 2}, {2, 1, 1}}, []byte{4, 5, 4, 5}},
		{"transposed", 0, 0, []Axis{{4, 1, 3}, {1, 9, 9}, {3, 4, 1}}, []byte{0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11}},
		{"into the middle", 5, 1, []Axis{{2, 1, 1}}, []byte{99, 5, 6}},
		{"one element", 7, 0, nil, []byte{7}},
		{"nothing", 0, 0, []Axis{{3, 4, 4}, {0, 1, 1}}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, size := range []int{1, 2, 3, 4, 8, 16} {
				wide := func(v []byte) (w []byte) {
					for _, x := range v {
						w = append(w, slices.Repeat([]byte{x}, size)...)
					}
					return w
				}
				out := wide(slices.Repeat([]byte{99}, len(c.want)))
				m := NewMove(size, c.in, c.out, c.axes...)
				for range 2 {
					m.Run(out, wide(in))
				}
				if want := wide(c.want); !slices.Equal(out, want) {
					t.Errorf("elements of %d bytes: got %v, want %v", size, out, want)
				}
			}
		})
	}
}

func TestMoveFromAnotherStart(t *testing.T) {
	m, out := NewMove(2, 0, 0, Axis{2, 2, 1}), make([]byte, 6)
	m.Start(1, 1)
	m.Run(out, []byte{0, 0, 1, 1, 2, 2, 3, 3})
	if want := []byte{0, 0, 1, 1, 3, 3}; !slices.Equal(out, want) {
		t.Errorf("got %v, want %v", out, want)
	}
}

func TestFill(t *testing.T) {
	for n := range 5 {
		out := make([]byte, 3*n)
		Fill(out, []byte{1, 2, 3})
		if want := slices.Repeat([]byte{1, 2, 3}, n); !slices.Equal(out, want) {
			t.Errorf("%d elements: got %v, want %v", n, out, want)
		}
	}
}
