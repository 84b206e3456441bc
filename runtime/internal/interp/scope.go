package interp

import (
	"fmt"

	"edged/runtime/internal/op"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// scope is the op.Model of a segment's operators: what they take, call and remember goes with the segment.
type scope struct {
	frame   *frame
	segment *segment
}

// Graph prepares graph i of the model, for an operator that calls it with inputs of the given shapes.
func (s scope) Graph(i int, shapes []tensor.Shape) (*op.Graph, error) {
	callee, err := s.frame.frame(i, s.frame.depth+1)
	if err != nil {
		return nil, err
	}
	s.segment.callees = append(s.segment.callees, callee)
	inputs := map[int]tensor.Shape{}
	for i, s := range shapes {
		inputs[i] = s
	}
	if len(callee.graph.Inputs) != len(shapes) {
		return nil, &tflite.FormatError{What: fmt.Sprintf("calls subgraph %d with %d inputs, it has %d", i, len(shapes), len(callee.graph.Inputs))}
	}
	callee.lent = s.frame.preparing
	if err := callee.open(inputs); err != nil {
		return nil, within(i, err)
	}
	if callee.lent {
		s.frame.called = append(s.frame.called, callee)
	}
	return &op.Graph{In: callee.inputs(), Out: callee.outputs(), Run: callee.run}, nil
}

// Body returns graph i of the model as the file has it.
func (s scope) Body(i int) (*tflite.Graph, error) {
	if i < 0 || i >= len(s.frame.model.Graphs) {
		return nil, &tflite.FormatError{What: fmt.Sprintf("subgraph %d of %d", i, len(s.frame.model.Graphs))}
	}
	return &s.frame.model.Graphs[i], nil
}

// Variable returns the model's resource variable of that name. It lives as long as the session.
func (s scope) Variable(name string) *op.Variable {
	f := s.frame
	v := f.variables[name]
	if v == nil {
		v = &op.Variable{ID: int32(len(f.byID)), Take: f.forever}
		f.variables[name], f.byID = v, append(f.byID, v)
	}
	return v
}

// VariableByID returns the variable that a resource tensor holds.
func (s scope) VariableByID(id int32) *op.Variable {
	if id < 0 || int(id) >= len(s.frame.byID) {
		return nil
	}
	return s.frame.byID[id]
}

// Table returns the model's hash table of that number, nil if there is none.
func (s scope) Table(id int32) *op.Table { return s.frame.tables[id] }

// MakeTable returns the model's hash table of that number. It lives as long as the session.
func (s scope) MakeTable(id int32) *op.Table {
	t := s.frame.tables[id]
	if t == nil {
		t = &op.Table{Take: s.frame.forever}
		s.frame.tables[id] = t
	}
	return t
}

// Begun says whether CALL_ONCE has run graph i. It lives as long as the session.
func (s scope) Begun(i int) *bool {
	b := s.frame.begun[i]
	if b == nil {
		b = new(bool)
		s.frame.begun[i] = b
	}
	return b
}

// OnReset calls forget when the session is reset.
func (s scope) OnReset(forget func()) { s.segment.forgets = append(s.segment.forgets, forget) }

// Take counts memory that an operator keeps.
func (s scope) Take(bytes int64) error { return s.frame.keep(s.segment, bytes) }

// Room returns how many bytes of float32 weights may be kept in another form.
func (s scope) Room() int64 { return s.frame.use.room() }
