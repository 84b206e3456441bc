package sample

import (
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// signal lists the custom operators.
func signal() []Operator {
	table := func(shape ...int) operand { return of(tensor.Int16, shape...).known() }
	bands := func(v ...int16) operand { return int16s(v) }
	return []Operator{
		custom("SignalWindow", whole{"shift": 12}, takes(data(8), table(8)), data(8)),
		custom("SignalFftAutoScale", nil, takes(data(8)), data(8), of(tensor.Int32)),
		custom("SignalRfft", whole{"fft_length": 8}, takes(data(8)), data(10)),
		custom("SignalEnergy", whole{"start_index": 0, "end_index": 4}, takes(data(10)), of(tensor.Uint32, 5)),
		custom("SignalFilterBank", whole{"num_channels": 1}, takes(data(8), table(4), table(4), bands(0, 4), bands(0, 0), bands(4, 4)), of(tensor.Uint64, 1)),
		custom("SignalFilterBankSquareRoot", nil, takes(data(4), of(tensor.Int32)), of(tensor.Uint32, 4)),
		custom("SignalFilterBankSpectralSubtraction", whole{"num_channels": 4, "smoothing": 4, "one_minus_smoothing": 12, "alternate_smoothing": 8,
			"alternate_one_minus_smoothing": 8, "min_signal_remaining": 4, "smoothing_bits": 1, "spectral_subtraction_bits": 4, "clamping": 1},
			takes(data(4)), data(4), data(4)),
		custom("SignalPCAN", whole{"snr_shift": 6}, takes(data(4), of(tensor.Uint32, 4), table(125)), data(4)),
		custom("SignalFilterBankLog", whole{"output_scale": 1600, "input_correction_bits": 3}, takes(data(4)), of(tensor.Int16, 4)),
		custom("aeq.hadamard_rotation", whole{"hadamard_size": 4}, takes(data(2, 8)), data(2, 8)),
		custom("AudioSpectrogram", whole{"window_size": 6, "stride": 4, "magnitude_squared": 1}, takes(data(14, 1)), data(1, 3, 5)),
		custom("Mfcc", whole{"lower_frequency_limit": 20, "upper_frequency_limit": 4000, "filterbank_channel_count": 3, "dct_coefficient_count": 2},
			takes(data(1, 2, 9), ints(8000)), data(1, 2, 2)),
		custom("NumericVerify", whole{"tolerance": 1, "log_if_failed": 0}, takes(data(2, 3), of(tensor.Float32, 2, 3)), of(tensor.Float32, 2, 3)),
		custom("TFLite_Detection_PostProcess", whole{"max_detections": 2, "max_classes_per_detection": 1, "num_classes": 2, "y_scale": 10, "x_scale": 10,
			"h_scale": 5, "w_scale": 5, "nms_score_threshold": 0, "nms_iou_threshold": 1},
			takes(data(1, 6, 4), data(1, 6, 3), data(6, 4).known()),
			of(tensor.Float32, 1, 2, 4), of(tensor.Float32, 1, 2), of(tensor.Float32, 1, 2), of(tensor.Float32, 1)),
	}
}

// whole are custom options that are whole numbers.
type whole map[string]int64

func custom(name string, options whole, in []operand, out ...operand) Operator {
	m := tflite.FlexMap{}
	for key, v := range options {
		m[key] = tflite.FlexValue{Kind: tflite.FlexInt, Int: v}
	}
	return Operator{Code: tflite.OpCustom, Custom: name, samples: []sample{{custom: tflite.WriteFlex(m), in: in, out: out}}}
}

// int16s is a constant vector.
func int16s(v []int16) operand {
	return operand{make: func(Kind) tflite.Tensor {
		t := tflite.Tensor{Info: tensor.Info{DType: tensor.Int16, Shape: tensor.Shape{len(v)}}, Data: make([]byte, 2*len(v))}
		copy(tensor.As[int16](t.Data), v)
		return t
	}}
}
