package op

import (
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"unsafe"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// two boxes side by side and one that covers most of the first
func threeBoxes() *tensor.Tensor {
	return f32([]float32{0, 0, 1, 1, 0, 2, 1, 3, 0, 0, 1, 0.9}, 3, 4)
}

func scalarOf(v float32) *tensor.Tensor { return f32([]float32{v}) }

// lookups are operators that find something by its value; the answers are worked by hand but for LSH_PROJECTION's, which
// are LiteRT's (@litertjs/core 2.5.3).
var lookups = []struct {
	name    string
	code    tflite.OpCode
	options any
	in      []*tensor.Tensor
	out     []tensor.DType
	shapes  []tensor.Shape
	want    []any
}{
	{"suppress boxes", tflite.OpNonMaxSuppressionV4, nil,
		[]*tensor.Tensor{threeBoxes(), f32([]float32{0.5, 0.75, 0.25}, 3), values(nil, 3), scalarOf(0.5), scalarOf(0)},
		[]tensor.DType{tensor.Int32, tensor.Int32}, []tensor.Shape{{3}, {}}, []any{[]int32{1, 0, 0}, []int32{2}}},
	{"suppress boxes softly", tflite.OpNonMaxSuppressionV5, nil,
		[]*tensor.Tensor{threeBoxes(), f32([]float32{0.5, 0.75, 0.25}, 3), values(nil, 4), scalarOf(1), scalarOf(0), scalarOf(1)},
		[]tensor.DType{tensor.Int32, tensor.Float32, tensor.Int32}, []tensor.Shape{{4}, {4}, {}},
		[]any{[]int32{1, 0, 2, 0}, []float32{0.75, 0.5, float32(0.25 * math.Exp(-0.405)), 0}, []int32{3}}},
	{"distinct elements", tflite.OpUnique, &tflite.UniqueOptions{IndexType: tensor.Int64}, []*tensor.Tensor{i32(7, 5, 7, 6)},
		[]tensor.DType{tensor.Int32, tensor.Int64}, []tensor.Shape{{3}, {4}}, []any{[]int32{7, 5, 6}, []int64{0, 1, 0, 2}}},
	{"combine rows", tflite.OpEmbeddingLookupSparse, &tflite.EmbeddingLookupSparseOptions{Combiner: 1},
		[]*tensor.Tensor{i32(0, 1, 1), values(tensor.Shape{3, 2}, 0, 0, 0, 1, 2, 0), i32(3, 2), f32([]float32{1, 3, 5}, 3), f32([]float32{4, 8}, 2, 1)},
		[]tensor.DType{tensor.Float32}, []tensor.Shape{{3, 1}}, []any{[]float32{7, 0, 8}}},
	{"look keys up", tflite.OpHashtableLookup, nil, []*tensor.Tensor{i32(5, 4), i32(1, 3, 5), count(3, 2)},
		[]tensor.DType{tensor.Int32, tensor.Uint8}, []tensor.Shape{{2, 2}, {2}}, []any{[]int32{4, 5, 0, 0}, []uint8{1, 0}}},
	{"project to numbers", tflite.OpLshProjection, &tflite.LSHProjectionOptions{Type: 1},
		[]*tensor.Tensor{f32([]float32{0.5, -1, 2, 3, 0.25, 7}, 2, 3), i32(12, 345, -6)},
		[]tensor.DType{tensor.Int32}, []tensor.Shape{{2}}, []any{[]int32{6, 13}}},
	{"project strings", tflite.OpLshProjection, &tflite.LSHProjectionOptions{Type: 1},
		[]*tensor.Tensor{f32([]float32{0.5, -1, 2, 3, 0.25, 7}, 2, 3), texts(tensor.Shape{3}, "hello", "", "world")},
		[]tensor.DType{tensor.Int32}, []tensor.Shape{{2}}, []any{[]int32{6, 12}}},
	{"project to bits", tflite.OpLshProjection, &tflite.LSHProjectionOptions{Type: 2},
		[]*tensor.Tensor{f32([]float32{0.5, -1, 2, 3, 0.25, 7}, 2, 3), i32(12, 345, -6), f32([]float32{1, -2, 0.5}, 3)},
		[]tensor.DType{tensor.Int32}, []tensor.Shape{{6}}, []any{[]int32{1, 1, 0, 1, 1, 1}}},
}

// elements returns a tensor's elements in a slice of their type.
func elements(t *tensor.Tensor) any {
	switch t.DType {
	case tensor.Float32:
		return tensor.As[float32](t.Data)
	case tensor.Int32:
		return tensor.As[int32](t.Data)
	case tensor.Int64:
		return tensor.As[int64](t.Data)
	}
	return t.Data
}

func outputs(types []tensor.DType) (out []*tensor.Tensor) {
	for _, d := range types {
		out = append(out, of(d))
	}
	return out
}

func TestLookups(t *testing.T) {
	for _, c := range lookups {
		t.Run(c.name, func(t *testing.T) {
			n := &Node{Op: &tflite.Op{Code: c.code, Options: c.options}, In: c.in, Out: outputs(c.out)}
			again := run(t, n)
			for i, out := range n.Out {
				if got := elements(out); !slices.Equal(out.Shape, c.shapes[i]) || !reflect.DeepEqual(got, c.want[i]) {
					t.Errorf("output %d: got %s %v, want %s %v", i, out.Shape, got, c.shapes[i], c.want[i])
				}
			}
			if got := testing.AllocsPerRun(3, func() {
				if err := again(); err != nil {
					t.Error(err)
				}
			}); got > 1 { // the shape of a dynamic output
				t.Errorf("%v allocations in a step", got)
			}
		})
	}
}

// TestHostileLookups is TestHostileMoves for them.
func TestHostileLookups(t *testing.T) {
	r, ran := rand.New(rand.NewPCG(7, 8)), 0
	for i := range 1000 * len(lookups) {
		c := lookups[i%len(lookups)]
		n := &Node{Op: &tflite.Op{Code: c.code, Options: c.options}, In: slices.Clone(c.in), Out: outputs(c.out)}
		for range 1 + r.IntN(2) {
			damage(r, n)
		}
		data := make([][]byte, len(n.In))
		for i, in := range n.In {
			if in != nil {
				n.In[i], data[i] = &tensor.Tensor{Info: in.Info, Data: in.Data}, in.Data
				if r.IntN(8) == 0 {
					n.In[i].Data = nil // computed
				}
			}
		}
		if runHostile(n, data) {
			ran++
		}
	}
	if ran < 100*len(lookups) {
		t.Errorf("only %d steps ran of %d operators", ran, 1000*len(lookups))
	}
}

func TestLookupsRefuseWhatIsWrong(t *testing.T) {
	boxes, scores, most, half := threeBoxes(), f32([]float32{1, 2, 3}, 3), values(nil, 3), scalarOf(0.5)
	index := tensor.Int32
	for _, c := range []struct {
		name string
		node *Node
	}{
		{"boxes of three corners", nodeOf(tflite.OpNonMaxSuppressionV4, nil, of(index), f32(make([]float32, 9), 3, 3), scores, most, half, half)},
		{"fewer scores", nodeOf(tflite.OpNonMaxSuppressionV4, nil, of(index), boxes, f32([]float32{1}, 1), most, half, half)},
		{"less than none", nodeOf(tflite.OpNonMaxSuppressionV4, nil, of(index), boxes, scores, values(nil, -1), half, half)},
		{"more than memory", nodeOf(tflite.OpNonMaxSuppressionV4, nil, of(index), boxes, scores, values(nil, math.MaxInt32), half, half)},
		{"two thresholds", nodeOf(tflite.OpNonMaxSuppressionV4, nil, of(index), boxes, scores, most, half, f32([]float32{1, 2}, 2))},
		{"a matrix", nodeOf(tflite.OpUnique, nil, of(tensor.Int32), count(2, 2))},
		{"keys of other values", nodeOf(tflite.OpHashtableLookup, nil, of(tensor.Int32), i32(1), i32(1, 2), i32(1))},
		{"no keys", nodeOf(tflite.OpHashtableLookup, nil, of(tensor.Int32), i32(1), i32(), i32())},
	} {
		c.node.Out = append(c.node.Out, of(tensor.Int32))
		if c.node.Op.Code == tflite.OpHashtableLookup {
			c.node.Out[1].DType = tensor.Uint8
		}
		if _, err := Prepare(c.node); err == nil {
			t.Errorf("%s: got no error", c.name)
		}
	}
	seeds := f32(make([]float32, 33), 1, 33)
	for name, n := range map[string]*Node{
		"bits beyond int32": nodeOf(tflite.OpLshProjection, &tflite.LSHProjectionOptions{Type: 1}, of(index), seeds, i32(1)),
		"unknown type":      nodeOf(tflite.OpLshProjection, nil, of(index), f32([]float32{1}, 1, 1), i32(1)),
		"weights":           nodeOf(tflite.OpLshProjection, &tflite.LSHProjectionOptions{Type: 1}, of(index), f32([]float32{1}, 1, 1), i32(1), scores),
		"negative shape": nodeOf(tflite.OpEmbeddingLookupSparse, nil, of(tensor.Float32), i32(0), values(tensor.Shape{1, 2}, 0, 0), i32(-1, 2),
			scalarOf(1), f32([]float32{1}, 1, 1)),
	} {
		if _, err := Prepare(n); err == nil {
			t.Errorf("%s: got no error", name)
		}
	}
}

func TestNegativeSigma(t *testing.T) {
	n := nodeOf(tflite.OpNonMaxSuppressionV5, nil, typed(tensor.Int32, true, 3), threeBoxes(), f32([]float32{1, 2, 3}, 3), values(nil, 3), scalarOf(0.5),
		scalarOf(0), scalarOf(-1))
	n.Out = append(n.Out, typed(tensor.Float32, true, 3), typed(tensor.Int32, true))
	step, err := Prepare(n)
	if err != nil {
		t.Fatal(err)
	}
	if err := step(); err == nil || err.Error() != "sigma is -1" {
		t.Errorf("got %v, want sigma is -1", err)
	}
}

// TestGrownOutputsAreAligned: a 32-bit ARM faults on a float that is not.
func TestGrownOutputsAreAligned(t *testing.T) {
	n, out := &Node{}, of(tensor.Float32, 1)
	for range 100 {
		out.Data = nil
		if err := n.Grow(out, out.Shape); err != nil {
			t.Fatal(err)
		}
		if at := uintptr(unsafe.Pointer(&out.Data[0])); at%4 != 0 {
			t.Fatalf("%#x is no multiple of 4", at)
		}
	}
}
