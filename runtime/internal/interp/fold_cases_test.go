package interp

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"edged/runtime/internal/sample"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// foldCase is a graph and the operators of it that are to be gone.
type foldCase struct {
	name string
	draw func(s *sketch) *tflite.Model
	gone []int
}

var (
	i8, u8, f32 = tensor.Int8, tensor.Uint8, tensor.Float32
	plain       quant
)

// byteQuant is what activations of bytes have in these graphs.
func byteQuant(d tensor.DType) quant {
	switch d {
	case i8:
		return quant{0.05, -3}
	case u8:
		return quant{0.05, 125}
	}
	return plain
}

// padCases are convolutions behind PAD.
func padCases() []foldCase {
	var cases []foldCase
	for _, d := range []tensor.DType{i8, u8, f32} {
		for _, stride := range []int{1, 2} {
			q := byteQuant(d)
			cases = append(cases, foldCase{"PAD, CONV_2D of " + d.String(), func(s *sketch) *tflite.Model {
				x := s.pad(d, q, s.input(d, q, 2, 9, 7, 4), 1, 2, 2, 0)
				return s.model(s.conv(d, q, x, 4, stride))
			}, []int{0}}, foldCase{"PAD, DEPTHWISE_CONV_2D of " + d.String(), func(s *sketch) *tflite.Model {
				x := s.pad(d, q, s.input(d, q, 2, 9, 7, 20), 0, 1, 0, 1)
				return s.model(s.depthwise(d, q, x, 20, stride))
			}, []int{0}})
		}
	}
	q := byteQuant(i8)
	return append(cases,
		foldCase{"PADV2 with what counts as zero", func(s *sketch) *tflite.Model {
			x := s.pad(i8, q, s.input(i8, q, 1, 5, 5, 4), 1, 1, 1, 1)
			s.g.Ops[0].Code = tflite.OpPadv2
			s.g.Ops[0].Inputs = append(s.g.Ops[0].Inputs, s.tensor(i8, q, []byte{0xfd}, 1))
			return s.model(s.conv(i8, q, x, 4, 1))
		}, []int{0}},
		foldCase{"PADV2 with another value", func(s *sketch) *tflite.Model {
			x := s.pad(i8, q, s.input(i8, q, 1, 5, 5, 4), 1, 1, 1, 1)
			s.g.Ops[0].Code = tflite.OpPadv2
			s.g.Ops[0].Inputs = append(s.g.Ops[0].Inputs, s.tensor(i8, q, []byte{7}, 1))
			return s.model(s.conv(i8, q, x, 4, 1))
		}, nil},
		foldCase{"PAD to another scale", func(s *sketch) *tflite.Model {
			x := s.pad(i8, quant{0.1, 5}, s.input(i8, q, 1, 5, 5, 4), 1, 1, 1, 1)
			return s.model(s.conv(i8, q, x, 4, 1))
		}, nil},
		foldCase{"PAD that others see", func(s *sketch) *tflite.Model {
			x := s.pad(i8, q, s.input(i8, q, 1, 5, 5, 4), 1, 1, 1, 1)
			return s.model(s.conv(i8, q, x, 4, 1), x)
		}, nil},
		foldCase{"PAD further than the kernel reaches", func(s *sketch) *tflite.Model {
			return s.model(s.conv(i8, q, s.pad(i8, q, s.input(i8, q, 1, 5, 5, 4), 3, 0, 0, 0), 4, 1))
		}, nil},
		foldCase{"PAD before weights that are not finite", func(s *sketch) *tflite.Model {
			out := s.conv(f32, plain, s.pad(f32, plain, s.input(f32, plain, 1, 5, 5, 4), 1, 0, 0, 0), 4, 1)
			tensor.As[float32](s.g.Tensors[s.g.Ops[1].Inputs[1]].Data)[0] = float32(math.Inf(1))
			return s.model(out)
		}, nil})
}

