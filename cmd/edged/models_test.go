package main

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/png"
	"maps"
	"os"
	"path/filepath"

	"github.com/rogpeppe/go-internal/testscript"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// sides returns a model that looks at a grey picture of 2×2 pixels and says how bright its left and right halves are:
// image int8 1x2x2x1, the pixel less 128, to scores int8 1x2. A custom name replaces its only operator.
func sides(custom string) *tflite.Model {
	perTensor := func(scale float32, zero int64) tensor.Quant {
		return tensor.Quant{Scale: []float32{scale}, ZeroPoint: []int64{zero}}
	}
	bright := []int8{127, 0, 127, 0, 0, 127, 0, 127} // [2,4]
	op := tflite.Op{
		Code: tflite.OpFullyConnected, Version: 4, Inputs: []int{0, 1, 2}, Outputs: []int{3},
		Options: &tflite.FullyConnectedOptions{BiasType: tensor.Int32},
	}
	if custom != "" {
		op = tflite.Op{Code: tflite.OpCustom, Custom: custom, Version: 1, Inputs: []int{0}, Outputs: []int{3}}
	}
	return &tflite.Model{Version: 3, Description: "left or right", Graphs: []tflite.Graph{{
		Tensors: []tflite.Tensor{
			{Info: tensor.Info{Name: "image", Index: 0, DType: tensor.Int8, Shape: tensor.Shape{1, 2, 2, 1}, Quant: perTensor(1.0/256, -128)}},
			{Info: tensor.Info{Name: "weights", Index: 1, DType: tensor.Int8, Shape: tensor.Shape{2, 4}, Quant: perTensor(0.5/127, 0)}, Data: raw(bright)},
			{Info: tensor.Info{Name: "bias", Index: 2, DType: tensor.Int32, Shape: tensor.Shape{2}, Quant: perTensor(0.5/127/256, 0)}, Data: raw(make([]int32, 2))},
			{Info: tensor.Info{Name: "scores", Index: 3, DType: tensor.Int8, Shape: tensor.Shape{1, 2}, Quant: perTensor(1.0/256, -128)}},
		},
		Inputs: []int{0}, Outputs: []int{3}, Ops: []tflite.Op{op},
	}}}
}

// bright is sides in floats, with a COS that has no integer kernel before its end.
func bright() *tflite.Model {
	b := tflite.NewBuilder("main")
	f := func(name string, shape ...int) tensor.Info {
		return tensor.Info{Name: name, DType: tensor.Float32, Shape: shape}
	}
	x := b.Input(f("image", 1, 2, 2, 1))
	w := b.Constant(f("weights", 2, 4), raw([]float32{0.5, 0, 0.5, 0, 0, 0.5, 0, 0.5}))
	bias := b.Constant(f("bias", 2), raw([]float32{0, 0}))
	y := b.Op(tflite.Op{Code: tflite.OpFullyConnected, Inputs: []int{x, w, bias}, Options: &tflite.FullyConnectedOptions{BiasType: tensor.Float32}}, f("dense", 1, 2))
	c := b.Op(tflite.Op{Code: tflite.OpCos, Inputs: []int{y}}, f("cosine", 1, 2))
	b.Output(b.Op(tflite.Op{Code: tflite.OpMul, Inputs: []int{c, y}, Options: &tflite.ArithmeticOptions{}}, f("scores", 1, 2)))
	return b.Model("left or right")
}

// double is a model that doubles the absolute of an int32 [3] until its first element is 100 or more, and gives it as
// [1,3].
func double() *tflite.Model {
	at := func(i int, name string, d tensor.DType, data []byte, shape ...int) tflite.Tensor {
		return tflite.Tensor{Info: tensor.Info{Name: name, Index: i, DType: d, Shape: shape}, Data: data}
	}
	main := tflite.Graph{
		Name:    "main",
		Tensors: []tflite.Tensor{at(0, "x", tensor.Int32, nil, 3), at(1, "abs", tensor.Int32, nil, 3), at(2, "doubled", tensor.Int32, nil, 3), at(3, "y", tensor.Int32, nil, 1, 3)},
		Inputs:  []int{0}, Outputs: []int{3},
		Ops: []tflite.Op{
			{Code: tflite.OpAbs, Inputs: []int{0}, Outputs: []int{1}},
			{Code: tflite.OpWhile, Inputs: []int{1}, Outputs: []int{2}, Options: &tflite.WhileOptions{Cond: 1, Body: 2}},
			{Code: tflite.OpReshape, Inputs: []int{2}, Outputs: []int{3}, Options: &tflite.ReshapeOptions{NewShape: []int{1, 3}}},
		},
	}
	cond := tflite.Graph{
		Name: "small",
		Tensors: []tflite.Tensor{at(0, "v", tensor.Int32, nil, 3), at(1, "zero", tensor.Int32, raw([]int32{0}), 1), at(2, "one", tensor.Int32, raw([]int32{1}), 1),
			at(3, "first", tensor.Int32, nil, 1), at(4, "hundred", tensor.Int32, raw([]int32{100}), 1), at(5, "less", tensor.Bool, nil, 1)},
		Inputs: []int{0}, Outputs: []int{5},
		Ops: []tflite.Op{
			{Code: tflite.OpSlice, Inputs: []int{0, 1, 2}, Outputs: []int{3}},
			{Code: tflite.OpLess, Inputs: []int{3, 4}, Outputs: []int{5}},
		},
	}
	body := tflite.Graph{
		Name:    "twice",
		Tensors: []tflite.Tensor{at(0, "v", tensor.Int32, nil, 3), at(1, "v+v", tensor.Int32, nil, 3)},
		Inputs:  []int{0}, Outputs: []int{1},
		Ops: []tflite.Op{{Code: tflite.OpAdd, Inputs: []int{0, 0}, Outputs: []int{1}}},
	}
	return &tflite.Model{Version: 3, Graphs: []tflite.Graph{main, cond, body}}
}

