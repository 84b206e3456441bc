package decode

import (
	"fmt"

	"edged/pipelines"
	"edged/runtime/tensor"
)

// defaultTop is how many labels an event carries if nothing is said.
const defaultTop = 5

// Options says which results become words. The zero value gives the best 5 labels, or all detections.
type Options struct {
	Top       int     // at most so many; 0 is 5 labels, or all detections
	Threshold float32 // only scores from this on; 0 is all
	Softmax   bool    // labels: the outputs are logits

	Thresholds []float32 // of each class, in place of Threshold; none if empty
	Output     int       // labels: which output has the scores

	Overlap       float32 // yolo: of two boxes of a class that overlap more, the better one is told; 0 is 0.45
	Width, Height int     // yolo: of the model's input, if boxes are in its pixels; 0 if they are in fractions of the picture
}

// At returns o with a card's thresholds.
func (o Options) At(thresholds []float64) Options {
	o.Thresholds = make([]float32, len(thresholds))
	for i, v := range thresholds {
		o.Thresholds[i] = float32(v)
	}
	return o
}

// Labels decodes one score per class. It makes KindLabels events, best label first.
type Labels struct {
	names  []string
	opts   Options
	bars   *Bars
	n      int // classes
	scores []float32
	best   []int // classes, best first
	told   []pipelines.Label
}

// NewLabels returns a head for the output info, [n] or [1,…,1,n]. names are the classes' by index, the background's
// included; with none, and for an empty one, the class's number is its name. It is an error if there are names, but not
// n.
func NewLabels(info tensor.Info, names []string, o Options) (*Labels, error) {
	n := info.Shape.Elems()
	if s := info.Shape; len(s) == 0 || n < 1 || s[len(s)-1] != n {
		return nil, fmt.Errorf("output %q: shape %v is not one score per class; want n or 1xn", info.Name, s)
	}
	if len(names) > 0 && len(names) != n {
		return nil, fmt.Errorf("output %q: has %d classes, and there are %d labels", info.Name, n, len(names))
	}
	if err := readable(&info); err != nil {
		return nil, err
	}
	if o.Top < 0 {
		return nil, fmt.Errorf("labels: top is %d", o.Top)
	}
	if len(o.Thresholds) > 0 && len(o.Thresholds) != n {
		return nil, fmt.Errorf("output %q: has %d classes, and there are %d thresholds", info.Name, n, len(o.Thresholds))
	}
	if o.Top == 0 {
		o.Top = defaultTop
	}
	o.Top = min(o.Top, n)
	return &Labels{names: numbered(names, n), opts: o, bars: newBars(names, n, o), n: n, best: make([]int, 0, o.Top), told: make([]pipelines.Label, 0, o.Top)}, nil
}

// Decode fills ev.Labels, and ev.Scores, from the output with the scores: both are l's, until the next Decode. A score that is
// not a number is an error.
func (l *Labels) Decode(outs []*tensor.Tensor, ev *pipelines.Event) error {
	if l.opts.Output < 0 || l.opts.Output >= len(outs) {
		return fmt.Errorf("labels: output %d of %d", l.opts.Output, len(outs))
	}
	out := outs[l.opts.Output]
	var err error
	if l.scores, err = reals(l.scores, out); err != nil {
		return err
	}
	if len(l.scores) != l.n {
		return fmt.Errorf("output %q: %d scores, want %d", out.Name, len(l.scores), l.n)
	}
	if l.opts.Softmax {
		softmax(l.scores)
	}
	if err := l.rank(); err != nil {
		return fmt.Errorf("output %q: %w", out.Name, err)
	}
	l.told = l.told[:0]
	for _, c := range l.best {
		l.told = append(l.told, pipelines.Label{Name: l.names[c], Score: l.scores[c]})
	}
	ev.Kind, ev.Scores, ev.Labels = pipelines.KindLabels, l.scores, l.told
	return nil
}

// Bars returns the scores that labels need.
func (l *Labels) Bars() *Bars { return l.bars }

// rank fills best by insertion: Top is small beside n, and nearly all scores fall below the last of best at once.
func (l *Labels) rank() error {
	l.best = l.best[:0]
	bars := l.bars.now.Load()
	for c, s := range l.scores {
		if s != s {
			return fmt.Errorf("the score of class %d is not a number", c)
		}
		if !bars.over(c, s) {
			continue
		}
		if len(l.best) == l.opts.Top {
			if s <= l.scores[l.best[len(l.best)-1]] {
				continue
			}
			l.best = l.best[:len(l.best)-1]
		}
		l.best = append(l.best, c)
		for i := len(l.best) - 1; i > 0 && s > l.scores[l.best[i-1]]; i-- {
			l.best[i], l.best[i-1] = l.best[i-1], l.best[i]
		}
	}
	return nil
}
