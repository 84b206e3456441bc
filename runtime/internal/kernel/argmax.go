package kernel

import "edged/runtime/internal/simd"

// ArgAxis is the geometry of an ARG_MAX or ARG_MIN: in is [Outer,Axis,Inner], out [Outer,Inner]; Axis > 0.
type ArgAxis struct{ Outer, Axis, Inner int }

// ArgMax computes out[o,i] = the first k at which in[o,k,i] is largest, or smallest if least is set. A NaN
// is neither, so it is taken only where it comes first. Source: TFLite, reference_ops::ArgMinMax.
func ArgMax[T Number, I int32 | int64](g *ArgAxis, least bool, out []I, in []T) {
	if !least && g.Inner == 1 && argMaxBytes(out, in) {
		return
	}
	for o := range g.Outer {
		block := in[o*g.Axis*g.Inner : (o+1)*g.Axis*g.Inner]
		for i := range g.Inner {
			best, at := block[i], 0
			for k := 1; k < g.Axis; k++ {
				v := block[k*g.Inner+i]
				if v > best && !least || v < best && least {
					best, at = v, k
				}
			}
			out[o*g.Inner+i] = I(at)
		}
	}
}

// argMaxBytes is ArgMax of rows of bytes by package simd's loop, if that has one.
func argMaxBytes[T Number, I int32 | int64](out []I, in []T) bool {
	switch in := any(in).(type) {
	case []int8:
		return simd.ArgMax(out, in)
	case []uint8:
		return simd.ArgMax(out, in)
	}
	return false
}
