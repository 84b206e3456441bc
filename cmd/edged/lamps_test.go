package main

import (
	"fmt"

	"edged/runtime/tflite"
)

// lamps is a YOLO of one class: a grey picture of 5x1, 0…1 -> boxes [1,4+1,5], one at each pixel and twice as wide, whose
// score is how bright the pixel is.
func lamps() *tflite.Model {
	l := layers{tflite.NewBuilder("main")}
	x := l.Input(float("image", 1, 1, 5, 1))
	scores := l.Op(tflite.Op{Code: tflite.OpReshape, Inputs: []int{x}, Options: &tflite.ReshapeOptions{NewShape: []int{1, 1, 5}}}, float("scores", 1, 1, 5))
	boxes := l.Constant(float("boxes", 1, 4, 5), raw([]float32{
		0.1, 0.3, 0.5, 0.7, 0.9, // x
		0.5, 0.5, 0.5, 0.5, 0.5, // y
		0.4, 0.4, 0.4, 0.4, 0.4, // width
		0.5, 0.5, 0.5, 0.5, 0.5, // height
	}))
	l.Output(l.Op(tflite.Op{Code: tflite.OpConcatenation, Inputs: []int{boxes, scores}, Options: &tflite.ConcatenationOptions{Axis: 1}}, float("found", 1, 5, 5)))
	return l.Model("lamps")
}

// lampFiles are the model, its card, and a folder of pictures: a lamp that goes to the right, is hidden once, and stays;
// and one that flickers.
func lampFiles() (map[string][]byte, error) {
	files := map[string][]byte{
		"lamps.yaml": []byte("task: yolo\ninput: { kind: image, mean: [0], std: [255] }\nlabels: [lamp]\n"),
	}
	for i, columns := range [][]uint8{
		{0, 250, 0, 0, 0}, {0, 0, 240, 0, 0}, {0, 0, 250, 0, 255}, {0, 0, 0, 0, 0}, {0, 0, 250, 0, 0}, {0, 0, 245, 0, 0},
	} {
		files[fmt.Sprintf("night/%d.png", i)] = picture(columns...)
	}
	var err error
	files["lamps.tflite"], err = tflite.Write(lamps())
	return files, err
}
