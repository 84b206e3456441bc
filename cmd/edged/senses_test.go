package main

import (
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// senses are the models of a pipeline with a fusion: an eye that finds how bright the halves of a picture are, a nose with
// two readings that may be missing, what joins them, and what says it.
func senses() map[string]*tflite.Model {
	return map[string]*tflite.Model{"eye": eye(), "nose": nose(), "joint": joint(), "tongue": tongue()}
}

// layers is a Builder of float models.
type layers struct{ *tflite.Builder }

func float(name string, shape ...int) tensor.Info {
	return tensor.Info{Name: name, DType: tensor.Float32, Shape: shape}
}

// dense returns w·x, w being [n, elements of x].
func (l layers) dense(x int, name string, w ...float32) int {
	in := l.Tensors[x].Shape.Elems()
	n := len(w) / in
	return l.Op(tflite.Op{Code: tflite.OpFullyConnected, Options: &tflite.FullyConnectedOptions{BiasType: tensor.Float32},
		Inputs: []int{x, l.Constant(float("w", n, in), raw(w)), -1}}, float(name, 1, n))
}

// soft returns the soft-max of x.
func (l layers) soft(x int, name string) int {
	return l.Op(tflite.Op{Code: tflite.OpSoftmax, Inputs: []int{x}, Options: &tflite.SoftmaxOptions{Beta: 1}}, float(name, l.Tensors[x].Shape...))
}

func (l layers) add(x, y int, name string) int {
	return l.Op(tflite.Op{Code: tflite.OpAdd, Inputs: []int{x, y}, Options: &tflite.ArithmeticOptions{}}, float(name, l.Tensors[x].Shape...))
}

// eye: a grey picture of 2x2, 0…1 -> embedding [left, right], 0…1, and scores of them.
func eye() *tflite.Model {
	l := layers{tflite.NewBuilder("main")}
	x := l.Input(float("image", 1, 2, 2, 1))
	e := l.dense(x, "embedding", 0.5, 0, 0.5, 0, 0, 0.5, 0, 0.5)
	l.Output(l.soft(e, "scores"), e)
	return l.Model("eye")
}

// nose: [warm, humid, is there, is there] -> the same.
func nose() *tflite.Model {
	l := layers{tflite.NewBuilder("main")}
	x := l.Input(float("air", 1, 4))
	l.Output(l.dense(x, "embedding", 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1))
	return l.Model("nose")
}

// joint: left, right, warm, humid, two that say what is there, masks of eye and nose, their ages -> scores [lit, damp],
// fused [right, humid], contributions by the masks.
func joint() *tflite.Model {
	l := layers{tflite.NewBuilder("main")}
	x := l.Input(float("senses", 1, 10))
	fused := l.dense(x, "fused", 0, 1, 0, 0, 0, 0, 0, 0, 0, 0 /* humid */, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0)
	masks := l.dense(x, "masks", 0, 0, 0, 0, 0, 0, 20, 0, 0, 0 /* nose */, 0, 0, 0, 0, 0, 0, 0, 20, 0, 0)
	l.Output(l.soft(masks, "contributions"), fused, l.dense(fused, "scores", 1, 0, 0, 1))
	return l.Model("joint")
}

// tongue says "dry" or "damp" by the second of fused, and nothing more: its state says that it has spoken.
func tongue() *tflite.Model {
	l := layers{tflite.NewBuilder("main")}
	l.Input(tensor.Info{Name: "token", DType: tensor.Int32, Shape: tensor.Shape{1}})
	fused, state := l.Input(float("fused", 1, 2)), l.Input(float("state", 1, 1))
	heard := l.dense(fused, "heard", 0, 0, 0, 0, 0, 0, 0, 0, 0, 2) // of <pad>, <begin>, <end>, dry, damp
	spoken := l.dense(state, "spoken", 0, 0, 9, 0, 0)
	dry := l.Constant(float("dry", 1, 5), raw([]float32{0, 0, 0, 1, 0}))
	one := l.Constant(float("one", 1, 1), raw([]float32{1}))
	l.Output(l.add(l.add(heard, spoken, "sum"), dry, "logits"), l.add(state, one, "state"))
	return l.Model("tongue")
}

// senseCards are their cards.
var senseCards = map[string]string{
	"eye":    "task: labels\ninput: { kind: image, std: [255] }\nlabels: [left, right]\n",
	"nose":   "input: { kind: vector, fields: [temperature, humidity], mean: [20, 0], std: [10, 100], missing: mask, period: 1s }\n",
	"joint":  "task: fusion\nlabels: [lit, damp]\nanswer: { thresholds: [0.5, 0.6], parts: [{ model: eye, size: 2 }, { model: nose, size: 4 }] }\n",
	"tongue": "task: captions\nanswer: { tokens: [<pad>, <begin>, <end>, dry, damp] }\n",
}
