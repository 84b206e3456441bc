package op

import (
	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// resizing checks a resize's operands, in [N,H,W,C] and a [2] of height and width, and sets the output's shape.
func resizing(n *Node) (r kernel.Resize, err error) {
	o := options[tflite.ResizeOptions](n)
	if err := n.operands(2, 2, 1); err != nil {
		return r, err
	}
	in, out := n.In[0], n.Out[0]
	if len(in.Shape) != 4 {
		return r, malformed("input is %s, want 4 dimensions", in.Shape)
	}
	if out.DType != in.DType {
		return r, unsupported("input %s with output %s", in.DType, out.DType)
	}
	size, err := constInts("size", n.In[1])
	if err != nil {
		return r, err
	}
	if len(size) != 2 || size[0] < 1 || size[1] < 1 {
		return r, malformed("size %v, want height and width", size)
	}
	const most = 1 << 20 // pixels along one dimension
	if size[0] > most || size[1] > most || in.Shape[1] > most || in.Shape[2] > most {
		return r, unsupported("size %v of an input %s: %d pixels along a side are the most", size, in.Shape, most)
	}
	if o.AlignCorners && o.HalfPixelCenters {
		return r, malformed("align_corners and half_pixel_centers exclude each other")
	}
	if in.Shape[1] < 1 || in.Shape[2] < 1 {
		return r, malformed("input %s has no pixels", in.Shape)
	}
	if err := n.take(96*int64(size[0]+size[1]) + 4*int64(in.Shape[2])*int64(in.Shape[3])); err != nil { // taps and a row
		return r, err
	}
	out.Shape, err = sized(int64(in.Shape[0]), int64(size[0]), int64(size[1]), int64(in.Shape[3]))
	return kernel.Resize{N: in.Shape[0], H: in.Shape[1], W: in.Shape[2], C: in.Shape[3], Y: size[0], X: size[1],
		AlignCorners: o.AlignCorners, HalfPixelCenters: o.HalfPixelCenters}, err
}

// prepareResizeBilinear: RESIZE_BILINEAR of float32, int8, uint8 and int16. Scales do not matter but for this: XNNPACK takes
// bytes that have one, and a size that is no result; the rest is TFLite's, by other rules.
func prepareResizeBilinear(n *Node) (Step, error) {
	if s := late(n, prepareResizeBilinear, 1); s != nil {
		return s, nil
	}
	r, err := resizing(n)
	if err != nil {
		return nil, err
	}
	in, out := n.In[0], n.Out[0]
	switch in.DType {
	case tensor.Float32:
		b := kernel.NewBilinear(r)
		return func() error {
			b.Float(tensor.As[float32](out.Data), tensor.As[float32](in.Data))
			return nil
		}, nil
	case tensor.Int8, tensor.Uint8:
		if n.Dynamic || !n.stored(1) || len(in.Quant.Scale) != 1 || len(out.Quant.Scale) != 1 {
			return bilinearTFLite(n, r), nil
		}
		b := kernel.NewBilinear(r)
		if in.DType == tensor.Uint8 {
			return func() error {
				kernel.BilinearBytes(b, out.Data, in.Data)
				return nil
			}, nil
		}
		return func() error {
			kernel.BilinearBytes(b, tensor.As[int8](out.Data), tensor.As[int8](in.Data))
			return nil
		}, nil
	case tensor.Int16:
		return bilinearTFLite(n, r), nil
	}
	return nil, unsupported("input %s", in.DType)
}

// bilinearTFLite resizes by TFLite's own kernels.
func bilinearTFLite(n *Node, r kernel.Resize) Step {
	in, out := n.In[0], n.Out[0]
	if in.DType == tensor.Uint8 {
		b := kernel.NewBilinearUint8(r)
		return func() error {
			b.Run(out.Data, in.Data)
			return nil
		}
	}
	b := kernel.NewBilinearFixed(r)
	if in.DType == tensor.Int8 {
		return func() error {
			kernel.RunBilinearFixed(b, tensor.As[int8](out.Data), tensor.As[int8](in.Data))
			return nil
		}
	}
	return func() error {
		kernel.RunBilinearFixed(b, tensor.As[int16](out.Data), tensor.As[int16](in.Data))
		return nil
	}
}

// prepareResizeNearest: RESIZE_NEAREST_NEIGHBOR of elements of one, two or four bytes.
func prepareResizeNearest(n *Node) (Step, error) {
	if s := late(n, prepareResizeNearest, 1); s != nil {
		return s, nil
	}
	r, err := resizing(n)
	if err != nil {
		return nil, err
	}
	in, out := n.In[0], n.Out[0]
	size := in.DType.Bytes(1)
	if size != 1 && size != 2 && size != 4 || in.DType == tensor.Int4 || in.DType == tensor.Resource {
		return nil, unsupported("input %s", in.DType)
	}
	k := kernel.NewNearest(r, size == 1)
	return func() error {
		k.Run(out.Data, in.Data, size)
		return nil
	}, nil
}
