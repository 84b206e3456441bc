package op

import (
	"fmt"
	"slices"

	"edged/runtime/tensor"
)

// take counts memory that the Step keeps beside its operands and outputs, before Prepare allocates it: patches, sums,
// weights in another form. The error says that the session has no more. A Node without a Model has no limit.
func (n *Node) take(bytes int64) error {
	if n.Model == nil {
		return nil
	}
	if err := n.Model.Take(bytes); err != nil {
		return err
	}
	n.held += bytes
	return nil
}

// takePacked is take for weights in the form that package simd's loops want, and copies of inputs for them.
func (n *Node) takePacked(bytes int64) error {
	n.Packed += bytes
	return n.take(bytes)
}

// packs says whether weights of float32 are to be kept in the form of package simd's loops: they stay the same, and there is room.
func (n *Node) packs(weights *tensor.Tensor) bool {
	return constant(weights) && (n.Model == nil || int64(len(weights.Data)) <= n.Model.Room())
}

// takeLayer is take for a layer that gathers patches of the given number of elements and keeps a few numbers of up to eight
// bytes for each output channel.
func (n *Node) takeLayer(patch, channels int) error {
	threads := int64(n.Pool.Threads())
	return n.take(4*threads*int64(patch) + 8*(threads+4)*int64(channels))
}

// release gives back what the last Prepare has taken, before the operator is prepared anew.
func (n *Node) release() {
	if n.Model != nil {
		_ = n.Model.Take(-n.held) // less is never refused
	}
	n.held = 0
}

// Grow gives an output of a dynamic operator its shape, and memory where what it has does not suffice.
func (n *Node) Grow(t *tensor.Tensor, shape tensor.Shape) error {
	elems := int64(1)
	for _, d := range shape {
		if elems *= max(1, int64(d)); d < 0 || elems > maxElems {
			return fmt.Errorf("output %q would be %s", t.Name, shape.String())
		}
	}
	size := t.DType.Bytes(shape.Elems())
	if len(shape) > maxRank || size > maxBytes {
		return fmt.Errorf("output %q would be %s, %d bytes", t.Name, shape.String(), size)
	}
	if err := n.room(t, size); err != nil {
		return fmt.Errorf("output %q of %s: %w", t.Name, shape.String(), err)
	}
	if !slices.Equal(t.Shape, shape) {
		t.Shape = slices.Clone(shape) // the old one may be shared
	}
	return nil
}

// room gives a tensor memory of size bytes, where what it has does not suffice.
func (n *Node) room(t *tensor.Tensor, size int) error {
	if had := cap(t.Data); size > had {
		room := (size + min(size/4, 1<<20) + 7) &^ 7 // Go aligns that to 8 bytes, however small it is
		if err := n.grown(room, had); err != nil {
			return err
		}
		t.Data = make([]byte, size, room)
	}
	t.Data = t.Data[:size]
	return nil
}

// grown counts an output's new memory, which lives beside the old for a moment. An output is not given back by release:
// it stays when its operator is prepared anew.
func (n *Node) grown(now, before int) error {
	if n.Model == nil {
		return nil
	}
	if err := n.Model.Take(int64(now)); err != nil {
		return err
	}
	return n.Model.Take(-int64(before))
}
