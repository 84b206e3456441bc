package op

import (
	"edged/runtime/internal/kernel"
	"edged/runtime/tflite"
)

// prepareTranspose: TRANSPOSE by a constant permutation: output dimension d is input dimension perm[d].
func prepareTranspose(n *Node) (Step, error) {
	if err := n.operands(2, 2, 1); err != nil {
		return nil, err
	}
	if step := late(n, prepareTranspose, 1); step != nil {
		return step, nil
	}
	in, out := n.In[0], n.Out[0]
	size, err := movable(in, out)
	if err != nil {
		return nil, err
	}
	perm, err := numbers("permutation", n.In[1])
	if err != nil {
		return nil, err
	}
	if len(perm) != len(in.Shape) {
		return nil, malformed("permutation %v of input %s", perm, in.Shape)
	}
	dims, axes, seen := dimensions(in.Shape), make([]kernel.Axis, len(perm)), make([]bool, len(perm))
	from := steps(in.Shape)
	for d, p := range perm {
		if p < 0 {
			p += len(perm)
		}
		if p < 0 || p >= len(perm) || seen[p] {
			return nil, malformed("permutation %v of input %s", perm, in.Shape)
		}
		seen[p] = true
		dims[d] = int64(in.Shape[p])
		axes[d] = kernel.Axis{N: in.Shape[p], In: from[p]}
	}
	if out.Shape, err = sized(dims...); err != nil {
		return nil, err
	}
	return moveStep(n, size, axes), nil
}

// moveStep copies input 0 to output 0, whose elements come in order of the axes; their steps in the output are set here.
func moveStep(n *Node, size int, axes []kernel.Axis) Step {
	step, same := 1, true
	for i := len(axes) - 1; i >= 0; i-- {
		axes[i].Out = step
		step *= axes[i].N
		same = same && (axes[i].N == 1 || axes[i].In == axes[i].Out)
	}
	if same && step == n.In[0].Shape.Elems() {
		return copyStep(n)
	}
	m, in, out := kernel.NewMove(size, 0, 0, axes...), n.In[0], n.Out[0]
	return func() error {
		m.Run(out.Data, in.Data)
		return nil
	}
}

// prepareDepthSpace: SPACE_TO_DEPTH and DEPTH_TO_SPACE with blocks of b×b:
//
//	depth [N,Y,X,b·b·C]: depth[n,y,x,(i·b+j)·C+c] = space[n,y·b+i,x·b+j,c]   space [N,Y·b,X·b,C]
func prepareDepthSpace(n *Node) (Step, error) {
	if err := n.operands(1, 1, 1); err != nil {
		return nil, err
	}
	in, out := n.In[0], n.Out[0]
	size, err := movable(in, out)
	if err != nil {
		return nil, err
	}
	b := options[tflite.BlockSizeOptions](n).BlockSize
	if len(in.Shape) != 4 || b < 1 || b > 1<<14 {
		return nil, malformed("block size %d of an input %s", b, in.Shape)
	}
	d := dimensions(in.Shape)
	wide := int64(b)
	h, w, c := in.Shape[1], in.Shape[2], in.Shape[3]
	if n.Op.Code == tflite.OpSpaceToDepth {
		if h%b != 0 || w%b != 0 {
			return nil, malformed("block size %d of an input %s", b, in.Shape)
		}
		out.Shape, err = sized(d[0], d[1]/wide, d[2]/wide, d[3]*wide*wide)
		return moveStep(n, size, []kernel.Axis{{N: in.Shape[0], In: h * w * c}, {N: h / b, In: b * w * c}, {N: w / b, In: b * c},
			{N: b, In: w * c}, {N: b, In: c}, {N: c, In: 1}}), err
	}
	if c%(b*b) != 0 {
		return nil, malformed("block size %d of an input %s", b, in.Shape)
	}
	part := c / b / b
	out.Shape, err = sized(d[0], d[1]*wide, d[2]*wide, int64(part))
	return moveStep(n, size, []kernel.Axis{{N: in.Shape[0], In: h * w * c}, {N: h, In: w * c}, {N: b, In: b * part},
		{N: w, In: c}, {N: b, In: part}, {N: part, In: 1}}), err
}
