package simd

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"
)

// TestRow has rows of random products, one after the other, at unreadable pages.
func TestRow(t *testing.T) {
	for _, path := range able(t) {
		t.Run(path.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(3, 5))
			rows := 0
			for range 400 {
				raw := r.IntN(4) == 0
				rows += compareRow(t, draw[int8](t, r, raw), &path) + compareRow(t, draw[uint8](t, r, raw), &path)
			}
			if nest := path.gemm.nest; nest != (rows > 0) {
				t.Errorf("%d rows were computed", rows)
			}
		})
	}
}

// compareRow computes the first rows of p's lines, and returns how many.
func compareRow[T int8 | uint8](t *testing.T, p product[T], path *path) int {
	t.Helper()
	row := newGemm(p.Product, path.gemm).NewRow()
	if row == nil {
		return 0
	}
	size := 1
	if len(p.Scale) == 0 {
		size = 4
	}
	for line := range p.lines {
		in, out := guarded(t, row.in), guarded(t, p.N*size)
		copy(in, p.in[line])
		row.Run(out, in)
		for n := range p.N {
			switch m := line * p.rows; {
			case size == 4 && int32(binary.NativeEndian.Uint32(out[4*n:])) != p.sum(m, n):
				t.Fatalf("N %d, K %d: column %d: got sum %d, want %d", p.N, p.K, n, int32(binary.NativeEndian.Uint32(out[4*n:])), p.sum(m, n))
			case size == 1 && out[n] != p.want(m, n):
				t.Fatalf("N %d, K %d: column %d: got %d, want %d", p.N, p.K, n, out[n], p.want(m, n))
			}
		}
	}
	return p.lines
}
