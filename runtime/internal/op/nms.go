package op

import (
	"fmt"

	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
)

// prepareNMS: NON_MAX_SUPPRESSION_V4 and V5 of boxes [N,4] with scores [N]. Operand 2 says how many boxes to select at
// most, M; operands 3 and 4 are the overlap and the score at which a box is dropped. A sixth operand is soft NMS's sigma;
// then scores come out as well.
//
//	out: boxes' numbers int32 [M], with a sigma scores float32 [M], how many of them count int32; the rest is 0
func prepareNMS(n *Node) (Step, error) {
	if err := n.operands(5, 6, len(n.In)-3); err != nil {
		return nil, err
	}
	if step := late(n, prepareNMS, 2); step != nil {
		return step, nil
	}
	boxes, scores := n.In[0], n.In[1]
	if err := nmsTypes(n); err != nil {
		return nil, err
	}
	if len(boxes.Shape) != 2 || boxes.Shape[1] != 4 || len(scores.Shape) != 1 || scores.Shape[0] != boxes.Shape[0] {
		return nil, malformed("boxes %s with scores %s", boxes.Shape, scores.Shape)
	}
	most, err := number("number of boxes", n.In[2])
	if err != nil {
		return nil, err
	}
	selected, err := sized(int64(most))
	if err != nil {
		return nil, err
	}
	last := len(n.Out) - 1
	for i := range last {
		n.Out[i].Shape = selected
	}
	n.Out[last].Shape = tensor.Shape{}
	count := int64(scores.Shape[0])
	n.Work = count * min(count, int64(most))
	if err := n.take(16 * count); err != nil {
		return nil, err
	}
	k := kernel.NewNMS(scores.Shape[0])
	k.Pool = n.Pool
	return nmsStep(n, k), nil
}

// nmsTypes checks the types of operands and results, and that thresholds are scalars.
func nmsTypes(n *Node) error {
	for i, t := range n.In {
		want := tensor.Float32
		if i == 2 {
			want = tensor.Int32
		}
		if t == nil {
			return malformed("input %d is left out", i)
		}
		if t.DType != want {
			return unsupported("input %d %s, want %s", i, t.DType, want)
		}
		if i >= 2 && len(t.Shape) != 0 {
			return malformed("input %d is %s, want a scalar", i, t.Shape)
		}
	}
	for i, t := range n.Out {
		want := tensor.Int32
		if len(n.Out) == 3 && i == 1 {
			want = tensor.Float32
		}
		if t.DType != want {
			return unsupported("output %d %s, want %s", i, t.DType, want)
		}
	}
	return nil
}

func nmsStep(n *Node, k *kernel.NMS) Step {
	in, out := n.In, n.Out
	scalar := func(i int) float32 { return tensor.As[float32](in[i].Data)[0] }
	return func() error {
		k.IoU, k.Threshold, k.Sigma = scalar(3), scalar(4), 0
		var scores []float32
		if len(in) == 6 {
			if k.Sigma = scalar(5); k.Sigma < 0 {
				return fmt.Errorf("sigma is %g", k.Sigma)
			}
			scores = tensor.As[float32](out[1].Data)
		}
		count := k.Run(tensor.As[int32](out[0].Data), scores, tensor.As[float32](in[0].Data), tensor.As[float32](in[1].Data))
		tensor.As[int32](out[len(out)-1].Data)[0] = int32(count)
		return nil
	}
}
