package op

import (
	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
)

// prepareSignal picks one of TFLite Micro's signal operators by its name.
func prepareSignal(n *Node) (Step, error) {
	switch n.Op.Custom {
	case "SignalWindow":
		return prepareSignalWindow(n)
	case "SignalFftAutoScale":
		return prepareSignalAutoScale(n)
	case "SignalRfft":
		return prepareSignalRfft(n)
	case "SignalEnergy":
		return prepareSignalEnergy(n)
	case "SignalFilterBank":
		return prepareSignalFilterBank(n)
	case "SignalFilterBankSquareRoot":
		return prepareSignalSquareRoot(n)
	case "SignalFilterBankSpectralSubtraction":
		return prepareSignalSubtraction(n)
	case "SignalPCAN":
		return prepareSignalPCAN(n)
	case "SignalFilterBankLog":
		return prepareSignalLog(n)
	}
	return nil, unsupported("no such signal operator in the builtin engine")
}

// types checks the count and the types of all operands.
func (n *Node) types(in, out []tensor.DType) error {
	if err := n.operands(len(in), len(in), len(out)); err != nil {
		return err
	}
	for i, d := range in {
		if n.In[i].DType != d {
			return unsupported("input %d is %s, not %s", i, n.In[i].DType, d)
		}
	}
	for i, d := range out {
		if n.Out[i].DType != d {
			return unsupported("output %d is %s, not %s", i, n.Out[i].DType, d)
		}
	}
	return nil
}

// prepareSignalWindow: the window is input 1, over the last dimension of input 0.
func prepareSignalWindow(n *Node) (Step, error) {
	if err := n.types([]tensor.DType{tensor.Int16, tensor.Int16}, []tensor.DType{tensor.Int16}); err != nil {
		return nil, err
	}
	in, weights, out := n.In[0], n.In[1], n.Out[0]
	out.Shape = in.Shape
	o := readCustom(n)
	opts := kernel.SignalWindowOptions{Shift: o.int("shift")}
	if o.err != nil {
		return nil, o.err
	}
	k, err := kernel.NewSignalWindow(opts, in.Shape.Elems(), weights.Shape.Elems())
	if err != nil {
		return nil, malformed("%v", err)
	}
	return func() error {
		k.Run(tensor.As[int16](in.Data), tensor.As[int16](weights.Data), tensor.As[int16](out.Data))
		return nil
	}, nil
}

// prepareSignalAutoScale: output 1 is the shift, a scalar.
func prepareSignalAutoScale(n *Node) (Step, error) {
	if err := n.types([]tensor.DType{tensor.Int16}, []tensor.DType{tensor.Int16, tensor.Int32}); err != nil {
		return nil, err
	}
	in, out, shift := n.In[0], n.Out[0], n.Out[1]
	out.Shape, shift.Shape = in.Shape, tensor.Shape{}
	return func() error {
		s := kernel.SignalFftAutoScale(tensor.As[int16](in.Data), tensor.As[int16](out.Data))
		tensor.As[int32](shift.Data)[0] = int32(s)
		return nil
	}, nil
}

// prepareSignalRfft: field "T" and the operands' type say the same; the operands decide.
func prepareSignalRfft(n *Node) (Step, error) {
	if err := n.operands(1, 1, 1); err != nil {
		return nil, err
	}
	if n.Out[0].DType != n.In[0].DType {
		return nil, unsupported("input %s with output %s", n.In[0].DType, n.Out[0].DType)
	}
	switch n.In[0].DType {
	case tensor.Int16:
		return rfftStep[int16](n)
	case tensor.Int32:
		return rfftStep[int32](n)
	case tensor.Float32:
		return rfftStep[float32](n)
	}
	return nil, unsupported("input %s", n.In[0].DType)
}

func rfftStep[T int16 | int32 | float32](n *Node) (Step, error) {
	in, out := n.In[0], n.Out[0]
	if len(in.Shape) == 0 {
		return nil, malformed("input is a scalar")
	}
	o := readCustom(n)
	opts := kernel.SignalRfftOptions{FFTLength: o.int("fft_length")}
	if o.err != nil {
		return nil, o.err
	}
	if err := n.take(32 * int64(min(max(opts.FFTLength, 0), 1<<16))); err != nil { // longer ones are refused below
		return nil, err
	}
	last := len(in.Shape) - 1
	k, err := kernel.NewSignalRfft[T](opts, in.Shape[last], opts.FFTLength+2)
	if err != nil {
		return nil, malformed("%v", err)
	}
	out.Shape = append(tensor.Shape{}, in.Shape...)
	out.Shape[last] = opts.FFTLength + 2
	return func() error {
		k.Run(tensor.As[T](in.Data), tensor.As[T](out.Data))
		return nil
	}, nil
}

func prepareSignalEnergy(n *Node) (Step, error) {
	if err := n.types([]tensor.DType{tensor.Int16}, []tensor.DType{tensor.Uint32}); err != nil {
		return nil, err
	}
	in, out := n.In[0], n.Out[0]
	out.Shape = tensor.Shape{in.Shape.Elems() / 2}
	o := readCustom(n)
	opts := kernel.SignalEnergyOptions{Start: o.int("start_index"), End: o.int("end_index")}
	if o.err != nil {
		return nil, o.err
	}
	k, err := kernel.NewSignalEnergy(opts, in.Shape.Elems(), out.Shape.Elems())
	if err != nil {
		return nil, malformed("%v", err)
	}
	return func() error {
		k.Run(tensor.As[int16](in.Data), tensor.As[uint32](out.Data))
		return nil
	}, nil
}
