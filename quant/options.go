package quant

import (
	"fmt"
	"strings"

	"edged/runtime/tensor"
)

// Options say how a model is quantized. The zero value makes a model of int8 throughout, by the observer that serves best.
type Options struct {
	Scheme   Scheme
	Observer Observer

	// IO is the type of float inputs and outputs: Int8, Uint8, Int16 (of Int16x8) or Float32, behind a QUANTIZE and a
	// DEQUANTIZE. Invalid is the type of the tensors within.
	IO tensor.DType

	// Inputs are ranges of inputs that are known beforehand, by their place: a picture's pixels reach from 0 to 255 whether or
	// not a sample's do.
	Inputs map[int]Range

	Equalize    bool    // scale channels of neighbouring layers alike (Nagel et al. 2019, section 4.1)
	Grow        float64 // with Equalize, up to this part more multiplications for copies of the channels that matter most
	CorrectBias bool    // take away what rounded weights shift the mean by (the same, section 4.2)
	Round       bool    // round each weight so that its layer's result changes least (after Nagel et al. 2020, AdaRound)

	// KeepFloat are operators that stay float, by index or by the name of their first result. KeepWorst are so many more: those
	// that cost the most accuracy.
	KeepFloat []string
	KeepWorst int

	// ReportSamples is how many samples the report is made from; 0 is 32. Choosing an observer takes as many at most.
	ReportSamples int

	Progress func(Progress) // is told how far the work has come; nil is nobody
}

// Progress says that so many of so many steps of a stage are done. Total is 0 where it is not known.
type Progress struct {
	Stage       string
	Done, Total int
}

// Scheme is what becomes of a model's numbers.
type Scheme uint8

// The schemes.
const (
	Int8    Scheme = iota // activations and weights of int8
	Int16x8               // activations of int16, weights of int8
	Weights               // weights of int8, activations float: "dynamic range"
	Float16               // weights of float16
)

var schemeNames = []string{"int8", "int16x8", "weights", "float16"}

// String returns the scheme's name.
func (s Scheme) String() string { return schemeNames[s] }

// ParseScheme reads a scheme's name.
func ParseScheme(s string) (Scheme, error) {
	i, err := named("scheme", s, schemeNames)
	return Scheme(i), err
}

// Observer is how a tensor's range comes from what was seen of its values.
type Observer uint8

// The observers.
const (
	Best       Observer = iota // of those below, the one whose model answers most as the float one does
	MinMax                     // the least and the largest value
	Average                    // the moving average of the samples' least and largest values
	Percentile                 // without the 0.005 % of values at either end
	MSE                        // the range that makes the mean squared error of rounding and clipping least
	Entropy                    // the range that makes the Kullback-Leibler divergence least (Migacz 2017)
)

var observerNames = []string{"best", "minmax", "average", "percentile", "mse", "entropy"}

// String returns the observer's name.
func (o Observer) String() string { return observerNames[o] }

// ParseObserver reads an observer's name.
func ParseObserver(s string) (Observer, error) {
	i, err := named("observer", s, observerNames)
	return Observer(i), err
}

func named(what, s string, names []string) (int, error) {
	for i, name := range names {
		if s == name {
			return i, nil
		}
	}
	return 0, fmt.Errorf("%s %q: there are %s", what, s, strings.Join(names, ", "))
}

// tell reports progress.
func (o *Options) tell(stage string, done, total int) {
	if o.Progress != nil {
		o.Progress(Progress{stage, done, total})
	}
}

// inner is the type of activations.
func (o *Options) inner() tensor.DType {
	if o.Scheme == Int16x8 {
		return tensor.Int16
	}
	return tensor.Int8
}

// outer is the type of the model's inputs and outputs.
func (o *Options) outer() tensor.DType {
	if o.IO == tensor.Invalid {
		return o.inner()
	}
	return o.IO
}

// check looks for what does not go together.
func (o *Options) check() error {
	switch o.outer() {
	case tensor.Float32, o.inner():
	case tensor.Uint8:
		if o.Scheme == Int16x8 {
			return fmt.Errorf("inputs and outputs of uint8: scheme %s has int16 or float32", o.Scheme)
		}
	default:
		return fmt.Errorf("inputs and outputs of %s: scheme %s has %s or float32", o.IO, o.Scheme, o.inner())
	}
	return nil
}
