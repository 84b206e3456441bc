package fold

import (
	"slices"

	"edged/runtime/internal/op"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// Tables have up to so many channels, and a tensor at least an eighth of its table's elements: where it has less, computing the
// table would cost more than it can save for long.
const (
	maxChannels = 1024
	leastPixels = 8
)

// tabulate returns what a row of operators makes of each byte of tensor b, by trying all of them.
func (f *folder) tabulate(row []int, b int) (m *op.Map, ok bool) {
	m = &op.Map{In: f.tensor(b).DType, Channels: 1}
	for _, i := range row {
		for _, t := range f.op(i).Inputs {
			if f.fixed[t] {
				s := f.tensor(t).Shape
				m.Channels, m.Rank = max(m.Channels, s.Elems()), max(m.Rank, len(s))
			}
		}
	}
	if s := f.tensor(b).Shape; m.Channels > 1 && (len(s) == 0 || s[len(s)-1] != m.Channels || s.Elems() < leastPixels*m.Channels) {
		return nil, false
	}
	if *f.budget -= int64(256 * m.Channels * len(row)); *f.budget < 0 {
		return nil, false
	}
	data, ok := f.try(row, b, m.Channels)
	m.Table = byChannel(data, m.Channels)
	return m, ok
}

// try computes the result of a row of operators, of shape [256,channels], from one of b in which row v is the byte v. It is not
// there yet while they are prepared, as in a session.
func (f *folder) try(row []int, b, channels int) (result []byte, ok bool) {
	values, steps := map[int]*tensor.Tensor{b: {Info: f.tensor(b).Info}}, make([]op.Step, len(row))
	values[b].Shape = tensor.Shape{256, channels}
	for k, i := range row {
		if steps[k] = f.prepare(f.op(i), values, 256*channels); steps[k] == nil {
			return nil, false
		}
	}
	for _, t := range values {
		t.Data = make([]byte, t.DType.Bytes(256*channels))
	}
	for i := range values[b].Data {
		values[b].Data[i] = byte(i / channels)
	}
	for _, step := range steps {
		if step() != nil {
			return nil, false
		}
	}
	return values[f.op(row[len(row)-1]).Outputs[0]].Data, true
}

// prepare returns an operator's Step on values, to which its result comes, if that has so many elements of whole bytes.
func (f *folder) prepare(o *tflite.Op, values map[int]*tensor.Tensor, elems int) op.Step {
	out := &tensor.Tensor{Info: f.tensor(o.Outputs[0]).Info}
	n := &op.Node{Op: o, Out: []*tensor.Tensor{out}}
	for _, t := range o.Inputs {
		in := values[t]
		if in == nil {
			in = &tensor.Tensor{Info: f.tensor(t).Info, Data: f.tensor(t).Data}
		}
		n.In = append(n.In, in)
	}
	step, err := op.Prepare(n)
	if err != nil || n.Dynamic || n.Stateful || out.Shape.Elems() != elems {
		return nil
	}
	if out.DType.Bytes(elems)%elems != 0 || out.DType.Bytes(1) == 0 || out.DType != f.tensor(o.Outputs[0]).DType {
		return nil
	}
	values[o.Outputs[0]] = out
	return step
}

// byChannel turns a table [256,channels] into [channels,256].
func byChannel(data []byte, channels int) []byte {
	size := len(data) / (256 * channels)
	turned := make([]byte, 0, len(data))
	for c := range channels {
		for v := range 256 {
			at := (v*channels + c) * size
			turned = append(turned, data[at:at+size]...)
		}
	}
	return turned
}

// replace puts a table in the place of a row of operators.
func (f *folder) replace(row []int, b int, m *op.Map) {
	e := row[len(row)-1]
	f.extra(e, func(x *op.Extra) { x.Map = m })
	o := f.op(e)
	o.Inputs, o.Mutates = []int{b}, nil
	for _, i := range row[:len(row)-1] {
		f.drop(i, e)
	}
}

// clamping returns the operator that computes b for the row that ends with e alone, if it can clamp; −1 if not.
func (f *folder) clamping(b, e int, mapped []int) int {
	p, in, out := f.from[b], f.tensor(b), f.tensor(f.op(e).Outputs[0])
	if p < 0 || mapped[p] >= 0 || f.only(b) < 0 || len(f.op(p).Outputs) != 1 || in.DType != out.DType || !sameQuant(in.Quant, out.Quant) {
		return -1
	}
	switch o := f.op(p); o.Code {
	case tflite.OpConv2d, tflite.OpDepthwiseConv2d, tflite.OpFullyConnected, tflite.OpAdd, tflite.OpSub, tflite.OpMul:
		if d := f.dtype(o, 0); d == in.DType {
			return p
		}
	}
	return -1
}

// clamp lets an operator limit its result, if that is all that a table does, and give it to tensor e's name.
func (f *folder) clamp(p, e int, m *op.Map) bool {
	c, ok := clampOf(m)
	if !ok {
		return false
	}
	f.extra(p, func(x *op.Extra) { x.Clamp = &c })
	f.op(p).Outputs = slices.Clone(f.op(e).Outputs)
	return true
}

// clampOf returns the range that a table limits bytes to, if it does nothing else.
func clampOf(m *op.Map) (c op.Clamp, ok bool) {
	if m.Channels > 1 || len(m.Table) != 256 {
		return c, false
	}
	value := func(b byte) int32 { return int32(b) }
	if m.In == tensor.Int8 {
		value = func(b byte) int32 { return int32(int8(b)) }
	}
	c = op.Clamp{Lo: value(m.Table[0]), Hi: value(m.Table[0])}
	for _, b := range m.Table {
		c.Lo, c.Hi = min(c.Lo, value(b)), max(c.Hi, value(b))
	}
	for v, b := range m.Table {
		if value(b) != min(max(value(byte(v)), c.Lo), c.Hi) {
			return c, false
		}
	}
	return c, true
}

func sameQuant(a, b tensor.Quant) bool {
	return len(a.Scale) == 1 && slices.Equal(a.Scale, b.Scale) && slices.Equal(a.ZeroPoint, b.ZeroPoint)
}
