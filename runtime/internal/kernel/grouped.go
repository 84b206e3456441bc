package kernel

// GroupedConv2D is Conv2D where output channels of group g see only the inputs of group g.
//
//	in   [N,H,W,C]              int8 or uint8
//	w    [O,Kh,Kw,C/groups]     the same
//	out  [N,Y,X,O]
//
// Rounding: Requant or Fixed.
type GroupedConv2D[T int8 | uint8] struct {
	p            ConvParams[T]
	w            Window
	groups, o, k int
	base         []int32 // as in Conv2D
	patch, part  [][]T   // per thread: what a pixel sees, and one group's share of it
	acc          [][]int32
	in, out      []T
	body         func(i, thread int)
}

// NewGroupedConv2D prepares the kernel for o output channels in all.
func NewGroupedConv2D[T int8 | uint8](w Window, groups, o int, p ConvParams[T]) *GroupedConv2D[T] {
	c := &GroupedConv2D[T]{p: p, w: w, groups: groups, o: o, k: w.KernelH * w.KernelW * (w.C / groups)}
	c.base = make([]int32, o)
	p.foldZero(c.base, c.k)
	for range p.Pool.Threads() {
		c.patch = append(c.patch, make([]T, c.k*groups))
		c.part = append(c.part, make([]T, c.k))
		c.acc = append(c.acc, make([]int32, o/groups))
	}
	c.body = c.row
	return c
}

// Run convolves in to out.
func (c *GroupedConv2D[T]) Run(in, out []T) {
	c.in, c.out = in, out
	c.p.Pool.Run(c.w.N*c.w.Y, c.w.cost(c.o/c.groups, plainRate), c.body)
	c.in, c.out = nil, nil
}

func (c *GroupedConv2D[T]) row(i, thread int) {
	n, y := i/c.w.Y, i%c.w.Y
	patch, part, acc := c.patch[thread], c.part[thread], c.acc[thread]
	each, size := c.w.C/c.groups, c.o/c.groups
	for x := 0; x < c.w.X && !c.p.Pool.Stopped(); x++ {
		gather(&c.w, patch, c.in, n, y, x, T(c.p.InZero))
		out := c.out[(i*c.w.X+x)*c.o:][:c.o]
		for g := range c.groups {
			from, to := g*size, (g+1)*size
			groupPart(part, patch, c.w.C, g*each, each)
			c.p.pixel(out[from:to], acc, part, c.p.Weights[from*c.k:to*c.k], c.base[from:to], from)
		}
	}
}
