package quant

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"edged/runtime"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// TestMain makes a worker of the test's own binary.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == "worker" {
		if err := runtime.ServeWorker(os.Exit); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// foreign returns TensorFlow Lite without and with XNNPACK, which scripts/get-tflite installs; without it the test is
// skipped.
func foreign(t testing.TB) []runtime.TFLite {
	t.Helper()
	natively(t)
	library := os.Getenv("EDGED_TFLITE")
	if !slices.Contains(runtime.Engines(), "tflite") || library == "" {
		t.Skip("no TensorFlow Lite: run scripts/get-tflite and set EDGED_TFLITE")
	}
	var all []runtime.TFLite
	for _, name := range []string{"", "xnnpack"} {
		workers := &runtime.Workers{}
		t.Cleanup(func() {
			if err := workers.Close(); err != nil {
				t.Error(err)
			}
		})
		all = append(all, runtime.TFLite{Library: library, Workers: workers, Timeout: time.Minute,
			Delegate: runtime.Delegate{Name: name}, AllowCPU: true})
	}
	return all
}

// outputs runs a model on samples, quantized where it takes integers, and returns all outputs' bytes.
func outputs(t testing.TB, m *tflite.Model, o runtime.Options, s Samples, n int) ([]byte, error) {
	t.Helper()
	session, err := runtime.New(m, o)
	if err != nil {
		return nil, err
	}
	defer session.Close()
	r := &runner{session: session}
	var floats []*tensor.Tensor
	for i, info := range session.Signature().Inputs {
		r.inputs = append(r.inputs, session.Input(i))
		if info.Quant.Quantized() {
			info.DType = tensor.Float32
		}
		floats = append(floats, &tensor.Tensor{Info: info, Data: make([]byte, info.DType.Bytes(info.Shape.Elems()))})
	}
	if err := s.Rewind(); err != nil {
		return nil, err
	}
	var all bytes.Buffer
	for range n {
		if more, err := s.Next(floats); err != nil || !more {
			return nil, fmt.Errorf("samples end: %v", err)
		}
		if err := r.copyInputs(floats); err != nil {
			return nil, err
		}
		if err := session.Invoke(context.Background()); err != nil {
			return nil, err
		}
		for i := range session.Signature().Outputs {
			all.Write(session.Output(i).Data)
		}
	}
	return all.Bytes(), nil
}

// reread returns a model as a reader of its file sees it.
func reread(t testing.TB, m *tflite.Model) *tflite.Model {
	t.Helper()
	file, err := tflite.Write(m)
	if err != nil {
		t.Fatal(err)
	}
	back, err := tflite.Parse(file)
	if err != nil {
		t.Fatal(err)
	}
	return back
}
