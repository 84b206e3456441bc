package op

import (
	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
)

// prepareSignalFilterBank: inputs 1 to 5 are the tables, and constant.
func prepareSignalFilterBank(n *Node) (Step, error) {
	err := n.types(
		[]tensor.DType{tensor.Uint32, tensor.Int16, tensor.Int16, tensor.Int16, tensor.Int16, tensor.Int16},
		[]tensor.DType{tensor.Uint64})
	if err != nil {
		return nil, err
	}
	for i := 1; i <= 5; i++ {
		if !constant(n.In[i]) {
			return nil, unsupported("table %q is computed, not constant", n.In[i].Name)
		}
	}
	in, out := n.In[0], n.Out[0]
	o := readCustom(n)
	opts := kernel.SignalFilterBankOptions{Channels: o.int("num_channels")}
	if o.err != nil {
		return nil, o.err
	}
	if err := n.take(64 * elems64(n.In[3].Shape)); err != nil { // a band each
		return nil, err
	}
	tables := kernel.SignalFilterBankTables{
		Weights:      tensor.As[int16](n.In[1].Data),
		Unweights:    tensor.As[int16](n.In[2].Data),
		Starts:       tensor.As[int16](n.In[3].Data),
		WeightStarts: tensor.As[int16](n.In[4].Data),
		Widths:       tensor.As[int16](n.In[5].Data),
	}
	k, err := kernel.NewSignalFilterBank(opts, tables, in.Shape.Elems(), opts.Channels)
	if err != nil {
		return nil, malformed("%v", err)
	}
	out.Shape = tensor.Shape{opts.Channels}
	return func() error {
		k.Run(tensor.As[uint32](in.Data), tensor.As[uint64](out.Data))
		return nil
	}, nil
}

// prepareSignalSquareRoot: input 1 is the shift of SignalFftAutoScale.
func prepareSignalSquareRoot(n *Node) (Step, error) {
	if err := n.types([]tensor.DType{tensor.Uint64, tensor.Int32}, []tensor.DType{tensor.Uint32}); err != nil {
		return nil, err
	}
	in, shift, out := n.In[0], n.In[1], n.Out[0]
	if shift.Shape.Elems() != 1 {
		return nil, malformed("scale_bits of shape %s is no scalar", shift.Shape)
	}
	out.Shape = in.Shape
	return func() error {
		return kernel.SignalFilterBankSquareRoot(tensor.As[uint64](in.Data), tensor.As[int32](shift.Data)[0],
			tensor.As[uint32](out.Data))
	}, nil
}

// prepareSignalSubtraction: the noise, output 1, lives in the kernel from one Step to the next.
func prepareSignalSubtraction(n *Node) (Step, error) {
	if err := n.types([]tensor.DType{tensor.Uint32}, []tensor.DType{tensor.Uint32, tensor.Uint32}); err != nil {
		return nil, err
	}
	in, out, noise := n.In[0], n.Out[0], n.Out[1]
	out.Shape, noise.Shape = in.Shape, in.Shape
	o := readCustom(n)
	opts := kernel.SignalSubtractionOptions{
		Channels:             o.int("num_channels"),
		Smoothing:            uint32(o.int("smoothing")),
		OneMinusSmoothing:    uint32(o.int("one_minus_smoothing")),
		AltSmoothing:         uint32(o.int("alternate_smoothing")),
		AltOneMinusSmoothing: uint32(o.int("alternate_one_minus_smoothing")),
		MinSignalRemaining:   uint32(o.int("min_signal_remaining")),
		SmoothingBits:        o.int("smoothing_bits"),
		Bits:                 o.int("spectral_subtraction_bits"),
		Clamping:             o.bool("clamping"),
	}
	if o.err != nil {
		return nil, o.err
	}
	if err := n.take(4 * elems64(in.Shape)); err != nil {
		return nil, err
	}
	k, err := kernel.NewSignalSubtraction(opts, in.Shape.Elems())
	if err != nil {
		return nil, malformed("%v", err)
	}
	return func() error {
		k.Run(tensor.As[uint32](in.Data), tensor.As[uint32](out.Data), tensor.As[uint32](noise.Data))
		return nil
	}, nil
}

// prepareSignalPCAN: input 1 is the noise, input 2 the gain table.
func prepareSignalPCAN(n *Node) (Step, error) {
	err := n.types([]tensor.DType{tensor.Uint32, tensor.Uint32, tensor.Int16}, []tensor.DType{tensor.Uint32})
	if err != nil {
		return nil, err
	}
	in, noise, gains, out := n.In[0], n.In[1], n.In[2], n.Out[0]
	out.Shape = in.Shape
	o := readCustom(n)
	opts := kernel.SignalPCANOptions{SNRShift: o.int("snr_shift")}
	if o.err != nil {
		return nil, o.err
	}
	k, err := kernel.NewSignalPCAN(opts, in.Shape.Elems(), noise.Shape.Elems(), gains.Shape.Elems())
	if err != nil {
		return nil, malformed("%v", err)
	}
	return func() error {
		k.Run(tensor.As[uint32](in.Data), tensor.As[uint32](noise.Data), tensor.As[int16](gains.Data),
			tensor.As[uint32](out.Data))
		return nil
	}, nil
}

func prepareSignalLog(n *Node) (Step, error) {
	if err := n.types([]tensor.DType{tensor.Uint32}, []tensor.DType{tensor.Int16}); err != nil {
		return nil, err
	}
	in, out := n.In[0], n.Out[0]
	out.Shape = in.Shape
	o := readCustom(n)
	opts := kernel.SignalFilterBankLogOptions{
		OutputScale:         int32(o.int("output_scale")),
		InputCorrectionBits: o.int("input_correction_bits"),
	}
	if o.err != nil {
		return nil, o.err
	}
	k, err := kernel.NewSignalFilterBankLog(opts)
	if err != nil {
		return nil, malformed("%v", err)
	}
	return func() error {
		k.Run(tensor.As[uint32](in.Data), tensor.As[int16](out.Data))
		return nil
	}, nil
}
