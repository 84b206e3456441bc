package quant

import (
	"context"
	"slices"
	"testing"

	"edged/runtime"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// weighty are float models of which scheme Weights makes one operator's weights int8.
func weighty() []single {
	return []single{
		{"LSTM", drawnLSTM{cells: 20}.draw},
		{"LSTM with all parts", drawnLSTM{cells: 20, outputs: 16, bias: true, peephole: true, norm: true}.draw},
		{"LSTM of one step", drawnLSTM{cells: 20, coupled: true, step: true}.draw},
		{"SVDF", drawSVDF(40, 2, 10)},
		{"UNIDIRECTIONAL_SEQUENCE_RNN", func(d *drawing) []int {
			o := &tflite.SequenceRNNOptions{Activation: tflite.ActTanh}
			return []int{d.do(tflite.OpUnidirectionalSequenceRnn, o, tensor.Shape{1, 5, 30}, d.in(1, 5, 6), d.weights(30, 6), d.weights(30, 30), d.weights(30), d.variable(1, 30))}
		}},
		{"EMBEDDING_LOOKUP", func(d *drawing) []int {
			i := d.Input(tensor.Info{Name: d.name(), DType: tensor.Int32, Shape: tensor.Shape{3}})
			return []int{d.do(tflite.OpEmbeddingLookup, nil, tensor.Shape{3, 16}, i, d.weights(80, 16))}
		}},
	}
}

// TestWeightsOfOperators: each has its weights in a quarter of the bytes, and is near the float model, by the engine and by
// TensorFlow Lite.
func TestWeightsOfOperators(t *testing.T) {
	for _, s := range weighty() {
		t.Run(s.name, func(t *testing.T) {
			m := narrow(t, &s)
			g := &m.Graphs[0]
			if !slices.ContainsFunc(g.Ops[0].Inputs, func(i int) bool { return i >= 0 && g.Tensors[i].DType == tensor.Int8 }) {
				t.Error("no weights of int8")
			}
		})
	}
}

func narrow(t *testing.T, s *single) *tflite.Model {
	t.Helper()
	r, err := Quantize(context.Background(), s.model(3), &normal{n: 8, scale: 1}, Options{Scheme: Weights})
	if err != nil {
		t.Fatal(err)
	}
	if o := r.Report.Ops[0]; o.Float != "" {
		t.Errorf("%s stays float: %s", o.Op, o.Float)
	}
	if o := r.Report.Outputs[0]; o.SQNR < 25 {
		t.Errorf("%.1f dB", o.SQNR)
	}
	return reread(t, r.Model)
}

// TestWeightsOnTFLite: TensorFlow Lite accepts them without and with XNNPACK.
func TestWeightsOnTFLite(t *testing.T) {
	engines := foreign(t)
	for _, s := range weighty() {
		t.Run(s.name, func(t *testing.T) {
			m := narrow(t, &s)
			for _, e := range engines {
				if _, err := outputs(t, m, runtime.Options{Engine: "tflite", TFLite: e}, &normal{n: 2, scale: 1}, 2); err != nil {
					t.Errorf("%q: %v", e.Delegate.Name, err)
				}
			}
		})
	}
}
