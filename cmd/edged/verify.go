package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"edged/runtime/tensor"
)

// verifyOptions are the flags of edged verify beside those of infer.
type verifyOptions struct {
	inferOptions
	against   []string
	second    string // engine to compare with where there are no goldens
	tolerance float64
}

// agreement is the JSON of one output of edged verify; its field names are stable.
type agreement struct {
	Name      string       `json:"name"`
	DType     string       `json:"dtype"`
	Shape     tensor.Shape `json:"shape"`
	Golden    string       `json:"golden"`
	Elements  int          `json:"elements"`
	Differing int          `json:"differing"`
	MaxAbs    float64      `json:"max_abs"`      // the largest difference
	OfRange   float64      `json:"max_of_range"` // the same as a fraction of the golden's range
	Top1      float64      `json:"top1"`         // the share of runs whose largest element is at the same place; of equal strings
	Held      bool         `json:"held"`
}

func newVerify(a *app) *cobra.Command {
	var o verifyOptions
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "verify MODEL",
		Short: "Compare a model's outputs on two engines, or with golden tensors",
		Long: `Run a model like edged infer does, on the builtin engine and then on TensorFlow Lite itself (--engine and --with say
otherwise), and compare the outputs. Inputs not given are random.

With --against compare with golden files instead, one for each output in order: raw little-endian tensors, those of
--steps N runs one after the other.

Integers and strings must be equal; floats may differ by --tolerance of the golden's range. Exit status 1 if an output does not hold.

With --json an array of {"name","dtype","shape","golden","elements","differing","max_abs","max_of_range","top1","held"}.`,
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: completeModels,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.app = a
			all, err := o.verify(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			if asJSON {
				err = writeJSON(a.out, all)
			} else {
				err = printAgreements(a.out, all)
			}
			return errors.Join(err, held(args[0], all))
		},
	}
	f := cmd.Flags()
	o.addOne(cmd)
	f.StringArrayVar(&o.in, "in", nil, "`file` for an input: [NAME or INDEX=]FILE[@SHAPE]")
	f.IntVar(&o.steps, "steps", 0, "runs; default 1, or as many as a sound or series has windows")
	f.Uint64Var(&o.seed, "seed", 1, "of the random values")
	f.StringVar(&o.second, "with", "tflite", "the `engine` to compare with")
	f.StringArrayVar(&o.against, "against", nil, "golden `file` of the next output")
	f.Float64Var(&o.tolerance, "tolerance", 2e-5, "of floats, as a fraction of the golden's range")
	jsonFlag(cmd, &asJSON)
	return cmd
}

// verify runs the model and compares.
func (o *verifyOptions) verify(ctx context.Context, path string) (_ []agreement, err error) {
	if len(o.against) == 0 {
		return o.engines(ctx, path)
	}
	if o.out, err = os.MkdirTemp("", "edged-verify-"); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(o.out)) }()
	result, err := o.infer(ctx, path)
	if err != nil {
		return nil, err
	}
	if len(o.against) > len(result.Outputs) {
		return nil, misuse{fmt.Errorf("%d goldens for %d outputs", len(o.against), len(result.Outputs))}
	}
	var all []agreement
	for i, golden := range o.against {
		a, err := o.compare(&result.Outputs[i], golden)
		if err != nil {
			return nil, err
		}
		all = append(all, *a)
	}
	return all, nil
}

// engines compares with what the second engine makes of the same inputs.
func (o *verifyOptions) engines(ctx context.Context, path string) (_ []agreement, err error) {
	second := *o
	second.engine, second.random = o.second, true
	if second.out, err = os.MkdirTemp("", "edged-verify-"); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(second.out)) }()
	result, err := second.infer(ctx, path)
	if err != nil {
		return nil, err
	}
	first := *o
	first.random = true
	if first.engine == "auto" {
		first.engine = "builtin"
	}
	for _, out := range result.Outputs {
		first.against = append(first.against, out.File)
	}
	if len(first.against) == 0 {
		return nil, nil
	}
	return first.verify(ctx, path)
}

// compare compares one output's file with its golden.
func (o *verifyOptions) compare(out *outputJSON, golden string) (*agreement, error) {
	got, err := os.ReadFile(out.File)
	if err != nil {
		return nil, err
	}
	want, err := readTensor(golden)
	if err != nil {
		return nil, err
	}
	if out.DType == tensor.String.String() {
		return o.compareStrings(out, golden, got, want)
	}
	if len(got) != len(want) {
		return nil, fmt.Errorf("%s: %d bytes, output %q has %d", golden, len(want), out.Name, len(got))
	}
	g, err := numbers(out.DType, got)
	if err != nil {
		return nil, fmt.Errorf("output %q: %w", out.Name, err)
	}
	w, err := numbers(out.DType, want)
	if err != nil {
		return nil, err
	}
	a := &agreement{Name: out.Name, DType: out.DType, Shape: out.Shape, Golden: golden, Elements: len(w)}
	a.differ(g, w)
	a.Top1 = sameLargest(g, w, out.Shape.Elems())
	a.Held = a.Differing == 0 || strings.HasPrefix(a.DType, "float") && a.OfRange <= o.tolerance
	return a, nil
}

