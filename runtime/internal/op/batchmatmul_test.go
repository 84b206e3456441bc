package op

import (
	"slices"
	"strings"
	"testing"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// TestBatchMatMul multiplies 1 2 / 3 4 with 5 6 / 7 8.
func TestBatchMatMul(t *testing.T) {
	for _, c := range []struct {
		name string
		o    tflite.BatchMatMulOptions
		want []float32
	}{
		{"as they are", tflite.BatchMatMulOptions{}, []float32{19, 22, 43, 50}},
		{"first turned over", tflite.BatchMatMulOptions{AdjX: true}, []float32{26, 30, 38, 44}},
		{"second turned over", tflite.BatchMatMulOptions{AdjY: true}, []float32{17, 23, 39, 53}},
	} {
		t.Run(c.name, func(t *testing.T) {
			out := typed(tensor.Float32, false)
			n := binaryNode(tflite.OpBatchMatmul, &c.o, constantOf(tensor.Float32, []float32{1, 2, 3, 4}, 1, 2, 2),
				constantOf(tensor.Float32, []float32{5, 6, 7, 8}, 2, 2), out)
			run(t, n)
			if got := tensor.As[float32](out.Data); !slices.Equal(got, c.want) || !slices.Equal(out.Shape, tensor.Shape{1, 2, 2}) {
				t.Errorf("got %v %s, want %v", got, out.Shape, c.want)
			}
		})
	}
}

func TestBatchMatMulRefusals(t *testing.T) {
	f := func(shape ...int) *tensor.Tensor { return typed(tensor.Float32, true, shape...) }
	out := typed(tensor.Float32, false)
	for _, c := range []struct {
		name string
		a, b *tensor.Tensor
		want string
	}{
		{"vector", f(3), f(3, 2), "want 2 to 6 dimensions"},
		{"depth", f(2, 3), f(4, 2), "do not multiply"},
		{"batches", f(2, 2, 3), f(3, 3, 2), "do not multiply"},
		{"types", typed(tensor.Int16, true, 2, 3), f(3, 2), "operands int16 and float32"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := Prepare(binaryNode(tflite.OpBatchMatmul, nil, c.a, c.b, out)); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}

func TestEmptyMatricesGiveZero(t *testing.T) {
	out := typed(tensor.Float32, false)
	run(t, binaryNode(tflite.OpBatchMatmul, nil, typed(tensor.Float32, true, 2, 0), typed(tensor.Float32, true, 0, 3), out))
	if got := tensor.As[float32](out.Data); !slices.Equal(got, make([]float32, 6)) {
		t.Errorf("got %v", got)
	}
}
