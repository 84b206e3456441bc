package kernel

import (
	"fmt"
	"math"
)

// DetectionOptions are those of the custom operator TFLite_Detection_PostProcess.
type DetectionOptions struct {
	MaxDetections          int        // "max_detections", int
	MaxClassesPerDetection int        // "max_classes_per_detection", int: results that fast suppression gives for a box
	DetectionsPerClass     int        // "detections_per_class", int, 100 where absent: bound of regular suppression
	RegularNMS             bool       // "use_regular_nms", bool, false where absent
	ScoreThreshold         float32    // "nms_score_threshold", float
	IoUThreshold           float32    // "nms_iou_threshold", float
	Classes                int        // "num_classes", int, without the background
	Scale                  [4]float32 // "y_scale", "x_scale", "h_scale", "w_scale", float
}

// maxDetectionOutputs bounds how many results an operator may ask for.
const maxDetectionOutputs = 1 << 20

// DetectionInput is what Detection reads.
type DetectionInput struct {
	Boxes   DetectionOperand // [N, E], E ≥ 4: y, x, h, w relative to the anchor, then E−4 numbers that nobody reads
	Scores  DetectionOperand // [N, C], C being Classes, or one more where column 0 is the background
	Anchors DetectionOperand // [N, 4]: y, x, h, w
}

// DetectionOutput is what Detection fills; R = MaxDetections·MaxClassesPerDetection.
type DetectionOutput struct {
	Boxes   []float32 // [R, 4]: ymin, xmin, ymax, xmax
	Classes []float32 // [R], 0 being the first after the background
	Scores  []float32 // [R]
	Count   []float32 // [1]: detections found
}

// Detection decodes the boxes of a single-shot detector and keeps the best that do not overlap:
//
//	centre = enc.yx/scale.yx·anchor.hw + anchor.yx
//	half   = exp(enc.hw/scale.hw)·anchor.hw/2
//
// Fast suppression drops a box that overlaps one with a better best score, and gives the first MaxClassesPerDetection
// classes of each box that stays. Regular suppression does so class by class and merges the results. Equal scores keep
// the order of boxes, then of classes. Unused results are zero; in fast suppression TFLite leaves them as they were.
//
// Boxes are decoded in float64, overlaps in float32, and only those boxes that suppression comes to. Source: LiteRT, tflite/kernels/detection_postprocess.cc.
type Detection struct {
	opts       DetectionOptions
	columns    int // of scores
	background int // 1 if column 0 is the background

	boxes  decoder
	scores []float32 // one for each box: its best, or that of one class; of quantized scores only for candidates
	best   []byte    // the same as quantized
	nms    suppressor
	row    []float32 // scores of a box
	order  []int32   // of classes
	found  []hit     // regular: merged so far
	merged []hit

	Pool    *Pool
	Upright bool // the anchors of every Run are known to have no negative side
}

// hit is a result of regular suppression.
type hit struct {
	score      float32
	box, class int32
}

// NewDetection checks the options against the shapes of the three operands.
func NewDetection(o DetectionOptions, boxes, scores, anchors []int) (*Detection, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	if len(boxes) != 3 || boxes[0] != 1 || boxes[1] < 1 || boxes[2] < 4 {
		return nil, fmt.Errorf("box encodings of shape %v, not 1×N×4", boxes)
	}
	n := boxes[1]
	if len(scores) != 3 || scores[0] != 1 || scores[1] != n || scores[2] < o.Classes || scores[2] > o.Classes+1 {
		return nil, fmt.Errorf("class predictions of shape %v for %d boxes and num_classes %d", scores, n, o.Classes)
	}
	if len(anchors) != 2 || anchors[0] < n || anchors[1] != 4 {
		return nil, fmt.Errorf("anchors of shape %v for %d boxes", anchors, n)
	}
	if int64(n)*int64(max(boxes[2], scores[2])) > 1<<25 {
		return nil, fmt.Errorf("%d boxes of %d classes are too many", n, scores[2])
	}
	d := &Detection{
		opts: o, columns: scores[2], background: scores[2] - o.Classes,
		boxes: newDecoder(n, boxes[2], o.Scale), scores: make([]float32, n), best: make([]byte, n),
		row: make([]float32, o.Classes), order: make([]int32, o.Classes),
	}
	kept := o.MaxDetections
	if o.RegularNMS {
		kept = min(kept, o.DetectionsPerClass)
		d.found = make([]hit, 0, o.MaxDetections)
		d.merged = make([]hit, 0, o.MaxDetections)
	}
	d.nms = newSuppressor(&d.boxes, kept, o.ScoreThreshold, o.IoUThreshold)
	return d, nil
}

