package op

import (
	"math/rand/v2"
	"slices"
	"testing"

	"edged/runtime/internal/ref"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// mover is an operator with the rule by which it picks its elements, for an input of four dimensions.
type mover struct {
	n     *Node
	shape tensor.Shape
	from  func(index []int) []int
}

// movers returns operators with random parameters for an input of shape s, whose spatial dimensions are even.
func movers(r *rand.Rand, in *tensor.Tensor) map[string]mover {
	s, out := in.Shape, scaled(of(in.DType), 0.5, 0)
	node := func(code tflite.OpCode, options any, more ...*tensor.Tensor) *Node {
		return &Node{Op: &tflite.Op{Code: code, Options: options}, In: append([]*tensor.Tensor{in}, more...), Out: []*tensor.Tensor{out}}
	}
	var perm, pads, times, begin, size, axes []int32
	for _, p := range r.Perm(4) {
		perm = append(perm, int32(p))
	}
	for d := range s {
		pads = append(pads, int32(r.IntN(s[d])), int32(r.IntN(s[d])))
		times = append(times, int32(r.IntN(3)))
		begin = append(begin, int32(r.IntN(s[d])))
		size = append(size, int32(r.IntN(s[d]-int(begin[d])+1)))
		if r.IntN(2) == 0 {
			axes = append(axes, int32(d))
		}
	}
	shape := func(f func(d int) int) tensor.Shape {
		return tensor.Shape{f(0), f(1), f(2), f(3)}
	}
	each := func(f func(d, i int) int) func([]int) []int {
		return func(index []int) []int {
			at := make([]int, 4)
			for d, i := range index {
				if at[d] = f(d, i); at[d] < 0 || at[d] >= s[d] {
					return nil
				}
			}
			return at
		}
	}
	padded := shape(func(d int) int { return s[d] + int(pads[2*d]+pads[2*d+1]) })
	matrix := values(tensor.Shape{4, 2}, pads...)
	block := values(tensor.Shape{2}, 2, 2)
	crops := values(tensor.Shape{2, 2}, 1, 1, 0, 0)
	return map[string]mover{
		"PAD": {node(tflite.OpPad, nil, matrix), padded, each(func(d, i int) int { return i - int(pads[2*d]) })},
		"MIRROR_PAD": {node(tflite.OpMirrorPad, nil, matrix), padded, each(func(d, i int) int {
			i -= int(pads[2*d])
			return min(max(i, -i), 2*(s[d]-1)-i)
		})},
		"TRANSPOSE": {node(tflite.OpTranspose, nil, i32(perm...)), shape(func(d int) int { return s[perm[d]] }), func(index []int) []int {
			at := make([]int, 4)
			for d, i := range index {
				at[perm[d]] = i
			}
			return at
		}},
		"TILE": {node(tflite.OpTile, nil, i32(times...)), shape(func(d int) int { return s[d] * int(times[d]) }),
			each(func(d, i int) int { return i % s[d] })},
		"SLICE": {node(tflite.OpSlice, nil, i32(begin...), i32(size...)), shape(func(d int) int { return int(size[d]) }),
			each(func(d, i int) int { return i + int(begin[d]) })},
		"REVERSE_V2": {node(tflite.OpReverseV2, nil, i32(axes...)), s, each(func(d, i int) int {
			if slices.Contains(axes, int32(d)) {
				return s[d] - 1 - i
			}
			return i
		})},
		"SPACE_TO_DEPTH": {node(tflite.OpSpaceToDepth, &tflite.BlockSizeOptions{BlockSize: 2}), tensor.Shape{s[0], s[1] / 2, s[2] / 2, s[3] * 4},
			func(x []int) []int {
				return []int{x[0], x[1]*2 + x[3]/s[3]/2, x[2]*2 + x[3]/s[3]%2, x[3] % s[3]}
			}},
		"DEPTH_TO_SPACE": {node(tflite.OpDepthToSpace, &tflite.BlockSizeOptions{BlockSize: 2}), tensor.Shape{s[0], s[1] * 2, s[2] * 2, s[3] / 4},
			func(x []int) []int {
				return []int{x[0], x[1] / 2, x[2] / 2, (x[1]%2*2+x[2]%2)*(s[3]/4) + x[3]}
			}},
		"SPACE_TO_BATCH_ND": {node(tflite.OpSpaceToBatchNd, nil, block, crops), tensor.Shape{s[0] * 4, s[1]/2 + 1, s[2] / 2, s[3]},
			func(x []int) []int {
				h, w := x[1]*2+x[0]/s[0]/2-1, x[2]*2+x[0]/s[0]%2
				if h < 0 || h >= s[1] {
					return nil
				}
				return []int{x[0] % s[0], h, w, x[3]}
			}},
		"BATCH_TO_SPACE_ND": {node(tflite.OpBatchToSpaceNd, nil, block, crops), tensor.Shape{s[0] / 4, s[1]*2 - 2, s[2] * 2, s[3]},
			func(x []int) []int {
				return []int{((x[1]+1)%2*2+x[2]%2)*(s[0]/4) + x[0], (x[1] + 1) / 2, x[2] / 2, x[3]}
			}},
	}
}

// TestMovesFollowTheirRules compares operators on random shapes and every size of element with the rule they implement.
func TestMovesFollowTheirRules(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 1))
	for try := range 200 {
		in := typed([]tensor.DType{tensor.Int8, tensor.Int16, tensor.Float32, tensor.Int64, tensor.Complex128}[try%5], false,
			4*(1+r.IntN(2)), 2*(1+r.IntN(3)), 2*(1+r.IntN(3)), 4*(1+r.IntN(2)))
		size := in.DType.Bytes(1)
		in.Data = make([]byte, size*in.Shape.Elems())
		for i := range in.Data {
			in.Data[i] = byte(r.Uint32())
		}
		var elems []string
		for b := range slices.Chunk(in.Data, size) {
			elems = append(elems, string(b))
		}
		for name, m := range movers(r, in) {
			run(t, m.n)
			if out := m.n.Out[0]; !slices.Equal(out.Shape, m.shape) {
				t.Fatalf("%s of %s %s: got shape %s, want %s", name, in.DType, in.Shape, out.Shape, m.shape)
			}
			var want []byte
			for _, e := range ref.Pick(m.shape, in.Shape, elems, string(make([]byte, size)), m.from) {
				want = append(want, e...)
			}
			if !slices.Equal(m.n.Out[0].Data, want) {
				t.Fatalf("%s of %s %s: got % x, want % x", name, in.DType, in.Shape, m.n.Out[0].Data, want)
			}
		}
	}
}
