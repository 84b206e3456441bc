package interp

import (
	"errors"
	"path/filepath"
	"testing"

	"edged/runtime/internal/corpus"
	"edged/runtime/tflite"
)

// TestArenaNearTheLowerBound: no plan can be smaller than the most that is alive at once; ours is at most a tenth larger,
// in every graph of every model.
func TestArenaNearTheLowerBound(t *testing.T) {
	dir := corpus.Dir(t)
	plans, shared := 0, 0
	for _, m := range corpus.Read(t, dir).Models {
		f, err := tflite.Open(filepath.Join(dir, m.File))
		if err != nil {
			t.Fatal(err)
		}
		s, err := New(f.Model, Options{})
		if u := new(tflite.UnsupportedError); errors.As(err, &u) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range s.Plans() {
			checkPlan(t, m.Name, p)
			plans++
			for _, at := range p.Tensors {
				if at.Onto >= 0 {
					shared++
				}
			}
		}
		if err := errors.Join(s.Close(), f.Close()); err != nil {
			t.Error(err)
		}
	}
	t.Logf("%d plans; %d tensors lie in an operand's memory", plans, shared)
}

// checkPlan checks a plan and those of the graphs that it calls.
func checkPlan(t *testing.T, name string, p Plan) {
	t.Helper()
	bound, op := aliveAtOnce(&p)
	if p.Peak != bound || p.PeakOp != op {
		t.Errorf("%s, graph %d: peak of %d bytes at operator %d, want %d at %d", name, p.Graph, p.Peak, p.PeakOp, bound, op)
	}
	if 10*p.Arena > 11*bound || p.Arena < bound {
		t.Errorf("%s, graph %d: arena of %d bytes, %d are alive at once", name, p.Graph, p.Arena, bound)
	}
	for i, a := range p.Tensors {
		if a.Offset < 0 || a.Offset+a.Size > p.Arena {
			t.Errorf("%s, graph %d: tensor %d of %d bytes at %d in an arena of %d", name, p.Graph, a.Tensor, a.Size, a.Offset, p.Arena)
		}
		for _, b := range p.Tensors[:i] {
			alive, overlap := a.First <= b.Last && b.First <= a.Last, a.Offset < b.Offset+b.Size && b.Offset < a.Offset+a.Size
			if alive && overlap && p.root(a) != p.root(b) {
				t.Errorf("%s, graph %d: tensors %d and %d overlap: %+v, %+v", name, p.Graph, a.Tensor, b.Tensor, a, b)
			}
		}
		for _, c := range p.Calls {
			if a.First <= c.Op && c.Op <= a.Last && a.Offset < c.Offset+c.Size && c.Offset < a.Offset+a.Size {
				t.Errorf("%s, graph %d: tensor %d overlaps the graphs that operator %d calls", name, p.Graph, a.Tensor, c.Op)
			}
		}
	}
	for _, c := range p.Calls {
		for _, callee := range c.Plans {
			checkPlan(t, name, callee)
		}
	}
}

// root returns the tensor whose memory a tensor takes, at the end of the chain.
func (p *Plan) root(a Placement) int {
	for a.Onto >= 0 {
		for _, b := range p.Tensors {
			if b.Tensor == a.Onto {
				a = b
				break
			}
		}
	}
	return a.Tensor
}

// aliveAtOnce is the largest sum of bytes alive at an operator, those of the graphs that it calls included. Tensors that
// share memory count once, from the first's birth to the last's death.
func aliveAtOnce(p *Plan) (most int64, at int) {
	for op := -1; op <= p.Next; op++ {
		shared := map[int]Placement{}
		for _, a := range p.Tensors {
			r := p.root(a)
			b, ok := shared[r]
			if !ok {
				b = a
			}
			b.First, b.Last, b.Size = min(a.First, b.First), max(a.Last, b.Last), max(a.Size, b.Size)
			shared[r] = b
		}
		var alive int64
		for _, b := range shared {
			if b.First <= op && op <= b.Last {
				alive += b.Size
			}
		}
		for _, c := range p.Calls {
			var callees int64
			for i := range c.Plans {
				most, _ := aliveAtOnce(&c.Plans[i])
				callees = max(callees, most)
			}
			if c.Op == op {
				alive += callees
			}
		}
		if alive > most {
			most, at = alive, op
		}
	}
	return most, at
}
