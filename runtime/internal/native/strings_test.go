//go:build linux && (amd64 || arm64 || arm) && !nonative

package native

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// pick gathers strings 1 and 0 of two.
func pick() *tflite.Model {
	at := func(i int, name string, t tensor.DType, data []byte) tflite.Tensor {
		return tflite.Tensor{Info: tensor.Info{Name: name, Index: i, DType: t, Shape: tensor.Shape{2}}, Data: data}
	}
	return &tflite.Model{Version: 3, Graphs: []tflite.Graph{{
		Tensors: []tflite.Tensor{at(0, "words", tensor.String, nil), at(1, "places", tensor.Int32, []byte{1, 0, 0, 0, 0, 0, 0, 0}), at(2, "picked", tensor.String, nil)},
		Inputs:  []int{0}, Outputs: []int{2},
		Ops: []tflite.Op{{Code: tflite.OpGather, Version: 4, Inputs: []int{0, 1}, Outputs: []int{2}, Options: &tflite.GatherOptions{}}},
	}}}
}

// TestStrings: strings of any length go in and come out, more than once.
func TestStrings(t *testing.T) {
	s, err := openOn(t, library(t), pick(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, in := range [][2]string{{"kettle", "door"}, {"", strings.Repeat("long ", 5000)}, {"a", "b"}} {
		s.Input(0).Data = tensor.PackStrings(in[0], in[1])
		if err := s.Invoke(context.Background()); err != nil {
			t.Fatal(err)
		}
		if got, want := s.Output(0).Data, tensor.PackStrings(in[1], in[0]); !bytes.Equal(got, want) {
			t.Errorf("got %.40q of %d bytes, want %.40q of %d", got, len(got), want, len(want))
		}
	}
}

// TestStringsAreChecked: what is no string tensor does not reach the library.
func TestStringsAreChecked(t *testing.T) {
	s, err := openOn(t, library(t), pick(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, c := range []struct {
		name string
		data []byte
		want string
	}{
		{"none", nil, `input "words": has 0 strings, its shape is 2`},
		{"too few", tensor.PackStrings("one"), `input "words": has 1 strings, its shape is 2`},
		{"damaged", []byte{2, 0, 0, 0, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0}, `input "words": string 0 of 2 starts at byte -1`},
	} {
		t.Run(c.name, func(t *testing.T) {
			s.Input(0).Data = c.data
			if err := s.Invoke(context.Background()); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}
