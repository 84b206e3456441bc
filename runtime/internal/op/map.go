package op

import (
	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
)

// Map is an operator, or several in a row, written out: what it makes of each byte, in each channel if that matters.
type Map struct {
	In       tensor.DType // of a byte
	Channels int          // of the operand's last dimension; 1 if all have one table
	Rank     int          // that the operand has at least, so that the result has its shape
	Table    []byte       // [Channels,256] elements of the result's type, by the operand's byte
}

// prepareMap makes a Step of n's Map.
func prepareMap(n *Node) (Step, error) {
	if err := n.operands(1, 1, 1); err != nil {
		return nil, err
	}
	m, in, out := n.Extra.Map, n.In[0], n.Out[0]
	size := wholeBytes(out.DType)
	if in.DType != m.In || len(m.Table) != 256*size*m.Channels {
		return nil, malformed("input %s, want %s", in.DType, m.In)
	}
	rank := len(in.Shape)
	if rank < m.Rank || m.Channels > 1 && in.Shape[rank-1] != m.Channels {
		return nil, malformed("input %s, want %d channels", in.Shape, m.Channels)
	}
	out.Shape = in.Shape
	if err := n.take(int64(len(m.Table))); err != nil {
		return nil, err
	}
	n.inPlace(0)
	switch size {
	case 1:
		return m.bytes(n), nil
	case 2:
		return mapStepOf[uint16](n, m), nil
	case 4:
		return mapStepOf[uint32](n, m), nil
	case 8:
		return mapStepOf[uint64](n, m), nil
	}
	return nil, unsupported("%s to %s", in.DType, out.DType)
}

// bytes is a Map to bytes.
func (m *Map) bytes(n *Node) Step {
	if m.Channels > 1 {
		return mapStepOf[uint8](n, m)
	}
	return mapBytes(n, func(out, in []byte) {
		for i, v := range in {
			out[i] = m.Table[v]
		}
	})
}

// mapStepOf is a Map to elements as wide as T, whatever their type.
func mapStepOf[T uint8 | uint16 | uint32 | uint64](n *Node, m *Map) Step {
	in, out, table, pool := n.In[0], n.Out[0], tensor.As[T](m.Table), n.Pool
	return func() error {
		kernel.MapChannels(tensor.As[T](out.Data), in.Data, table, m.Channels, pool)
		return nil
	}
}
