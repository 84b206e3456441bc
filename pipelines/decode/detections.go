package decode

import (
	"cmp"
	"fmt"
	"slices"

	"edged/pipelines"
	"edged/runtime/tensor"
)

// maxClass bounds a class, which is a float32, so that it converts to an int.
const maxClass = 1 << 20

// Detections decodes the outputs of TFLite_Detection_PostProcess: boxes [1,n,4] as y and x of the first and the last
// corner in fractions of the picture, classes [1,n], scores [1,n] and the count of those that are valid, [1]. It makes
// KindDetections events, best detection first.
//
// Classes count from 0 and name labels by index: the operator leaves the background out, and so must the labels.
type Detections struct {
	names []string
	opts  Options
	bars  *Bars

	boxes, classes, scores, count []float32
	found                         []pipelines.Detection
}

// NewDetections returns a head for a model with the outputs outs. Their shapes are known only after a run, so that it
// is mostly their number that is checked here.
func NewDetections(outs []tensor.Info, names []string, o Options) (*Detections, error) {
	if len(outs) != 4 {
		return nil, fmt.Errorf("detections: the model has %d outputs; want boxes, classes, scores and their count", len(outs))
	}
	for i := range outs {
		if err := readable(&outs[i]); err != nil {
			return nil, fmt.Errorf("detections: %w", err)
		}
	}
	if o.Top < 0 {
		return nil, fmt.Errorf("detections: top is %d", o.Top)
	}
	return &Detections{names: names, opts: o, bars: newBars(names, len(names), o)}, nil
}

// Bars returns the scores that objects need. Without names, it is not known which classes there are.
func (d *Detections) Bars() *Bars { return d.bars }

// Decode fills ev.Detections, which are d's until the next Decode. Boxes are clipped to the picture; those with nothing left are dropped. A score, a class
// or an edge that is not a number is an error, and so are outputs that do not belong together.
func (d *Detections) Decode(out []*tensor.Tensor, ev *pipelines.Event) error {
	n, err := d.read(out)
	if err != nil {
		return fmt.Errorf("detections: %w", err)
	}
	bars := d.bars.now.Load()
	found := d.found[:0]
	for i := range n {
		class, score, box := d.classes[i], d.scores[i], d.boxes[4*i:4*i+4]
		if !(class >= 0 && class < maxClass) || score != score || slices.ContainsFunc(box, nan) {
			return fmt.Errorf("detections: number %d has class %v, score %v, box %v", i, class, score, box)
		}
		b := pipelines.Box{YMin: clip(box[0]), XMin: clip(box[1]), YMax: clip(box[2]), XMax: clip(box[3])}
		which := int(class + 0.5)
		if !bars.over(which, score) || b.YMin >= b.YMax || b.XMin >= b.XMax {
			continue
		}
		label := pipelines.Label{Name: name(d.names, which), Score: score}
		found = append(found, pipelines.Detection{Label: label, Box: b})
	}
	d.found = found
	slices.SortStableFunc(found, func(a, b pipelines.Detection) int { return cmp.Compare(b.Score, a.Score) })
	if d.opts.Top > 0 {
		found = found[:min(len(found), d.opts.Top)]
	}
	ev.Kind, ev.Detections = pipelines.KindDetections, found
	return nil
}

// read fetches the outputs and returns how many detections are valid: the model's count, but no more than the outputs
// hold.
func (d *Detections) read(out []*tensor.Tensor) (int, error) {
	if len(out) != 4 {
		return 0, fmt.Errorf("%d outputs, want 4", len(out))
	}
	for i, into := range []*[]float32{&d.boxes, &d.classes, &d.scores, &d.count} {
		var err error
		if *into, err = reals(*into, out[i]); err != nil {
			return 0, err
		}
	}
	n := len(d.scores)
	if len(d.boxes) != 4*n || len(d.classes) != n || len(d.count) != 1 {
		return 0, fmt.Errorf("%d box edges, %d classes, %d scores and %d counts do not belong together",
			len(d.boxes), len(d.classes), n, len(d.count))
	}
	count := d.count[0]
	if !(count >= 0) {
		return 0, fmt.Errorf("the count is %v", count)
	}
	return int(min(count, float32(n))), nil
}

func nan(v float32) bool { return v != v }

func clip(v float32) float32 { return min(max(v, 0), 1) }
