package interp

// Plan is where the tensors lie that a run of operators of one graph computes. A graph has one plan, and one more after
// each operator whose output shapes are known only when it has run.
type Plan struct {
	Graph       int // of the model
	First, Next int // operators First … Next−1
	Arena       int64
	Peak        int64 // the largest sum of bytes alive at once, what shares memory counted once: the arena's lower bound
	PeakOp      int   // the first operator at which they are; −1 is before the first
	Tensors     []Placement
	Calls       []Call
	Saved       []Saved // operators that do not run

	elem int64 // what the arena's address must be a multiple of
}

// Placement is where a tensor lies in the arena, and from which operator to which it is alive: −1 is before the first, and
// a graph's number of operators after the last.
type Placement struct {
	Tensor       int
	Offset, Size int64
	First, Last  int
	Onto         int // the operand whose memory it takes, or −1
}

// Call is the part of the arena that the graphs which one operator calls use, one after the other.
type Call struct {
	Op           int
	Offset, Size int64
	Plans        []Plan // of the graphs; offsets count from the call's

	elem int64
}

// Plans returns the memory plans of the main graph.
func (s *Session) Plans() []Plan {
	var plans []Plan
	for _, g := range s.main.segments {
		plans = append(plans, g.plan)
	}
	return plans
}

// plan returns what the called graphs need.
func (c *call) plan() Call {
	k := Call{Op: c.op}
	for _, callee := range c.frames {
		p := callee.segments[0].plan
		k.Size, k.elem = max(k.Size, p.Arena), max(k.elem, p.elem)
		k.Plans = append(k.Plans, p)
	}
	return k
}

// least is the lower bound of the call's size.
func (k *Call) least() int64 {
	var least int64
	for i := range k.Plans {
		least = max(least, k.Plans[i].Peak)
	}
	return least
}
