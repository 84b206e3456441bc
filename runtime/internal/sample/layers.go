package sample

import (
	"slices"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// layers lists convolutions, products, pools, resizing and normalizations.
func layers() []Operator {
	conv := sample{options: &tflite.Conv2DOptions{StrideW: 1, StrideH: 1, DilationW: 1, DilationH: 1},
		in: takes(data(1, 5, 5, 4), weights(0, 6, 3, 3, 4), bias(6)), out: gives(data(1, 5, 5, 6))}
	depthwise := sample{options: &tflite.DepthwiseConv2DOptions{StrideW: 1, StrideH: 1, DilationW: 1, DilationH: 1, DepthMultiplier: 2},
		in: takes(data(1, 5, 5, 3), weights(3, 1, 3, 3, 6), bias(6)), out: gives(data(1, 5, 5, 6))}
	transpose := sample{options: &tflite.TransposeConvOptions{StrideW: 2, StrideH: 2},
		in: takes(ints(1, 6, 6, 4), weights(0, 4, 3, 3, 3), data(1, 3, 3, 3), bias(4)), out: gives(data(1, 6, 6, 4))}
	conv3D := &tflite.Conv3DOptions{StrideD: 1, StrideW: 1, StrideH: 1, DilationD: 1, DilationW: 1, DilationH: 1}
	volume := data(1, 3, 3, 3, 2)
	product := sample{options: &tflite.FullyConnectedOptions{}, in: takes(data(2, 8), weights(0, 5, 8), bias(5)), out: gives(data(2, 5))}
	pool := sample{options: &tflite.Pool2DOptions{StrideW: 2, StrideH: 2, FilterW: 2, FilterH: 2},
		in: takes(data(1, 6, 6, 3)), out: gives(data(1, 3, 3, 3))}
	resize := sample{options: &tflite.ResizeOptions{}, in: takes(data(1, 3, 3, 2), ints(5, 4)), out: gives(data(1, 5, 4, 2))}
	return slices.Concat(
		list(conv, tflite.OpConv2d),
		list(depthwise, tflite.OpDepthwiseConv2d),
		list(transpose, tflite.OpTransposeConv),
		list(product, tflite.OpFullyConnected),
		list(pool, tflite.OpAveragePool2d, tflite.OpMaxPool2d, tflite.OpL2Pool2d),
		list(resize, tflite.OpResizeBilinear, tflite.OpResizeNearestNeighbor),
		[]Operator{
			one(tflite.OpConv3d, sample{options: conv3D, in: takes(volume, weights(4, 2, 2, 2, 2, 3), bias(3)), out: gives(data(1, 3, 3, 3, 3))}),
			one(tflite.OpConv3dTranspose, sample{options: conv3D, in: takes(ints(1, 3, 3, 3, 4), weights(3, 2, 2, 2, 4, 2), volume, bias(4)),
				out: gives(data(1, 3, 3, 3, 4))}),
			one(tflite.OpBatchMatmul, sample{options: &tflite.BatchMatMulOptions{}, in: takes(data(2, 3, 4), data(2, 4, 5)), out: gives(data(2, 3, 5))},
				sample{options: &tflite.BatchMatMulOptions{}, in: takes(data(2, 3, 4), weights(2, 2, 4, 5)), out: gives(data(2, 3, 5)), only: oneScale}),
			one(tflite.OpSoftmax, sample{options: &tflite.SoftmaxOptions{Beta: 1}, in: takes(data(2, 9)), out: gives(probabilities(2, 9))}),
			one(tflite.OpLogSoftmax, sample{in: takes(data(2, 9)), out: gives(data(2, 9).scaled(tensor.Int8, 1.0/16, 127).scaled(tensor.Uint8, 1.0/16, 255))}),
			one(tflite.OpL2Normalization, sample{options: &tflite.L2NormOptions{}, in: takes(data(2, 9)),
				out: gives(data(2, 9).scaled(tensor.Int8, 1.0/128, 0).scaled(tensor.Uint8, 1.0/128, 128))}),
			one(tflite.OpLocalResponseNormalization, sample{options: &tflite.LocalResponseNormalizationOptions{Radius: 2, Bias: 1, Alpha: 1, Beta: 0.5},
				in: takes(data(1, 2, 2, 7)), out: gives(data(1, 2, 2, 7))}),
		},
	)
}

// probabilities is an output with the scales that soft-max has.
func probabilities(shape ...int) operand {
	return data(shape...).scaled(tensor.Int8, 1.0/256, -128).scaled(tensor.Uint8, 1.0/256, 0).scaled(tensor.Int16, 1.0/32768, 0)
}
