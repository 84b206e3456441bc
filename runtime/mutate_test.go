package runtime_test

import (
	"reflect"
	"slices"

	"edged/runtime/tflite"
)

// program is what a mutant is made by: bytes that decide, one after the other. The fuzzer makes them up and learns which
// lead somewhere; when they have run out, every decision is the first.
type program []byte

// below decides on a number from 0 to n−1.
func (p *program) below(n int) int {
	v := 0
	for most := 1; most < n && len(*p) > 0; most <<= 8 {
		v, *p = v<<8|int((*p)[0]), (*p)[1:]
	}
	return v % max(n, 1)
}

// oneOf decides on one of v.
func oneOf[T any](p *program, v ...T) T { return v[p.below(len(v))] }

// oddInts are numbers at the edges of what operators take.
var oddInts = []int{0, 1, 2, 3, 4, -1, -2, 7, 16, 100, 255, 256, 1 << 15, 1 << 16, 1 << 20, 1 << 24, 1 << 28, 1 << 30, 1<<31 - 1, -1 << 31}

// mutant changes a model by a program. Some of the result is written again and read again in the middle, so that operators
// whose code has changed get options of their own, which the rest of the program may then change. It is nil where nothing
// comes out that can be written.
func mutant(bases []base, which int, p program) []byte {
	m, err := tflite.Parse(bases[which%len(bases)].bytes)
	if err != nil {
		return nil
	}
	var b []byte
	for range 2 {
		for range 1 + p.below(3) {
			mutateModel(&p, m, bases)
		}
		if b, err = tflite.Write(m); err != nil {
			return nil
		}
		if len(p) == 0 {
			break
		}
		if m, err = tflite.Parse(b); err != nil {
			return b
		}
	}
	return b
}

// mutateModel changes one thing.
func mutateModel(p *program, m *tflite.Model, bases []base) {
	g := &m.Graphs[p.below(len(m.Graphs))]
	if len(g.Tensors) == 0 {
		return
	}
	t := &g.Tensors[p.below(len(g.Tensors))]
	switch p.below(14) {
	case 0, 1:
		mutateShape(p, t)
	case 2:
		mutateType(p, t)
	case 3:
		mutateQuant(p, t)
	case 4:
		mutateData(p, t)
	case 5:
		t.Variable = !t.Variable
	case 6:
		mutateEnds(p, g)
	case 7:
		splice(p, g, bases)
	case 8:
		callGraph(p, m, g)
	default:
		mutateOp(p, m, g)
	}
}

// mutateOp changes one operator, or which of them there are.
func mutateOp(p *program, m *tflite.Model, g *tflite.Graph) {
	if len(g.Ops) == 0 {
		return
	}
	i := p.below(len(g.Ops))
	o := &g.Ops[i]
	switch p.below(8) {
	case 0, 1, 2:
		mutateOptions(p, o, len(m.Graphs))
	case 3:
		o.Code, o.Options, o.Custom = tflite.OpCode(p.below(210)), nil, ""
		if o.Code == tflite.OpCustom {
			o.Custom = oneOf(p, "SignalRfft", "SignalWindow", "SignalFilterBank", "TFLite_Detection_PostProcess")
		}
	case 4:
		o.Inputs = mutateList(p, o.Inputs, len(g.Tensors), -1)
	case 5:
		o.Outputs = mutateList(p, o.Outputs, len(g.Tensors), 0)
		o.Mutates = nil
	case 6:
		g.Ops = slices.Delete(slices.Clone(g.Ops), i, i+1)
	case 7:
		g.Ops = slices.Insert(slices.Clone(g.Ops), p.below(len(g.Ops)+1), *o)
	}
	renumber(g)
}

// renumber gives operators their places, as Parse does, and takes away what no longer fits them.
func renumber(g *tflite.Graph) {
	for i := range g.Ops {
		g.Ops[i].Index = i
		if len(g.Ops[i].Mutates) != len(g.Ops[i].Inputs) {
			g.Ops[i].Mutates = nil
		}
	}
}

// mutateList exchanges, drops, adds or repeats an entry of a list of tensors, the least being low.
func mutateList(p *program, list []int, tensors, low int) []int {
	list = slices.Clone(list)
	any := low + p.below(tensors-low)
	switch at := p.below(len(list)); {
	case len(list) == 0 || p.below(4) == 0:
		return append(list, any)
	case p.below(3) == 0:
		return slices.Delete(list, at, at+1)
	case p.below(3) == 0:
		return append(list, list[at])
	default:
		list[at] = any
		return list
	}
}

// mutateEnds changes what goes into a graph and what comes out.
func mutateEnds(p *program, g *tflite.Graph) {
	if p.below(2) == 0 {
		g.Inputs = mutateList(p, g.Inputs, len(g.Tensors), 0)
	} else {
		g.Outputs = mutateList(p, g.Outputs, len(g.Tensors), 0)
	}
}

