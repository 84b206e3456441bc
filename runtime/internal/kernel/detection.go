package kernel

import (
	"errors"
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

// DetectionInput is what Detection reads, as real numbers: quantized operands go through a DetectionTable first.
type DetectionInput struct {
	Boxes   []float32 // [N, E], E ≥ 4: y, x, h, w relative to the anchor, then E−4 numbers that nobody reads
	Scores  []float32 // [N, C], C being Classes, or one more where column 0 is the background
	Anchors []float32 // [N, 4]: y, x, h, w
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
// Boxes are decoded in float64, overlaps in float32. Source: LiteRT, tflite/kernels/detection_postprocess.cc.
type Detection struct {
	opts       DetectionOptions
	n          int // boxes
	encoding   int // numbers of a box encoding
	columns    int // of scores
	background int // 1 if column 0 is the background

	boxes  []box
	scores []float32 // one for each box: its best, or that of one class
	nms    suppressor
	order  []int32 // of classes
	found  []hit   // regular: merged so far
	merged []hit

	Pool *Pool
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
		opts: o, n: n, encoding: boxes[2], columns: scores[2], background: scores[2] - o.Classes,
		boxes: make([]box, n), scores: make([]float32, n), order: make([]int32, o.Classes),
	}
	kept := o.MaxDetections
	if o.RegularNMS {
		kept = min(kept, o.DetectionsPerClass)
		d.found = make([]hit, 0, o.MaxDetections)
		d.merged = make([]hit, 0, o.MaxDetections)
	}
	d.nms = newSuppressor(n, kept, o.ScoreThreshold, o.IoUThreshold)
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
	if err := d.decode(in); err != nil {
		return err
	}
	d.nms.pool = d.Pool
	clear(out.Boxes)
	clear(out.Classes)
	clear(out.Scores)
	if d.opts.RegularNMS {
		d.regular(in.Scores, out)
	} else {
		d.fast(in.Scores, out)
	}
	return nil
}

func (d *Detection) decode(in DetectionInput) error {
	var scale [4]float64
	for i, s := range d.opts.Scale {
		scale[i] = float64(s)
	}
	for i := range d.boxes {
		e, a := in.Boxes[i*d.encoding:][:4], in.Anchors[i*4:][:4]
		h, w := float64(a[2]), float64(a[3])
		y := float32(float64(float64(e[0])/scale[0]*h) + float64(a[0]))
		x := float32(float64(float64(e[1])/scale[1]*w) + float64(a[1]))
		halfH := float32(.5 * math.Exp(float64(e[2])/scale[2]) * h)
		halfW := float32(.5 * math.Exp(float64(e[3])/scale[3]) * w)
		b := box{y - halfH, x - halfW, y + halfH, x + halfW}
		if b.ymin > b.ymax || b.xmin > b.xmax {
			return fmt.Errorf("box %d ends before it begins: %g to %g high, %g to %g wide", i, b.ymin, b.ymax, b.xmin, b.xmax)
		}
		d.boxes[i] = b
	}
	return nil
}

// row returns the scores of box i without the background.
func (d *Detection) row(scores []float32, i int) []float32 {
	return scores[i*d.columns+d.background:][:d.opts.Classes]
}

func (d *Detection) fast(scores []float32, out DetectionOutput) {
	for i := range d.scores {
		row := d.row(scores, i)
		d.scores[i] = row[argMax(row)]
	}
	selected := d.nms.run(d.boxes, d.scores)
	for i, b := range selected {
		row := d.row(scores, int(b))
		for k, class := range bestClasses(row, d.opts.MaxClassesPerDetection, d.order) {
			d.put(out, i*d.opts.MaxClassesPerDetection+k, hit{row[class], b, class})
		}
	}
	out.Count[0] = float32(len(selected))
}

func (d *Detection) regular(scores []float32, out DetectionOutput) {
	d.found = d.found[:0]
	for class := 0; class < d.opts.Classes && !d.Pool.Stopped(); class++ {
		for i := range d.scores {
			d.scores[i] = d.row(scores, i)[class]
		}
		d.merge(d.nms.run(d.boxes, d.scores), int32(class))
	}
	for i, h := range d.found {
		d.put(out, i, h)
	}
	out.Count[0] = float32(len(d.found))
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
	b := d.boxes[h.box]
	copy(out.Boxes[4*i:], []float32{b.ymin, b.xmin, b.ymax, b.xmax})
	out.Classes[i], out.Scores[i] = float32(h.class), h.score
}

// DetectionTable gives the real number of each byte of a quantized operand: (q − zero point)·scale in float32.
type DetectionTable [256]float32

// NewDetectionTable makes the table of a tensor of int8 (signed) or uint8.
func NewDetectionTable(scale float32, zeroPoint int64, signed bool) (*DetectionTable, error) {
	if !(scale > 0) || math.IsInf(float64(scale), 0) {
		return nil, fmt.Errorf("scale is %g", scale)
	}
	low := int64(0)
	if signed {
		low = math.MinInt8
	}
	if zeroPoint < low || zeroPoint > low+255 {
		return nil, errors.New("zero point is outside the type")
	}
	t := &DetectionTable{}
	for q := low; q < low+256; q++ {
		t[uint8(q)] = float32(q-zeroPoint) * scale
	}
	return t, nil
}

// Read sets dst[i] to the real number of src[i].
func (t *DetectionTable) Read(dst []float32, src []byte) {
	for i, q := range src {
		dst[i] = t[q]
	}
}
