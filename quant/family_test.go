package quant

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"testing"

	"edged/runtime"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// model draws the family's float model.
func (f *family) model() *tflite.Model {
	d := newDrawing(5)
	return d.model(f.draw(d)...)
}

// made quantizes it.
func (f *family) made(t *testing.T, o Options) *Result {
	t.Helper()
	r, err := Quantize(context.Background(), f.model(), &normal{n: 24, scale: 1}, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// agree checks that what stays float is what must, and that the outputs, or the logits they are made of, are near the float
// model's.
func (f *family) agree(t *testing.T, r *Report) {
	t.Helper()
	for _, o := range r.Ops {
		if o.Float != "" && o.Float != notFloat && !slices.Contains(f.floats, o.Op) {
			t.Errorf("op %d %s stays float: %s", o.Index, o.Op, o.Float)
		}
	}
	for _, o := range r.Outputs {
		if s := cmp.Or(o.LogitsSQNR, o.SQNR); s < f.least {
			t.Errorf("%s: %.1f dB, want %g", o.Name, s, f.least)
		}
	}
}

// TestFamilies: each becomes a model that agrees with the float one, of integers but for operators that have no kernel for
// them.
func TestFamilies(t *testing.T) {
	for _, f := range append(families(), oddities()...) {
		t.Run(f.name, func(t *testing.T) { f.agree(t, f.made(t, Options{}).Report) })
	}
}

// TestFamiliesInSixteenBits: with activations of int16 they agree better still, whatever then stays float.
func TestFamiliesInSixteenBits(t *testing.T) {
	for _, f := range families() {
		t.Run(f.name, func(t *testing.T) {
			for _, o := range f.made(t, Options{Scheme: Int16x8, Observer: MinMax}).Report.Outputs {
				if s := cmp.Or(o.LogitsSQNR, o.SQNR); s < f.least+5 {
					t.Errorf("%s: %.1f dB, want %g", o.Name, s, f.least+5)
				}
			}
		})
	}
}

// TestFamiliesOnTFLite: TensorFlow Lite accepts each, and with XNNPACK its integers are our engine's.
func TestFamiliesOnTFLite(t *testing.T) {
	engines := foreign(t)
	for _, f := range append(families(), oddities()...) {
		if f.apart < 0 {
			continue // TensorFlow Lite 2.9.0 has no kernel, of floats neither
		}
		t.Run(f.name, func(t *testing.T) {
			m := reread(t, f.made(t, Options{Observer: MinMax}).Model)
			ours, err := outputs(t, m, runtime.Options{Engine: "builtin"}, &normal{n: 4, scale: 1}, 4)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range engines {
				theirs, err := outputs(t, m, runtime.Options{Engine: "tflite", TFLite: e}, &normal{n: 4, scale: 1}, 4)
				switch most := apart(ours, theirs, Int8); {
				case err != nil:
					t.Errorf("%q: %v", e.Delegate.Name, err)
				case e.Delegate.Name == "xnnpack" && (most > f.apart || f.apart == 0 && !bytes.Equal(ours, theirs)):
					t.Errorf("xnnpack: %d apart", most)
				}
			}
		})
	}
}

// TestCalledGraphs: what a WHILE and an IF call has weights of int8, and inputs and outputs that are the operator's.
func TestCalledGraphs(t *testing.T) {
	for _, draw := range []func(*drawing) []int{drawWhile, drawIf} {
		f := family{draw: draw}
		before, after := f.model(), f.made(t, Options{Observer: MinMax}).Model
		layers := 0
		for i := 1; i < len(after.Graphs); i++ {
			g := &after.Graphs[i]
			for k := range g.Ops {
				if o := &g.Ops[k]; o.Code == tflite.OpFullyConnected {
					if d := g.Tensors[o.Inputs[1]].DType; d != tensor.Int8 {
						t.Errorf("graph %q has weights of %s", g.Name, d)
					}
					layers++
				}
			}
			for k, in := range g.Inputs {
				if got, want := g.Tensors[in].DType, before.Graphs[i].Tensors[before.Graphs[i].Inputs[k]].DType; got != want {
					t.Errorf("graph %q has an input of %s, had %s", g.Name, got, want)
				}
			}
		}
		if layers != 2 {
			t.Errorf("%d layers, want 2", layers)
		}
	}
}

// TestSharedWeightsStayShared: layers of the same weights have the same integers.
func TestSharedWeightsStayShared(t *testing.T) {
	f := family{draw: func(d *drawing) []int {
		w, x := d.weights(40, 40), d.in(1, 40)
		for range 3 {
			x = d.do(tflite.OpFullyConnected, &tflite.FullyConnectedOptions{BiasType: tensor.Float32}, tensor.Shape{1, 40}, x, w, d.weights(40))
		}
		return []int{x}
	}}
	for _, o := range []Options{{Observer: MinMax}, {Observer: MinMax, Round: true, CorrectBias: true}, {Scheme: Weights}} {
		all := map[int]bool{}
		for _, op := range f.made(t, o).Model.Graphs[0].Ops {
			if op.Code == tflite.OpFullyConnected {
				all[op.Inputs[1]] = true
			}
		}
		if len(all) != 1 {
			t.Errorf("%+v: %d weights, want 1", o, len(all))
		}
	}
}

// TestSequencesStayFloat: what picks a moment of a sequence in a WHILE's body, or writes one, does not convert all of it.
func TestSequencesStayFloat(t *testing.T) {
	f := family{draw: drawSequence}
	for _, o := range f.made(t, Options{Observer: MinMax}).Report.Ops {
		if o.Graph != "body" {
			continue
		}
		switch want := o.Op == "GATHER" || o.Op == "DYNAMIC_UPDATE_SLICE"; {
		case o.Float == notFloat:
		case (o.Float != "") != want:
			t.Errorf("%s %q stays float: %q", o.Op, o.Name, o.Float)
		}
	}
}
