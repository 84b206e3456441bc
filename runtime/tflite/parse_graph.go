package tflite

func (p *parser) graph(t table) Graph {
	g := Graph{Name: t.string(4)}
	g.Tensors = make([]Tensor, 0, p.room(t.len(0)))
	t.tables(0, "tensor", func(i int, t table) { g.Tensors = append(g.Tensors, p.tensor(i, t)) })
	n := len(g.Tensors)
	g.Inputs = p.indices(t, 1, "inputs", 0, n)
	g.Outputs = p.indices(t, 2, "outputs", 0, n)
	g.Ops = make([]Op, 0, p.room(t.len(3)))
	t.tables(3, "op", func(i int, t table) { g.Ops = append(g.Ops, p.op(i, t, n)) })
	if len(g.Tensors) == 0 {
		g.Tensors = nil
	}
	if len(g.Ops) == 0 {
		g.Ops = nil
	}
	return g
}

// room bounds what is reserved for n tables by what the file can still pay for.
func (p *parser) room(n int) int { return int(min(int64(n), max(0, p.r.budget)/tableCost)) }

// indices reads a list of tensor numbers in [low, n); an empty one is nil.
func (p *parser) indices(t table, id int, kind string, low, n int) []int {
	v := t.ints(id)
	if len(v) == 0 {
		return nil
	}
	for i, x := range v {
		if x < low || x >= n {
			p.r.bad("%s[%d] is tensor %d of %d", kind, i, x, n)
			return nil
		}
	}
	return v
}

func (p *parser) op(i int, t table, tensors int) Op {
	c := t.u32(0, 0)
	if int64(c) >= int64(len(p.codes)) {
		p.r.bad("operator code %d of %d", c, len(p.codes))
		return Op{}
	}
	code := p.codes[c]
	p.r.spend(entryCost)
	o := Op{Index: i, Code: code.code, Custom: code.custom, Version: code.version}
	o.Inputs = p.indices(t, 1, "inputs", -1, tensors)
	o.Outputs = p.indices(t, 2, "outputs", 0, tensors)
	o.Intermediates = p.indices(t, 8, "intermediates", 0, tensors)
	o.Mutates = p.mutates(t, len(o.Inputs))
	o.CustomOptions = p.stored(t, 5, 9)
	p.r.spend(int64(len(o.CustomOptions))) // which whoever prepares the operator unpacks
	o.Options = p.options(code.code, t)
	p.checkGraphs(o.Options)
	if !p.r.ok() {
		p.r.problem.at("%s", o.Name())
	}
	return o
}

func (p *parser) mutates(t table, inputs int) []bool {
	data := t.bytes(7)
	if len(data) == 0 {
		return nil
	}
	if len(data) != inputs {
		p.r.bad("mutating_variable_inputs has %d entries for %d inputs", len(data), inputs)
		return nil
	}
	p.r.spend(int64(len(data)))
	m := make([]bool, len(data))
	for i, b := range data {
		m[i] = b != 0
	}
	return m
}

// checkGraphs checks the numbers of the subgraphs that an operator calls.
func (p *parser) checkGraphs(options any) {
	var called []int
	switch o := options.(type) {
	case *CallOptions:
		called = []int{o.Graph}
	case *CallOnceOptions:
		called = []int{o.Init}
	case *IfOptions:
		called = []int{o.Then, o.Else}
	case *WhileOptions:
		called = []int{o.Cond, o.Body}
	case *CompositeOptions:
		called = []int{o.Graph}
	case *StablehloCaseOptions:
		called = o.Branches
	case *StablehloScatterOptions:
		called = []int{o.Update}
	case *StablehloReduceWindowOptions:
		called = []int{o.Body}
	}
	for _, g := range called {
		if g < 0 || g >= p.graphs {
			p.r.bad("calls subgraph %d of %d", g, p.graphs)
		}
	}
}