// mutateOptions sets one field of the options to another value. Most numbers of graphs are left within the model.
func mutateOptions(p *program, o *tflite.Op, graphs int) {
	if len(o.CustomOptions) > 0 {
		o.CustomOptions = slices.Clone(o.CustomOptions)
		o.CustomOptions[p.below(len(o.CustomOptions))] = byte(p.below(256))
		return
	}
	v := reflect.ValueOf(o.Options)
	if v.Kind() != reflect.Pointer || v.IsNil() || v.Elem().Kind() != reflect.Struct || v.Elem().NumField() == 0 {
		return
	}
	copied := reflect.New(v.Elem().Type())
	copied.Elem().Set(v.Elem())
	o.Options = copied.Interface()
	switch f := copied.Elem().Field(p.below(copied.Elem().NumField())); f.Kind() {
	case reflect.Bool:
		f.SetBool(!f.Bool())
	case reflect.Int, reflect.Int32, reflect.Int64:
		f.SetInt(int64(oneOf(p, append([]int{p.below(graphs), p.below(10)}, oddInts...)...)))
	case reflect.Uint8, reflect.Uint32:
		f.SetUint(uint64(p.below(8)))
	case reflect.Float32:
		f.SetFloat(oneOf(p, 0, 1, -1, 0.5, 1e30, 1e-30))
	case reflect.Slice:
		if f.Type().Elem().Kind() == reflect.Int {
			f.Set(reflect.ValueOf([]int{oneOf(p, oddInts...), oneOf(p, oddInts...)}[:p.below(3)]))
		}
	}
}

// splice takes an operator of another model with its tensors, and lets it read what the graph has.
func splice(p *program, g *tflite.Graph, bases []base) {
	from, err := tflite.Parse(bases[p.below(len(bases))].bytes)
	if err != nil {
		return
	}
	other := &from.Graphs[0]
	if len(other.Ops) == 0 {
		return
	}
	o := other.Ops[p.below(len(other.Ops))]
	moved := map[int]int{}
	move := func(list []int) []int {
		list = slices.Clone(list)
		for i, t := range list {
			if t < 0 {
				continue
			}
			if _, ok := moved[t]; !ok {
				moved[t] = len(g.Tensors)
				g.Tensors = append(g.Tensors, other.Tensors[t])
			}
			list[i] = moved[t]
		}
		return list
	}
	o.Inputs, o.Outputs, o.Intermediates = move(o.Inputs), move(o.Outputs), move(o.Intermediates)
	for i, t := range o.Inputs {
		switch {
		case t < 0 || g.Tensors[t].Data != nil || g.Tensors[t].Variable:
		case p.below(2) == 0:
			g.Inputs = append(slices.Clone(g.Inputs), t)
		default:
			o.Inputs[i] = p.below(len(g.Tensors))
		}
	}
	g.Ops = slices.Insert(slices.Clone(g.Ops), p.below(len(g.Ops)+1), o)
	g.Outputs = append(slices.Clone(g.Outputs), o.Outputs...)
	renumber(g)
}

// callGraph adds an operator that calls a graph, a copy of this one or one that is there, on tensors of this.
func callGraph(p *program, m *tflite.Model, g *tflite.Graph) {
	if len(m.Graphs) > 8 || len(g.Tensors) > 1000 {
		return
	}
	called := p.below(len(m.Graphs) + 1)
	callee := *g
	if called < len(m.Graphs) {
		callee = m.Graphs[called]
	}
	o := tflite.Op{Code: oneOf(p, tflite.OpCall, tflite.OpWhile, tflite.OpIf, tflite.OpCallOnce)}
	other := p.below(len(m.Graphs))
	switch o.Code {
	case tflite.OpCall:
		o.Options = &tflite.CallOptions{Graph: called}
	case tflite.OpWhile:
		o.Options = &tflite.WhileOptions{Cond: other, Body: called}
	case tflite.OpIf:
		o.Options = &tflite.IfOptions{Then: called, Else: other}
	case tflite.OpCallOnce:
		o.Options = &tflite.CallOnceOptions{Init: called}
	}
	for range callee.Inputs {
		o.Inputs = append(o.Inputs, p.below(len(g.Tensors)))
	}
	for _, t := range callee.Outputs {
		o.Outputs = append(o.Outputs, len(g.Tensors))
		result := callee.Tensors[t]
		result.Data, result.Variable = nil, false
		g.Tensors = append(g.Tensors, result)
	}
	g.Ops = slices.Insert(slices.Clone(g.Ops), p.below(len(g.Ops)+1), o)
	g.Outputs = append(slices.Clone(g.Outputs), o.Outputs...)
	renumber(g)
	if called == len(m.Graphs) {
		m.Graphs = append(m.Graphs, callee)
	}
}
