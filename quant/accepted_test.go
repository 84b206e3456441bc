package quant

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"edged/runtime"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// TestModelsOnTFLite: what is made of whole models and of drawn nets is accepted by TensorFlow Lite without and with XNNPACK,
// in every scheme; with it the integers are our engine's.
func TestModelsOnTFLite(t *testing.T) {
	engines := foreign(t)
	for i, o := range []Options{{Observer: MinMax}, {Observer: MSE, IO: tensor.Uint8, Equalize: true, CorrectBias: true, Round: true},
		{Observer: MinMax, IO: tensor.Float32}, {Observer: MinMax, Scheme: Int16x8}, {Scheme: Weights}, {Scheme: Float16},
		{Observer: MinMax, KeepWorst: 1}} {
		for name, m := range wholeModels(t) {
			if i > 0 && strings.Contains(name, "mobilenet") {
				continue // which takes long, and says no more
			}
			t.Run(fmt.Sprintf("%s/%s/%d/%s", o.Scheme, o.IO, o.KeepWorst, name), func(t *testing.T) {
				samples := &normal{n: 3, scale: 1}
				r, err := Quantize(context.Background(), m, samples, o)
				if err != nil {
					t.Fatal(err)
				}
				made := reread(t, r.Model)
				ours, err := outputs(t, made, runtime.Options{Engine: "builtin"}, samples, 3)
				if err != nil {
					t.Fatal(err)
				}
				for _, e := range engines {
					theirs, err := outputs(t, made, runtime.Options{Engine: "tflite", TFLite: e}, samples, 3)
					if err != nil {
						t.Errorf("%q: %v", e.Delegate.Name, err)
						continue
					}
					if o.Scheme == Int8 && o.KeepWorst == 0 && e.Delegate.Name == "xnnpack" && !bytes.Equal(ours, theirs) {
						t.Errorf("xnnpack: %d of %d bytes differ, by %d at most", differing(ours, theirs), len(ours), apart(ours, theirs, Int8))
					}
				}
			})
		}
	}
}

func differing(a, b []byte) int {
	n := 0
	for i := range a {
		if a[i] != b[i] {
			n++
		}
	}
	return n
}

// wholeModels are small float models of the corpus, and drawn nets.
func wholeModels(t *testing.T) map[string]*tflite.Model {
	dir := corpus(t)
	all := map[string]*tflite.Model{"drawn 1": drawn(1), "drawn 2": drawn(2)}
	for _, name := range []string{"resnet/resnet8_float", "lstm/mnist_lstm_float", "small/go_sin_float", "small/iris_float",
		"small/hello_world_float", "text/movie_review", "transformer_ops/litert_q_einsum", "classification/mobilenet_v1_0.25_224_float"} {
		all[name] = open(t, filepath.Join(dir, "models", name+".tflite"))
	}
	return all
}
