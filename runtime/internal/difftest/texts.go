package main

import (
	"strings"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// Strings do not come out of LiteRT's tensor buffers: each case ends in a comparison with constants.
var texts = []family{
	{name: "gather/string", draw: said(gatherTexts)},
	{name: "gather-nd/string", draw: said(gatherTuples)},
	{name: "fill/string", draw: said(fillTexts)},
	{name: "tile/string", draw: said(tileTexts)},
	{name: "slice/string", draw: said(sliceTexts)},
	{name: "squeeze/string", draw: said(squeezeTexts)},
	{name: "reshape/string", draw: said(reshapeTexts)},
	{name: "hashtable-lookup/string", draw: said(lookupTexts)},
	{name: "skip-gram/string", draw: skipGram},
}

// said makes a family of what computes a tensor of strings: it is compared with other strings.
func said(compute func(d *draw) (i int, shape tensor.Shape)) func(d *draw) {
	return func(d *draw) {
		i, shape := compute(d)
		other := d.texts(oneOf(&d.choices, shape, tensor.Shape{})...)
		code := oneOf(&d.choices, tflite.OpEqual, tflite.OpNotEqual)
		d.output(d.op(code, nil, kind{dtype: tensor.Bool}, i, other))
		if len(d.graph.Inputs) == 0 { // LiteRT wants one
			d.output(d.op(tflite.OpNeg, nil, ofFloats(), d.input(ofFloats(1))))
		}
	}
}

var vocabulary = []string{"", "a", "b", "ab", "längst", "a\x00b", "longer than all the others"}

// texts adds a constant of random strings.
func (d *draw) texts(shape ...int) int {
	all := make([]string, tensor.Shape(shape).Elems())
	for i := range all {
		all[i] = vocabulary[d.below(len(vocabulary))]
	}
	return d.add(ofTexts(shape...), tensor.PackStrings(all...))
}

func ofTexts(shape ...int) kind { return kind{dtype: tensor.String, shape: shape} }

func gatherTexts(d *draw) (int, tensor.Shape) {
	n, shape := d.between(1, 5), d.shape(1, 2, 3)
	at := d.inputOf(ofInts(shape...), int32s(d.list(shape.Elems(), 0, n-1)...))
	return d.op(tflite.OpGather, &tflite.GatherOptions{}, ofTexts(shape...), d.texts(n), at), shape
}

func gatherTuples(d *draw) (int, tensor.Shape) {
	s, k := d.shape(2, 2, 3), d.between(1, 3)
	at := d.inputOf(ofInts(k, 1), int32s(d.list(k, 0, s[0]-1)...))
	return d.op(tflite.OpGatherNd, nil, ofTexts(k, s[1]), d.texts(s...), at), tensor.Shape{k, s[1]}
}

func fillTexts(d *draw) (int, tensor.Shape) {
	s := d.shape(1, 3, 3)
	return d.op(tflite.OpFill, nil, ofTexts(s...), d.ints(s...), d.texts()), s
}

func tileTexts(d *draw) (int, tensor.Shape) {
	s := d.shape(1, 3, 3)
	times, out := d.list(len(s), 1, 3), make(tensor.Shape, len(s))
	for i := range s {
		out[i] = s[i] * times[i]
	}
	return d.op(tflite.OpTile, nil, ofTexts(out...), d.texts(s...), d.ints(times...)), out
}

func sliceTexts(d *draw) (int, tensor.Shape) {
	s := d.shape(1, 4, 4)
	var begin, size []int
	for _, n := range s {
		b := d.below(n)
		begin, size = append(begin, b), append(size, d.between(1, n-b))
	}
	return d.op(tflite.OpSlice, nil, ofTexts(size...), d.texts(s...), d.ints(begin...), d.ints(size...)), size
}

func squeezeTexts(d *draw) (int, tensor.Shape) {
	n := d.between(1, 4)
	return d.op(tflite.OpSqueeze, &tflite.SqueezeOptions{Dims: []int{0, 2}}, ofTexts(n), d.texts(1, n, 1)), tensor.Shape{n}
}

func reshapeTexts(d *draw) (int, tensor.Shape) {
	n := d.between(1, 4)
	return d.op(tflite.OpReshape, &tflite.ReshapeOptions{NewShape: []int{n, 2}}, ofTexts(n, 2), d.texts(2, n)), tensor.Shape{n, 2}
}

func lookupTexts(d *draw) (int, tensor.Shape) {
	n, keys := d.between(1, 5), d.list(d.between(1, 5), -1, 10)
	sorted := make([]int, n)
	for i := range sorted {
		sorted[i] = 2 * i
	}
	out := d.ops(tflite.OpHashtableLookup, nil, []kind{ofTexts(len(keys)), {dtype: tensor.Uint8}}, d.inputOf(ofInts(len(keys)), int32s(keys...)),
		d.ints(sorted...), d.texts(n))
	d.output(out[1])
	return out[0], tensor.Shape{len(keys)}
}

// skipGram compares each n-gram with each of a few: broadcast, so that how many there are does not matter.
func skipGram(d *draw) {
	var text strings.Builder
	for range d.between(3, 14) {
		text.WriteString(oneOf(&d.choices, "a ", "bb ", "c", " ", "\t", " d"))
	}
	o := &tflite.SkipGramOptions{NgramSize: d.between(1, 3), MaxSkipSize: d.below(3), IncludeAllNgrams: d.chance(2)}
	in := d.add(ofTexts(1), tensor.PackStrings(text.String()))
	grams := d.op(tflite.OpSkipGram, o, ofTexts(1), in)
	first := d.op(tflite.OpGather, &tflite.GatherOptions{}, ofTexts(1), grams, d.inputOf(ofInts(1), int32s(d.below(2))))
	some := []string{"a", "bb", "c", "d", "a a", "a bb", "a c", "bb a", "bb c", "c a", "c d", "a a a", "a bb c", " d", " "}
	d.output(d.op(tflite.OpEqual, nil, kind{dtype: tensor.Bool}, first, d.add(ofTexts(len(some)), tensor.PackStrings(some...))))
}