// compareStrings compares packed strings, those of the runs one after the other: Top1 is the share that is equal.
func (o *verifyOptions) compareStrings(out *outputJSON, golden string, got, want []byte) (*agreement, error) {
	g, err := unpacked(got)
	if err != nil {
		return nil, fmt.Errorf("output %q: %w", out.Name, err)
	}
	w, err := unpacked(want)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", golden, err)
	}
	if len(g) != len(w) {
		return nil, fmt.Errorf("%s: %d strings, output %q has %d", golden, len(w), out.Name, len(g))
	}
	a := &agreement{Name: out.Name, DType: out.DType, Shape: out.Shape, Golden: golden, Elements: len(w)}
	for i := range w {
		if !bytes.Equal(g[i], w[i]) {
			a.Differing++
		}
	}
	a.Top1 = float64(len(w)-a.Differing) / float64(max(len(w), 1))
	a.Held = a.Differing == 0
	return a, nil
}

// unpacked returns all strings of packed tensors that lie one after the other.
func unpacked(packed []byte) (all [][]byte, err error) {
	for len(packed) > 0 {
		s, err := tensor.ParseStrings(packed)
		if err != nil {
			return nil, err
		}
		for i := range s.Len() {
			all = append(all, s.At(i))
		}
		packed = packed[s.Size():]
	}
	return all, nil
}

// differ counts differing elements and finds the largest difference. Two NaNs are equal; a NaN and a number differ
// without bound.
func (a *agreement) differ(got, want []float64) {
	lo, hi := math.Inf(1), math.Inf(-1)
	for i, w := range want {
		if !math.IsNaN(w) && !math.IsInf(w, 0) {
			lo, hi = min(lo, w), max(hi, w)
		}
		if g := got[i]; g != w && !(math.IsNaN(g) && math.IsNaN(w)) {
			a.Differing++
			d := math.Abs(g - w)
			if math.IsNaN(d) {
				d = math.MaxFloat64
			}
			a.MaxAbs = max(a.MaxAbs, min(d, math.MaxFloat64))
		}
	}
	if a.MaxAbs > 0 {
		a.OfRange = min(a.MaxAbs/max(hi-lo, math.Abs(lo), math.Abs(hi), 1e-30), math.MaxFloat64)
	}
}

// sameLargest returns the share of runs of size elements whose largest element is at the same place.
func sameLargest(got, want []float64, size int) float64 {
	runs, same := 0, 0
	for ; size > 0 && len(want) >= size; got, want = got[size:], want[size:] {
		runs++
		if largest(got[:size]) == largest(want[:size]) {
			same++
		}
	}
	return float64(same) / float64(max(runs, 1))
}

func largest(s []float64) int {
	best := 0
	for i := range s {
		if s[i] > s[best] {
			best = i
		}
	}
	return best
}

// numbers reads a raw tensor. int64 and uint64 keep 53 bits.
func numbers(dtype string, raw []byte) ([]float64, error) {
	switch dtype {
	case "int8":
		return floats(tensor.As[int8](raw)), nil
	case "uint8", "bool":
		return floats(raw), nil
	case "int16":
		return floats(tensor.As[int16](raw)), nil
	case "uint16":
		return floats(tensor.As[uint16](raw)), nil
	case "int32":
		return floats(tensor.As[int32](raw)), nil
	case "uint32":
		return floats(tensor.As[uint32](raw)), nil
	case "int64":
		return floats(tensor.As[int64](raw)), nil
	case "uint64":
		return floats(tensor.As[uint64](raw)), nil
	case "float32":
		return floats(tensor.As[float32](raw)), nil
	case "float64":
		return floats(tensor.As[float64](raw)), nil
	}
	return nil, fmt.Errorf("%s cannot be compared", dtype)
}

func floats[T ~int8 | ~uint8 | ~int16 | ~uint16 | ~int32 | ~uint32 | ~int64 | ~uint64 | ~float32 | ~float64](s []T) []float64 {
	all := make([]float64, len(s))
	for i, v := range s {
		all[i] = float64(v)
	}
	return all
}

func printAgreements(w io.Writer, all []agreement) error {
	for i, a := range all {
		verdict := "held"
		if !a.Held {
			verdict = "FAILED"
		}
		if _, err := fmt.Fprintf(w, "output %d %q %s %s: %s, %d of %d elements differ, by %.3g at most (%.2g of the range), top 1 agrees in %.4g %%\n",
			i, a.Name, a.DType, a.Shape, verdict, a.Differing, a.Elements, a.MaxAbs, a.OfRange, 100*a.Top1); err != nil {
			return err
		}
	}
	return nil
}

// held returns an error that counts the outputs that do not hold.
func held(path string, all []agreement) error {
	failed := 0
	for _, a := range all {
		if !a.Held {
			failed++
		}
	}
	if failed > 0 {
		return fmt.Errorf("%s: %d of %d outputs differ from their goldens", path, failed, len(all))
	}
	return nil
}
