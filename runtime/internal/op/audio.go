package op

import (
	"fmt"

	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
)

// prepareSpectrogram: AudioSpectrogram of samples [S,C], see kernel.Spectrogram.
func prepareSpectrogram(n *Node) (Step, error) {
	if err := n.operands(1, 1, 1); err != nil {
		return nil, err
	}
	in, out := n.In[0], n.Out[0]
	o := readCustom(n)
	window, stride, squared := o.int("window_size"), o.int("stride"), o.bool("magnitude_squared")
	if o.err != nil {
		return nil, o.err
	}
	if in.DType != tensor.Float32 || out.DType != tensor.Float32 {
		return nil, unsupported("input %s with output %s", in.DType, out.DType)
	}
	if len(in.Shape) != 2 || window < 2 || stride < 1 {
		return nil, malformed("windows of %d, %d apart, of samples %s", window, stride, in.Shape)
	}
	const most = 1 << 22 // of a transform, as for RFFT2D
	if window > most {
		return nil, unsupported("windows of %d samples, %d are the most", window, most)
	}
	frames, channels, size := 0, in.Shape[1], kernel.FFTSize(window)
	if in.Shape[0] >= window {
		frames = 1 + (in.Shape[0]-window)/stride
	}
	var err error
	if out.Shape, err = sized(int64(channels), int64(frames), int64(size/2+1)); err != nil {
		return nil, err
	}
	n.Work = elems64(out.Shape) * 64
	if err := n.take(int64(24*size + 8*window)); err != nil {
		return nil, err
	}
	s := kernel.NewSpectrogram(window)
	s.Stride, s.Magnitude, s.Pool = stride, !squared, n.Pool
	return func() error {
		s.Run(tensor.As[float32](out.Data), tensor.As[float32](in.Data), channels)
		return nil
	}, nil
}

// prepareMFCC: Mfcc of power spectra [C,T,bins] at the sample rate in operand 1, see kernel.MFCC.
func prepareMFCC(n *Node) (Step, error) {
	if err := n.operands(2, 2, 1); err != nil {
		return nil, err
	}
	in, rate, out := n.In[0], n.In[1], n.Out[0]
	o := readCustom(n)
	low, high := o.int("lower_frequency_limit"), o.int("upper_frequency_limit")
	bands, coefficients := o.int("filterbank_channel_count"), o.int("dct_coefficient_count")
	if o.err != nil {
		return nil, o.err
	}
	if in.DType != tensor.Float32 || out.DType != tensor.Float32 || rate.DType != tensor.Int32 {
		return nil, unsupported("input %s at a rate %s with output %s", in.DType, rate.DType, out.DType)
	}
	if len(in.Shape) != 3 || in.Shape[2] < 2 || rate.Shape.Elems() != 1 {
		return nil, malformed("spectra %s at rates %s", in.Shape, rate.Shape)
	}
	if low < 0 || high <= low || coefficients < 1 || coefficients > bands {
		return nil, malformed("%d coefficients of %d bands from %d to %d Hz", coefficients, bands, low, high)
	}
	var err error
	if out.Shape, err = sized(int64(in.Shape[0]), int64(in.Shape[1]), int64(coefficients)); err != nil {
		return nil, err
	}
	cosines := int64(bands) * int64(coefficients)
	if cosines > maxElems {
		return nil, unsupported("%d coefficients of %d bands", coefficients, bands)
	}
	n.Work = int64(in.Shape[0]) * int64(in.Shape[1]) * (cosines + int64(in.Shape[2]))
	if err := n.take(8*cosines + 16*int64(bands+in.Shape[2])); err != nil {
		return nil, err
	}
	m := kernel.NewMFCC(in.Shape[2], bands, coefficients)
	m.Low, m.High, m.Pool = float64(float32(low)), float64(float32(high)), n.Pool
	return func() error {
		hz := tensor.As[int32](rate.Data)[0]
		if hz <= 0 {
			return fmt.Errorf("sample rate is %d", hz)
		}
		m.Run(tensor.As[float32](out.Data), tensor.As[float32](in.Data), hz)
		return nil
	}, nil
}
