package op

import (
	"math"
	"slices"
	"strings"
	"testing"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// resets is a model that can be reset.
type resets struct {
	bodies
	forget []func()
}

func (r *resets) OnReset(f func()) { r.forget = append(r.forget, f) }

// TestRandomSequences: what LiteRT.js 2.5.3 answers for these seeds. A second step goes on, and a reset starts again.
func TestRandomSequences(t *testing.T) {
	for _, c := range []struct {
		seed, seed2 int64
		want        []float32
	}{
		{1, 0, []float32{0.81269646, 0.07857466, 0.8916855, 0.16925514, 0.06311357, 0.54531074}},
		{0, 1, []float32{0.5397302, 0.1049397, 0.20118177, 0.94109917, 0.97627616, 0.55853045}},
		{1<<33 + 7, 1<<40 + 5, []float32{0.8669311, 0.0021675825, 0.91945195, 0.4260975, 0.81806636, 0.04437065}},
	} {
		n := nodeOf(tflite.OpRandomUniform, &tflite.RandomOptions{Seed: c.seed, Seed2: c.seed2}, typed(tensor.Float32, false), i32(6))
		model := &resets{}
		n.Model = model
		again := run(t, n)
		got := tensor.As[float32](n.Out[0].Data)
		if !slices.Equal(got, c.want) {
			t.Errorf("seeds %d, %d: got %v, want %v", c.seed, c.seed2, got, c.want)
		}
		if err := again(); err != nil || slices.Equal(got, c.want) {
			t.Errorf("seeds %d, %d: the second step gives the same, %v", c.seed, c.seed2, err)
		}
		model.forget[0]()
		if err := again(); err != nil || !slices.Equal(got, c.want) {
			t.Errorf("seeds %d, %d: after a reset got %v, %v", c.seed, c.seed2, got, err)
		}
	}
}

// TestRandomOfComputedShape draws on from one step to the next although each sets its shape anew.
func TestRandomOfComputedShape(t *testing.T) {
	shape := typed(tensor.Int32, false, 1)
	n := nodeOf(tflite.OpRandomUniform, &tflite.RandomOptions{Seed: 1}, typed(tensor.Float32, false), shape)
	n.Model = &resets{}
	step, err := Prepare(n)
	if err != nil || !n.Dynamic {
		t.Fatal(err, n.Dynamic)
	}
	shape.Data = []byte{3, 0, 0, 0}
	for _, want := range [][]float32{{0.81269646, 0.07857466, 0.8916855}, {0.06311357, 0.54531074}} {
		if err := step(); err != nil {
			t.Fatal(err)
		}
		if got := tensor.As[float32](n.Out[0].Data); len(want) > len(got) || !slices.Equal(got[:2], want[:2]) {
			t.Errorf("got %v, want %v", got, want)
		}
	}
}

func TestRandomRefusals(t *testing.T) {
	f, i := func(shape ...int) *tensor.Tensor { return typed(tensor.Float32, true, shape...) }, values
	one := tensor.Shape{1}
	state := func(d tensor.DType, words int) *Node {
		n := nodeOf(tflite.OpStablehloRngBitGenerator, &tflite.RNGOptions{}, typed(tensor.Uint64, false), typed(tensor.Uint64, true, words))
		n.Out = append(n.Out, typed(d, false, 4))
		return n
	}
	unknown := state(tensor.Int32, 2)
	unknown.Op.Options = &tflite.RNGOptions{Algorithm: 3}
	threefry := state(tensor.Int32, 3)
	threefry.Op.Options = &tflite.RNGOptions{Algorithm: tflite.RNGThreefry}
	for _, c := range []struct {
		name string
		n    *Node
		want string
	}{
		{"shape of floats", nodeOf(tflite.OpRandomUniform, nil, f(), f(1)), "shape float32"},
		{"scalar shape", nodeOf(tflite.OpRandomUniform, nil, f(), i(nil, 1)), "shape is scalar"},
		{"negative shape", nodeOf(tflite.OpRandomStandardNormal, nil, f(), i(one, -1)), "would be -1"},
		{"huge shape", nodeOf(tflite.OpRandomStandardNormal, nil, f(), i(one, math.MaxInt32)), "over the limit"},
		{"output", nodeOf(tflite.OpRandomUniform, nil, typed(tensor.Float64, false), i(one, 1)), "output float64"},
		{"logits", nodeOf(tflite.OpMultinomial, nil, i(nil, 0), f(3), i(one, 1)), "logits are 3"},
		{"no classes", nodeOf(tflite.OpMultinomial, nil, i(nil, 0), f(3, 0), i(one, 1)), "logits are 3x0"},
		{"negative count", nodeOf(tflite.OpMultinomial, nil, i(nil, 0), f(3, 1), i(one, -1)), "would be -1"},
		{"counts", nodeOf(tflite.OpMultinomial, nil, i(nil, 0), f(3, 1), i32(1, 2)), "their count 2"},
		{"draws of floats", nodeOf(tflite.OpMultinomial, nil, f(), f(3, 1), i(one, 1)), "output float32"},
		{"state of four", state(tensor.Int32, 4), "state is 4"},
		{"threefry's state of three", threefry, "state is 3"},
		{"bits of floats", state(tensor.Float32, 2), "output float32"},
		{"algorithm", unknown, "generator 3"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.n.Model = &resets{}
			if _, err := Prepare(c.n); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}
