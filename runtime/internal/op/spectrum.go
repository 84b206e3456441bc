package op

import (
	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
)

// prepareRFFT2D: RFFT2D over the last two dimensions of float32, to complex64; a [2] has the transform's height
// and width, powers of two.
func prepareRFFT2D(n *Node) (Step, error) {
	if s := late(n, prepareRFFT2D, 1); s != nil {
		return s, nil
	}
	if err := n.operands(2, 2, 1); err != nil {
		return nil, err
	}
	in, out := n.In[0], n.Out[0]
	if in.DType != tensor.Float32 || out.DType != tensor.Complex64 {
		return nil, unsupported("input %s with output %s", in.DType, out.DType)
	}
	size, err := constInts("size", n.In[1])
	if err != nil {
		return nil, err
	}
	if len(size) != 2 || !powerOfTwo(size[0]) || !powerOfTwo(size[1]) || len(in.Shape) < 2 {
		return nil, malformed("transform of size %v over an input %s", size, in.Shape)
	}
	const most = 1 << 22 // of one transform; its memory is ours and grows with it
	h, w, bins := size[0], size[1], size[1]/2+1
	if int64(h)*int64(bins) > most {
		return nil, unsupported("transform of size %v: %d elements are the most", size, most)
	}
	last := len(in.Shape) - 2
	dims := append(dimensions(in.Shape[:last]), int64(h), int64(bins))
	if out.Shape, err = sized(dims...); err != nil {
		return nil, err
	}
	if err := n.take(16*int64(h)*int64(bins) + 32*int64(h) + 160*int64(w)); err != nil {
		return nil, err
	}
	f := kernel.NewRFFT2D(in.Shape[last], in.Shape[last+1], h, w)
	f.Pool = n.Pool
	return func() error {
		f.Run(tensor.As[complex64](out.Data), tensor.As[float32](in.Data))
		return nil
	}, nil
}

func powerOfTwo(n int) bool { return n > 0 && n&(n-1) == 0 }

// prepareComplex: COMPLEX_ABS, REAL and IMAG of complex64, to float32.
func prepareComplex(n *Node, f func(out []float32, in []complex64)) (Step, error) {
	if err := n.operands(1, 1, 1); err != nil {
		return nil, err
	}
	in, out := n.In[0], n.Out[0]
	if in.DType != tensor.Complex64 || out.DType != tensor.Float32 {
		return nil, unsupported("input %s with output %s", in.DType, out.DType)
	}
	out.Shape = in.Shape
	return func() error {
		f(tensor.As[float32](out.Data), tensor.As[complex64](in.Data))
		return nil
	}, nil
}
