package interp

import (
	"errors"
	"fmt"
	"strings"

	"edged/runtime/internal/op"
	"edged/runtime/internal/plan"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// checkOrder checks that every operand is known by the time its operator runs, and that nothing is written twice.
func (s *Session) checkOrder() error {
	known := make([]bool, len(s.tensors))
	for i := range s.graph.Tensors {
		known[i] = s.graph.Tensors[i].Data != nil || s.graph.Tensors[i].Variable
	}
	for _, i := range s.graph.Inputs {
		known[i] = true
	}
	for i := range s.graph.Ops {
		o := &s.graph.Ops[i]
		for _, in := range o.Inputs {
			if in >= 0 && !known[in] && s.tensors[in].Shape.Elems() != 0 {
				return located(o, s.graph, &tflite.FormatError{What: fmt.Sprintf("operand %q is not computed before it", s.tensors[in].Name)})
			}
		}
		for _, out := range o.Outputs {
			if known[out] {
				return located(o, s.graph, &tflite.FormatError{What: fmt.Sprintf("output %q has a value already", s.tensors[out].Name)})
			}
		}
		for _, out := range o.Outputs {
			known[out] = true
		}
	}
	for _, out := range s.graph.Outputs {
		if !known[out] {
			return &tflite.FormatError{Where: fmt.Sprintf("graph output %q", s.tensors[out].Name), What: "no operator computes it"}
		}
	}
	return nil
}

// prepare makes a step of each operator. Where several are unsupported the error lists them all.
func (s *Session) prepare() error {
	var missing []error
	for i := range s.graph.Ops {
		o := &s.graph.Ops[i]
		n := s.node(o)
		run, err := op.Prepare(n)
		var unsupported *tflite.UnsupportedError
		switch {
		case errors.As(err, &unsupported):
			missing = append(missing, located(o, s.graph, err))
			continue
		case err != nil:
			if len(missing) > 0 { // shapes after an unsupported operator are the file's and may not be right
				return joined(missing)
			}
			return located(o, s.graph, err)
		}
		for _, out := range o.Outputs {
			if _, err := bytesOf(&s.tensors[out]); err != nil {
				return located(o, s.graph, &tflite.FormatError{What: err.Error()})
			}
		}
		s.steps = append(s.steps, step{op: o, run: run, macs: n.MACs})
	}
	return joined(missing)
}

func (s *Session) node(o *tflite.Op) *op.Node {
	n := &op.Node{Op: o, Pool: s.pool}
	for _, in := range o.Inputs {
		var t *tensor.Tensor
		if in >= 0 {
			t = &s.tensors[in]
		}
		n.In = append(n.In, t)
	}
	for _, out := range o.Outputs {
		n.Out = append(n.Out, &s.tensors[out])
	}
	return n
}

// place plans the arena and gives each tensor its memory.
func (s *Session) place() error {
	first, last := s.lifetimes()
	var buffers []plan.Buffer
	for i := range s.tensors {
		if first[i] > last[i] || s.graph.Tensors[i].Data != nil {
			continue
		}
		size, err := bytesOf(&s.tensors[i])
		if err != nil {
			return err
		}
		buffers = append(buffers, plan.Buffer{Size: size, First: first[i], Last: last[i]})
		s.plan = append(s.plan, Placement{Tensor: i, Size: size, First: first[i], Last: last[i]})
	}
	offsets, size, err := plan.Place(buffers, memoryLimit)
	if err != nil {
		return err
	}
	s.arena = aligned(size)
	for i := range s.plan {
		p := &s.plan[i]
		p.Offset = offsets[i]
		s.tensors[p.Tensor].Data = s.arena[p.Offset : p.Offset+p.Size : p.Offset+p.Size]
	}
	return nil
}

// lifetimes returns the first and last operator during which each tensor must keep its value; first > last for a tensor
// that nothing uses.
func (s *Session) lifetimes() (first, last []int) {
	end := len(s.graph.Ops)
	first, last = make([]int, len(s.tensors)), make([]int, len(s.tensors))
	for i := range s.tensors {
		first[i], last[i] = end+1, -1
	}
	use := func(t, from, to int) { first[t], last[t] = min(first[t], from), max(last[t], to) }
	for i := range s.graph.Ops {
		for _, t := range s.graph.Ops[i].Inputs {
			if t >= 0 {
				use(t, i, i)
			}
		}
		for _, t := range s.graph.Ops[i].Outputs {
			use(t, i, i)
		}
	}
	for _, t := range s.graph.Inputs {
		use(t, 0, end)
	}
	for _, t := range s.graph.Outputs {
		use(t, 0, end)
	}
	return first, last
}

// Unsupported lists what of m's main graph this engine lacks, in order: "CONV_2D: input int16 with weights int8" for each
// operator; nil if nothing.
func Unsupported(m *tflite.Model) []string {
	s := &Session{graph: &m.Graphs[0]}
	if err := s.load(nil); err != nil {
		return nil
	}
	var list []string
	for i := range s.graph.Ops {
		o := &s.graph.Ops[i]
		_, err := op.Prepare(s.node(o))
		var unsupported *tflite.UnsupportedError
		if errors.As(err, &unsupported) {
			list = append(list, o.Name()+": "+unsupported.What)
		}
	}
	return list
}

// at prefixes an error of a running step with its operator.
func at(p *step, g *tflite.Graph, err error) error { return located(p.op, g, err) }

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
