package decode

import (
	"fmt"
	"math"

	"edged/pipelines"
	"edged/runtime/tensor"
)

// Grid decodes the one output of YOLOv2 and its small kin, YOLO-LC: [1,H,W,A·(5+C)], in each cell of a grid A boxes of C
// classes, one for each anchor, the size of a typical object in cells. With σ the logistic function, box a of cell y, x has
// its centre at ((x + σ(t₀))/W, (y + σ(t₁))/H) and is anchor·e^t₂ cells wide, anchor·e^t₃ high; there is an object with
// σ(t₄), and its classes are the soft-max of the rest (Redmon, Farhadi: YOLO9000: Better, Faster, Stronger, CVPR 2017,
// section 2 and figure 3). It makes KindDetections events, best detection first.
type Grid struct {
	h, w, classes int
	anchors       [][2]float32 // width and height
	bars          *Bars
	boxes         boxes
	values        []float32
}

// NewGrid returns a head for a model with the outputs outs. names are the classes' by index; with none, the shape says how
// many there are.
func NewGrid(outs []tensor.Info, names []string, anchors [][2]float32, o Options) (*Grid, error) {
	if len(outs) != 1 || len(anchors) == 0 {
		return nil, fmt.Errorf("yolo: the model has %d outputs and %d anchors; want one with all boxes, and some anchors", len(outs), len(anchors))
	}
	if err := readable(&outs[0]); err != nil {
		return nil, fmt.Errorf("yolo: %w", err)
	}
	for i, a := range anchors {
		if !(a[0] > 0 && a[1] > 0 && a[0] < mostCells && a[1] < mostCells) {
			return nil, fmt.Errorf("yolo: anchor %d is %v cells", i, a)
		}
	}
	s, n := outs[0].Shape, len(anchors)
	if len(s) != 4 || s[0] != 1 || s[1] < 1 || s[2] < 1 || s[3]%n != 0 || s[3]/n < 6 || len(names) > 0 && s[3]/n != 5+len(names) {
		return nil, fmt.Errorf("yolo: output %q: shape %v is no grid of %d anchors and %d labels; want 1xHxWx%d·(5+classes)",
			outs[0].Name, s, n, len(names), n)
	}
	b, err := newBoxes(s[1]*s[2]*n, numbered(names, s[3]/n-5), o)
	if err != nil {
		return nil, fmt.Errorf("yolo: %w", err)
	}
	return &Grid{h: s[1], w: s[2], classes: s[3]/n - 5, anchors: anchors, bars: newBars(names, s[3]/n-5, o), boxes: b}, nil
}

// mostCells bounds an anchor.
const mostCells = 1 << 16

// Bars returns the scores that objects need.
func (g *Grid) Bars() *Bars { return g.bars }

// Decode fills ev.Detections, which are g's until the next Decode. Outputs that are no numbers are an error.
func (g *Grid) Decode(outs []*tensor.Tensor, ev *pipelines.Event) error {
	if len(outs) != 1 {
		return fmt.Errorf("yolo: %d outputs, want 1", len(outs))
	}
	var err error
	if g.values, err = reals(g.values, outs[0]); err != nil {
		return fmt.Errorf("yolo: %w", err)
	}
	each := 5 + g.classes
	if n := g.h * g.w * len(g.anchors); len(g.values) != n*each {
		return fmt.Errorf("yolo: output %q has %d elements, want %d", outs[0].Name, len(g.values), n*each)
	}
	bars := g.bars.now.Load()
	for i := range len(g.values) / each {
		if err := g.look(bars, i, g.values[i*each:][:each]); err != nil {
			g.boxes.found = g.boxes.found[:0]
			return fmt.Errorf("yolo: output %q: %w", outs[0].Name, err)
		}
	}
	ev.Kind, ev.Detections = pipelines.KindDetections, g.boxes.pick()
	return nil
}

// look notes box i, if it scores enough.
func (g *Grid) look(bars *bars, i int, t []float32) error {
	score := logistic(t[4])
	if score != score {
		return fmt.Errorf("box %d has %v for an object", i, t[4])
	}
	if score < bars.least {
		return nil // and so will the product be
	}
	softmax(t[5:])
	class, best := 0, float32(0)
	for c, s := range t[5:] {
		if s > best {
			class, best = c, s
		}
	}
	if best == 0 {
		return fmt.Errorf("box %d has %v for classes", i, t[5:])
	}
	if score *= best; !bars.over(class, score) {
		return nil
	}
	a, cell := g.anchors[i%len(g.anchors)], i/len(g.anchors)
	x, y := (float32(cell%g.w)+logistic(t[0]))/float32(g.w), (float32(cell/g.w)+logistic(t[1]))/float32(g.h)
	w, h := a[0]*exp(t[2])/float32(g.w)/2, a[1]*exp(t[3])/float32(g.h)/2
	if sum := x + y + w + h; sum-sum != 0 { // infinite, or no number
		return fmt.Errorf("box %d is %v", i, t)
	}
	g.boxes.add(candidate{score: score, class: class, place: i, box: pipelines.Box{YMin: y - h, XMin: x - w, YMax: y + h, XMax: x + w}})
	return nil
}

func logistic(v float32) float32 { return float32(1 / (1 + math.Exp(-float64(v)))) }

func exp(v float32) float32 { return float32(math.Exp(float64(v))) }
