package kernel

// RealParts computes out[i] = Re in[i].
func RealParts(out []float32, in []complex64) {
	for i, v := range in {
		out[i] = real(v)
	}
}

// Complexes computes out[i] = in[i] + 0i.
func Complexes(out []complex64, in []float32) {
	for i, v := range in {
		out[i] = complex(v, 0)
	}
}

// ComplexProduct computes out[i] = a[i]·b[i] over the walk w, each product rounded by itself.
func ComplexProduct(w *Broadcast, out, a, b []complex64) {
	w.Each(func(o, i, j int) {
		x, y := a[i], b[j]
		re := float32(real(x)*real(y)) - float32(imag(x)*imag(y))
		out[o] = complex(re, float32(real(x)*imag(y))+float32(imag(x)*real(y)))
	})
}
