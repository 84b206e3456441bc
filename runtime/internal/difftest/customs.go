package main

import (
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

var customs = []family{
	{name: "hadamard/float32", draw: hadamard},
	{name: "spectrogram/float32", draw: spectrogram},
	{name: "mfcc/float32", draw: mfcc},
	{name: "numeric-verify/int8", draw: numericVerify(tensor.Int8)},
	{name: "numeric-verify/uint8", draw: numericVerify(tensor.Uint8)},
	{name: "numeric-verify/int16", draw: numericVerify(tensor.Int16)},
}

// custom adds a custom operator whose options are whole numbers.
func (d *draw) custom(name string, options map[string]int, out kind, inputs ...int) int {
	m := tflite.FlexMap{}
	for key, v := range options {
		m[key] = tflite.FlexValue{Kind: tflite.FlexInt, Int: int64(v)}
	}
	i := d.op(tflite.OpCustom, nil, out, inputs...)
	last := &d.graph.Ops[len(d.graph.Ops)-1]
	last.Custom, last.CustomOptions = name, tflite.WriteFlex(m)
	return i
}

func hadamard(d *draw) {
	s := append(d.shape(1, 2, 4), d.between(1, 200))
	d.output(d.custom("aeq.hadamard_rotation", map[string]int{"hadamard_size": 1 << d.below(8)}, ofFloats(s...), d.input(ofFloats(s...))))
}

func spectrogram(d *draw) {
	window := d.between(2, 40)
	o := map[string]int{"window_size": window, "stride": d.between(1, 20), "magnitude_squared": d.below(2)}
	d.output(d.custom("AudioSpectrogram", o, ofFloats(), d.input(ofFloats(window+d.below(60), d.between(1, 2)))))
}

func mfcc(d *draw) {
	bands, bins, frames, rate := d.between(1, 40), d.between(2, 130), d.between(1, 3), d.between(2000, 16000)
	o := map[string]int{"filterbank_channel_count": bands, "dct_coefficient_count": d.between(1, bands), "lower_frequency_limit": d.below(200)}
	o["upper_frequency_limit"] = d.between(201, rate/2+500)
	power := d.op(tflite.OpSquare, nil, ofFloats(1, frames, bins), d.input(ofFloats(1, frames, bins)))
	d.output(d.custom("Mfcc", o, ofFloats(), power, d.ints(rate)))
}

func numericVerify(t tensor.DType) func(d *draw) {
	return func(d *draw) {
		in := d.quantized(t, d.shape(1, 3, 5))
		out := ofFloats(in.shape...)
		// Without log_if_failed it prints its statistics, which would count as an error.
		o := map[string]int{"tolerance": oneOf(&d.choices, 1<<20, 1<<20, 1<<20, 1), "log_if_failed": 1}
		d.through(d.custom("NumericVerify", o, out, d.input(in), d.input(out)), out) // its output must not be the graph's, LiteRT has it
	}
}
