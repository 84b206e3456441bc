package op

import (
	"fmt"
	"slices"

	"edged/runtime/tensor"
)

// maxDynamic bounds the elements of a tensor whose shape depends on values.
const maxDynamic = 1 << 28

// Grow gives an output of a dynamic operator its shape, and memory where what it has does not suffice.
func Grow(t *tensor.Tensor, shape tensor.Shape) error {
	n := int64(1)
	for _, d := range shape {
		if n *= int64(d); d < 0 || n > maxDynamic {
			return fmt.Errorf("output %q would be %s", t.Name, shape.String())
		}
	}
	size := t.DType.Bytes(int(n))
	if size > cap(t.Data) {
		t.Data = make([]byte, size, size+size/4)
	}
	t.Data = t.Data[:size]
	if !slices.Equal(t.Shape, shape) {
		t.Shape = slices.Clone(shape) // the old one may be shared
	}
	return nil
}