// clampCases are layers before operators that clamp.
func clampCases() []foldCase {
	var cases []foldCase
	for _, d := range []tensor.DType{i8, u8, f32} {
		for _, act := range []tflite.OpCode{tflite.OpRelu, tflite.OpRelu6, tflite.OpReluN1To1} {
			q := byteQuant(d)
			name := act.String() + " of " + d.String()
			cases = append(cases, foldCase{"CONV_2D, " + name, func(s *sketch) *tflite.Model {
				return s.model(s.add(act, nil, d, q, s.conv(d, q, s.input(d, q, 1, 6, 6, 3), 3, 1)))
			}, []int{1}}, foldCase{"DEPTHWISE_CONV_2D, " + name, func(s *sketch) *tflite.Model {
				return s.model(s.add(act, nil, d, q, s.depthwise(d, q, s.input(d, q, 1, 6, 6, 3), 3, 2)))
			}, []int{1}}, foldCase{"FULLY_CONNECTED, " + name, func(s *sketch) *tflite.Model {
				y := s.add(tflite.OpFullyConnected, &tflite.FullyConnectedOptions{}, d, q, s.input(d, q, 3, 40), s.weights(d, 7, 40), s.bias(d, 7))
				return s.model(s.add(act, nil, d, q, y))
			}, []int{1}}, foldCase{"ADD, " + name, func(s *sketch) *tflite.Model {
				y := s.add(tflite.OpAdd, &tflite.ArithmeticOptions{}, d, q, s.input(d, q, 3, 40), s.input(d, q, 3, 40))
				return s.model(s.add(act, nil, d, q, y))
			}, []int{1}}, foldCase{"MUL, " + name, func(s *sketch) *tflite.Model {
				y := s.add(tflite.OpMul, &tflite.ArithmeticOptions{}, d, q, s.input(d, q, 3, 40), s.input(d, q, 40))
				return s.model(s.add(act, nil, d, q, y))
			}, []int{1}})
		}
	}
	q := byteQuant(i8)
	return append(cases,
		foldCase{"CONV_2D, MAXIMUM, MINIMUM", func(s *sketch) *tflite.Model {
			y := s.conv(i8, q, s.input(i8, q, 1, 6, 6, 3), 3, 1)
			y = s.add(tflite.OpMaximum, nil, i8, q, y, s.tensor(i8, q, []byte{0xf0}, 1))
			return s.model(s.add(tflite.OpMinimum, nil, i8, q, y, s.tensor(i8, q, []byte{50})))
		}, []int{1, 2}},
		foldCase{"PAD, CONV_2D, RELU", func(s *sketch) *tflite.Model {
			x := s.pad(i8, q, s.input(i8, q, 1, 6, 6, 3), 1, 1, 1, 1)
			return s.model(s.add(tflite.OpRelu, nil, i8, q, s.conv(i8, q, x, 3, 1)))
		}, []int{0, 2}},
		foldCase{"RELU to another scale", func(s *sketch) *tflite.Model {
			return s.model(s.add(tflite.OpRelu, nil, i8, quant{0.04, -3}, s.conv(i8, q, s.input(i8, q, 1, 6, 6, 3), 3, 1)))
		}, nil},
		foldCase{"CONV_2D that others see", func(s *sketch) *tflite.Model {
			y := s.conv(i8, q, s.input(i8, q, 1, 6, 6, 3), 3, 1)
			return s.model(s.add(tflite.OpRelu, nil, i8, q, y), s.add(tflite.OpTanh, nil, i8, q, y))
		}, nil},
		foldCase{"a float layer with an activation", func(s *sketch) *tflite.Model {
			y := s.conv(f32, plain, s.input(f32, plain, 1, 6, 6, 3), 3, 1)
			s.g.Ops[0].Options.(*tflite.Conv2DOptions).Activation = tflite.ActRelu
			return s.model(s.add(tflite.OpRelu6, nil, f32, plain, y))
		}, nil})
}

