package kernel

// Sequences is the geometry of a REVERSE_SEQUENCE: an array of [A,B,C,D,Size bytes] of which B and D are the batch and
// the sequence, in one order or the other.
type Sequences struct {
	A, B, C, D, Size int
	SequenceFirst    bool // B is the sequence
}

// ReverseSequence reverses the first lengths[b] elements of each sequence; the rest stay. It stops at a length over the
// sequence's or below 0 and returns it with false. Source: TFLite, reference_ops::ReverseSequence.
func ReverseSequence[I Index](g *Sequences, out, in []byte, lengths []I) (bad I, ok bool) {
	longest := g.D
	if g.SequenceFirst {
		longest = g.B
	}
	for _, n := range lengths {
		if n < 0 || int64(n) > int64(longest) {
			return n, false
		}
	}
	at := 0
	for a := range g.A {
		for b := range g.B {
			for c := range g.C {
				for d := range g.D {
					fromB, fromD := b, d
					if g.SequenceFirst {
						fromB = mirrored(b, int(lengths[d]))
					} else {
						fromD = mirrored(d, int(lengths[b]))
					}
					from := (((a*g.B+fromB)*g.C+c)*g.D + fromD) * g.Size
					copy(out[at:at+g.Size], in[from:from+g.Size])
					at += g.Size
				}
			}
		}
	}
	return 0, true
}

// mirrored returns the place that comes to i when the first n are reversed.
func mirrored(i, n int) int {
	if i < n {
		return n - 1 - i
	}
	return i
}
