package op

import (
	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// groupedConv is CONV_2D of int8 or uint8 in groups of channels: filter [O,Kh,Kw,C/groups].
func groupedConv(n *Node, w kernel.Window, groups int, act tflite.Activation) (Step, error) {
	if err := byteTypes(n.In[0], n.In[1]); err != nil {
		return nil, err
	}
	if n.In[0].DType == tensor.Int8 {
		return groupedStep[int8](n, w, groups, act)
	}
	return groupedStep[uint8](n, w, groups, act)
}

func groupedStep[T int8 | uint8](n *Node, w kernel.Window, groups int, act tflite.Activation) (Step, error) {
	channels := n.In[1].Shape[0]
	p, err := convParams[T](n, channels, 0, act)
	if err != nil {
		return nil, err
	}
	k := kernel.NewGroupedConv2D(w, groups, channels, p)
	in, out := n.In[0], n.Out[0]
	return func() error {
		k.Run(tensor.As[T](in.Data), tensor.As[T](out.Data))
		return nil
	}, nil
}
