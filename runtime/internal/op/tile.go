package op

import (
	"edged/runtime/internal/kernel"
)

// prepareTile: TILE repeats the input, constantly often along each dimension.
func prepareTile(n *Node) (Step, error) {
	if err := n.operands(2, 2, 1); err != nil {
		return nil, err
	}
	if step := late(n, prepareTile, 1); step != nil {
		return step, nil
	}
	in, out := n.In[0], n.Out[0]
	size, err := movable(in, out)
	if err != nil {
		return nil, err
	}
	times, err := numbers("multiples", n.In[1])
	if err != nil {
		return nil, err
	}
	if len(times) != len(in.Shape) {
		return nil, malformed("%d multiples of an input %s", len(times), in.Shape)
	}
	dims, axes := dimensions(in.Shape), make([]kernel.Axis, 0, 2*len(times))
	from := steps(in.Shape)
	for d, k := range times {
		if k < 0 {
			return nil, malformed("multiple %d of dimension %d", k, d)
		}
		dims[d] *= int64(k)
		axes = append(axes, kernel.Axis{N: k}, kernel.Axis{N: in.Shape[d], In: from[d]})
	}
	if out.Shape, err = sized(dims...); err != nil {
		return nil, err
	}
	return moveStep(n, size, axes), nil
}

// prepareBroadcastTo: BROADCAST_TO a constant shape, in which dimensions of one element are repeated.
func prepareBroadcastTo(n *Node) (Step, error) {
	if err := n.operands(2, 2, 1); err != nil {
		return nil, err
	}
	if step := late(n, prepareBroadcastTo, 1); step != nil {
		return step, nil
	}
	in, out := n.In[0], n.Out[0]
	size, err := movable(in, out)
	if err != nil {
		return nil, err
	}
	shape, err := numbers("shape", n.In[1])
	if err != nil {
		return nil, err
	}
	if out.Shape, err = sized(dimensions(shape)...); err != nil {
		return nil, err
	}
	fewer := len(shape) - len(in.Shape)
	if fewer < 0 {
		return nil, malformed("input %s does not broadcast to %s", in.Shape, out.Shape)
	}
	axes := make([]kernel.Axis, len(shape))
	for d, k := range shape {
		axes[d].N = k
	}
	for d, from := range steps(in.Shape) {
		switch in.Shape[d] {
		case 1:
		case shape[fewer+d]:
			axes[fewer+d].In = from
		default:
			return nil, malformed("input %s does not broadcast to %s", in.Shape, out.Shape)
		}
	}
	return moveStep(n, size, axes), nil
}
