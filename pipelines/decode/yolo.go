package decode

import (
	"fmt"

	"edged/pipelines"
	"edged/runtime/tensor"
)

// Yolo decodes the one output of a YOLO as Ultralytics exports it to TFLite, float32 or quantized, without the suppression
// of overlapping boxes, which is done here. It is one of
//
//	[1,4+C,N]  YOLOv8, 11 and kin: rows of N: the centres' x and y, widths, heights, then the scores of each of C classes
//	[1,N,5+C]  YOLOv5: N boxes of centre x and y, width, height, the score of there being an object, and those of C classes
//	           if there is one
//
// Scores are probabilities: the last sigmoid is in the model. Boxes are in fractions of the picture, as exports have been
// since there was one scale for all of a quantized output (docs.ultralytics.com/reference/utils/export/litert), or in pixels
// of the input (ONNX exports that were converted: github.com/ultralytics/ultralytics/issues/751). It makes KindDetections
// events, best detection first.
type Yolo struct {
	form   form
	opts   Options
	bars   *Bars
	boxes  boxes
	values []float32
	scores []float32 // of each box, the best class's
	class  []int     // of each box
}

// form says where what stands: field f of box i is element f·field + i·box.
type form struct {
	n, classes int
	first      int // field of the classes' scores; the one before it is the object's, if there is one
	field, box int
}

// formOf finds out which form a shape is, with so many labels, 0 if it is not known how many.
func formOf(s tensor.Shape, labels int) (form, error) {
	if len(s) != 3 || s[0] != 1 || s[1] < 1 || s[2] < 1 {
		return form{}, fmt.Errorf("shape %v is no YOLO's; want 1x(4+classes)xN or 1xNx(5+classes)", s)
	}
	rows := form{n: s[2], classes: s[1] - 4, first: 4, field: s[2], box: 1}
	each := form{n: s[1], classes: s[2] - 5, first: 5, field: 1, box: s[2]}
	switch {
	case labels > 0 && rows.classes == labels:
		return rows, nil
	case labels > 0 && each.classes == labels:
		return each, nil
	case labels > 0:
		return form{}, fmt.Errorf("shape %v does not fit %d labels: want 1x%dxN (YOLOv8 and later) or 1xNx%d (YOLOv5); "+
			"1xNx6 has its boxes suppressed already: export it without (nms=False, end2end=False)", s, labels, 4+labels, 5+labels)
	case s[1] < s[2] && rows.classes > 0:
		return rows, nil
	case s[2] == 6:
		return form{}, fmt.Errorf("shape %v is YOLOv5's with one class, or boxes that are suppressed already; labels would tell", s)
	case s[2] < s[1] && each.classes > 0:
		return each, nil
	}
	return form{}, fmt.Errorf("shape %v is no YOLO's; want 1x(4+classes)xN or 1xNx(5+classes)", s)
}

// NewYolo returns a head for a model with the outputs outs. names are the classes' by index; with none, the shape alone says
// how many there are.
func NewYolo(outs []tensor.Info, names []string, o Options) (*Yolo, error) {
	if len(outs) != 1 {
		return nil, fmt.Errorf("yolo: the model has %d outputs; want one with all boxes", len(outs))
	}
	if err := readable(&outs[0]); err != nil {
		return nil, fmt.Errorf("yolo: %w", err)
	}
	f, err := formOf(outs[0].Shape, len(names))
	if err != nil {
		return nil, fmt.Errorf("yolo: output %q: %w", outs[0].Name, err)
	}
	if o.Height < 0 || o.Width < 0 || (o.Height == 0) != (o.Width == 0) {
		return nil, fmt.Errorf("yolo: boxes of a picture of %dx%d pixels", o.Width, o.Height)
	}
	b, err := newBoxes(f.n, numbered(names, f.classes), o)
	if err != nil {
		return nil, fmt.Errorf("yolo: %w", err)
	}
	return &Yolo{form: f, opts: o, bars: newBars(names, f.classes, o), boxes: b, scores: make([]float32, f.n), class: make([]int, f.n)}, nil
}

// Bars returns the scores that objects need.
func (y *Yolo) Bars() *Bars { return y.bars }

