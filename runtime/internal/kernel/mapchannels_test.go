package kernel

import (
	"math/rand/v2"
	"testing"
)

// TestMapChannels compares with the formula, for whole groups of pixels and what is left of one.
func TestMapChannels(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 6))
	for _, channels := range []int{1, 2, 5, 16} {
		table := make([]uint16, 256*channels)
		for i := range table {
			table[i] = uint16(r.Uint32())
		}
		for pixels := range 10 {
			in := make([]byte, pixels*channels)
			for i := range in {
				in[i] = byte(r.Uint32())
			}
			out := make([]uint16, len(in))
			MapChannels(out, in, table, channels, nil)
			for i, v := range in {
				if want := table[i%channels*256+int(v)]; out[i] != want {
					t.Fatalf("%d pixels of %d channels: element %d is %d, want %d", pixels, channels, i, out[i], want)
				}
			}
		}
	}
}