// spoken is a model that gathers its three strings by [2,0].
func spoken() *tflite.Model {
	at := func(i int, name string, d tensor.DType, data []byte, shape ...int) tflite.Tensor {
		return tflite.Tensor{Info: tensor.Info{Name: name, Index: i, DType: d, Shape: shape}, Data: data}
	}
	return &tflite.Model{Version: 3, Graphs: []tflite.Graph{{
		Tensors: []tflite.Tensor{at(0, "words", tensor.String, nil, 3), at(1, "places", tensor.Int32, raw([]int32{2, 0}), 2), at(2, "picked", tensor.String, nil, 2)},
		Inputs:  []int{0}, Outputs: []int{2},
		Ops: []tflite.Op{{Code: tflite.OpGather, Inputs: []int{0, 1}, Outputs: []int{2}, Options: &tflite.GatherOptions{}}},
	}}}
}

// raw returns the little-endian bytes of integers.
func raw(values any) []byte {
	out, err := binary.Append(nil, binary.LittleEndian, values)
	if err != nil {
		panic(err) // only for values of no fixed size
	}
	return out
}

// setup puts into a transcript's folder what text cannot hold: a model with its card, a model with an operator nobody
// has, and pictures.
func setup(e *testscript.Env) error {
	e.Setenv("EDGED_WORKER", os.Getenv("EDGED_WORKER"))
	files := map[string][]byte{
		"left.png": picture(255, 0), "right.png": picture(0, 255), "wide.png": picture(0, 0, 255, 0, 255, 255),
		"sides.yaml":  []byte("task: labels\ninput: { kind: image }\nlabels: [left, right]\n"),
		"bright.yaml": []byte("task: labels\ninput: { kind: image }\nlabels: [left, right]\n"),
		"zero.bin":    {0x80, 0x80, 0x80, 0x80},
		"words.bin":   append(tensor.PackStrings("a", "", "long"), tensor.PackStrings("x", "y", "z")...),
		"picked.bin":  append(tensor.PackStrings("long", "a"), tensor.PackStrings("z", "y")...), // the last one is wrong
		"two.bin":     {0x7f, 0x80, 0x7f, 0x80, 0x80, 0x7f, 0x80, 0x7f},
	}
	var err error
	if files["sides.tflite"], err = tflite.Write(sides("")); err != nil {
		return err
	}
	if files["bright.tflite"], err = tflite.Write(bright()); err != nil {
		return err
	}
	if files["double.tflite"], err = tflite.Write(double()); err != nil {
		return err
	}
	if files["words.tflite"], err = tflite.Write(spoken()); err != nil {
		return err
	}
	if files["sinh.tflite"], err = tflite.Write(sides("Sinh")); err != nil {
		return err
	}
	for name, m := range senses() {
		files[name+".yaml"] = []byte(senseCards[name])
		if files[name+".tflite"], err = tflite.Write(m); err != nil {
			return err
		}
	}
	night, err := lampFiles()
	if err != nil {
		return err
	}
	maps.Copy(files, night)
	for name, data := range files {
		path := filepath.Join(e.WorkDir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// picture returns a grey PNG, two pixels high, whose columns are as bright as said.
func picture(columns ...uint8) []byte {
	img := image.NewGray(image.Rect(0, 0, len(columns), 2))
	for x, bright := range columns {
		img.SetGray(x, 0, color.Gray{Y: bright})
		img.SetGray(x, 1, color.Gray{Y: bright})
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		panic(err) // a picture in memory cannot fail to be written
	}
	return b.Bytes()
}
