package kernel

// Blocks is the geometry of SPACE_TO_BATCH_ND and BATCH_TO_SPACE_ND. The space side is [N,H,W,C], the batch side
// [BlockH·BlockW·N,Y,X,C], C in bytes; the two hold the same values where
//
//	batch[(i·BlockW+j)·N + n, y, x, c] = space[n, y·BlockH+i−Top, x·BlockW+j−Left, c]
//
// Source: TFLite, reference_ops::SpaceToBatchND and BatchToSpaceND.
type Blocks struct {
	N, H, W, C     int
	Y, X           int
	BlockH, BlockW int
	Top, Left      int
}

// SpaceToBatch computes the batch side; places outside of the space become the element pad, as often as C needs.
func (b *Blocks) SpaceToBatch(batch, space, pad []byte) {
	b.each(func(at, from int) {
		if from < 0 {
			Fill(batch[at:at+b.C], pad)
			return
		}
		copy(batch[at:at+b.C], space[from:from+b.C])
	})
}

// BatchToSpace computes the space side.
func (b *Blocks) BatchToSpace(space, batch []byte) {
	b.each(func(from, at int) {
		if at >= 0 {
			copy(space[at:at+b.C], batch[from:from+b.C])
		}
	})
}

// each calls f with the places of C bytes on the batch side, in order, and on the space side, -1 where there are none.
func (b *Blocks) each(f func(batch, space int)) {
	if b.C == 0 {
		return
	}
	at := 0
	for k := range b.BlockH * b.BlockW * b.N {
		n, i, j := k%b.N, k/b.N/b.BlockW, k/b.N%b.BlockW
		for y := range b.Y {
			h := y*b.BlockH + i - b.Top
			for x := range b.X {
				w := x*b.BlockW + j - b.Left
				if h < 0 || h >= b.H || w < 0 || w >= b.W {
					f(at, -1)
				} else {
					f(at, ((n*b.H+h)*b.W+w)*b.C)
				}
				at += b.C
			}
		}
	}
}
