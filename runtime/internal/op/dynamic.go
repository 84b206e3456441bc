package op

import (
	"fmt"
	"slices"

	"edged/runtime/tensor"
)

// What a tensor may take whose shape depends on values: elements and bytes.
const (
	maxDynamic      = 1 << 28
	maxDynamicBytes = 1 << 30
)

// Grow gives an output of a dynamic operator its shape, and memory where what it has does not suffice.
func Grow(t *tensor.Tensor, shape tensor.Shape) error {
	n := int64(1)
	for _, d := range shape {
		if n *= int64(d); d < 0 || n > maxDynamic {
			return fmt.Errorf("output %q would be %s", t.Name, shape.String())
		}
	}
	if each := int64(t.DType.Bytes(1)); n*each > maxDynamicBytes {
		return fmt.Errorf("output %q would be %s, %d bytes", t.Name, shape.String(), n*each)
	}
	size := t.DType.Bytes(int(n))
	if size > cap(t.Data) {
		t.Data = make([]byte, size, size+min(size/4, 1<<20))
	}
	t.Data = t.Data[:size]
	if !slices.Equal(t.Shape, shape) {
		t.Shape = slices.Clone(shape) // the old one may be shared
	}
	return nil
}
