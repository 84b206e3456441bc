package sample

import (
	"encoding/binary"
	"math"
	"math/rand/v2"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// operand is a tensor of a sample, made for a kind.
type operand struct {
	make    func(k Kind) tflite.Tensor
	weights bool
}

// none is an operand that is left out.
var none = operand{}

// data is a computed tensor of the kind's type.
func data(shape ...int) operand {
	return operand{make: func(k Kind) tflite.Tensor { return typed(k.Data, shape) }}
}

// of is a computed tensor of one type whatever the kind.
func of(d tensor.DType, shape ...int) operand {
	return operand{make: func(Kind) tflite.Tensor { return typed(d, shape) }}
}

// typed returns a tensor with the scale that activations have here.
func typed(d tensor.DType, shape []int) tflite.Tensor {
	t := tflite.Tensor{Info: tensor.Info{DType: d, Shape: shape}}
	switch d {
	case tensor.Int8, tensor.Int4:
		t.Quant = tensor.Quant{Scale: []float32{0.05}, ZeroPoint: []int64{3}}
	case tensor.Uint8:
		t.Quant = tensor.Quant{Scale: []float32{0.05}, ZeroPoint: []int64{130}}
	case tensor.Int16:
		t.Quant = tensor.Quant{Scale: []float32{1.0 / 2048}, ZeroPoint: []int64{0}}
	}
	return t
}

// weights is a constant of the kind's weights' type; channels lie along the axis.
func weights(axis int, shape ...int) operand {
	return operand{weights: true, make: func(k Kind) tflite.Tensor {
		t := tflite.Tensor{Info: tensor.Info{DType: k.Weights, Shape: shape}}
		scales := 1
		if k.PerChannel {
			scales, t.Quant.Axis = shape[axis], axis
		}
		if quantizable(k.Weights) {
			for i := range scales {
				t.Quant.Scale = append(t.Quant.Scale, 0.02+0.001*float32(i))
				t.Quant.ZeroPoint = append(t.Quant.ZeroPoint, 0)
			}
		}
		if k.Weights == tensor.Uint8 {
			t.Quant.ZeroPoint[0] = 120
		}
		t.Data = values(t.Info)
		return t
	}}
}

func quantizable(d tensor.DType) bool {
	switch d {
	case tensor.Int4, tensor.Int8, tensor.Uint8, tensor.Int16:
		return true
	}
	return false
}

// bias is a constant of the type that sums have: int32, int64 for int16, or the kind's own.
func bias(n int) operand {
	return operand{make: func(k Kind) tflite.Tensor {
		d := k.Data
		switch d {
		case tensor.Int8, tensor.Uint8:
			d = tensor.Int32
		case tensor.Int16:
			d = tensor.Int64
		}
		info := tensor.Info{DType: d, Shape: tensor.Shape{n}}
		return tflite.Tensor{Info: info, Data: values(info)}
	}}
}

// ints is a constant vector of int32, and scalar a constant of one.
func ints(v ...int32) operand { return shaped([]int{len(v)}, v...) }

func scalar(v int32) operand { return shaped([]int{}, v) }

// shaped is a constant of int32.
func shaped(shape []int, v ...int32) operand {
	return operand{make: func(Kind) tflite.Tensor {
		b, err := binary.Append(nil, binary.LittleEndian, v)
		if err != nil {
			panic(err) // only for values of no fixed size
		}
		return tflite.Tensor{Info: tensor.Info{DType: tensor.Int32, Shape: shape}, Data: b}
	}}
}

// known makes a constant of an operand.
func (o operand) known() operand {
	return o.with(func(_ Kind, t *tflite.Tensor) { t.Data = values(t.Info) })
}

// variable makes a variable of an operand.
func (o operand) variable() operand {
	return o.with(func(_ Kind, t *tflite.Tensor) { t.Variable = true })
}

// scaled gives an operand another scale and zero point where it has the type.
func (o operand) scaled(d tensor.DType, scale float32, zero int64) operand {
	return o.with(func(_ Kind, t *tflite.Tensor) {
		if t.DType == d {
			t.Quant = tensor.Quant{Scale: []float32{scale}, ZeroPoint: []int64{zero}}
		}
	})
}

// with changes the tensor that an operand makes.
func (o operand) with(change func(Kind, *tflite.Tensor)) operand {
	before := o.make
	o.make = func(k Kind) tflite.Tensor {
		t := before(k)
		change(k, &t)
		return t
	}
	return o
}

// values returns what a constant holds.
func values(info tensor.Info) []byte {
	b := make([]byte, info.DType.Bytes(info.Shape.Elems()))
	t := tensor.Tensor{Info: info, Data: b}
	Fill(&t, rand.New(rand.NewPCG(1, uint64(len(b)))))
	return t.Data
}

// Fill fills a tensor with random values that every operator takes: numbers above zero, or above the zero point. Strings,
// whose size is not known before, get memory of their own.
func Fill(t *tensor.Tensor, r *rand.Rand) {
	if t.DType == tensor.String {
		words := make([]string, t.Shape.Elems())
		for i := range words {
			words[i] = []string{"", "a", "two words", "längst"}[r.IntN(4)]
		}
		t.Data = tensor.PackStrings(words...)
		return
	}
	word := func(i, size int, v uint64) {
		for k := range size {
			t.Data[i*size+k] = byte(v >> (8 * k))
		}
	}
	size := t.DType.Bytes(1)
	for i := range len(t.Data) / max(size, 1) {
		word(i, size, number(t.DType, r))
	}
}

// number returns the bits of one element.
func number(d tensor.DType, r *rand.Rand) uint64 {
	switch d {
	case tensor.Int8:
		return uint64(5 + r.IntN(120))
	case tensor.Uint8:
		return uint64(131 + r.IntN(125))
	case tensor.Int4: // two to a byte
		return uint64(r.IntN(256))
	case tensor.Int16:
		return uint64(1 + r.IntN(4000))
	case tensor.Bool:
		return uint64(r.IntN(2))
	case tensor.Float16:
		return uint64(0x3400 + r.IntN(0x800)) // from ¼ to 1
	case tensor.Float32:
		return uint64(math.Float32bits(0.25 + r.Float32()))
	case tensor.Float64:
		return math.Float64bits(0.25 + r.Float64())
	case tensor.Complex64:
		return uint64(math.Float32bits(r.Float32()))<<32 | uint64(math.Float32bits(r.Float32()))
	}
	return uint64(1 + r.IntN(5))
}
