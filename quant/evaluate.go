package quant

import (
	"context"
	"errors"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// Labelled are samples with the index that the first output's largest element should have.
type Labelled interface {
	Samples
	Label() int // of the sample that Next gave last
}

// Evaluate runs both models on labelled samples.
func Evaluate(ctx context.Context, float, made *tflite.Model, s Labelled) (_ *Accuracy, err error) {
	a, err := newRunner(float, noWatch)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	b, err := newRunner(made, noWatch)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, b.Close()) }()
	right, rightMade, both := 0, 0, &accord{}
	n, err := a.each(ctx, s, 0, func(int) error {
		if err := b.copyInputs(a.inputs); err != nil {
			return err
		}
		b.forget()
		if err := b.session.Invoke(ctx); err != nil {
			return err
		}
		x, y, err := firsts(a, b)
		if err != nil {
			return err
		}
		right, rightMade = right+count(largest(x) == s.Label()), rightMade+count(largest(y) == s.Label())
		both.add(x, y, vector(a.session.Output(0).Shape))
		return nil
	})
	if err == nil && n == 0 {
		err = errors.New("no labelled samples")
	}
	part := func(k int) float64 { return float64(k) / float64(max(1, n)) }
	return &Accuracy{n, part(right), part(rightMade), both.top1()}, err
}

// firsts returns both models' first outputs.
func firsts(a, b *runner) (x, y []float32, err error) {
	if x, err = tensor.AppendReals(nil, a.session.Output(0)); err != nil {
		return nil, nil, err
	}
	y, err = tensor.AppendReals(nil, b.session.Output(0))
	return x, y, err
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}
