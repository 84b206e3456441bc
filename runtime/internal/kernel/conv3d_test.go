package kernel

import (
	"math/rand/v2"
	"testing"

	"edged/runtime/internal/ref"
)

// window3D returns a random geometry of which every size is small.
func window3D(r *rand.Rand) Window3D {
	one := func(most int) int { return 1 + r.IntN(most) }
	w := Window3D{Window: Window{N: one(2), H: one(5), W: one(5), C: one(3), KernelH: one(3), KernelW: one(3), StrideH: one(2),
		StrideW: one(3), DilationH: one(2), DilationW: one(2)}, D: one(5), KernelD: one(3), StrideD: one(2), DilationD: one(2)}
	w.Z, w.PadFront = OutSize(w.D, w.KernelD, w.StrideD, w.DilationD, true)
	w.Y, w.PadTop = OutSize(w.H, w.KernelH, w.StrideH, w.DilationH, true)
	w.X, w.PadLeft = OutSize(w.W, w.KernelW, w.StrideW, w.DilationW, true)
	return w
}

func reference(w Window3D) ref.Window3D {
	return ref.Window3D{Window: ref.Window(w.Window), D: w.D, Z: w.Z, KernelD: w.KernelD, StrideD: w.StrideD, DilationD: w.DilationD, PadFront: w.PadFront}
}

func TestConv3DAgainstReference(t *testing.T) {
	r, pool := rand.New(rand.NewPCG(21, 22)), newEager(t, 2)
	defer pool.Close()
	for range 200 {
		w, o := window3D(r), 1+r.IntN(4)
		in, f := randomFloats(r, w.N*w.D*w.H*w.W*w.C), randomFloats(r, w.KernelD*w.KernelH*w.KernelW*w.C*o)
		bias := randomFloats(r, o)
		out := make([]float32, w.N*w.Z*w.Y*w.X*o)
		NewConv3D(w, o, pool).Run(out, in, f, bias)
		near(t, "convolution", out, biased(ref.Conv3D(reference(w), in, f, o), bias))
		w.D, w.H, w.W, w.Z, w.Y, w.X = w.Z, w.Y, w.X, w.D, w.H, w.W
		in, out = out[:w.N*w.D*w.H*w.W*min(o, w.C)], make([]float32, w.N*w.Z*w.Y*w.X*o)
		w.C = min(o, w.C)
		NewConv3DTranspose(w, o, pool).Run(out, in, f, nil)
		near(t, "transposed convolution", out, ref.Conv3DTranspose(reference(w), in, f, o))
	}
}

// biased adds a bias to each channel.
func biased(v []float64, bias []float32) []float64 {
	for i := range v {
		v[i] += float64(bias[i%len(bias)])
	}
	return v
}