// tableCases are rows of operators on bytes.
func tableCases() []foldCase {
	q, fine := byteQuant(i8), quant{1.0 / 256, -128}
	alpha := func(s *sketch, d tensor.DType, c int) int { return s.weights(d, 1, 1, 1, c) }
	return []foldCase{
		{"QUANTIZE, LOGISTIC, QUANTIZE", func(s *sketch) *tflite.Model {
			y := s.add(tflite.OpQuantize, nil, i8, q, s.input(u8, byteQuant(u8), 3, 70))
			return s.model(s.add(tflite.OpQuantize, nil, u8, quant{1.0 / 256, 0}, s.add(tflite.OpLogistic, nil, i8, fine, y)))
		}, []int{0, 1}},
		{"DEQUANTIZE, GELU, QUANTIZE", func(s *sketch) *tflite.Model {
			y := s.add(tflite.OpGelu, &tflite.GeluOptions{}, f32, plain, s.add(tflite.OpDequantize, nil, f32, plain, s.input(i8, q, 3, 70)))
			return s.model(s.add(tflite.OpQuantize, nil, i8, q, y))
		}, []int{0, 1}},
		{"LOGISTIC, DEQUANTIZE", func(s *sketch) *tflite.Model {
			return s.model(s.add(tflite.OpDequantize, nil, f32, plain, s.add(tflite.OpLogistic, nil, i8, fine, s.input(i8, q, 3, 70))))
		}, []int{0}},
		{"CAST, SUB, MUL", func(s *sketch) *tflite.Model {
			y := s.add(tflite.OpCast, &tflite.CastOptions{}, f32, plain, s.input(u8, plain, 1, 5, 5, 3))
			y = s.add(tflite.OpSub, &tflite.ArithmeticOptions{}, f32, plain, y, s.weights(f32, 3))
			return s.model(s.add(tflite.OpMul, &tflite.ArithmeticOptions{}, f32, plain, y, s.float(1.0/127)))
		}, []int{0, 1}},
		{"MUL, QUANTIZE, MAXIMUM for each channel", func(s *sketch) *tflite.Model {
			x := s.input(i8, q, 1, 5, 5, 12)
			y := s.add(tflite.OpMul, &tflite.ArithmeticOptions{}, i8, quant{0.02, 7}, x, alpha(s, i8, 12))
			x = s.add(tflite.OpQuantize, nil, i8, quant{0.04, 1}, x)
			return s.model(s.add(tflite.OpMaximum, nil, i8, quant{0.04, 1}, x, s.add(tflite.OpQuantize, nil, i8, quant{0.04, 1}, y)))
		}, []int{0, 1, 2}},
		{"LOGISTIC, MUL with what it is of", func(s *sketch) *tflite.Model {
			x := s.input(i8, q, 1, 5, 5, 12)
			return s.model(s.add(tflite.OpMul, &tflite.ArithmeticOptions{}, i8, q, x, s.add(tflite.OpLogistic, nil, i8, fine, x)))
		}, []int{0}},
		{"a comparison", func(s *sketch) *tflite.Model {
			return s.model(s.add(tflite.OpGreater, nil, tensor.Bool, plain, s.add(tflite.OpAbs, nil, i8, q, s.input(i8, q, 3, 70)), s.tensor(i8, q, []byte{9}, 1)))
		}, []int{0}},
		{"fewer pixels than a table is worth", func(s *sketch) *tflite.Model {
			y := s.add(tflite.OpMul, &tflite.ArithmeticOptions{}, i8, q, s.input(i8, q, 1, 12), alpha(s, i8, 12))
			return s.model(s.add(tflite.OpTanh, nil, i8, fine, y))
		}, nil},
		{"an operand that a constant makes wider", func(s *sketch) *tflite.Model {
			y := s.add(tflite.OpTanh, nil, i8, fine, s.input(i8, q, 1, 5, 5, 1))
			return s.model(s.add(tflite.OpMul, &tflite.ArithmeticOptions{}, i8, q, y, alpha(s, i8, 12)))
		}, nil},
		{"two operands that nothing joins", func(s *sketch) *tflite.Model {
			y := s.add(tflite.OpTanh, nil, i8, q, s.input(i8, q, 3, 70))
			return s.model(s.add(tflite.OpMaximum, nil, i8, q, y, s.input(i8, q, 3, 70)))
		}, nil},
		{"a value in between that others see", func(s *sketch) *tflite.Model {
			y := s.add(tflite.OpTanh, nil, i8, q, s.input(i8, q, 3, 70))
			return s.model(s.add(tflite.OpAbs, nil, i8, q, y), y)
		}, nil},
		{"an operator that fails on some bytes", func(s *sketch) *tflite.Model {
			y := s.add(tflite.OpQuantize, nil, i8, quant{0.05, 0}, s.input(i8, q, 3, 70))
			return s.model(s.add(tflite.OpRsqrt, nil, i8, quant{0.05, 0}, y))
		}, nil},
		{"a scalar of a rank above the operand's", func(s *sketch) *tflite.Model {
			y := s.add(tflite.OpTanh, nil, i8, q, s.input(i8, q, 70))
			return s.model(s.add(tflite.OpMaximum, nil, i8, q, y, s.tensor(i8, q, []byte{9}, 1, 1, 1)))
		}, nil},
	}
}

