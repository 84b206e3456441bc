package main

import (
	"fmt"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// attributes are the options of any operator, each of which uses some.
type attributes struct {
	Activation string // fused: "", relu, relu6
	Padding    string // same, valid
	Stride     [2]int // down, right; 0 is 1
	Filter     [2]int // of pooling: height, width
	Axis       int
	KeepDims   bool
	Splits     int
	Shape      []int // of RESHAPE
}

// of returns the operator of that name in the schema, with its options.
func (a *attributes) of(name string) (tflite.Op, error) {
	act, err := pick("activation", a.Activation, map[string]tflite.Activation{
		"": tflite.ActNone, "relu": tflite.ActRelu, "relu6": tflite.ActRelu6})
	if err != nil {
		return tflite.Op{}, err
	}
	pad, err := pick("padding", a.Padding, map[string]tflite.Padding{
		"": tflite.PaddingSame, "same": tflite.PaddingSame, "valid": tflite.PaddingValid})
	if err != nil {
		return tflite.Op{}, err
	}
	down, right := max(a.Stride[0], 1), max(a.Stride[1], 1)
	reducer := &tflite.ReducerOptions{KeepDims: a.KeepDims}
	arithmetic := &tflite.ArithmeticOptions{Activation: act, PotScaleInt16: true}
	pool := &tflite.Pool2DOptions{Padding: pad, StrideH: down, StrideW: right, FilterH: a.Filter[0], FilterW: a.Filter[1], Activation: act}
	return pick("op", name, map[string]tflite.Op{
		"CONV_2D": {Code: tflite.OpConv2d, Options: &tflite.Conv2DOptions{Padding: pad, StrideH: down, StrideW: right,
			DilationH: 1, DilationW: 1, Activation: act, BiasType: tensor.Float32}},
		"DEPTHWISE_CONV_2D": {Code: tflite.OpDepthwiseConv2d, Options: &tflite.DepthwiseConv2DOptions{Padding: pad,
			StrideH: down, StrideW: right, DilationH: 1, DilationW: 1, DepthMultiplier: 1, Activation: act}},
		"FULLY_CONNECTED": {Code: tflite.OpFullyConnected, Options: &tflite.FullyConnectedOptions{Activation: act, BiasType: tensor.Float32}},
		"ADD":             {Code: tflite.OpAdd, Options: arithmetic},
		"SUB":             {Code: tflite.OpSub, Options: arithmetic},
		"MUL":             {Code: tflite.OpMul, Options: &tflite.ArithmeticOptions{Activation: act}},
		"CONCATENATION":   {Code: tflite.OpConcatenation, Options: &tflite.ConcatenationOptions{Axis: a.Axis, Activation: act}},
		"MEAN":            {Code: tflite.OpMean, Options: reducer},
		"REDUCE_MAX":      {Code: tflite.OpReduceMax, Options: reducer},
		"MAX_POOL_2D":     {Code: tflite.OpMaxPool2d, Options: pool},
		"AVERAGE_POOL_2D": {Code: tflite.OpAveragePool2d, Options: pool},
		"RESHAPE":         {Code: tflite.OpReshape, Options: &tflite.ReshapeOptions{NewShape: a.Shape}},
		"GATHER":          {Code: tflite.OpGather, Options: &tflite.GatherOptions{Axis: a.Axis}},
		"SPLIT":           {Code: tflite.OpSplit, Options: &tflite.SplitOptions{NumSplits: a.Splits}},
		"SLICE":           {Code: tflite.OpSlice},
		"SOFTMAX":         {Code: tflite.OpSoftmax, Options: &tflite.SoftmaxOptions{Beta: 1}},
		"LOGISTIC":        {Code: tflite.OpLogistic},
		"TANH":            {Code: tflite.OpTanh},
		"RELU":            {Code: tflite.OpRelu},
		"RELU6":           {Code: tflite.OpRelu6},
	})
}

// pick looks a word up.
func pick[T any](what, word string, words map[string]T) (T, error) {
	v, ok := words[word]
	if !ok {
		return v, fmt.Errorf("%s %q is not known here", what, word)
	}
	return v, nil
}
