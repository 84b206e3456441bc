package quant

import (
	"context"
	"fmt"
	"testing"

	"edged/runtime"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

var (
	randomUnary = []tflite.OpCode{tflite.OpLogistic, tflite.OpTanh, tflite.OpRelu, tflite.OpRelu6, tflite.OpHardSwish, tflite.OpElu,
		tflite.OpAbs, tflite.OpCos, tflite.OpReluN1To1, tflite.OpNeg, tflite.OpSquare, tflite.OpL2Normalization, tflite.OpGelu}
	randomBinary     = []tflite.OpCode{tflite.OpMaximum, tflite.OpMinimum, tflite.OpSquaredDifference}
	randomArithmetic = []tflite.OpCode{tflite.OpAdd, tflite.OpMul, tflite.OpSub}
)

func pickOf[T any](d *drawing, all []T) T { return all[d.r.IntN(len(all))] }

// randomNet draws a net of 4 to 15 operators, all of which its two outputs need.
func randomNet(seed uint64) *tflite.Model {
	d := newDrawing(seed)
	live := []int{d.in(1, 6, 6, 4), d.in(1, 6, 6, 4)}
	for range 4 + d.r.IntN(12) {
		live = append(live, d.random(live))
	}
	m := d.model(live[len(live)-1], live[len(live)-2])
	g := &m.Graphs[0]
	needed, ops := map[int]bool{g.Outputs[0]: true, g.Outputs[1]: true}, []tflite.Op(nil)
	for i := len(g.Ops) - 1; i >= 0; i-- {
		if o := g.Ops[i]; needed[o.Outputs[0]] {
			ops = append([]tflite.Op{o}, ops...)
			for _, t := range o.Inputs {
				needed[t] = true
			}
		}
	}
	g.Ops = ops
	for i := range g.Ops {
		g.Ops[i].Index = i
	}
	return m
}

// random adds an operator, or a few, from [1,6,6,4] to the same.
func (d *drawing) random(live []int) int {
	shape := tensor.Shape{1, 6, 6, 4}
	act := pickOf(d, []tflite.Activation{tflite.ActNone, tflite.ActRelu, tflite.ActRelu6, tflite.ActReluN1To1})
	x, y := pickOf(d, live), pickOf(d, live)
	switch d.r.IntN(12) {
	case 0:
		return d.conv(x, 4, act)
	case 1:
		return d.depthwise(x, act)
	case 2, 3:
		options := map[tflite.OpCode]any{tflite.OpGelu: &tflite.GeluOptions{}, tflite.OpL2Normalization: &tflite.L2NormOptions{}}
		code := pickOf(d, randomUnary)
		return d.do(code, options[code], shape, x)
	case 4:
		return d.do(pickOf(d, randomBinary), nil, shape, x, y)
	case 5:
		return d.do(pickOf(d, randomArithmetic), &tflite.ArithmeticOptions{Activation: act}, shape, x, y)
	case 6:
		return d.do(pickOf(d, randomArithmetic), &tflite.ArithmeticOptions{Activation: act}, shape, x, d.weights(4))
	case 7:
		return d.convs(d.do(tflite.OpConcatenation, &tflite.ConcatenationOptions{Axis: 3}, tensor.Shape{1, 6, 6, 8}, x, y), 4, 1, 1, act)
	case 8:
		return d.sum(x, d.do(tflite.OpMean, &tflite.ReducerOptions{KeepDims: true}, tensor.Shape{1, 1, 1, 4}, y, d.ints(1, 2)))
	case 9:
		return d.mul(x, d.do(tflite.OpSum, &tflite.ReducerOptions{KeepDims: true}, tensor.Shape{1, 6, 6, 1}, y, d.ints(3)))
	case 10:
		return d.reshape(d.softmax(d.reshape(x, 36, 4)), shape...)
	}
	g := d.Op(tflite.Op{Code: tflite.OpGreater, Inputs: []int{x, y}}, tensor.Info{Name: d.name(), DType: tensor.Bool, Shape: shape})
	return d.do(tflite.OpSelectV2, nil, shape, g, pickOf(d, live), pickOf(d, live))
}

// randomNets is how many of them are tried.
const randomNets = 60

// TestRandomNetsOnTFLite: TensorFlow Lite runs what is made of them without and with XNNPACK.
func TestRandomNetsOnTFLite(t *testing.T) {
	engines := foreign(t)
	for seed := range uint64(randomNets) {
		for _, scheme := range []Scheme{Int8, Int16x8} {
			t.Run(fmt.Sprint(scheme, seed), func(t *testing.T) {
				r, err := Quantize(context.Background(), randomNet(seed), &normal{n: 12, scale: 1}, Options{Observer: MinMax, Scheme: scheme})
				if err != nil {
					t.Fatal(err)
				}
				m := reread(t, r.Model)
				for _, e := range engines {
					if _, err := outputs(t, m, runtime.Options{Engine: "tflite", TFLite: e}, &normal{n: 2, scale: 1}, 2); err != nil {
						t.Fatalf("%q: %v", e.Delegate.Name, err)
					}
				}
			})
		}
	}
}
