package main

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// draw is a case in the making: one graph, its inputs' values, and the choices that both come from.
type draw struct {
	choices
	graph  tflite.Graph
	inputs [][]byte
}

// kind is a tensor's type, shape and scales.
type kind struct {
	dtype tensor.DType
	shape tensor.Shape
	quant tensor.Quant
}

// add adds a tensor and returns its index.
func (d *draw) add(k kind, data []byte) int {
	i := len(d.graph.Tensors)
	info := tensor.Info{Name: fmt.Sprintf("t%d", i), Index: i, DType: k.dtype, Shape: k.shape, Quant: k.quant}
	d.graph.Tensors = append(d.graph.Tensors, tflite.Tensor{Info: info, Data: data, HasRank: len(k.shape) == 0})
	return i
}

// input adds a graph input of random values.
func (d *draw) input(k kind) int { return d.inputOf(k, d.values(k.dtype, k.shape.Elems())) }

// inputOf adds a graph input of these values.
func (d *draw) inputOf(k kind, data []byte) int {
	i := d.add(k, nil)
	d.graph.Inputs = append(d.graph.Inputs, i)
	d.inputs = append(d.inputs, data)
	return i
}

// constant adds a constant of random values.
func (d *draw) constant(k kind) int { return d.add(k, d.values(k.dtype, k.shape.Elems())) }

// ints adds a constant vector of int32.
func (d *draw) ints(v ...int) int {
	return d.add(kind{dtype: tensor.Int32, shape: tensor.Shape{len(v)}}, int32s(v...))
}

// scalar adds a constant int32 without dimensions.
func (d *draw) scalar(v int) int {
	return d.add(kind{dtype: tensor.Int32, shape: tensor.Shape{}}, int32s(v))
}

func int32s(v ...int) []byte {
	var b []byte
	for _, x := range v {
		b = binary.LittleEndian.AppendUint32(b, uint32(int32(x)))
	}
	return b
}

// op adds an operator with one output and returns the output's index. Shapes of outputs come from the builtin engine
// later.
func (d *draw) op(code tflite.OpCode, options any, out kind, inputs ...int) int {
	return d.ops(code, options, []kind{out}, inputs...)[0]
}

// ops is op with several outputs.
func (d *draw) ops(code tflite.OpCode, options any, outs []kind, inputs ...int) []int {
	var outputs []int
	for _, k := range outs {
		outputs = append(outputs, d.add(k, nil))
	}
	d.graph.Ops = append(d.graph.Ops, tflite.Op{
		Index: len(d.graph.Ops), Code: code, Version: version(code), Inputs: inputs, Outputs: outputs, Options: options,
	})
	return outputs
}

// version is the least that LiteRT's resolver has: it refuses those that it does not know, and its kernels look at none.
func version(code tflite.OpCode) int {
	if code == tflite.OpBroadcastTo {
		return 2
	}
	return 1
}

// output makes tensors the graph's outputs.
func (d *draw) output(i ...int) { d.graph.Outputs = append(d.graph.Outputs, i...) }

// shape draws from least to most dimensions of 1 to size.
func (d *draw) shape(least, most, size int) tensor.Shape {
	s := make(tensor.Shape, d.between(least, most))
	for i := range s {
		s[i] = d.between(1, size)
	}
	return s
}

// quant draws a scale and a zero point for a quantized type.
func (d *draw) quant(t tensor.DType) tensor.Quant { return perTensor(d.scale(), d.zero(t)) }

func perTensor(scale float32, zero int64) tensor.Quant {
	return tensor.Quant{Scale: []float32{scale}, ZeroPoint: []int64{zero}}
}

// perChannel draws n scales near one another, along an axis; zero points are 0.
func (d *draw) perChannel(n, axis int) tensor.Quant {
	q, base := tensor.Quant{Axis: axis, ZeroPoint: make([]int64, n)}, d.scale()
	for range n {
		q.Scale = append(q.Scale, base*float32(d.between(4, 16))/8)
	}
	return q
}

// scale draws a positive scale: a plain one, one as converters make them, or an extreme one.
func (d *draw) scale() float32 {
	switch d.below(8) {
	case 0, 1:
		return 0.5
	case 2:
		return float32(math.Ldexp(1, -d.below(12)))
	case 3:
		return float32(math.Ldexp(1+float64(d.below(1000))/1000, 4-d.below(24)))
	default:
		return float32(math.Ldexp(1+float64(d.below(1<<16))/(1<<16), -2-d.below(8)))
	}
}

// zero draws a zero point; the wide types have none.
func (d *draw) zero(t tensor.DType) int64 {
	lo, hi := limits(t)
	if t != tensor.Int8 && t != tensor.Uint8 {
		return 0
	}
	switch d.below(5) {
	case 0:
		return (lo + hi + 1) / 2
	case 1:
		return lo
	case 2:
		return hi
	default:
		return lo + int64(d.below(256))
	}
}

func limits(t tensor.DType) (lo, hi int64) {
	switch t {
	case tensor.Int4:
		return -8, 7
	case tensor.Int8:
		return -128, 127
	case tensor.Uint8:
		return 0, 255
	case tensor.Int16:
		return -32768, 32767
	}
	return -1 << 31, 1<<31 - 1
}

// values draws n values of a type: all alike, spread over the type's range, near its middle, or at its ends.
func (d *draw) values(t tensor.DType, n int) []byte {
	how, seed := d.below(5), uint64(d.below(1<<16))
	r := rand.New(rand.NewPCG(seed, 7))
	data := make([]byte, 0, t.Bytes(n))
	if t == tensor.Int4 {
		for range t.Bytes(n) {
			data = append(data, byte(r.Uint32()))
		}
		return data
	}
	for range n {
		switch t {
		case tensor.Float32:
			data = binary.LittleEndian.AppendUint32(data, math.Float32bits(float(r, how)))
		case tensor.Bool:
			data = append(data, byte(integer(r, how, 0, 1)))
		default:
			lo, hi := limits(t)
			data, _ = binary.Append(data, binary.LittleEndian, integer(r, how, lo, hi))
			data = data[:len(data)-8+t.Bytes(1)]
		}
	}
	return data
}

func integer(r *rand.Rand, how int, lo, hi int64) int64 {
	switch how {
	case 0:
		return (lo + hi + 1) / 2
	case 1:
		return lo + (hi-lo)*int64(r.IntN(2))
	case 2:
		return max(lo, min(hi, (lo+hi+1)/2+int64(r.IntN(9))-4))
	}
	return lo + r.Int64N(hi-lo+1)
}

func float(r *rand.Rand, how int) float32 {
	switch how {
	case 0:
		return 1
	case 1:
		return float32(math.Ldexp(r.Float64()-0.5, r.IntN(20)-8))
	case 2:
		return float32(r.IntN(9) - 4)
	}
	return float32(8 * (r.Float64() - 0.5))
}
