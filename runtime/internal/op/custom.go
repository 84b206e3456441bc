package op

import (
	"math"

	"edged/runtime/tflite"
)

// customOptions are a custom operator's FlexBuffers options. The first thing wrong stays in err, so that options can be
// read one after the other and checked once. A missing option is an error: TFLite reads it as zero, and no operator
// here means anything with a zero that its converter did not write.
type customOptions struct {
	fields tflite.FlexMap
	err    error
}

func readCustom(n *Node) *customOptions {
	fields, err := tflite.Flex(n.Op.CustomOptions)
	if err != nil {
		return &customOptions{err: malformed("custom options: %v", err)}
	}
	return &customOptions{fields: fields}
}

// has reports whether the option is there and not null.
func (o *customOptions) has(name string) bool { return o.fields[name].Kind != tflite.FlexNull }

// int reads a number of 32 bits, like the operators do.
func (o *customOptions) int(name string) int {
	v := field(o, name, func() (int, error) { return o.fields.Int(name, 0) })
	if o.err == nil && (v < math.MinInt32 || v > math.MaxInt32) {
		o.err = malformed("option %q: %d is over 32 bits", name, v)
	}
	return v
}

func (o *customOptions) float(name string) float32 {
	return float32(field(o, name, func() (float64, error) { return o.fields.Float(name, 0) }))
}

func (o *customOptions) bool(name string) bool {
	return field(o, name, func() (bool, error) { return o.fields.Bool(name, false) })
}

func field[T any](o *customOptions, name string, get func() (T, error)) (v T) {
	if o.err != nil {
		return v
	}
	if !o.has(name) {
		o.err = malformed("option %q is missing", name)
		return v
	}
	got, err := get()
	if err != nil {
		o.err = malformed("%v", err)
	}
	return got
}
