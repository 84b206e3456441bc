package track

import (
	"slices"
	"time"

	"edged/pipelines"
	"edged/runtime/tensor"
)

// Options says when objects are tracks. The zero value has the defaults.
type Options struct {
	Confirm int           // pictures in a row that must have an object before it is a track; 0 is 3
	Coast   time.Duration // a track that is missed for longer ends; 0 is 2 s
	Overlap float32       // the least overlap of what is found with where the track should be; 0 is 0.3
}

// most tracks, and detections of one picture, are followed; what is beyond gets no track.
const most = 256

// Tracker follows detections. The zero value is not ready; New makes one.
type Tracker struct {
	opts   Options
	last   time.Time
	tracks []object
	pairs  assigner
	ids    int
	counts map[string]int
}

// object is what is followed.
type object struct {
	id     int // 0 until it is confirmed
	name   string
	hits   int
	motion motion
	box    pipelines.Box // where it should be
	seen   int           // the detection that it is, of the newest picture; -1 if it was missed
	there  time.Duration // since it was first seen
	missed time.Duration // since it was last seen
}

// New returns a Tracker that has seen nothing.
func New(o Options) *Tracker {
	if o.Confirm <= 0 {
		o.Confirm = 3
	}
	if o.Coast <= 0 {
		o.Coast = 2 * time.Second
	}
	if o.Overlap <= 0 {
		o.Overlap = 0.3
	}
	return &Tracker{opts: o, counts: map[string]int{}}
}

// Update takes what was found in the picture of a time, the best first, and sets its Track and Dwell. A time that lies before
// the last one counts as the same.
func (t *Tracker) Update(at time.Time, found []pipelines.Detection) {
	t.advance(at)
	followed := found[:min(len(found), most)]
	t.pair(followed)
	t.end()
	for i := range followed {
		t.begin(i, followed)
	}
	for i := range t.tracks {
		if o := &t.tracks[i]; o.seen >= 0 {
			found[o.seen].Track, found[o.seen].Dwell = o.id, o.there
			if o.id == 0 {
				found[o.seen].Dwell = 0
			}
		}
	}
}

// advance moves all tracks to a time. After a pause longer than a track may coast, where it was going says nothing: it is
// looked for where it was.
func (t *Tracker) advance(at time.Time) {
	var dt time.Duration
	if !t.last.IsZero() {
		dt = max(0, at.Sub(t.last))
	}
	t.last = at
	for i := range t.tracks {
		o := &t.tracks[i]
		if dt > t.opts.Coast {
			o.motion.rest()
		} else {
			o.motion.predict(dt.Seconds())
		}
		o.box, o.seen = o.motion.box(), -1
		o.there += dt
		o.missed += dt
	}
}

// pair finds out which track each detection is.
func (t *Tracker) pair(found []pipelines.Detection) {
	n := max(len(t.tracks), len(found))
	cost := t.pairs.reset(n)
	for i := range cost {
		cost[i] = 1
	}
	for i := range t.tracks {
		for j := range found {
			if both := t.tracks[i].overlap(&found[j]); both >= t.opts.Overlap {
				cost[i*n+j] = float64(1 - both)
			}
		}
	}
	for i, j := range t.pairs.solve()[:len(t.tracks)] {
		if j < len(found) && t.tracks[i].overlap(&found[j]) >= t.opts.Overlap {
			t.see(&t.tracks[i], j, found[j].Box)
		}
	}
}

func (o *object) overlap(d *pipelines.Detection) float32 {
	if o.name != d.Name {
		return 0
	}
	return o.box.Overlap(d.Box)
}

// see notes that o is detection j.
func (t *Tracker) see(o *object, j int, b pipelines.Box) {
	o.seen, o.missed = j, 0
	o.motion.correct(b)
	if o.hits++; o.hits >= t.opts.Confirm && o.id == 0 {
		t.ids++
		o.id = t.ids
	}
}

// end drops what was missed: a track after a while, anything else at once.
func (t *Tracker) end() {
	t.tracks = slices.DeleteFunc(t.tracks, func(o object) bool {
		return o.seen < 0 && (o.id == 0 || o.missed > t.opts.Coast)
	})
}

// begin follows detection j if it is none of the tracks.
func (t *Tracker) begin(j int, found []pipelines.Detection) {
	known := slices.ContainsFunc(t.tracks, func(o object) bool { return o.seen == j })
	if b := found[j].Box; !known && len(t.tracks) < most && b.YMin < b.YMax && b.XMin < b.XMax {
		t.tracks = append(t.tracks, object{name: found[j].Name, motion: newMotion(b), seen: j})
		o := &t.tracks[len(t.tracks)-1]
		if o.hits = 1; t.opts.Confirm == 1 {
			t.ids++
			o.id = t.ids
		}
	}
}

// Counts returns how many tracks of each class there are, those that are missed for a moment among them. The map is the
// Tracker's, until the next call.
func (t *Tracker) Counts() map[string]int {
	clear(t.counts)
	for i := range t.tracks {
		if t.tracks[i].id != 0 {
			t.counts[t.tracks[i].name]++
		}
	}
	return t.counts
}

// Head gives what another head finds its tracks.
type Head struct {
	finds pipelines.Head
	*Tracker
}

// NewHead returns a Head for the detections of finds. Each encoder needs its own.
func NewHead(finds pipelines.Head, o Options) *Head { return &Head{finds, New(o)} }

// Decode lets the other head fill ev, and says of each detection which track it is, by the time of ev's window.
func (h *Head) Decode(out []*tensor.Tensor, ev *pipelines.Event) error {
	if err := h.finds.Decode(out, ev); err != nil {
		return err
	}
	h.Update(ev.Window.End, ev.Detections)
	ev.Counts = h.Counts()
	return nil
}
