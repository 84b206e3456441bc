package tflite

import (
	"testing"

	"edged/runtime/tensor"
)

// built is x·w + b, an int8 layer, and its parts.
func built() *Model {
	one := func(s float32) tensor.Quant { return tensor.Quant{Scale: []float32{s}, ZeroPoint: []int64{0}} }
	b := NewBuilder("main")
	x := b.Input(tensor.Info{Name: "x", DType: tensor.Int8, Shape: tensor.Shape{1, 2}, Quant: one(0.5)})
	w := b.Constant(tensor.Info{Name: "w", DType: tensor.Int8, Shape: tensor.Shape{2, 2}, Quant: one(1)}, []byte{1, 2, 3, 4})
	y := b.Op(Op{Code: OpFullyConnected, Inputs: []int{x, w, -1}, Options: &FullyConnectedOptions{BiasType: tensor.Float32}},
		tensor.Info{Name: "y", DType: tensor.Int8, Shape: tensor.Shape{1, 2}, Quant: one(0.5)})
	axis := b.Constant(tensor.Info{Name: "axis", DType: tensor.Int32}, []byte{1, 0, 0, 0})
	part := tensor.Info{DType: tensor.Int8, Shape: tensor.Shape{1, 1}, Quant: one(0.5)}
	parts := b.Results(Op{Code: OpSplit, Inputs: []int{axis, y}, Options: &SplitOptions{NumSplits: 2}}, part, part)
	b.Output(parts...)
	return b.Model("built")
}

func TestBuilderMakesAModel(t *testing.T) {
	m := built()
	file, err := Write(m)
	if err != nil {
		t.Fatal(err)
	}
	back, err := Parse(file)
	if err != nil {
		t.Fatal(err)
	}
	compareModels(t, back, m)
	if got := back.Graphs[0].Outputs; len(got) != 2 || got[1] != got[0]+1 {
		t.Errorf("outputs %v", got)
	}
}

func TestBuilderNumbersVersions(t *testing.T) {
	m := built()
	for i, want := range []int{6, 2} {
		if got := m.Graphs[0].Ops[i].Version; got != want {
			t.Errorf("%s: version %d, want %d", m.Graphs[0].Ops[i].Name(), got, want)
		}
	}
}
