package kernel

// MapChannels computes out[p·channels+c] = table[c·256+in[p·channels+c]].
//
//	in     [P,channels]    bytes
//	table  [channels,256]
//
// A table of bytes for a hundred channels fits the second cache of any board; four operators that it stands for would each
// pass over all pixels.
func MapChannels[T any](out []T, in []byte, table []T, channels int, pool *Pool) {
	const rows = 1 << 16 // between looks at the context, in elements
	out = out[:len(in)]
	for len(in) > 0 && !pool.Stopped() {
		n := min(len(in), max(1, rows/channels)*channels)
		mapChannels(out[:n], in[:n], table, channels)
		out, in = out[n:], in[n:]
	}
}

func mapChannels[T any](out []T, in []byte, table []T, channels int) {
	if channels == 1 {
		table = table[:256]
		for i, v := range in {
			out[i] = table[v]
		}
		return
	}
	for ; len(in) >= channels; out, in = out[channels:], in[channels:] {
		to, of := out[:channels], table
		for c, v := range in[:channels] {
			to[c] = of[v]
			of = of[256:]
		}
	}
}
