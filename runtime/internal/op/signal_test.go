package op

import (
	"slices"
	"testing"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

var subtractionFields = map[string]any{
	"alternate_one_minus_smoothing": 8, "alternate_smoothing": 8, "clamping": true, "min_signal_remaining": 4,
	"num_channels": 2, "one_minus_smoothing": 12, "smoothing": 4, "smoothing_bits": 1, "spectral_subtraction_bits": 4,
}

// The state lives from one Step to the next, and a new Prepare begins with silence.
func TestSignalSubtractionKeepsItsState(t *testing.T) {
	in, out, noise := of(tensor.Uint32, 2), of(tensor.Uint32), of(tensor.Uint32)
	n := &Node{
		Op: &tflite.Op{
			Code: tflite.OpCustom, Custom: "SignalFilterBankSpectralSubtraction", CustomOptions: flex(subtractionFields),
		},
		In: []*tensor.Tensor{in}, Out: []*tensor.Tensor{out, noise},
	}
	for range 2 {
		step, err := Prepare(n)
		if err != nil {
			t.Fatal(err)
		}
		filled(in, uint32(100), 100)
		filled[uint32](out)
		filled[uint32](noise)
		for _, want := range [][]uint32{{50, 100}, {87, 150}} {
			if err := step(); err != nil {
				t.Fatal(err)
			}
			if got := tensor.As[uint32](noise.Data); !slices.Equal(got, want) {
				t.Errorf("noise: got %v, want %v", got, want)
			}
		}
		in.Data = nil
	}
}

func TestSignalRfftShape(t *testing.T) {
	for _, d := range []tensor.DType{tensor.Int16, tensor.Int32, tensor.Float32} {
		in, out := of(d, 3, 5), of(d)
		step, err := Prepare(&Node{
			Op: &tflite.Op{Code: tflite.OpCustom, Custom: "SignalRfft", CustomOptions: flex(map[string]any{"T": 7, "fft_length": 8})},
			In: []*tensor.Tensor{in}, Out: []*tensor.Tensor{out},
		})
		if err != nil {
			t.Fatal(err)
		}
		if want := (tensor.Shape{3, 10}); !slices.Equal(out.Shape, want) {
			t.Fatalf("%s: got shape %s, want %s", d, out.Shape, want)
		}
		in.Data, out.Data = make([]byte, d.Bytes(15)), make([]byte, d.Bytes(30))
		if err := step(); err != nil {
			t.Error(err)
		}
	}
}

func TestSignalSquareRootRefusesShift(t *testing.T) {
	in, shift, out := of(tensor.Uint64, 1), of(tensor.Int32), of(tensor.Uint32)
	step, err := Prepare(&Node{
		Op: &tflite.Op{Code: tflite.OpCustom, Custom: "SignalFilterBankSquareRoot"},
		In: []*tensor.Tensor{in, shift}, Out: []*tensor.Tensor{out},
	})
	if err != nil {
		t.Fatal(err)
	}
	filled(in, uint64(1e6))
	filled(shift, int32(1))
	filled[uint32](out)
	if err := step(); err != nil || tensor.As[uint32](out.Data)[0] != 500 {
		t.Errorf("got %v, %v, want 500", tensor.As[uint32](out.Data), err)
	}
	filled(shift, int32(-1))
	if err := step(); err == nil {
		t.Error("shift -1: got no error")
	}
}

func TestSignalErrors(t *testing.T) {
	i16, i32, u32, u64 := tensor.Int16, tensor.Int32, tensor.Uint32, tensor.Uint64
	list := func(t ...*tensor.Tensor) []*tensor.Tensor { return t }
	bank := func(start int16) []*tensor.Tensor {
		return list(of(u32, 8), filled[int16](of(i16, 4)), filled[int16](of(i16, 4)),
			filled(of(i16, 2), 0, start), filled[int16](of(i16, 2)), filled(of(i16, 2), int16(0), 4))
	}
	computed := bank(0)
	computed[3] = of(i16, 2)
	shift, channel := flex(map[string]any{"shift": 12}), flex(map[string]any{"num_channels": 1})
	cases := []customCase{
		{"an operator nobody knows", "SignalDance", nil, list(of(i16, 4)), list(of(i16)), "no such custom operator", true},
		{"too few inputs", "SignalWindow", shift, list(of(i16, 4)), list(of(i16)), "1 inputs, want 2", false},
		{"another type", "SignalWindow", shift, list(of(i16, 4), of(i32, 4)), list(of(i16)), "input 1 is int32, not int16", true},
		{"another output type", "SignalEnergy", nil, list(of(i16, 4)), list(of(i32)), "output 0 is int32", true},
		{"no options", "SignalWindow", nil, list(of(i16, 4), of(i16, 4)), list(of(i16)), `"shift" is missing`, false},
		{"half a window", "SignalWindow", shift, list(of(i16, 6), of(i16, 4)), list(of(i16)), "no whole number", false},
		{"a bad shift", "SignalWindow", flex(map[string]any{"shift": 99}), list(of(i16, 4), of(i16, 4)), list(of(i16)), "shift is 99", false},
		{"a transform of a scalar", "SignalRfft", flex(map[string]any{"fft_length": 8}), list(of(i16)), list(of(i16)), "scalar", false},
		{"a transform of uint32", "SignalRfft", nil, list(of(u32, 8)), list(of(u32)), "input uint32", true},
		{"a transform of two types", "SignalRfft", nil, list(of(i16, 8)), list(of(i32)), "int16 with output int32", true},
		{"a transform of 7", "SignalRfft", flex(map[string]any{"fft_length": 7}), list(of(i16, 4)), list(of(i16)), "fft_length is 7", false},
		{"a huge transform", "SignalRfft", flex(map[string]any{"fft_length": 1 << 30}), list(of(i16, 4)), list(of(i16)), "fft_length is 1073741824", false},
		{"bins past the end", "SignalEnergy", flex(map[string]any{"start_index": 0, "end_index": 3}), list(of(i16, 4)), list(of(u32)), "bins 0 to 3", false},
		{"a band past the end", "SignalFilterBank", channel, bank(5), list(of(u64)), "band 1: 4 bins from 5 of 8", false},
		{"a computed table", "SignalFilterBank", channel, computed, list(of(u64)), "computed, not constant", true},
		{"a billion channels", "SignalFilterBank", flex(map[string]any{"num_channels": 1 << 30}), bank(0), list(of(u64)), "for 1073741824 channels", false},
		{"several shifts", "SignalFilterBankSquareRoot", nil, list(of(u64, 4), of(i32, 2)), list(of(u32)), "scale_bits", false},
		{
			"noise of other channels", "SignalFilterBankSpectralSubtraction", flex(with(subtractionFields, "num_channels", 3)),
			list(of(u32, 2)), list(of(u32), of(u32)), "num_channels is 3", false,
		}, {
			"smoothing that is missing", "SignalFilterBankSpectralSubtraction", flex(with(subtractionFields, "smoothing", nil)),
			list(of(u32, 2)), list(of(u32), of(u32)), `"smoothing" is missing`, false,
		},
		{"a short gain table", "SignalPCAN", flex(map[string]any{"snr_shift": 6}), list(of(u32, 2), of(u32, 2), of(i16, 9)), list(of(u32)), "9 entries", false},
		{"too much correction", "SignalFilterBankLog", flex(map[string]any{"output_scale": 1, "input_correction_bits": 40}), list(of(u32, 2)), list(of(i16)), "input_correction_bits is 40", false},
	}
	for _, c := range cases {
		t.Run(c.name, c.run)
	}
}