func (o *DetectionOptions) check() error {
	if o.MaxDetections < 1 || o.MaxClassesPerDetection < 1 ||
		int64(o.MaxDetections)*int64(o.MaxClassesPerDetection) > maxDetectionOutputs {
		return fmt.Errorf("max_detections %d times max_classes_per_detection %d is not from 1 to %d",
			o.MaxDetections, o.MaxClassesPerDetection, maxDetectionOutputs)
	}
	if o.Classes < 1 {
		return fmt.Errorf("num_classes is %d", o.Classes)
	}
	if o.RegularNMS && o.DetectionsPerClass < 1 {
		return fmt.Errorf("detections_per_class is %d", o.DetectionsPerClass)
	}
	if !(o.IoUThreshold > 0 && o.IoUThreshold <= 1) {
		return fmt.Errorf("nms_iou_threshold is %g, not above 0 and up to 1", o.IoUThreshold)
	}
	for i, s := range o.Scale {
		if s == 0 || math.IsNaN(float64(s)) || math.IsInf(float64(s), 0) {
			return fmt.Errorf("%c_scale is %g", "yxhw"[i], s)
		}
	}
	return nil
}

// Results returns R: how many results the output has place for.
func (d *Detection) Results() int { return d.opts.MaxDetections * d.opts.MaxClassesPerDetection }

// Run fills out. A box whose anchor has a negative side is an error, as in TFLite.
func (d *Detection) Run(in DetectionInput, out DetectionOutput) error {
	d.boxes.start(in)
	if !d.Upright && !in.Anchors.Upright() {
		if err := d.boxes.all(); err != nil {
			return err
		}
	}
	d.nms.pool = d.Pool
	clear(out.Boxes)
	clear(out.Classes)
	clear(out.Scores)
	if d.opts.RegularNMS {
		d.regular(&in.Scores, out)
	} else {
		d.fast(&in.Scores, out)
	}
	return nil
}

func (d *Detection) fast(scores *DetectionOperand, out DetectionOutput) {
	selected := d.keep(scores, d.background, d.opts.Classes)
	for i, b := range selected {
		scores.read(d.row, int(b)*d.columns+d.background)
		for k, class := range bestClasses(d.row, d.opts.MaxClassesPerDetection, d.order) {
			d.put(out, i*d.opts.MaxClassesPerDetection+k, hit{d.row[class], b, class})
		}
	}
	out.Count[0] = float32(len(selected))
}

func (d *Detection) regular(scores *DetectionOperand, out DetectionOutput) {
	d.found = d.found[:0]
	for class := 0; class < d.opts.Classes && !d.Pool.Stopped(); class++ {
		d.merge(d.keep(scores, d.background+class, 1), int32(class))
	}
	for i, h := range d.found {
		d.put(out, i, h)
	}
	out.Count[0] = float32(len(d.found))
}

// keep suppresses boxes by the best of their scores in n columns, from the first on.
func (d *Detection) keep(scores *DetectionOperand, first, n int) []int32 {
	if t := scores.Table; t != nil {
		maxOfRows(d.best, scores.Bytes[first:], d.columns, n, t.flip)
		return d.nms.runBytes(d.scores, d.best, t)
	}
	for i := range d.scores {
		row := scores.Reals[i*d.columns+first:][:n]
		d.scores[i] = row[argMax(row)]
	}
	return d.nms.run(d.scores)
}

// merge adds a class's boxes, best first, to what is found, best first, and cuts at MaxDetections. Of equal scores the
// older stay in front.
func (d *Detection) merge(selected []int32, class int32) {
	d.merged = d.merged[:0]
	old := d.found
	for len(d.merged) < d.opts.MaxDetections && len(old)+len(selected) > 0 {
		if len(selected) == 0 || len(old) > 0 && !(d.scores[selected[0]] > old[0].score) {
			d.merged, old = append(d.merged, old[0]), old[1:]
			continue
		}
		b := selected[0]
		d.merged, selected = append(d.merged, hit{d.scores[b], b, class}), selected[1:]
	}
	d.found, d.merged = d.merged, d.found
}

func (d *Detection) put(out DetectionOutput, i int, h hit) {
	b := d.boxes.at(h.box)
	copy(out.Boxes[4*i:], []float32{b.ymin, b.xmin, b.ymax, b.xmax})
	out.Classes[i], out.Scores[i] = float32(h.class), h.score
}
