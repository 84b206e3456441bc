package interp

import (
	"encoding/binary"
	"math"
	"math/rand/v2"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// sketch makes a graph for tests of folding, operator by operator. Values are tensor numbers.
type sketch struct {
	g tflite.Graph
	*rand.Rand
}

func newSketch() *sketch { return &sketch{Rand: rand.New(rand.NewPCG(11, 11))} }

// quant is one scale and zero point; without a scale none.
type quant struct {
	scale float32
	zero  int64
}

func (s *sketch) tensor(d tensor.DType, q quant, data []byte, shape ...int) int {
	t := tflite.Tensor{Info: tensor.Info{Name: "t", Index: len(s.g.Tensors), DType: d, Shape: shape}, Data: data}
	if q.scale > 0 {
		t.Quant = tensor.Quant{Scale: []float32{q.scale}, ZeroPoint: []int64{q.zero}}
	}
	s.g.Tensors = append(s.g.Tensors, t)
	return t.Index
}

func (s *sketch) input(d tensor.DType, q quant, shape ...int) int {
	i := s.tensor(d, q, nil, shape...)
	s.g.Inputs = append(s.g.Inputs, i)
	return i
}

// add adds an operator, whose result has d and q, and returns that. Its shape in the file is operand 0's; who prepares it knows.
func (s *sketch) add(code tflite.OpCode, options any, d tensor.DType, q quant, in ...int) int {
	out := s.tensor(d, q, nil, s.g.Tensors[in[0]].Shape...)
	s.g.Ops = append(s.g.Ops, tflite.Op{Index: len(s.g.Ops), Code: code, Options: options, Inputs: in, Outputs: []int{out}})
	return out
}

// weights are random and constant, of a scale that lets sums of some hundred products fill a byte.
func (s *sketch) weights(d tensor.DType, shape ...int) int {
	n := tensor.Shape(shape).Elems()
	if d == tensor.Float32 {
		data := make([]byte, 4*n)
		for i := range n {
			binary.LittleEndian.PutUint32(data[4*i:], math.Float32bits(float32(s.NormFloat64())))
		}
		return s.tensor(d, quant{}, data, shape...)
	}
	data := make([]byte, n)
	for i := range data {
		data[i] = byte(s.IntN(256))
	}
	zero := int64(0)
	if d == tensor.Uint8 {
		zero = 120
	}
	return s.tensor(d, quant{0.01, zero}, data, shape...)
}

func (s *sketch) bias(d tensor.DType, n int) int {
	if d == tensor.Float32 {
		return s.weights(d, n)
	}
	return s.tensor(tensor.Int32, quant{0.001, 0}, make([]byte, 4*n), n)
}

func (s *sketch) ints(v ...int32) int {
	data := make([]byte, 4*len(v))
	for i := range v {
		binary.LittleEndian.PutUint32(data[4*i:], uint32(v[i]))
	}
	return s.tensor(tensor.Int32, quant{}, data, len(v))
}

func (s *sketch) float(v float32) int {
	return s.tensor(tensor.Float32, quant{}, binary.LittleEndian.AppendUint32(nil, math.Float32bits(v)), 1)
}

// pad puts rows and columns around x.
func (s *sketch) pad(d tensor.DType, q quant, x int, top, bottom, left, right int32) int {
	pads := s.ints(0, 0, top, bottom, left, right, 0, 0)
	s.g.Tensors[pads].Shape = tensor.Shape{4, 2}
	return s.add(tflite.OpPad, nil, d, q, x, pads)
}

// conv is a CONV_2D of 3×3 over x of c channels, and depthwise a DEPTHWISE_CONV_2D.
func (s *sketch) conv(d tensor.DType, q quant, x, c, stride int) int {
	o := &tflite.Conv2DOptions{Padding: tflite.PaddingValid, StrideH: stride, StrideW: stride, DilationH: 1, DilationW: 1}
	return s.add(tflite.OpConv2d, o, d, q, x, s.weights(d, 5, 3, 3, c), s.bias(d, 5))
}

func (s *sketch) depthwise(d tensor.DType, q quant, x, c, stride int) int {
	o := &tflite.DepthwiseConv2DOptions{Padding: tflite.PaddingValid, StrideH: stride, StrideW: stride, DilationH: 1, DilationW: 1, DepthMultiplier: 1}
	return s.add(tflite.OpDepthwiseConv2d, o, d, q, x, s.weights(d, 1, 3, 3, c), s.bias(d, c))
}

func (s *sketch) model(outputs ...int) *tflite.Model {
	s.g.Outputs = outputs
	return &tflite.Model{Version: 3, Graphs: []tflite.Graph{s.g}}
}
