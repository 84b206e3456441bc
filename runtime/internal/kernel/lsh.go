package kernel

import "encoding/binary"

// LSH projects an input to one bit for each seed, by hashing: the sign of Σ w[i]·fingerprint(seed, item i) over its items,
// the fingerprint taken as a signed integer and the sum in float64. Source: TFLite, lsh_projection.cc.
type LSH struct {
	items int
	key   []byte // a seed, and an item behind it
	pool  *Pool
}

// NewLSH prepares for a number of items, of size bytes each; if they turn out to be larger the kernel takes more memory.
func NewLSH(items, size int, pool *Pool) *LSH {
	return &LSH{items: items, key: make([]byte, 4, 4+size), pool: pool}
}

// bit returns the bit of one seed, given by its float32's bits.
func (l *LSH) bit(seed uint32, in []byte, weights []float32) int32 {
	binary.LittleEndian.PutUint32(l.key, seed)
	score, size := float64(0), len(in)/l.items
	for i := 0; i < l.items && !l.pool.Stopped(); i++ {
		l.key = append(l.key[:4], in[i*size:(i+1)*size]...)
		v := float64(int64(Fingerprint64(l.key)))
		if weights != nil {
			v = float64(float64(weights[i]) * v)
		}
		score += v
	}
	if score > 0 {
		return 1
	}
	return 0
}

// Dense writes a bit for each seed. weights may be nil.
func (l *LSH) Dense(out []int32, seeds []uint32, in []byte, weights []float32) {
	for i, s := range seeds {
		out[i] = l.bit(s, in, weights)
	}
}

// Sparse writes a number for each row of seeds, whose bits are in it, the first one highest. Rows are kept apart by adding
// their number times 2^bits, which wraps around (the shift too, at 32).
//
//	seeds [len(out),bits]
func (l *LSH) Sparse(out []int32, seeds []uint32, bits int, in []byte, weights []float32) {
	for i := range out {
		sum := int32(0)
		for _, s := range seeds[i*bits : (i+1)*bits] {
			sum = sum<<1 | l.bit(s, in, weights)
		}
		out[i] = sum + int32(i)<<(bits&31)
	}
}
