package op

import (
	"fmt"
	"slices"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// Shapes must be the same whichever way the control goes: a graph whose outputs change shape from one iteration or branch
// to the other is refused as unsupported.

// shapesOf returns the shapes of tensors.
func shapesOf(tensors []*tensor.Tensor) []tensor.Shape {
	shapes := make([]tensor.Shape, len(tensors))
	for i, t := range tensors {
		if t != nil {
			shapes[i] = t.Shape
		}
	}
	return shapes
}

// move copies the values of one list of tensors into another of the same types and shapes. The shapes agreed when the graphs
// were prepared; where an operator's values decide them they may not any more.
func move(to, from []*tensor.Tensor) error {
	for i := range to {
		if len(to[i].Data) != len(from[i].Data) || !slices.Equal(to[i].Shape, from[i].Shape) {
			return unsupported("tensor %d is %s where a graph has %s", i, from[i].Shape, to[i].Shape)
		}
		copy(to[i].Data, from[i].Data)
	}
	return nil
}

// hand is move for tensors among which there may be strings, whose memory grows with them.
func (n *Node) hand(to, from []*tensor.Tensor) error {
	for i, t := range to {
		if t.DType == tensor.String {
			if err := n.room(t, len(from[i].Data)); err != nil {
				return fmt.Errorf("tensor %d: %w", i, err)
			}
		}
	}
	return move(to, from)
}

// alike checks that two lists of tensors agree in type and shape.
func alike(what string, a, b []*tensor.Tensor) error {
	if len(a) != len(b) {
		return malformed("%s: %d tensors for %d", what, len(a), len(b))
	}
	for i := range a {
		if a[i].DType != b[i].DType {
			return malformed("%s: tensor %d is %s and %s", what, i, a[i].DType, b[i].DType)
		}
		if !slices.Equal(a[i].Shape, b[i].Shape) {
			return unsupported("%s: tensor %d is %s and %s", what, i, a[i].Shape, b[i].Shape)
		}
	}
	return nil
}

// all checks that no operand is left out.
func (n *Node) all() error {
	for i, t := range n.In {
		if t == nil {
			return malformed("input %d is left out", i)
		}
	}
	return nil
}

// call prepares graph i for the given operands.
func (n *Node) call(i int, operands []*tensor.Tensor) (*Graph, error) {
	g, err := n.Model.Graph(i, shapesOf(operands))
	if err != nil {
		return nil, err
	}
	g.by = n
	return g, alike("operands", operands, g.In)
}

// results gives the operator's outputs the shapes of a graph's.
func (n *Node) results(g *Graph) error {
	if len(n.Out) != len(g.Out) {
		return malformed("%d outputs, the graph has %d", len(n.Out), len(g.Out))
	}
	for i, t := range g.Out {
		n.Out[i].Shape = t.Shape
	}
	return alike("outputs", n.Out, g.Out)
}

// prepareCall: CALL runs another graph.
func prepareCall(n *Node) (Step, error) {
	if err := n.all(); err != nil {
		return nil, err
	}
	g, err := n.call(options[tflite.CallOptions](n).Graph, n.In)
	if err != nil {
		return nil, err
	}
	return n.through(g), n.results(g)
}

// through runs g on the operator's operands.
func (n *Node) through(g *Graph) Step {
	return func() error { return g.on(n.Out, n.In) }
}

// on runs the graph on operands and puts its results into out.
func (g *Graph) on(out, operands []*tensor.Tensor) error {
	if err := g.by.hand(g.In, operands); err != nil {
		return err
	}
	if err := g.Run(); err != nil {
		return err
	}
	return g.by.hand(out, g.Out)
}

// prepareCallOnce: CALL_ONCE runs a graph without operands, the first time only that any CALL_ONCE of the session runs it.
func prepareCallOnce(n *Node) (Step, error) {
	if err := n.operands(0, 0, 0); err != nil {
		return nil, err
	}
	init := options[tflite.CallOnceOptions](n).Init
	g, err := n.call(init, nil)
	if err != nil {
		return nil, err
	}
	begun := n.Model.Begun(init) // of the model: this operator is prepared anew when shapes before it change
	return func() error {
		if *begun {
			return nil
		}
		if err := g.Run(); err != nil {
			return err
		}
		*begun = true
		return nil
	}, nil
}

// prepareIf: IF runs one of two graphs, by its first operand.
func prepareIf(n *Node) (Step, error) {
	o := options[tflite.IfOptions](n)
	if err := n.all(); err != nil {
		return nil, err
	}
	if len(n.In) == 0 || n.In[0].DType != tensor.Bool || n.In[0].Shape.Elems() != 1 {
		return nil, malformed("the condition must be one bool")
	}
	cond, operands := n.In[0], n.In[1:]
	then, err := n.call(o.Then, operands)
	if err != nil {
		return nil, err
	}
	otherwise, err := n.call(o.Else, operands)
	if err != nil {
		return nil, err
	}
	if err := alike("branches", then.Out, otherwise.Out); err != nil {
		return nil, err
	}
	if err := n.results(then); err != nil {
		return nil, err
	}
	return func() error {
		if cond.Data[0] != 0 {
			return then.on(n.Out, operands)
		}
		return otherwise.on(n.Out, operands)
	}, nil
}

// prepareComposite: STABLEHLO_COMPOSITE runs the graph that computes the same with plain operators.
func prepareComposite(n *Node) (Step, error) {
	if err := n.all(); err != nil {
		return nil, err
	}
	g, err := n.call(options[tflite.CompositeOptions](n).Graph, n.In)
	if err != nil {
		return nil, err
	}
	return n.through(g), n.results(g)
}

// prepareStablehloCase: STABLEHLO_CASE runs the graph that its first operand counts out, or the last where that is none.
func prepareStablehloCase(n *Node) (Step, error) {
	o := options[tflite.StablehloCaseOptions](n)
	if err := n.all(); err != nil {
		return nil, err
	}
	if len(n.In) == 0 || n.In[0].DType != tensor.Int32 || n.In[0].Shape.Elems() != 1 {
		return nil, malformed("the branch must be one int32")
	}
	if len(o.Branches) == 0 {
		return nil, malformed("no branches")
	}
	operands := n.In[1:]
	var graphs []*Graph
	for _, b := range o.Branches {
		g, err := n.call(b, operands)
		if err != nil {
			return nil, err
		}
		if len(graphs) > 0 {
			if err := alike("branches", graphs[0].Out, g.Out); err != nil {
				return nil, err
			}
		}
		graphs = append(graphs, g)
	}
	return func() error {
		i := int(tensor.As[int32](n.In[0].Data)[0])
		if i < 0 || i >= len(graphs) {
			i = len(graphs) - 1
		}
		return graphs[i].on(n.Out, operands)
	}, n.results(graphs[0])
}

// prepareWhile: WHILE runs the body graph on its own outputs as long as the condition graph says true.
func prepareWhile(n *Node) (Step, error) {
	o := options[tflite.WhileOptions](n)
	if err := n.all(); err != nil {
		return nil, err
	}
	cond, err := n.call(o.Cond, n.In)
	if err != nil {
		return nil, err
	}
	if len(cond.Out) != 1 || cond.Out[0].DType != tensor.Bool || cond.Out[0].Shape.Elems() != 1 {
		return nil, malformed("the condition graph must give one bool")
	}
	body, err := n.call(o.Body, n.In)
	if err != nil {
		return nil, err
	}
	if err := alike("the body's inputs and outputs", body.In, body.Out); err != nil {
		return nil, err
	}
	if err := n.results(body); err != nil {
		return nil, err
	}
	for i := range n.Out { // the operands are read once, as what the outputs start with
		n.Shares = append(n.Shares, Share{Out: i, In: i})
	}
	var yes [1]byte
	answer := []*tensor.Tensor{{Info: cond.Out[0].Info, Data: yes[:]}}
	return func() error {
		if err := n.hand(n.Out, n.In); err != nil {
			return err
		}
		for {
			if err := cond.on(answer, n.Out); err != nil || yes[0] == 0 {
				return err
			}
			if err := body.on(n.Out, n.Out); err != nil {
				return err
			}
		}
	}, nil
}
