package kernel

import "math/bits"

// Philox4x32 returns four random words for a counter, by ten rounds of the generator of that name.
// Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011, section 4.3.
func Philox4x32(key [2]uint32, counter [4]uint32) [4]uint32 {
	const a, b = 0xD2511F53, 0xCD9E8D57   // multipliers
	const ka, kb = 0x9E3779B9, 0xBB67AE85 // steps of the key: the golden ratio and √3 − 1
	for range 10 {
		hiA, loA := bits.Mul32(a, counter[0])
		hiB, loB := bits.Mul32(b, counter[2])
		counter = [4]uint32{hiB ^ counter[1] ^ key[0], loB, hiA ^ counter[3] ^ key[1], loA}
		key[0], key[1] = key[0]+ka, key[1]+kb
	}
	return counter
}

// Threefry2x32 returns two random words for a counter, by twenty rounds. Source: the same, section 4.2.
func Threefry2x32(key [2]uint32, counter [2]uint32) [2]uint32 {
	const parity = 0x1BD11BDA
	rotations := [8]int{13, 15, 26, 6, 17, 29, 16, 24}
	keys := [3]uint32{key[0], key[1], key[0] ^ key[1] ^ parity}
	x, y := counter[0]+keys[0], counter[1]+keys[1]
	for i := range 20 {
		x += y
		y = bits.RotateLeft32(y, rotations[i%8]) ^ x
		if k := i/4 + 1; i%4 == 3 {
			x += keys[k%3]
			y += keys[(k+1)%3] + uint32(k)
		}
	}
	return [2]uint32{x, y}
}

// Philox is a stream of random words, as TensorFlow's random operators draw them. Source: TSL, philox_random.h.
type Philox struct {
	key     [2]uint32
	counter [4]uint32
}

// NewPhilox returns the stream of two seeds.
func NewPhilox(seed, seed2 uint64) Philox {
	return Philox{key: [2]uint32{uint32(seed), uint32(seed >> 32)}, counter: [4]uint32{2: uint32(seed2), 3: uint32(seed2 >> 32)}}
}

// Next returns the next four words.
func (p *Philox) Next() [4]uint32 {
	words := Philox4x32(p.key, p.counter)
	p.Skip(1)
	return words
}

// Skip leaves out n times four words.
func (p *Philox) Skip(n uint64) {
	c := &p.counter
	lo, carry := bits.Add64(uint64(c[0])|uint64(c[1])<<32, n, 0)
	hi := (uint64(c[2]) | uint64(c[3])<<32) + carry
	p.counter = [4]uint32{uint32(lo), uint32(lo >> 32), uint32(hi), uint32(hi >> 32)}
}

// BitGenerator fills out with the words of a counter that starts at the state's second half, under the key in its first.
// It returns the counter's lower half after that.
//
// state has 4 words, of which Philox's counter repeats the key, or 6. Source: TFLite, rng_bit_generator.cc.
func BitGenerator(threefry bool, out, state []uint32) (counter [2]uint32) {
	key, counter := [2]uint32{state[0], state[1]}, [2]uint32{state[2], state[3]}
	upper := state[:2]
	if len(state) > 4 {
		upper = state[4:]
	}
	for len(out) > 0 {
		if threefry {
			words := Threefry2x32(key, counter)
			out = out[copy(out, words[:]):]
		} else {
			words := Philox4x32(key, [4]uint32{counter[0], counter[1], upper[0], upper[1]})
			out = out[copy(out, words[:]):]
		}
		if counter[0]++; counter[0] == 0 {
			counter[1]++
		}
	}
	return counter
}
