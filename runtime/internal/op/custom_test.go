package op

import (
	"errors"
	"maps"
	"strings"
	"testing"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// flex writes a FlexBuffers map of ints, float64s and bools.
func flex(fields map[string]any) []byte {
	m := tflite.FlexMap{}
	for name, v := range fields {
		switch v := v.(type) {
		case int:
			m[name] = tflite.FlexValue{Kind: tflite.FlexInt, Int: int64(v)}
		case float64:
			m[name] = tflite.FlexValue{Kind: tflite.FlexFloat, Float: v}
		case bool:
			m[name] = tflite.FlexValue{Kind: tflite.FlexBool, Int: map[bool]int64{true: 1}[v]}
		}
	}
	return tflite.WriteFlex(m)
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
