package kernel

// dot4 returns Σ a[i]·b[i] for four rows b of k elements each, laid one after the other. len(a) is k, len(b) 4k.
func dot4[T int8 | uint8](a, b []T) (s0, s1, s2, s3 int32) {
	k := len(a)
	b0, b1, b2, b3 := b[:k:k], b[k:2*k:2*k], b[2*k:3*k:3*k], b[3*k:4*k:4*k]
	for i, v := range a {
		x := int32(v)
		s0 += x * int32(b0[i])
		s1 += x * int32(b1[i])
		s2 += x * int32(b2[i])
		s3 += x * int32(b3[i])
	}
	return
}

// dot returns Σ a[i]·b[i] over len(a) elements.
func dot[T int8 | uint8](a, b []T) (s int32) {
	b = b[:len(a)]
	for i, v := range a {
		s += int32(v) * int32(b[i])
	}
	return
}

// matVec computes acc[o] = Σ a[i]·w[o·k+i], w being len(acc) rows of k = len(a).
func matVec[T int8 | uint8](acc []int32, a, w []T) {
	k, o := len(a), 0
	for ; o+4 <= len(acc); o += 4 {
		acc[o], acc[o+1], acc[o+2], acc[o+3] = dot4(a, w[o*k:(o+4)*k])
	}
	for ; o < len(acc); o++ {
		acc[o] = dot(a, w[o*k:(o+1)*k])
	}
}

func sum[T int8 | uint8](a []T) (s int32) {
	for _, v := range a {
		s += int32(v)
	}
	return
}
