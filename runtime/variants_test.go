package runtime

import (
	"context"
	"slices"
	"strings"
	"testing"

	"edged/runtime/tensor"
)

// constant is a Session that gives its number plus its input, and remembers how often it ran.
type constant struct {
	n, ran, closed int
	in, out        tensor.Tensor
}

func newConstant(n int, shape tensor.Shape, scale float32) *constant {
	t := tensor.Tensor{Info: tensor.Info{DType: tensor.Uint8, Shape: shape, Quant: tensor.Quant{Scale: []float32{scale}}}}
	c := &constant{n: n, in: t, out: t}
	c.in.Data, c.out.Data = make([]byte, 1), make([]byte, 1)
	return c
}

func (c *constant) Signature() tensor.Signature {
	return tensor.Signature{Inputs: []tensor.Info{c.in.Info}, Outputs: []tensor.Info{c.out.Info}}
}
func (c *constant) Input(int) *tensor.Tensor  { return &c.in }
func (c *constant) Output(int) *tensor.Tensor { return &c.out }
func (c *constant) Close() error              { c.closed++; return nil }
func (c *constant) Reset() bool               { c.ran = 0; return true }
func (c *constant) Invoke(context.Context) error {
	c.ran++
	c.out.Data[0] = c.in.Data[0] + byte(c.n)
	return nil
}

// TestVariants changes models between two inputs, and only there.
func TestVariants(t *testing.T) {
	one := tensor.Shape{1}
	large, small := newConstant(100, one, 1), newConstant(10, one, 1)
	v, err := NewVariants(large, small, "tiny")
	if err != nil {
		t.Fatal(err)
	}
	var got []byte
	for i := range 6 {
		switch i {
		case 2:
			v.Want(true)
		case 5:
			v.Want(false)
		}
		v.Input(0).Data[0] = byte(i)
		if i == 3 {
			v.Want(false) // too late for this one
		}
		if v.Input(0).Data[0] != byte(i) {
			t.Errorf("run %d: the input is another one", i)
		}
		if err := v.Invoke(t.Context()); err != nil {
			t.Fatal(err)
		}
		got = append(got, v.Output(0).Data[0])
		if i == 3 {
			v.Want(true)
		}
		if why, want := Degraded(v), i >= 2 && i < 5; strings.Contains(why, "tiny runs in its place") != want {
			t.Errorf("run %d: degraded by %q", i, why)
		}
	}
	if want := []byte{100, 101, 12, 13, 14, 105}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if large.ran != 1 {
		t.Errorf("the large model remembers %d runs, want only that since it is back", large.ran)
	}
	if err := v.Close(); err != nil || large.closed != 1 || small.closed != 1 {
		t.Errorf("closed %d and %d times, %v", large.closed, small.closed, err)
	}
}

func TestVariantsThatAreNone(t *testing.T) {
	for _, c := range []struct {
		small *constant
		want  string
	}{
		{newConstant(1, tensor.Shape{2}, 1), "input 0 is uint8 2, the other's uint8 1"},
		{newConstant(1, tensor.Shape{1}, 2), "input 0 is scaled by [2] from [], the other's by [1] from []"},
	} {
		if _, err := NewVariants(newConstant(1, tensor.Shape{1}, 1), c.small, "tiny"); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want %q", err, c.want)
		}
	}
}
