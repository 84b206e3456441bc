package ref

import "math"

// Tap says between which two inputs along one dimension an output lies, and how far from the first to the second.
type Tap struct {
	Lo, Hi int
	Weight float64
}

// Taps places outputs over inputs in float32: at i·in/out, or with corners aligned i·(in−1)/(out−1), or between half
// pixels (i+½)·in/out − ½.
// Source: XNNPACK src/indirection.c, xnn_indirection_init_resize_bilinear2d_hwc_f32.
func Taps(in, out int, align, half bool) []Tap {
	less := 0
	if align && out != 1 {
		less = 1
	}
	scale, offset := f32(float64(in-less)/float64(out-less)), 0.0
	if half {
		offset = f32(f32(0.5*scale) - 0.5)
	}
	var taps []Tap
	for i := range out {
		at := Clamp(f32(f32(float64(i)*scale)+offset), 0, float64(in-1))
		lo := int(math.Floor(at))
		taps = append(taps, Tap{lo, min(lo+1, in-1), f32(at - float64(lo))})
	}
	return taps
}

// FixedTaps places outputs in fixed point, with weights over 2¹⁰; the scale is rounded, ties up, quotients are cut.
// Source: tflite/kernels/internal/reference/resize_bilinear.h, ComputeInterpolationValuesInteger. It reads beyond the last
// input where the scale's rounding adds up to one; here it stays at the last.
func FixedTaps(in, out int, align, half bool) []Tap {
	n, m := int64(in), int64(out)
	if align && out > 1 {
		n, m = n-1, m-1
	}
	scale := (n*1024 + m/2) / m
	var taps []Tap
	for i := range int64(out) {
		at := i * scale
		if half {
			at += scale/2 - 512
		}
		last := int64(in - 1)
		lo, hi := Clamp(at/1024, 0, last), Clamp((at+1023)/1024, 0, last)
		taps = append(taps, Tap{int(lo), int(hi), float64(at - lo*1024)})
	}
	return taps
}

// Bilinear resizes [n,h,w,c] by f of the four inputs about each output and the two weights.
func Bilinear[T any](in []T, shape [4]int, ys, xs []Tap, f func(tl, tr, bl, br T, y, x float64) T) []T {
	var out []T
	at := func(n, h, w, c int) T { return in[place(shape[:], []int{n, h, w, c})] }
	for n := range shape[0] {
		for _, y := range ys {
			for _, x := range xs {
				for c := range shape[3] {
					out = append(out, f(at(n, y.Lo, x.Lo, c), at(n, y.Lo, x.Hi, c), at(n, y.Hi, x.Lo, c), at(n, y.Hi, x.Hi, c), y.Weight, x.Weight))
				}
			}
		}
	}
	return out
}

// Mix is bilinear interpolation of reals.
func Mix(tl, tr, bl, br, y, x float64) float64 {
	return (tl*(1-x)+tr*x)*(1-y) + (bl*(1-x)+br*x)*y
}

// MixBytes has weights rounded to 11 bits, ties to even, and rounds once, ties up. Source: XNNPACK src/s8-ibilinear.
func MixBytes(tl, tr, bl, br int64, y, x float64) int64 {
	wy, wx := int64(math.RoundToEven(y*2048)), int64(math.RoundToEven(x*2048))
	return Up((tl*(2048-wx)+tr*wx)*(2048-wy)+(bl*(2048-wx)+br*wx)*wy, 1<<22)
}

// Mix16 has weights of FixedTaps and rounds once, ties away from zero.
// Source: tflite/kernels/internal/reference/resize_bilinear.h, ResizeBilinearInteger.
func Mix16(tl, tr, bl, br int64, y, x float64) int64 {
	wy, wx := int64(y), int64(x)
	return Wrap(Away((tl*(1024-wx)+tr*wx)*(1024-wy)+(bl*(1024-wx)+br*wx)*wy, 1<<20), 16)
}

// NearestPlaces are the inputs that outputs along one dimension take: ⌊i·in/out⌋ and the like in float32, rounded instead of
// cut where corners are aligned; fixed has 16 bits of fraction and one unit more, so that it need not round.
// Source: tflite/kernels/internal/reference/resize_nearest_neighbor.h, GetNearestNeighbor;
// tflite/kernels/internal/optimized/optimized_ops.h, ResizeNearestNeighbor.
func NearestPlaces(in, out int, align, half, fixed bool) []int {
	var places []int
	for i := range out {
		var p int64
		if fixed && !align && !half {
			p, _ = Floor(int64(i)*(int64(in)<<16/int64(out)+1), 1<<16)
		} else {
			scale, offset, round := f32(float64(in)/float64(out)), 0.0, math.Floor
			if align && out > 1 {
				scale = f32(float64(in-1) / float64(out-1))
			}
			if align {
				round = math.Round
			}
			if half {
				offset = 0.5
			}
			p = int64(round(f32(f32(float64(i)+offset) * scale)))
		}
		places = append(places, int(min(p, int64(in-1))))
	}
	return places
}

// RFFT2D is the two-dimensional transform of real rows, cut or padded with zeros to height·width, up to half of the width:
// X[k,l] = Σ x[i,j]·e^(−2πi·(k·i/height + l·j/width)).
func RFFT2D(x []float64, w, height, width int) []complex128 {
	var out []complex128
	for k := range height {
		for l := range width/2 + 1 {
			var sum complex128
			for at, v := range x {
				i, j := at/w, at%w
				if i < height && j < width {
					sin, cos := math.Sincos(-2 * math.Pi * (float64(k*i%height)/float64(height) + float64(l*j%width)/float64(width)))
					sum += complex(v*cos, v*sin)
				}
			}
			out = append(out, sum)
		}
	}
	return out
}
