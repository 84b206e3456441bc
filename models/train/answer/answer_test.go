package main

import (
	"bufio"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// relu writes a model that is RELU of 1x2 numbers of a type, with scale 1/2 if they are integers.
func relu(t *testing.T, d tensor.DType) string {
	info := tensor.Info{Name: "x", DType: d, Shape: tensor.Shape{1, 2}}
	if d != tensor.Float32 {
		info.Quant = tensor.Quant{Scale: []float32{0.5}, ZeroPoint: []int64{1}}
	}
	b := tflite.NewBuilder("relu")
	x := b.Input(info)
	info.Name = "y"
	b.Output(b.Op(tflite.Op{Code: tflite.OpRelu, Inputs: []int{x}}, info))
	data, err := tflite.Write(b.Model("relu"))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "relu.tflite")
	if err := os.WriteFile(path, data, 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestAnswers(t *testing.T) {
	reals := filepath.Join(t.TempDir(), "x.npy")
	if err := writeArray(reals, tensor.Shape{3, 2}, []float32{-1, 1, 0.6, 100, 2, -2}); err != nil {
		t.Fatal(err)
	}
	bytes := filepath.Join(t.TempDir(), "b.npy")
	head := "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 2), }"
	if err := os.WriteFile(bytes, []byte("\x93NUMPY\x01\x00"+string(rune(len(head)))+"\x00"+head+"\x00\x0a\x0b\x0f"), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, array string
		dtype       tensor.DType
		want        []float32
	}{
		{"reals", reals, tensor.Float32, []float32{0, 1, 0.6, 100, 2, 0}},
		{"reals, in integers", reals, tensor.Int8, []float32{0, 1, 0.5, 63, 2, 0}},
		{"bytes", bytes, tensor.Float32, []float32{0, 0, 0.5, 2.5}},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := answerer{prefix: filepath.Join(t.TempDir(), "got"), mean: 10, std: 2}
			if err := a.run(t.Context(), relu(t, c.dtype), []string{c.array}); err != nil {
				t.Fatal(err)
			}
			if got := read(t, a.prefix+".y.npy"); !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
	one := filepath.Join(t.TempDir(), "one.npy")
	if err := writeArray(one, tensor.Shape{1}, []float32{1}); err != nil {
		t.Fatal(err)
	}
	for array, want := range map[string]string{one: "4 bytes are no samples", relu(t, tensor.Int8): "no NumPy array"} {
		if err := (&answerer{std: 1}).run(t.Context(), relu(t, tensor.Int8), []string{array}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

// read returns the numbers of an array.
func read(t *testing.T, path string) []float32 {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	in := bufio.NewReader(f)
	if d, err := header(in); err != nil || d != tensor.Float32 {
		t.Fatalf("got %v, %v", d, err)
	}
	data, err := io.ReadAll(in)
	if err != nil {
		t.Fatal(err)
	}
	return tensor.As[float32](data)
}
