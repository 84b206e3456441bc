package main

import (
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

var volumes = []family{
	{name: "conv-3d/float32", draw: conv3D},
	{name: "conv-3d-transpose/float32", draw: conv3DTranspose},
}

// volume draws options, a filter's size, and the size of what it slides over, at least as large.
func (d *draw) volume() (o *tflite.Conv3DOptions, filter, size tensor.Shape) {
	one := func() int { return d.between(1, 3) }
	o = &tflite.Conv3DOptions{Padding: d.padding(), StrideD: one(), StrideH: one(), StrideW: one(), DilationD: 1, DilationH: 1, DilationW: 1,
		Activation: d.activation()}
	if d.chance(3) {
		o.DilationD, o.DilationH, o.DilationW = d.between(1, 2), d.between(1, 2), d.between(1, 2)
	}
	filter = tensor.Shape{one(), one(), one()}
	for i, k := range filter {
		size = append(size, (k-1)*[]int{o.DilationD, o.DilationH, o.DilationW}[i]+d.between(1, 4))
	}
	return o, filter, size
}

func conv3D(d *draw) {
	o, filter, size := d.volume()
	in, out := d.between(1, 4), d.between(1, 4)
	x := d.input(ofFloats(d.between(1, 2), size[0], size[1], size[2], in))
	operands := []int{x, d.operand(ofFloats(filter[0], filter[1], filter[2], in, out))}
	if d.chance(2) {
		operands = append(operands, d.constant(ofFloats(out)))
	}
	d.output(d.op(tflite.OpConv3d, o, ofFloats(), operands...))
}

func conv3DTranspose(d *draw) {
	o, filter, size := d.volume()
	n, in, out := d.between(1, 2), d.between(1, 4), d.between(1, 4)
	from := tensor.Shape{n}
	for i, s := range size {
		stride, dilation := []int{o.StrideD, o.StrideH, o.StrideW}[i], []int{o.DilationD, o.DilationH, o.DilationW}[i]
		if o.Padding == tflite.PaddingValid {
			s -= (filter[i] - 1) * dilation
		}
		from = append(from, (s+stride-1)/stride)
	}
	operands := []int{d.ints(n, size[0], size[1], size[2], out), d.constant(ofFloats(filter[0], filter[1], filter[2], out, in)),
		d.input(ofFloats(append(from, in)...))}
	if d.chance(2) {
		operands = append(operands, d.constant(ofFloats(out)))
	}
	d.output(d.op(tflite.OpConv3dTranspose, o, ofFloats(), operands...))
}

var volumesExplained = []explanation{
	{"LiteRT 2.5.3 copies planes for channels, or pads depth like height, in 3-D convolutions", wrongVolumes},
}

// wrongVolumes are the 3-D convolutions of which LiteRT 2.5.3 gets the memory wrong; its later sources are mended.
func wrongVolumes(c *testCase, _ answer, _ verdict) bool {
	op := c.graph.Ops[0]
	o, ok := op.Options.(*tflite.Conv3DOptions)
	if !ok {
		return false
	}
	if op.Code == tflite.OpConv3d {
		in := c.graph.Tensors[op.Inputs[0]].Shape
		return o.DilationD*o.DilationH*o.DilationW > 1 && in[1] != in[4]
	}
	return o.DilationD*o.DilationH*o.DilationW == 1 && padBefore(c, 0, o.StrideD) != padBefore(c, 1, o.StrideH)
}

// padBefore returns the padding in front of a transposed convolution's dimension, without dilation.
func padBefore(c *testCase, i, stride int) int {
	op := c.graph.Ops[0]
	shape := func(t int) tensor.Shape { return c.graph.Tensors[t].Shape }
	in, filter, out := shape(op.Inputs[2])[i+1], shape(op.Inputs[1])[i], shape(op.Outputs[0])[i+1]
	return max(0, (in-1)*stride+filter-out) / 2
}
