package ref

// Window3D is the geometry of a 3-D convolution; the fields are those of kernel.Window3D.
type Window3D struct {
	Window
	D, Z, KernelD, StrideD, DilationD, PadFront int
}

// each calls f for every pair of an output and an input voxel that a tap joins, by their numbers.
func (w Window3D) each(f func(out, in, tap int)) {
	for p := range w.N * w.Z * w.Y * w.X {
		n, z, y, x := p/w.X/w.Y/w.Z, p/w.X/w.Y%w.Z, p/w.X%w.Y, p%w.X
		for k := range w.KernelD {
			d := z*w.StrideD + k*w.DilationD - w.PadFront
			if d < 0 || d >= w.D {
				continue
			}
			w.Window.each(n*w.D+d, y, x, func(i, j, pixel int) { f(p, pixel, (k*w.KernelH+i)*w.KernelW+j) })
		}
	}
}

// Conv3D returns the convolution of in [N,D,H,W,C] with a filter [Kd,Kh,Kw,C,O], without a bias.
func Conv3D(w Window3D, in, filter []float32, channels int) []float64 {
	out := make([]float64, w.N*w.Z*w.Y*w.X*channels)
	w.each(func(to, from, tap int) {
		for c := range w.C {
			for o := range channels {
				out[to*channels+o] += float64(in[from*w.C+c]) * float64(filter[(tap*w.C+c)*channels+o])
			}
		}
	})
	return out
}

// Conv3DTranspose returns the transposed convolution of in [N,D,H,W,C] with a filter [Kd,Kh,Kw,O,C]: that of which w is
// the geometry, with inputs and outputs exchanged.
func Conv3DTranspose(w Window3D, in, filter []float32, channels int) []float64 {
	forward := w
	forward.D, forward.H, forward.W, forward.Z, forward.Y, forward.X = w.Z, w.Y, w.X, w.D, w.H, w.W
	out := make([]float64, w.N*w.Z*w.Y*w.X*channels)
	forward.each(func(from, to, tap int) {
		for o := range channels {
			for c := range w.C {
				out[to*channels+o] += float64(in[from*w.C+c]) * float64(filter[(tap*channels+o)*w.C+c])
			}
		}
	})
	return out
}
