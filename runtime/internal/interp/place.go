package interp

import (
	"edged/runtime/internal/plan"
	"edged/runtime/tensor"
)

// place plans the memory of the tensors that the segment's operators compute; graph inputs and variables belong to the
// first segment. bind gives it to them.
func (f *frame) place(g *segment) error {
	buffers, err := f.buffers(g)
	if err != nil {
		return err
	}
	m := plan.Merge(buffers)
	place := plan.Place
	if !f.use.plans(len(m.Blocks)) {
		place = plan.Apart
	}
	offsets, size, err := place(m.Blocks, f.use.left())
	if err != nil {
		return err
	}
	p := &g.plan
	p.Arena = size
	for _, b := range m.Blocks {
		p.elem = max(p.elem, b.Elem)
	}
	for i := range p.Tensors {
		t := &p.Tensors[i]
		t.Offset = offsets[m.Of[i]]
		if on := m.Onto[i]; on >= 0 {
			t.Onto = p.Tensors[on].Tensor
		}
	}
	for i := range p.Calls {
		block := m.Of[len(p.Tensors)+i]
		p.Calls[i].Offset = offsets[block]
		m.Blocks[block].Size = p.Calls[i].least()
	}
	p.Peak, p.PeakOp = plan.Peak(m.Blocks)
	return nil
}

// buffers returns what the plan has to place: the segment's tensors, then the arenas of the graphs that it calls.
func (f *frame) buffers(g *segment) ([]plan.Buffer, error) {
	g.plan = Plan{Graph: f.index, First: g.from, Next: g.next}
	first, last := f.lifetimes()
	var buffers []plan.Buffer
	moving := make(map[*tensor.Tensor]bool, len(g.moving))
	for _, t := range g.moving {
		moving[t] = true // its operator gives it memory
	}
	at := make([]int, len(f.tensors)) // by tensor, its buffer + 1
	for i := range f.tensors {
		if moving[&f.tensors[i]] || !f.places(g, i, first[i], last[i]) {
			continue
		}
		size, err := bytesOf(&f.tensors[i])
		if err != nil {
			return nil, err
		}
		if f.graph.Tensors[i].Variable {
			if err := f.remember(g, i, size); err != nil {
				return nil, err
			}
			continue
		}
		// What the caller of Invoke sees must neither change nor be changed by it behind the other's back.
		held := f.depth == 0 && (first[i] < 0 || last[i] == len(f.graph.Ops))
		buffers = append(buffers, plan.Buffer{Size: size, Elem: int64(f.tensors[i].DType.Bytes(1)), First: first[i], Last: last[i], Held: held})
		g.plan.Tensors = append(g.plan.Tensors, Placement{Tensor: i, Size: size, First: first[i], Last: last[i], Onto: -1})
		at[i] = len(buffers)
	}
	alone := func(t int) bool { // also where an operator not prepared yet might write it
		return at[t] == 0 || g.written[t] || last[t] >= g.next && g.next < len(f.graph.Ops)
	}
	for _, s := range g.shares {
		if !alone(s.out) && !alone(s.in) {
			out := &buffers[at[s.out]-1]
			out.Shares = append(out.Shares, plan.Share{With: at[s.in] - 1, Equal: s.equal})
		}
	}
	for _, c := range g.calls {
		k := c.plan()
		g.plan.Calls = append(g.plan.Calls, k)
		buffers = append(buffers, plan.Buffer{Size: k.Size, Elem: k.elem, First: c.op, Last: c.op})
	}
	return buffers, nil
}

// places reports whether tensor i, alive from first to last, gets its memory from the segment's plan.
func (f *frame) places(g *segment, i, first, last int) bool {
	switch t := &f.tensors[i]; {
	case first > last || t.Data != nil:
		return false
	case t.DType == tensor.String:
		return false // its operator, or the caller of Invoke, gives it memory
	case first < g.from && g.from > 0 || first >= g.next && g.next < len(f.graph.Ops):
		return false
	default:
		return true
	}
}

// remember gives variable tensor i memory of its own, which keeps its value.
func (f *frame) remember(g *segment, i int, size int64) error {
	t, initial := &f.tensors[i], f.graph.Tensors[i].Data
	if err := f.take(g, size); err != nil {
		return err
	}
	t.Data = aligned(size)
	start(t, initial)
	g.forgets = append(g.forgets, func() { start(t, initial) })
	return nil
}

// start gives a variable tensor its first value: the file's, or zero, which int8 writes as its zero point. Other types start
// with bytes of zero whatever their zero point. Source: TFLite, tensor_utils.cc (ResetVariableTensor).
func start(t *tensor.Tensor, initial []byte) {
	clear(t.Data)
	if t.DType == tensor.Int8 && len(t.Quant.ZeroPoint) == 1 {
		for i := range t.Data {
			t.Data[i] = byte(t.Quant.ZeroPoint[0])
		}
	}
	copy(t.Data, initial)
}

// bind gives the segment's tensors, and the graphs that it calls, their parts of the arena.
func (f *frame) bind(g *segment, arena []byte) {
	for _, p := range g.plan.Tensors {
		f.tensors[p.Tensor].Data = arena[p.Offset : p.Offset+p.Size : p.Offset+p.Size]
	}
	for i, c := range g.calls {
		for _, callee := range c.frames {
			callee.bind(callee.segments[0], arena[g.plan.Calls[i].Offset:])
		}
	}
}

// lifetimes returns the first and last operator during which each tensor must keep its value, −1 being before the first
// and their number after the last; first > last for a tensor that nothing uses. Inputs of the main graph keep theirs for
// the next Invoke; those of a called graph are written before each run.
func (f *frame) lifetimes() (first, last []int) {
	end := len(f.graph.Ops)
	first, last = make([]int, len(f.tensors)), make([]int, len(f.tensors))
	for i := range f.tensors {
		first[i], last[i] = end+1, -2
	}
	use := func(t, from, to int) { first[t], last[t] = min(first[t], from), max(last[t], to) }
	for i := range f.graph.Ops {
		for _, t := range f.graph.Ops[i].Inputs {
			if t >= 0 {
				use(t, i, i)
			}
		}
		for _, t := range f.graph.Ops[i].Outputs {
			use(t, i, i)
		}
	}
	for _, t := range f.graph.Inputs {
		use(t, -1, -1)
		if f.depth == 0 {
			last[t] = end
		}
	}
	for _, t := range f.graph.Outputs {
		last[t] = end
	}
	for i := range f.tensors {
		if f.graph.Tensors[i].Variable {
			first[i], last[i] = -1, end
		}
	}
	return first, last
}
