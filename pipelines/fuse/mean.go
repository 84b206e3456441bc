package fuse

import (
	"time"

	"edged/runtime/tensor"
)

// mean is the mean of some embeddings.
type mean struct {
	e    tensor.Tensor // float32
	one  []float32     // an embedding as real numbers
	sums []float32     // the data of e
}

func newMean(size int) mean {
	e := tensor.Tensor{Info: tensor.Info{Name: "mean", DType: tensor.Float32, Shape: tensor.Shape{size}}, Data: make([]byte, 4*size)}
	return mean{e, make([]float32, 0, size), tensor.As[float32](e.Data)}
}

// of takes the mean of what became true after a time and not after another. It is zeros if nothing did.
func (m *mean) of(r *ring, after, until time.Time) error {
	clear(m.sums)
	n := 0
	for i := range r.slots {
		s := &r.slots[i]
		if !s.of.End.After(after) || s.of.End.After(until) {
			continue
		}
		var err error
		if m.one, err = tensor.AppendReals(m.one[:0], &s.e); err != nil {
			return err
		}
		for j, v := range m.one {
			m.sums[j] += v
		}
		n++
	}
	for j := range m.sums {
		m.sums[j] /= float32(max(n, 1))
	}
	return nil
}
