package quant

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"edged/runtime"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// called is a graph that a WHILE or IF runs. It is calibrated beside the engine, on the operands of the operator, and keeps
// its float inputs and outputs, which the operator hands from one graph to the next.
type called struct {
	net   *net
	calib *calibration
	plan  *plan // of the last attempt
	*runner
}

// callees are the graphs that are called, by their number.
type callees struct {
	ctx  context.Context
	opts *Options
	all  map[int]*called
}

// close ends them.
func (c *callees) close() (err error) {
	for _, g := range c.all {
		if g.runner != nil {
			err = errors.Join(err, g.runner.Close())
			g.runner = nil
		}
	}
	return err
}

// follow runs what an operator of n is about to call.
func (c *callees) follow(n *net, o *tflite.Op, in []*tensor.Tensor) error {
	switch x := o.Options.(type) {
	case *tflite.IfOptions:
		branch := x.Else
		if in[0].Data[0] != 0 {
			branch = x.Then
		}
		g, err := c.graph(n, branch, in[1:])
		if g == nil || err != nil {
			return err
		}
		g.forget()
		return g.see(c.ctx, in[1:])
	case *tflite.WhileOptions:
		return c.loop(n, x, in)
	}
	return nil
}

// loop runs a WHILE's body as often as its condition wants.
func (c *callees) loop(n *net, o *tflite.WhileOptions, in []*tensor.Tensor) error {
	body, err := c.graph(n, o.Body, in)
	if body == nil || err != nil {
		return err
	}
	cond, err := openGraph(n.model, o.Cond, in, noWatch)
	if err != nil {
		return err
	}
	defer cond.Close()
	body.forget()
	for {
		if err := cond.run(c.ctx, in); err != nil || cond.session.Output(0).Data[0] == 0 {
			return err
		}
		if err := body.see(c.ctx, in); err != nil {
			return err
		}
		in = copies(body.session)
	}
}

// copies returns a session's outputs, which may share memory with its inputs.
func copies(s runtime.Session) (all []*tensor.Tensor) {
	for i := range s.Signature().Outputs {
		x := *s.Output(i)
		x.Data = slices.Clone(x.Data)
		all = append(all, &x)
	}
	return all
}

// graph returns graph g of n's model, ready for operands; nil for one that stays as it is.
func (c *callees) graph(n *net, g int, operands []*tensor.Tensor) (*called, error) {
	if known, ok := c.all[g]; ok {
		return known, nil
	}
	c.all[g] = nil
	if !worthwhile(n.model, g) || slices.ContainsFunc(operands, func(t *tensor.Tensor) bool { return t.DType == tensor.String }) {
		return nil, nil
	}
	x := &called{}
	var err error
	if x.net, err = newNet(mainOf(n.model, g)); err != nil {
		return nil, fmt.Errorf("graph %q: %w", n.model.Graphs[g].Name, err)
	}
	x.calib = newCalibration(x.net)
	x.calib.callees = c
	x.runner, err = openGraph(x.net.model, 0, operands, x.calib.watch(x.net, c.opts))
	c.all[g] = x
	return x, err
}

// see runs the graph once on operands and looks at its values.
func (g *called) see(ctx context.Context, operands []*tensor.Tensor) error {
	if err := g.run(ctx, operands); err != nil {
		return err
	}
	g.calib.samples++
	return errors.Join(g.calib.seeInputs(g.net, g.inputs), g.calib.bad)
}

// run runs a graph once on operands.
func (r *runner) run(ctx context.Context, operands []*tensor.Tensor) error {
	for i, t := range operands {
		copy(r.inputs[i].Data, t.Data)
	}
	return r.session.Invoke(ctx)
}

// openGraph makes a runner of graph g for operands' shapes.
func openGraph(m *tflite.Model, g int, operands []*tensor.Tensor, watch runtime.Watch) (*runner, error) {
	shapes := map[int]tensor.Shape{}
	for i, t := range operands {
		shapes[i] = slices.Clone(t.Shape)
	}
	s, err := runtime.New(mainOf(m, g), runtime.Options{Engine: "builtin", Watch: watch, Shapes: shapes})
	if err != nil {
		return nil, err
	}
	r := &runner{session: s}
	for i := range s.Signature().Inputs {
		r.inputs = append(r.inputs, s.Input(i))
	}
	return r, nil
}

// mainOf returns a model whose main graph is graph g of m; the others keep their numbers.
func mainOf(m *tflite.Model, g int) *tflite.Model {
	c := *m
	c.Graphs, c.Signatures = slices.Clone(m.Graphs), nil
	c.Graphs[0] = m.Graphs[g]
	return &c
}

// worthwhile reports whether integers make a graph cheaper: it has weights, and none of the variables that it would have in
// common with other graphs.
func worthwhile(m *tflite.Model, g int) bool {
	has := func(want func(tflite.OpCode) bool) bool {
		return slices.ContainsFunc(m.Graphs[g].Ops, func(o tflite.Op) bool { return want(o.Code) })
	}
	return !has(func(c tflite.OpCode) bool { return c == tflite.OpVarHandle || c == tflite.OpCallOnce }) &&
		has(func(c tflite.OpCode) bool {
			r, ok := ruleOf(&tflite.Op{Code: c})
			return ok && (r.weights > 0 || r.lstm || r.svdf) || c == tflite.OpBatchMatmul
		})
}

// rewrite puts the graphs in integers into a model.
func (c *callees) rewrite(m *tflite.Model, by Observer) error {
	for _, g := range slices.Sorted(maps.Keys(c.all)) {
		x := c.all[g]
		if x == nil || x.calib.samples == 0 {
			continue
		}
		o := *c.opts
		o.IO, o.Inputs, o.KeepFloat = tensor.Float32, nil, nil
		var err error
		if x.plan, err = newPlan(x.net, x.calib, &o, by); err != nil {
			return err
		}
		m.Graphs[g] = x.plan.rewrite().model().Graphs[0]
	}
	return nil
}

// report lists their operators, and those of graphs that stay float.
func (c *callees) report(m *tflite.Model) (all []OpReport) {
	for g := 1; g < len(m.Graphs); g++ {
		x := c.all[g]
		if x == nil || x.plan == nil {
			all = append(all, floatGraph(&m.Graphs[g], graphName(m, g))...)
			continue
		}
		for i := range x.net.graph.Ops {
			o := &x.net.graph.Ops[i]
			all = append(all, OpReport{Graph: graphName(m, g), Index: i, Op: o.Name(), Name: x.net.nameOf(o), Float: x.plan.why[i]})
		}
	}
	return all
}

func graphName(m *tflite.Model, g int) string {
	return cmp.Or(m.Graphs[g].Name, fmt.Sprintf("graph %d", g))
}

// floatGraph lists the layers of a graph that stays as it is: another signature's, a branch that no sample took, one with
// resource variables.
func floatGraph(g *tflite.Graph, name string) (all []OpReport) {
	why := "in a graph that calibration never ran"
	if slices.ContainsFunc(g.Ops, func(o tflite.Op) bool { return o.Code == tflite.OpVarHandle }) {
		why = "in a called graph with resource variables"
	}
	for i := range g.Ops {
		o := &g.Ops[i]
		if r, ok := ruleOf(o); !ok || r.weights == 0 && !r.lstm && !r.svdf || g.Tensors[o.Outputs[0]].DType != tensor.Float32 {
			continue
		}
		all = append(all, OpReport{Graph: name, Index: i, Op: o.Name(), Name: g.Tensors[o.Outputs[0]].Name, Float: why})
	}
	return all
}
