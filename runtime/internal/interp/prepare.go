package interp

import (
	"errors"
	"fmt"
	"strings"

	"edged/runtime/internal/op"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// checkOrder checks that every operand is known by the time its operator runs, and that nothing is written twice.
func (f *frame) checkOrder() error {
	known := make([]bool, len(f.tensors))
	for i := range f.graph.Tensors {
		known[i] = f.graph.Tensors[i].Data != nil || f.graph.Tensors[i].Variable
	}
	for _, i := range f.graph.Inputs {
		known[i] = true
	}
	for i := range f.graph.Ops {
		o := &f.graph.Ops[i]
		for _, in := range o.Inputs {
			if in >= 0 && !known[in] && f.tensors[in].Shape.Elems() != 0 {
				return located(o, f.graph, &tflite.FormatError{What: fmt.Sprintf("operand %q is not computed before it", f.tensors[in].Name)})
			}
			if in >= 0 {
				known[in] = true // an empty one needs no operator, and may get none any more
			}
		}
		for _, out := range o.Outputs {
			if known[out] {
				return located(o, f.graph, &tflite.FormatError{What: fmt.Sprintf("output %q has a value already", f.tensors[out].Name)})
			}
			known[out] = true
		}
	}
	for _, out := range f.graph.Outputs {
		where := fmt.Sprintf("graph output %q", f.tensors[out].Name)
		if !known[out] {
			return &tflite.FormatError{Where: where, What: "no operator computes it"}
		}
		if f.graph.Tensors[out].Sparse {
			return &tflite.UnsupportedError{Where: where, What: "it is stored sparsely"}
		}
	}
	return nil
}

// prepare makes steps of the operators from the given one on, up to and including the first whose output shapes are known
// only when it has run, and returns the operator after that. Where several are unsupported the error lists them all.
func (f *frame) prepare(g *segment, from int) (next int, err error) {
	var missing []error
	for i := from; i < len(f.graph.Ops); i++ {
		if _, gone := f.gone[i]; gone {
			continue
		}
		o := &f.graph.Ops[i]
		err := f.ctx.Err()
		n := f.node(g, o)
		n.Extra = f.extras[i]
		if err == nil {
			err = f.prepareOp(g, i, n)
		}
		var unsupported *tflite.UnsupportedError
		switch {
		case errors.As(err, &unsupported):
			if missing = append(missing, located(o, f.graph, err)); len(missing) > maxMissing {
				return 0, joined(missing)
			}
		case err != nil && len(missing) > 0: // shapes after an unsupported operator are the file's and may not be right
			return 0, joined(missing)
		case err != nil:
			return 0, located(o, f.graph, err)
		case n.Dynamic && len(missing) == 0:
			g.moving = n.Out
			return i + 1, nil
		}
	}
	return len(f.graph.Ops), joined(missing)
}

// maxMissing is how many unsupported operators are looked for.
const maxMissing = 1000

// prepareOp makes a step of operator i, or a constant of its result.
func (f *frame) prepareOp(g *segment, i int, n *op.Node) error {
	if err := f.checkOperands(n); err != nil {
		return err
	}
	if err := f.enter(g, n); err != nil {
		return err
	}
	f.preparing, f.called = true, nil
	run, err := op.Prepare(n)
	f.preparing = false
	if err != nil {
		return err
	}
	for k, out := range n.Out {
		if _, err := bytesOf(out); err != nil {
			return &tflite.FormatError{What: err.Error()}
		}
		if declared := f.graph.Tensors[n.Op.Outputs[k]].DType; out.DType != declared && f.gone != nil {
			return &tflite.FormatError{What: fmt.Sprintf("output %q is %s, not %s", out.Name, out.DType, declared)}
		}
	}
	if run == nil || constantResult(n) && f.use.cheap(n) {
		g.once = append(g.once, i)
		return f.fold(g, run, n)
	}
	g.packed += n.Packed
	f.use.packed += n.Packed
	g.steps = append(g.steps, step{op: n.Op, at: i, run: run, copies: copied(n), in: n.In, out: n.Out, macs: n.MACs})
	if n.Stateful {
		for _, in := range n.Op.Inputs {
			g.written[in] = true
		}
	}
	for _, s := range n.Shares {
		g.shares = append(g.shares, share{out: n.Op.Outputs[s.Out], in: n.Op.Inputs[s.In], equal: s.Equal})
	}
	if len(f.called) > 0 {
		g.calls = append(g.calls, call{op: i, frames: f.called})
	}
	return nil
}

// checkOperands checks what holds of every operand: Prepare may multiply dimensions, and index constants.
func (f *frame) checkOperands(n *op.Node) error {
	for i, in := range n.Op.Inputs {
		if in < 0 {
			continue
		}
		if f.graph.Tensors[in].Sparse && n.Op.Code != tflite.OpDensify {
			return &tflite.UnsupportedError{What: fmt.Sprintf("operand %d is stored sparsely", i)}
		}
		most := int64(maxElems)
		if f.constant[in] {
			most = maxConstant
		}
		if err := bounded(n.In[i], most); err != nil {
			return &tflite.FormatError{What: err.Error()}
		}
	}
	return nil
}

// constantResult reports whether an operator's outputs depend on constants alone, so that they can be computed once.
func constantResult(n *op.Node) bool {
	switch n.Op.Code {
	case tflite.OpCustom, tflite.OpVarHandle, tflite.OpReadVariable, tflite.OpAssignVariable, tflite.OpCallOnce, tflite.OpCall,
		tflite.OpIf, tflite.OpWhile, tflite.OpRandomUniform, tflite.OpRandomStandardNormal, tflite.OpMultinomial,
		tflite.OpStablehloCase, tflite.OpStablehloComposite:
		return false
	}
	for _, in := range n.In {
		if in != nil && in.Data == nil && in.Shape.Elems() != 0 {
			return false
		}
	}
	return len(n.In) > 0 && !n.Stateful
}

// fold computes an operator's outputs now and makes constants of them. A nil step has set its outputs' Data itself, and a
// dynamic operator's step does.
func (f *frame) fold(g *segment, run op.Step, n *op.Node) error {
	for _, out := range n.Op.Outputs {
		f.constant[out], f.folded[out] = true, n.Op.Code != tflite.OpDensify
	}
	if run == nil {
		return nil
	}
	if n.Dynamic {
		n.Dynamic = false
		return f.compute(run)
	}
	for _, out := range n.Out {
		size, err := bytesOf(out)
		if err != nil {
			return err
		}
		if err := f.take(g, size); err != nil {
			return err
		}
		out.Data = aligned(size)
	}
	return f.compute(run)
}

// compute runs a step whose results will be constants. One that its context has stopped may have left them half done.
func (f *frame) compute(run op.Step) error {
	if err := run(); err != nil {
		return err
	}
	return f.ctx.Err()
}

func (f *frame) node(g *segment, o *tflite.Op) *op.Node {
	n := &op.Node{Op: o, Pool: f.pool, Model: scope{f, g}}
	for _, in := range o.Inputs {
		var t *tensor.Tensor
		if in >= 0 {
			t = &f.tensors[in]
		}
		n.In = append(n.In, t)
		n.Folded = append(n.Folded, in >= 0 && f.folded[in])
	}
	if len(o.Inputs) > 0 && o.Inputs[0] >= 0 {
		n.Sparsity = f.graph.Tensors[o.Inputs[0]].Sparsity
	}
	for _, out := range o.Outputs {
		n.Out = append(n.Out, &f.tensors[out])
	}
	for _, i := range o.Intermediates {
		n.Inter = append(n.Inter, &f.tensors[i])
	}
	return n
}

// Unsupported lists what of m's main graph this engine lacks, in order: "CONV_2D: input int16 with weights int8" for each
// operator; nil if nothing.
func Unsupported(m *tflite.Model, o Options) []string {
	s := newSession(m, o)
	defer s.pool.Close()
	f, err := s.frame(0, 0)
	if err == nil {
		err = f.load(nil)
	}
	if err == nil {
		err = f.checkOrder()
	}
	if err != nil {
		return nil
	}
	var list []string
	for i := range f.graph.Ops {
		var unsupported *tflite.UnsupportedError
		// What else fails here fails again, and is told, when the model is opened.
		g := newSegment(0)
		if err := f.prepareOp(g, i, f.node(g, &f.graph.Ops[i])); errors.As(err, &unsupported) {
			list = append(list, f.graph.Ops[i].Name()+": "+unsupported.What)
		}
		if len(list) > maxMissing {
			break
		}
	}
	return list
}

// located says which operator an error of op.Prepare speaks of: op 17 CONV_2D "net/conv3".
func located(o *tflite.Op, g *tflite.Graph, err error) error {
	where := fmt.Sprintf("op %d %s", o.Index, o.Name())
	if len(o.Outputs) > 0 {
		where += fmt.Sprintf(" %q", g.Tensors[o.Outputs[0]].Name)
	}
	var format *tflite.FormatError
	var unsupported *tflite.UnsupportedError
	switch {
	case errors.As(err, &format) && format.Where == "":
		return &tflite.FormatError{Where: where, What: format.What}
	case errors.As(err, &unsupported) && unsupported.Where == "":
		return &tflite.UnsupportedError{Where: where, What: unsupported.What}
	}
	return fmt.Errorf("%s: %w", where, err)
}

// joined makes one line of several unsupported operators.
func joined(missing []error) error {
	switch len(missing) {
	case 0:
		return nil
	case 1:
		return missing[0]
	}
	var lines []string
	for _, err := range missing {
		var u *tflite.UnsupportedError
		errors.As(err, &u)
		lines = append(lines, u.Where+": "+u.What)
	}
	const most = 8
	if len(lines) > most {
		lines = append(lines[:most], fmt.Sprintf("and %d more", len(lines)-most))
	}
	return &tflite.UnsupportedError{Where: fmt.Sprintf("%d operators", len(missing)), What: strings.Join(lines, "; ")}
}
