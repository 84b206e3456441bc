package decode

import (
	"fmt"
	"math"
	"strconv"

	"edged/runtime/tensor"
)

// reals fills dst with the real numbers that t holds and returns it; it allocates only to grow dst.
func reals(dst []float32, t *tensor.Tensor) ([]float32, error) {
	dst, err := tensor.AppendReals(dst[:0], t)
	if err != nil {
		return dst, fmt.Errorf("output %q: %w", t.Name, err)
	}
	return dst, nil
}

// readable checks that reals can read tensors like info.
func readable(info *tensor.Info) error {
	if _, _, err := info.Affine(); err != nil {
		return fmt.Errorf("output %q: %w", info.Name, err)
	}
	return nil
}

// softmax turns logits into probabilities, in place.
func softmax(v []float32) {
	top := float32(math.Inf(-1))
	for _, x := range v {
		top = max(top, x)
	}
	sum := 0.0
	for i, x := range v {
		e := math.Exp(float64(x - top))
		v[i] = float32(e)
		sum += e
	}
	for i, e := range v {
		v[i] = float32(float64(e) / sum)
	}
}

// numbered returns the labels of n classes, with its number for each that has none: made once, since it allocates.
func numbered(labels []string, n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = name(labels, i)
	}
	return all
}

// name returns the label of class i, or its number where there is none.
func name(labels []string, i int) string {
	if i >= 0 && i < len(labels) && labels[i] != "" {
		return labels[i]
	}
	return strconv.Itoa(i)
}
