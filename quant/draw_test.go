package quant

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// drawing is a float model being made.
type drawing struct {
	*tflite.Builder
	r    *rand.Rand
	more []tflite.Graph // that the main one calls
}

func newDrawing(seed uint64) *drawing {
	return &drawing{Builder: tflite.NewBuilder("main"), r: rand.New(rand.NewPCG(seed, 1))}
}

func (d *drawing) name() string { return fmt.Sprint("t", len(d.Tensors)) }

// in adds a float input.
func (d *drawing) in(shape ...int) int {
	return d.Input(tensor.Info{Name: d.name(), DType: tensor.Float32, Shape: shape})
}

// weights adds a constant of normally distributed numbers.
func (d *drawing) weights(shape ...int) int {
	values := make([]float32, tensor.Shape(shape).Elems())
	for i := range values {
		values[i] = float32(d.r.NormFloat64()) / 3
	}
	return d.floats(values, shape...)
}

func (d *drawing) floats(values []float32, shape ...int) int {
	return d.Constant(tensor.Info{Name: d.name(), DType: tensor.Float32, Shape: shape}, bytesOf(values))
}

// ints adds a constant of int32, a vector or, of one shape of nothing, a scalar.
func (d *drawing) ints(values ...int32) int {
	data, err := binary.Append(nil, binary.LittleEndian, values)
	if err != nil {
		panic(err)
	}
	return d.Constant(tensor.Info{Name: d.name(), DType: tensor.Int32, Shape: tensor.Shape{len(values)}}, data)
}

func (d *drawing) scalar(v int32) int {
	i := d.ints(v)
	d.Tensors[i].Shape = nil
	return i
}

// do adds an operator with a float result.
func (d *drawing) do(code tflite.OpCode, options any, shape tensor.Shape, in ...int) int {
	return d.Op(tflite.Op{Code: code, Inputs: in, Options: options}, tensor.Info{Name: d.name(), DType: tensor.Float32, Shape: shape})
}

// conv adds a 3×3 convolution of an input [1,h,w,c].
func (d *drawing) conv(x, channels int, a tflite.Activation) int {
	s := d.Tensors[x].Shape
	o := &tflite.Conv2DOptions{StrideH: 1, StrideW: 1, DilationH: 1, DilationW: 1, Activation: a, BiasType: tensor.Float32}
	return d.do(tflite.OpConv2d, o, tensor.Shape{1, s[1], s[2], channels}, x, d.weights(channels, 3, 3, s[3]), d.weights(channels))
}

// depthwise adds a 3×3 depthwise convolution.
func (d *drawing) depthwise(x int, a tflite.Activation) int {
	s := d.Tensors[x].Shape
	o := &tflite.DepthwiseConv2DOptions{StrideH: 1, StrideW: 1, DilationH: 1, DilationW: 1, DepthMultiplier: 1, Activation: a}
	return d.do(tflite.OpDepthwiseConv2d, o, s, x, d.weights(1, 3, 3, s[3]), d.weights(s[3]))
}

// dense adds a fully connected layer of an input [1,n].
func (d *drawing) dense(x, channels int, a tflite.Activation) int {
	o := &tflite.FullyConnectedOptions{Activation: a, BiasType: tensor.Float32}
	return d.do(tflite.OpFullyConnected, o, tensor.Shape{1, channels}, x, d.weights(channels, d.Tensors[x].Shape[1]), d.weights(channels))
}

// model ends the drawing.
func (d *drawing) model(outputs ...int) *tflite.Model {
	d.Output(outputs...)
	m := d.Model("drawn")
	m.Graphs = append(m.Graphs, d.more...)
	return m
}

// normal are samples of normally distributed numbers, always the same.
type normal struct {
	n, at int
	scale float32
}

func (s *normal) Rewind() error { s.at = 0; return nil }

func (s *normal) Next(inputs []*tensor.Tensor) (bool, error) {
	if s.at >= s.n {
		return false, nil
	}
	s.at++
	r := rand.New(rand.NewPCG(uint64(s.at), 2))
	for _, in := range inputs {
		if in.DType == tensor.Int8 {
			continue
		}
		if in.DType == tensor.Uint8 {
			for i := range in.Data {
				in.Data[i] = byte(r.IntN(256))
			}
			continue
		}
		if in.DType == tensor.Int32 {
			for i := range tensor.As[int32](in.Data) {
				tensor.As[int32](in.Data)[i] = r.Int32N(4)
			}
			continue
		}
		for i := range tensor.As[float32](in.Data) {
			tensor.As[float32](in.Data)[i] = s.scale * float32(r.NormFloat64())
		}
	}
	return true, nil
}
