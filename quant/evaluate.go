package quant

import (
	"context"
	"errors"

	"edged/runtime"
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
	right, rightMade, same := 0, 0, 0
	n, err := a.each(ctx, s, 0, func(int) error {
		if err := b.copyInputs(a.inputs); err != nil {
			return err
		}
		runtime.Reset(b.session)
		if err := b.session.Invoke(ctx); err != nil {
			return err
		}
		x, y, err := firsts(a, b)
		right, rightMade, same = right+count(x == s.Label()), rightMade+count(y == s.Label()), same+count(x == y)
		return err
	})
	if err == nil && n == 0 {
		err = errors.New("no labelled samples")
	}
	part := func(k int) float64 { return float64(k) / float64(max(1, n)) }
	return &Accuracy{n, part(right), part(rightMade), part(same)}, err
}

// firsts returns where the largest elements of both models' first outputs are.
func firsts(a, b *runner) (x, y int, err error) {
	for i, r := range []*runner{a, b} {
		values, err := tensor.AppendReals(nil, r.session.Output(0))
		if err != nil {
			return 0, 0, err
		}
		if i == 0 {
			x = largest(values)
		} else {
			y = largest(values)
		}
	}
	return x, y, nil
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}