// TestFolding draws graphs in which operators can be folded, and such in which they nearly can, and compares their results with
// those of all operators.
func TestFolding(t *testing.T) {
	for _, c := range slices.Concat(padCases(), clampCases(), tableCases()) {
		m := c.draw(newSketch())
		s, err := New(m, Options{})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if gone := slices.Sorted(maps.Keys(s.main.gone)); !slices.Equal(gone, c.gone) {
			t.Errorf("%s: operators %v are gone, want %v", c.name, gone, c.gone)
		}
		if got := len(s.main.segments[0].steps); got != len(m.Graphs[0].Ops)-len(c.gone) {
			t.Errorf("%s: %d steps", c.name, got)
		}
		if err := sameResults(m, s, 3); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		s.Close()
	}
}

// sameResults runs s, of model m, and m with all its operators, each some times.
func sameResults(m *tflite.Model, s *Session, times int) error {
	whole, err := New(m, Options{Whole: true})
	if err != nil {
		return err
	}
	defer whole.Close()
	r := rand.New(rand.NewPCG(1, 5))
	for range times {
		for i := range m.Graphs[0].Inputs {
			fillAll(s.Input(i), r)
			copy(whole.Input(i).Data, s.Input(i).Data)
		}
		if a, b := s.Invoke(context.Background()), whole.Invoke(context.Background()); a != nil || b != nil {
			if a == nil || b == nil {
				return errors.Join(a, b)
			}
			continue
		}
		for i := range m.Graphs[0].Outputs {
			if got, want := s.Output(i), whole.Output(i); !bytes.Equal(got.Data, want.Data) || !sameShape(got, want.Shape) {
				return errors.New("other results than without folding")
			}
		}
	}
	return nil
}

// fillAll fills bytes with any values, and others as sample.Fill does.
func fillAll(t *tensor.Tensor, r *rand.Rand) {
	sample.Fill(t, r)
	if t.DType == i8 || t.DType == u8 {
		for i := range t.Data {
			t.Data[i] = byte(r.IntN(256))
		}
	}
}

// TestTypesThatTheFileDoesNotTell: ADD gives its result its operands' type. Where the file says another, nothing is folded.
func TestTypesThatTheFileDoesNotTell(t *testing.T) {
	s := newSketch()
	x := s.add(tflite.OpAdd, &tflite.ArithmeticOptions{}, i8, byteQuant(i8), s.input(f32, plain, 3, 70), s.float(1))
	y := s.add(tflite.OpMul, &tflite.ArithmeticOptions{}, i8, byteQuant(i8), x, s.float(2))
	m := s.model(s.add(tflite.OpDequantize, nil, f32, plain, s.add(tflite.OpQuantize, nil, i8, byteQuant(i8), y)))
	opened, err := New(m, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	if opened.main.gone != nil {
		t.Errorf("operators %v are gone", opened.main.gone)
	}
	if err := sameResults(m, opened, 3); err != nil {
		t.Error(err)
	}
}
