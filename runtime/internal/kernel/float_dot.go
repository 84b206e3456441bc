package kernel

// dotFloat4 returns Σ a[i]·b[i] for four rows b of len(a) elements each, laid one after the other.
func dotFloat4(a, b []float32) (s0, s1, s2, s3 float32) {
	k := len(a)
	b0, b1, b2, b3 := b[:k:k], b[k:2*k:2*k], b[2*k:3*k:3*k], b[3*k:4*k:4*k]
	for i, x := range a {
		s0 += float32(x * b0[i])
		s1 += float32(x * b1[i])
		s2 += float32(x * b2[i])
		s3 += float32(x * b3[i])
	}
	return
}

// dotFloat returns Σ a[i]·b[i] over len(a) elements.
func dotFloat(a, b []float32) (s float32) {
	b = b[:len(a)]
	for i, x := range a {
		s += float32(x * b[i])
	}
	return
}

// matVecFloat computes out[o] = bias[o] + Σ a[i]·w[o·k+i], w being len(out) rows of k = len(a); bias may be nil.
func matVecFloat(out, a, w, bias []float32) {
	k, o := len(a), 0
	for ; o+4 <= len(out); o += 4 {
		out[o], out[o+1], out[o+2], out[o+3] = dotFloat4(a, w[o*k:(o+4)*k])
	}
	for ; o < len(out); o++ {
		out[o] = dotFloat(a, w[o*k:(o+1)*k])
	}
	if bias != nil {
		for o, b := range bias[:len(out)] {
			out[o] += b
		}
	}
}
