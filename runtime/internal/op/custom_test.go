package op

import (
	"errors"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// flex writes a FlexBuffers map of ints, float64s as float32, and bools, every field 4 bytes wide.
func flex(fields map[string]any) []byte {
	names := slices.Sorted(maps.Keys(fields))
	var b []byte
	word := func(v int) { b = append(b, byte(v), byte(v>>8), byte(v>>16), byte(v>>24)) }
	var at []int
	for _, name := range names {
		at = append(at, len(b))
		b = append(append(b, name...), 0)
	}
	word(len(names))
	keys := len(b)
	for _, key := range at {
		word(len(b) - key)
	}
	word(len(b) - keys)
	word(4)
	word(len(names))
	values, types := len(b), []byte(nil)
	for _, name := range names {
		switch v := fields[name].(type) {
		case int:
			word(v)
			types = append(types, 1<<2|2)
		case float64:
			word(int(math.Float32bits(float32(v))))
			types = append(types, 3<<2|2)
		case bool:
			word(map[bool]int{true: 1}[v])
			types = append(types, 26<<2|2)
		}
	}
	b = append(b, types...)
	word(len(b) - values)
	return append(b, 9<<2|2, 4)
}

// with returns fields with one changed; nil takes it away.
func with(fields map[string]any, name string, v any) map[string]any {
	m := maps.Clone(fields)
	m[name] = v
	if v == nil {
		delete(m, name)
	}
	return m
}

func of(d tensor.DType, shape ...int) *tensor.Tensor {
	return &tensor.Tensor{Info: tensor.Info{Name: "t", DType: d, Shape: shape}}
}

// filled gives the tensor memory, and values if there are any.
func filled[T int8 | uint8 | int16 | int32 | uint32 | uint64 | float32](t *tensor.Tensor, values ...T) *tensor.Tensor {
	t.Data = make([]byte, t.DType.Bytes(t.Shape.Elems()))
	copy(tensor.As[T](t.Data), values)
	return t
}

// customCase is a custom operator that Prepare must refuse.
type customCase struct {
	name, op    string
	options     []byte
	in, out     []*tensor.Tensor
	want        string
	unsupported bool
}

func (c customCase) run(t *testing.T) {
	_, err := Prepare(&Node{
		Op: &tflite.Op{Code: tflite.OpCustom, Custom: c.op, CustomOptions: c.options}, In: c.in, Out: c.out,
	})
	if err == nil || !strings.Contains(err.Error(), c.want) {
		t.Fatalf("got %v, want %q", err, c.want)
	}
	var u *tflite.UnsupportedError
	if errors.As(err, &u) != c.unsupported {
		t.Errorf("got unsupported %v in %v, want %v", !c.unsupported, err, c.unsupported)
	}
}

func TestCustomOptions(t *testing.T) {
	n := &Node{Op: &tflite.Op{CustomOptions: flex(map[string]any{"a": -7, "b": 2.5, "c": true})}}
	o := readCustom(n)
	if a, b, c := o.int("a"), o.float("b"), o.bool("c"); a != -7 || b != 2.5 || !c || o.err != nil {
		t.Errorf("got %v, %v, %v, %v, want -7, 2.5, true and no error", a, b, c, o.err)
	}
	if o.has("d") || o.int("d") != 0 || o.err == nil || !strings.Contains(o.err.Error(), `"d" is missing`) {
		t.Errorf("a missing option: got %v, want an error that names it", o.err)
	}
	if o.int("a") != 0 {
		t.Error("after an error: got a value, want zero")
	}
	if o := readCustom(&Node{Op: &tflite.Op{CustomOptions: []byte{1, 2, 3, 4}}}); o.err == nil {
		t.Error("damaged options: got no error")
	}
}
