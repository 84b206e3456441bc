package kernel

// picture is a window of k×k taps over a square picture, same padding.
func picture(size, c, k, stride int) Window {
	w := Window{N: 1, H: size, W: size, C: c, KernelH: k, KernelW: k, StrideH: stride, StrideW: stride, DilationH: 1, DilationW: 1}
	w.Y, w.PadTop = OutSize(w.H, k, stride, 1, true)
	w.X, w.PadLeft = OutSize(w.W, k, stride, 1, true)
	return w
}

func (w *Window) in() int     { return w.N * w.H * w.W * w.C }
func (w *Window) pixels() int { return w.N * w.Y * w.X }
func (w *Window) taps() int   { return w.KernelH * w.KernelW }

// byteParams are those of a layer with so many weights and channels.
func byteParams[T int8 | uint8](weights, channels int, wZero int32) ConvParams[T] {
	lo, hi := byteLimits[T]()
	return ConvParams[T]{Weights: drawn[T](weights), WZero: wZero, InZero: 3, Bias: drawn[int32](channels), Req: NewRequant([]float32{1e-3}, 5, lo, hi)}
}

func layerWorks() []work {
	var all []work
	for _, s := range []struct {
		name string
		w    Window
		o    int
	}{
		{"first 3 channels", picture(48, 3, 3, 2), 16}, {"pointwise", picture(14, 64, 1, 1), 96}, {"3x3", picture(14, 32, 3, 1), 32}, {"3x3 by 2", picture(14, 32, 3, 2), 64},
	} {
		all = append(all, convWork[int8](s.name+" int8", s.w, s.o, 0), convWork[uint8](s.name+" uint8", s.w, s.o, 131))
	}
	for _, s := range []struct {
		name string
		w    Window
	}{{"3x3", picture(28, 64, 3, 1)}, {"3x3 by 2", picture(28, 64, 3, 2)}, {"5x5", picture(14, 64, 5, 1)}} {
		all = append(all, depthwiseWork[int8](s.name+" int8", s.w, 0), depthwiseWork[uint8](s.name+" uint8", s.w, 131))
	}
	grouped := picture(14, 32, 3, 1)
	g, in, out := NewGroupedConv2D(grouped, 4, 32, byteParams[int8](32*9*8, 32, 0)), drawn[int8](grouped.in()), make([]int8, grouped.pixels()*32)
	return append(all, denseWork[int8]("1x640x128 int8", 1, 640, 128, 0), denseWork[int8]("8x128x128 int8", 8, 128, 128, 0), denseWork[uint8]("1x1024x100 uint8", 1, 1024, 100, 131),
		work{"GroupedConv2D.Run", len(out) * 9 * 8, len(out), func() { g.Run(in, out) }}, weigh())
}

func convWork[T int8 | uint8](name string, w Window, o int, zero int32) work {
	k := w.taps() * w.C
	c, in, out := NewConv2D(w, o, byteParams[T](o*k, o, zero)), drawn[T](w.in()), make([]T, w.pixels()*o)
	return work{"Conv2D.Run/" + name, len(out) * k, len(out), func() { c.Run(in, out) }}
}

func depthwiseWork[T int8 | uint8](name string, w Window, zero int32) work {
	d, in, out := NewDepthwise(w, 1, byteParams[T](w.taps()*w.C, w.C, zero)), drawn[T](w.in()), make([]T, w.pixels()*w.C)
	return work{"Depthwise.Run/" + name, len(out) * w.taps(), len(out), func() { d.Run(in, out) }}
}

func denseWork[T int8 | uint8](name string, n, k, o int, zero int32) work {
	f, in, out := NewFullyConnected(n, k, o, byteParams[T](o*k, o, zero)), drawn[T](n*k), make([]T, n*o)
	return work{"FullyConnected.Run/" + name, n * k * o, n * o, func() { f.Run(in, out) }}
}

// weigh is what weights that a model computes cost.
func weigh() work {
	const k, o = 128, 64
	p := byteParams[int8](o*k, o, 0)
	f := NewFullyConnected(1, k, o, p)
	return work{"FullyConnected.Weigh", 0, k * o, func() { f.Weigh(p.Weights) }}
}
