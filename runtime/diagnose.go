package runtime

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"edged/runtime/internal/native"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// Finding is the state of a library, a delegate or a device, and what to do where something is wrong.
type Finding = native.Finding

// Diagnose tries TensorFlow Lite and the delegates that are known by name, and t's own, each in a worker of its own, on a
// model of one addition.
func Diagnose(ctx context.Context, t TFLite) []Finding {
	path, err := native.Find(t.Library)
	if err != nil {
		return []Finding{wrong("tflite", err)}
	}
	t.Library = path
	found := []Finding{probe(ctx, t, Delegate{})}
	if found[0].Wrong {
		return found
	}
	for _, name := range []string{"xnnpack", "gpu", "nnapi"} {
		found = append(found, probe(ctx, t, Delegate{Name: name}))
	}
	if t.Delegate.Name == "external" {
		found = append(found, probe(ctx, t, t.Delegate))
	}
	return append(found, native.ThisMachine().EdgeTPUs()...)
}

func wrong(name string, err error) Finding {
	f := Finding{Name: name, State: err.Error(), Wrong: true}
	if l, ok := errors.AsType[*LibraryError](err); ok {
		f.Remedy = l.Hint
	}
	if w, ok := errors.AsType[*WorkerError](err); ok {
		f.Remedy = w.Hint
	}
	return f
}

// probe runs the addition with a delegate.
func probe(ctx context.Context, t TFLite, d Delegate) Finding {
	name := "tflite"
	if d.Name != "" {
		name = d.String()
	}
	t.Delegate, t.Fallback, t.AllowCPU = d, false, true
	s, err := newTFLite(addition(), Options{TFLite: t})
	if err != nil {
		return wrong(name, err)
	}
	copy(tensor.As[float32](s.Input(0).Data), []float32{1, 2})
	err = s.Invoke(ctx)
	if out := tensor.As[float32](s.Output(0).Data); err == nil && (out[0] != 2 || out[1] != 4) {
		err = fmt.Errorf("computes %v of [1 2] plus itself", out)
	}
	r := StatsOf(s).TFLite.Report
	if err = errors.Join(err, s.Close()); err != nil {
		return wrong(name, err)
	}
	return Finding{Name: name, State: describe(r, d)}
}

func describe(r native.Report, d Delegate) string {
	state := fmt.Sprintf("runs, version %s, %s", r.Version, r.Library)
	switch {
	case d.Name == "" && len(r.Missing) > 0:
		return state + "; it lacks " + strings.Join(r.Missing, ", ")
	case d.Name == "":
		return state
	case len(r.Taken) == 0:
		return "loads, but takes no addition of floats"
	}
	return "runs"
}

// addition is x+x of two floats.
func addition() *tflite.Model {
	at := func(i int, name string) tflite.Tensor {
		return tflite.Tensor{Info: tensor.Info{Name: name, Index: i, DType: tensor.Float32, Shape: tensor.Shape{1, 2}}}
	}
	return &tflite.Model{Version: 3, Graphs: []tflite.Graph{{
		Tensors: []tflite.Tensor{at(0, "x"), at(1, "sum")}, Inputs: []int{0}, Outputs: []int{1},
		Ops: []tflite.Op{{Code: tflite.OpAdd, Version: 1, Inputs: []int{0, 0}, Outputs: []int{1}, Options: &tflite.ArithmeticOptions{}}},
	}}}
}
