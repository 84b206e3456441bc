package quant

import (
	"bytes"
	"slices"
	"strconv"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// rewriter writes the main graph anew, operator by operator. A tensor may appear in floats and in integers of one scale or
// another; each form is made when it is first needed.
type rewriter struct {
	plan    *plan
	b       *tflite.Builder
	forms   map[form]int  // to tensors of the new graph
	ports   map[int]int   // graph inputs and outputs, old to new
	origins []int         // by operator of the new graph: that of the old one, or -1 for a conversion
	tensors map[int]int   // by tensor of the new graph: that of the old one, for results in integers
	shared  map[int][]int // by weights of the old graph: those of the new one
}

// form is a tensor in one of its forms; no scale is float or, of other types, as it is.
type form struct {
	tensor int
	scale  float32
	zero   int64
	dtype  tensor.DType
}

// rewrite writes the plan's model.
func (p *plan) rewrite() *rewriter {
	w := &rewriter{plan: p, b: tflite.NewBuilder(p.net.graph.Name), forms: map[form]int{}, ports: map[int]int{}, tensors: map[int]int{},
		shared: map[int][]int{}}
	for _, t := range p.net.graph.Inputs {
		w.input(t)
	}
	for i := range p.net.graph.Ops {
		o := &p.net.graph.Ops[i]
		switch r, _ := ruleOf(o); {
		case !p.integer(i):
			w.float(o)
		case r.lstm:
			w.lstm(o)
		case r.svdf:
			w.svdf(o)
		case p.net.layer(o) != nil:
			w.layer(p.net.layer(o))
		default:
			w.plain(o, r)
		}
	}
	for _, t := range p.net.graph.Outputs {
		w.output(t)
	}
	return w
}

// model returns the whole model.
func (w *rewriter) model() *tflite.Model {
	m := *w.plan.net.model
	m.Graphs = slices.Clone(m.Graphs)
	m.Graphs[0] = w.b.Graph
	for i := range m.Graphs[0].Tensors { // sizes that may change are none of the Edge TPU's; others can be resized without
		m.Graphs[0].Tensors[i].ShapeSignature = nil
	}
	m.Signatures = slices.Clone(m.Signatures)
	for i := range m.Signatures {
		if s := &m.Signatures[i]; s.Graph == 0 {
			s.Inputs, s.Outputs = w.renumber(s.Inputs), w.renumber(s.Outputs)
		}
	}
	return &m
}

func (w *rewriter) renumber(ports []tflite.Port) []tflite.Port {
	out := slices.Clone(ports)
	for i := range out {
		if t, ok := w.ports[out[i].Tensor]; ok {
			out[i].Tensor = t
		} else {
			out[i].Tensor = w.as(out[i].Tensor)
		}
	}
	return out
}

// add adds a tensor of the old graph in another form, with a name that no other has.
func (w *rewriter) add(t int, d tensor.DType, q tensor.Quant, suffix string) int {
	x := w.plan.net.graph.Tensors[t]
	x.DType, x.Quant, x.Name = d, q, x.Name+suffix
	x.Data, x.Variable = nil, false
	return w.b.Add(x)
}

func (w *rewriter) op(o tflite.Op, origin int) {
	w.b.Append(o)
	w.origins = append(w.origins, origin)
}

// convert adds a QUANTIZE or DEQUANTIZE.
func (w *rewriter) convert(code tflite.OpCode, from, to int) {
	w.op(tflite.Op{Code: code, Inputs: []int{from}, Outputs: []int{to}}, -1)
}

// input adds a graph input in the type that was asked for.
func (w *rewriter) input(t int) {
	p, d := w.plan, w.plan.opts.outer()
	if !p.quant[t].Quantized() || d == tensor.Float32 {
		i := w.as(t)
		w.b.Inputs, w.ports[t] = append(w.b.Inputs, i), i
		return
	}
	i := w.add(t, d, outward(p.quant[t], d), "")
	w.b.Inputs, w.ports[t] = append(w.b.Inputs, i), i
	if d == tensor.Uint8 {
		inner := w.add(t, tensor.Int8, p.quant[t], "/int8")
		w.convert(tflite.OpQuantize, i, inner)
		i = inner
	}
	w.forms[w.integers(t, p.quant[t])] = i
}

// outward is the quantization of an input or output of type d.
func outward(q tensor.Quant, d tensor.DType) tensor.Quant {
	if d == tensor.Uint8 {
		return tensor.Quant{Scale: q.Scale, ZeroPoint: []int64{q.ZeroPoint[0] + 128}}
	}
	return q
}

// output makes a graph output in the type that was asked for.
func (w *rewriter) output(t int) {
	p, d := w.plan, w.plan.opts.outer()
	i := 0
	switch {
	case !p.quant[t].Quantized() || d == tensor.Float32:
		i = w.as(t)
	case d == tensor.Uint8:
		inner := w.narrow(t, p.quant[t])
		i = w.add(t, d, outward(p.quant[t], d), "/uint8")
		w.convert(tflite.OpQuantize, inner, i)
	default:
		i = w.narrow(t, p.quant[t])
	}
	w.b.Outputs, w.ports[t] = append(w.b.Outputs, i), i
}

func (w *rewriter) integers(t int, q tensor.Quant) form {
	return form{t, q.Scale[0], q.ZeroPoint[0], w.plan.opts.inner()}
}

// narrow returns a tensor in integers of a scale, which are made where they are not there yet.
func (w *rewriter) narrow(t int, q tensor.Quant) int {
	d, n := w.plan.opts.inner(), w.plan.net
	key := w.integers(t, q)
	if i, ok := w.forms[key]; ok {
		return i
	}
	i := 0
	if n.constant(t) {
		info := n.graph.Tensors[t].Info
		info.DType, info.Quant, info.Name = d, q, info.Name+w.variant(t)
		i = w.b.Constant(info, quantized(n.values(t), d, q))
	} else {
		from, ok := w.forms[w.integers(t, w.plan.quant[t])]
		if !ok {
			from = w.as(t)
		}
		i = w.add(t, d, q, w.variant(t))
		w.convert(tflite.OpQuantize, from, i)
	}
	w.forms[key] = i
	return i
}

// variant tells the forms of a tensor apart by name.
func (w *rewriter) variant(t int) string {
	n := 0
	for f := range w.forms {
		if f.tensor == t {
			n++
		}
	}
	if n == 0 {
		return ""
	}
	return "/form" + strconv.Itoa(n)
}

// as returns a tensor as the float model has it.
func (w *rewriter) as(t int) int {
	key := form{tensor: t}
	if i, ok := w.forms[key]; ok {
		return i
	}
	x := w.plan.net.graph.Tensors[t]
	i := 0
	if from, ok := w.whole(t); ok {
		i = w.add(t, x.DType, x.Quant, "/float")
		w.convert(tflite.OpDequantize, from, i)
	} else {
		i = w.b.Add(x)
	}
	w.forms[key] = i
	return i
}

// whole returns a computed tensor's own integers, if it has any.
func (w *rewriter) whole(t int) (int, bool) {
	if !w.plan.quant[t].Quantized() {
		return 0, false
	}
	i, ok := w.forms[w.integers(t, w.plan.quant[t])]
	return i, ok
}

// result adds an operator's result: integers where it is a float, else as it is.
func (w *rewriter) result(t int) int {
	if !w.plan.net.float(t) {
		return w.as(t)
	}
	i := w.add(t, w.plan.opts.inner(), w.plan.quant[t], "")
	w.forms[w.integers(t, w.plan.quant[t])] = i
	w.tensors[i] = t
	return i
}

// float writes an operator that stays as it is.
func (w *rewriter) float(o *tflite.Op) {
	op := *o
	op.Inputs, op.Outputs, op.Intermediates = nil, nil, nil
	for _, list := range []struct {
		to   *[]int
		from []int
	}{{&op.Inputs, o.Inputs}, {&op.Outputs, o.Outputs}, {&op.Intermediates, o.Intermediates}} {
		for _, t := range list.from {
			if t < 0 {
				*list.to = append(*list.to, -1)
			} else {
				*list.to = append(*list.to, w.as(t))
			}
		}
	}
	w.op(op, o.Index)
}

// plain writes an operator without weights.
func (w *rewriter) plain(o *tflite.Op, r rule) {
	p, n := w.plan, w.plan.net
	op := *o
	op.Version, op.Inputs, op.Outputs = 0, nil, nil
	for k, t := range o.Inputs {
		switch {
		case t < 0:
			op.Inputs = append(op.Inputs, -1)
		case !n.float(t):
			op.Inputs = append(op.Inputs, w.as(t))
		case r.same:
			op.Inputs = append(op.Inputs, w.narrow(t, p.quant[p.resultOf(o)]))
		case n.constant(t):
			op.Inputs = append(op.Inputs, w.narrow(t, p.rangeOfOperand(o, k).affine(p.opts.inner())))
		default:
			op.Inputs = append(op.Inputs, w.narrow(t, p.quant[t]))
		}
	}
	for _, t := range o.Outputs {
		op.Outputs = append(op.Outputs, w.result(t))
	}
	w.op(op, o.Index)
}

// resultOf returns an operator's first float result.
func (p *plan) resultOf(o *tflite.Op) int {
	for _, t := range o.Outputs {
		if p.net.float(t) {
			return t
		}
	}
	return o.Outputs[0]
}

func rangeOfConstant(values []float32) Range {
	if len(values) == 0 {
		return Range{}
	}
	return rangeOf(values)
}

// layer writes an operator with weights.
func (w *rewriter) layer(l *layer) {
	p, n := w.plan, w.plan.net
	data := l.op.Inputs[l.rule.data]
	in, out := p.quant[data], p.quant[l.op.Outputs[0]]
	k := p.integersOf(l, float64(in.Scale[0]), float64(out.Scale[0]))
	op := *l.op
	op.Version, op.Inputs = 0, nil
	for _, t := range l.op.Inputs[:min(len(l.op.Inputs), l.rule.bias)] {
		switch t {
		case data:
			op.Inputs = append(op.Inputs, w.narrow(t, in))
		case l.w:
			info := n.graph.Tensors[t].Info
			info.DType, info.Quant = tensor.Int8, k.quant
			op.Inputs = append(op.Inputs, w.weights(t, info, k.bytes()))
		default:
			op.Inputs = append(op.Inputs, w.as(t))
		}
	}
	if k.b != nil {
		op.Inputs = append(op.Inputs, w.biasOf(l, &k))
	} else if len(l.op.Inputs) > l.rule.bias {
		op.Inputs = append(op.Inputs, -1)
	}
	op.Outputs = []int{w.result(l.op.Outputs[0])}
	w.op(op, l.op.Index)
}

// weights adds a layer's weights, unless another layer of the same has the same integers.
func (w *rewriter) weights(t int, info tensor.Info, data []byte) int {
	for _, i := range w.shared[t] {
		if x := &w.b.Tensors[i]; slices.Equal(x.Quant.Scale, info.Quant.Scale) && x.Quant.Axis == info.Quant.Axis && bytes.Equal(x.Data, data) {
			return i
		}
	}
	i := w.b.Constant(info, data)
	w.shared[t] = append(w.shared[t], i)
	return i
}

// biasOf adds a layer's bias.
func (w *rewriter) biasOf(l *layer, k *integers) int {
	info := tensor.Info{Name: w.plan.net.graph.Tensors[l.op.Outputs[0]].Name + "/bias", Shape: tensor.Shape{l.channels}}
	if l.b >= 0 {
		info = w.plan.net.graph.Tensors[l.b].Info
	}
	info.Quant, info.DType = k.bias, tensor.Int32
	if w.plan.opts.inner() == tensor.Int16 {
		info.DType = tensor.Int64
	}
	return w.b.Constant(info, k.b)
}

// bytes returns the weights as they lie in a file.
func (k *integers) bytes() []byte {
	b := make([]byte, len(k.w))
	for i, v := range k.w {
		b[i] = byte(v)
	}
	return b
}
