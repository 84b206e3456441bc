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
	for ; len(in) >= 4*channels; out, in = out[4*channels:], in[4*channels:] {
		mapPixels(out[:4*channels], in[:4*channels], table, channels)
	}
	for i, v := range in {
		out[i] = table[i%channels*256+int(v)]
	}
}

// mapPixels is mapChannels of four pixels: a channel's table is found once for them.
func mapPixels[T any](out []T, in []byte, table []T, channels int) {
	a, b, c, d := in[:channels], in[channels:2*channels], in[2*channels:3*channels], in[3*channels:]
	w, x, y, z := out[:channels], out[channels:2*channels], out[2*channels:3*channels], out[3*channels:]
	b, c, d = b[:len(a)], c[:len(a)], d[:len(a)]
	w, x, y, z = w[:len(a)], x[:len(a)], y[:len(a)], z[:len(a)]
	for k := range a {
		t := (*[256]T)(table[256*k:])
		w[k], x[k], y[k], z[k] = t[a[k]], t[b[k]], t[c[k]], t[d[k]]
	}
}
