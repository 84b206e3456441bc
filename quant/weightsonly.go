package quant

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"slices"

	"edged/runtime"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// noWatch watches nothing.
var noWatch runtime.Watch

// leastWeights is how many weights are worth a scale: layers of fewer stay as they are.
const leastWeights = 1024

// weightsOnly makes a model whose activations stay float.
func (q *quantizer) weightsOnly(ctx context.Context) (*Result, error) {
	made := q.net.copy()
	ops := made.graph.Ops
	report := &Report{Scheme: q.opts.Scheme.String(), Observers: []Trial{}, Tensors: []TensorReport{}}
	err := q.eachGraph(made, func(n *net, called string) {
		if q.opts.Scheme == Float16 {
			n.halve()
		} else {
			n.narrowWeights(report, called)
		}
	})
	if err != nil {
		return nil, err
	}
	tensors, origins := map[int]int{}, make([]int, len(made.graph.Ops))
	for i := range origins {
		origins[i] = i - (len(made.graph.Ops) - len(ops)) // the DEQUANTIZEs stand in front
	}
	for t := range q.net.graph.Tensors {
		if q.net.activation(t) {
			tensors[t] = t
		}
	}
	p := &pair{float: q.net.model, made: made.model, origins: origins, tensors: tensors}
	found, err := p.compare(ctx, q.samples, q.opts.ReportSamples, func(n int) { q.opts.tell("comparing", n, q.opts.ReportSamples) })
	if err != nil {
		return nil, err
	}
	if found.samples == 0 {
		return nil, errNoSamples
	}
	report.Compared = found.samples
	report.Outputs = q.outputs(&attempt{found: found})
	report.Latency, err = latencies(ctx, p, q.samples)
	return &Result{made.model, report}, err
}

// eachGraph does something to the main graph and to each of the others, which are called or signatures' own.
func (q *quantizer) eachGraph(made *net, do func(n *net, called string)) error {
	do(made, "")
	for g := 1; g < len(made.model.Graphs); g++ {
		n, err := newNet(mainOf(made.model, g))
		if err != nil {
			return fmt.Errorf("graph %q: %w", made.model.Graphs[g].Name, err)
		}
		do(n, graphName(made.model, g))
		made.model.Graphs[g] = *n.graph
	}
	return nil
}

// narrowWeights makes int8 weights of what has kernels for floats and those ("dynamic range"), of a graph that is called by
// that name, or of the main one.
func (n *net) narrowWeights(r *Report, called string) {
	done := map[[2]int]int{}
	for i := range n.graph.Ops {
		o := &n.graph.Ops[i]
		line := OpReport{Graph: called, Index: i, Op: o.Name(), Name: n.nameOf(o)}
		if line.Float = n.whyWide(o); line.Float == "" {
			n.narrowOperands(o, done)
		}
		r.Ops = append(r.Ops, line)
	}
	n.index()
	n.prune()
}

// prune takes their constants from tensors that nothing uses any more.
func (n *net) prune() {
	for t := range n.graph.Tensors {
		if n.constant(t) && len(n.users[t]) == 0 && !slices.Contains(n.graph.Outputs, t) {
			n.graph.Tensors[t].Data = nil
		}
	}
}

// whyWide says why a layer's weights stay float.
func (n *net) whyWide(o *tflite.Op) string {
	l := n.layer(o)
	switch {
	case l == nil:
		return n.whyWideMatrices(o)
	case o.Code == tflite.OpTransposeConv:
		return "no kernel for float data and int8 weights"
	case !n.float(o.Inputs[l.rule.data]):
		return "no float operand"
	case n.graph.Tensors[l.w].Shape.Elems() < leastWeights:
		return "fewer than 1024 weights"
	}
	return n.whyFormat(o)
}

// narrowOperands gives an operator int8 weights.
func (n *net) narrowOperands(o *tflite.Op, done map[[2]int]int) {
	if l := n.layer(o); l != nil {
		n.narrowLayer(l, done)
	} else {
		n.narrowMatrices(o, done)
	}
}

// narrowLayer gives a layer int8 weights, which it shares with layers of the same weights and axis that are done.
func (n *net) narrowLayer(l *layer, done map[[2]int]int) {
	key := [2]int{l.w, l.rule.axis}
	if _, ok := done[key]; !ok {
		done[key] = n.narrowed(l)
	}
	inputs := append([]int(nil), l.op.Inputs...)
	inputs[l.rule.weights] = done[key]
	l.op.Inputs = inputs
	if f, ok := l.op.Options.(*tflite.FullyConnectedOptions); ok {
		f := *f
		f.AsymmetricQuantizeInputs = true
		l.op.Options = &f
	}
	l.op.Version = n.graph.Version(l.op)
}

// narrowed adds a layer's weights in int8.
func (n *net) narrowed(l *layer) int {
	w := n.values(l.w)
	k := integers{quant: tensor.Quant{Axis: max(0, l.rule.axis), ZeroPoint: make([]int64, l.scales())}, w: make([]int8, len(w))}
	for _, s := range l.weightScales(w, nil, 1, 1) {
		k.quant.Scale = append(k.quant.Scale, float32(s))
	}
	for c := range l.channels {
		l.nearest(k.w, w, float64(k.quant.Scale[c%len(k.quant.Scale)]), c)
	}
	t := n.graph.Tensors[l.w]
	t.Index, t.DType, t.Quant, t.Data = len(n.graph.Tensors), tensor.Int8, k.quant, k.bytes()
	n.graph.Tensors = append(n.graph.Tensors, t)
	return t.Index
}

// halve keeps float constants in float16, which a DEQUANTIZE each unpacks.
func (n *net) halve() {
	var unpack []tflite.Op
	for t := range n.graph.Tensors {
		x := n.graph.Tensors[t]
		if !n.float(t) || !n.constant(t) || x.Sparse || len(n.users[t]) == 0 || !fitsHalf(n.values(t)) {
			continue
		}
		half := x
		half.Index, half.DType, half.Name, half.Data = len(n.graph.Tensors), tensor.Float16, x.Name+"/half", halves(n.values(t))
		n.graph.Tensors = append(n.graph.Tensors, half)
		n.graph.Tensors[t].Data = nil
		o := tflite.Op{Code: tflite.OpDequantize, Inputs: []int{half.Index}, Outputs: []int{t}}
		o.Version = n.graph.Version(&o)
		unpack = append(unpack, o)
	}
	n.graph.Ops = append(unpack, n.graph.Ops...)
	n.index()
	n.prune()
}

// fitsHalf reports whether no value is beyond float16.
func fitsHalf(values []float32) bool { return widest(values) < 65520 }

func halves(values []float32) []byte {
	b := make([]byte, 0, 2*len(values))
	for _, v := range values {
		b = binary.LittleEndian.AppendUint16(b, half(v))
	}
	return b
}

// half returns the bits of the float16 nearest to v, ties to even (IEEE 754, binary16).
func half(v float32) uint16 {
	sign := uint16(math.Float32bits(v) >> 16 & 0x8000)
	m := math.Abs(float64(v))
	if m >= 65520 {
		return sign | 0x7c00
	}
	exp := max(-14, math.Ilogb(m)) // below 2⁻¹⁴ all steps are alike
	if m == 0 {
		exp = -14
	}
	steps := uint16(math.RoundToEven(math.Ldexp(m, 10-exp)))
	return sign | (uint16(exp+14)<<10 + steps)
}