// Decode fills ev.Detections, which are y's until the next Decode. What is no probability, and what cannot be a box in the units that were said, is an error.
func (y *Yolo) Decode(outs []*tensor.Tensor, ev *pipelines.Event) error {
	if len(outs) != 1 {
		return fmt.Errorf("yolo: %d outputs, want 1", len(outs))
	}
	var err error
	if y.values, err = reals(y.values, outs[0]); err != nil {
		return fmt.Errorf("yolo: %w", err)
	}
	if want := y.form.n * (y.form.first + y.form.classes); len(y.values) != want {
		return fmt.Errorf("yolo: output %q has %d elements, want %d", outs[0].Name, len(y.values), want)
	}
	if err := y.find(); err != nil {
		y.boxes.found = y.boxes.found[:0]
		return fmt.Errorf("yolo: output %q: %w", outs[0].Name, err)
	}
	ev.Kind, ev.Detections = pipelines.KindDetections, y.boxes.pick()
	return nil
}

// find notes the boxes whose best class scores enough.
func (y *Yolo) find() error {
	bars := y.bars.now.Load()
	err := error(nil)
	if y.form.box > 1 { // of one box, field is 1 either way
		err = y.byBox(bars.least)
	} else {
		err = y.byRow()
	}
	if err != nil {
		return err
	}
	for i, s := range y.scores {
		if !bars.over(y.class[i], s) {
			continue
		}
		b, err := y.box(i)
		if err != nil {
			return err
		}
		y.boxes.add(candidate{score: min(s, 1), class: y.class[i], place: i, box: b})
	}
	return nil
}

// A probability that was quantized with the scale of boxes may be off by half a step of it.
const leastScore, mostScore = -0.05, 1.05

// byRow finds the best class of each box, class by class, as they lie in memory.
func (y *Yolo) byRow() error {
	f := &y.form
	for i := range y.scores {
		y.scores[i] = leastScore
	}
	for c := range f.classes {
		for i, s := range y.values[(f.first+c)*f.field:][:f.n] {
			if !(s >= leastScore && s <= mostScore) {
				return notLikely(i, c, s)
			}
			if s > y.scores[i] {
				y.scores[i], y.class[i] = s, c
			}
		}
	}
	return nil
}

// byBox finds the best class of each box, box by box, unless it cannot score least. Its score is that of the object times the
// class's.
func (y *Yolo) byBox(least float32) error {
	f := &y.form
	for i := range y.scores {
		v := y.values[i*f.box:][:f.box]
		object := v[f.first-1]
		if !(object >= leastScore && object <= mostScore) {
			return notLikely(i, -1, object)
		}
		if y.scores[i], y.class[i] = max(object, 0), 0; object < least {
			continue // and so will the product be, whichever the class is
		}
		best, class := float32(leastScore), 0
		for c, s := range v[f.first:] {
			if !(s >= leastScore && s <= mostScore) {
				return notLikely(i, c, s)
			}
			if s > best {
				best, class = s, c
			}
		}
		y.scores[i] *= best
		y.class[i] = class
	}
	return nil
}

// notLikely is the error of a score that is no probability. Class -1 is the object's.
func notLikely(box, class int, s float32) error {
	of := fmt.Sprintf("class %d", class)
	if class < 0 {
		of = "an object"
	}
	return fmt.Errorf("box %d has %v for %s, no probability; is the last sigmoid missing in the export?", box, s, of)
}

// mostSide bounds a box's sides, in pictures: a network may say a little more than all of one.
const mostSide = 4

// box returns the edges of box i in fractions of the picture.
func (y *Yolo) box(i int) (pipelines.Box, error) {
	var v [4]float32 // centre x, y, width, height
	for k := range v {
		v[k] = y.values[k*y.form.field+i*y.form.box]
	}
	if err := y.inPictures(&v); err != nil {
		return pipelines.Box{}, fmt.Errorf("box %d %w", i, err)
	}
	w, h := v[2]/2, v[3]/2
	return pipelines.Box{YMin: v[1] - h, XMin: v[0] - w, YMax: v[1] + h, XMax: v[0] + w}, nil
}

// inPictures makes fractions of pixels, if that is what v is in. What can only be in the other unit is an error.
func (y *Yolo) inPictures(v *[4]float32) error {
	if y.opts.Width > 0 {
		if most := max(v[0], v[1], v[2], v[3]); most > 0 && most < 1 {
			return fmt.Errorf("is %v pixels; if these are fractions, say boxes: fractions", *v)
		}
		w, h := float32(y.opts.Width), float32(y.opts.Height)
		v[0], v[1], v[2], v[3] = v[0]/w, v[1]/h, v[2]/w, v[3]/h
	}
	for _, side := range v {
		if !(side > -mostSide && side < mostSide) {
			return fmt.Errorf("is %v pictures; if these are pixels, say boxes: pixels", *v)
		}
	}
	return nil
}
