package pipelines

import (
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"edged/runtime"
)

// Fusion says how a pipeline joins what its encoders found. Session, Fuser and Head must be set.
type Fusion struct {
	Model   string // its name in events
	Session runtime.Session
	Fuser   Fuser
	Head    Head // says what the session's outputs mean: the labels
	Lacking []Lacking

	Parts         int   // how many the Fuser joins; an encoder says which is its own
	Contributions int   // which output weighs the parts; -1 if none does
	Top           int   // labels of an event at most, of those that Head finds; 0 is all
	Words         Words // of a sentence, beside the labels

	Every    time.Duration // at most one result in this time, and little more without one; 0 is 500 ms
	Deadline time.Duration // of one Invoke, and of one caption; 0 is 30 s
	Cores    int           // that an Invoke keeps busy; 0 is 1, -1 none
}

// Words says how a Fusion puts what it has found into a sentence. The zero value has none.
type Words struct {
	Teller Teller
	Model  string // the Teller's
	Fused  int    // which output it puts into words
	Always bool   // say it each time, not only when the labels are others

	// Check compares a sentence with all labels of the result, and returns it or what is right in its place; what is empty
	// is not said. nil believes each sentence. decode.Clauses has one.
	Check func(said string, labels []Label) (words string, right bool)
	// Translate says the labels of a sentence in further languages; nil knows none. grammar.Grammar has one.
	Translate func(labels []Label) map[string]string
}

// Lacking is a Head in place of a Fusion's while just these of its parts are missing: fewer senses score another way.
type Lacking struct {
	Parts []int // from 0, ascending
	Head  Head
}

// Share is an encoder's part in its pipeline's Fusion. The zero value has none.
type Share struct {
	Part   int // which of the Fusion's parts, from 1; 0 is none
	Output int // which output of the encoder is its embedding
}

const defaultEvery = 500 * time.Millisecond

// fusion is a Fusion at work. It is a worker, the last of its pipeline.
//
// Embeddings are put, and joined, under the lock of the Group's moments: so each recording knows which of them a result
// was made of.
type fusion struct {
	*stage
	how     Fusion
	parts   []*stage // whose embeddings the parts are; nil where the pipeline has none
	weights []float32
	seen    []Part
	words   tally         // of the Teller
	mended  atomic.Uint64 // its sentences that were not right

	news chan struct{} // 1 deep: an embedding was put
	over chan struct{} // closed when no more will be

	timer *time.Timer // of sleep, which would allocate one each time; nil before

	next  time.Time     // from here on guarded by the moments' lock: when the next result is due
	fresh bool          // an embedding has been put since the last one
	empty bool          // nothing was there to be joined last time
	ticks []tick        // of the parts
	crept time.Duration // by how much results have come late, waiting for parts, of late

	gone []int // the parts that are missing, from 0
	said Event // what the last result says, with all labels
	memo memo
}

// AddFusion lets p join the embeddings of its encoders, which have all been added. It is an error if f lacks something, or
// the encoders' shares are not f's. The caller closes the session, and what the Teller uses, once the Group's Run has
// returned.
func AddFusion(p *Pipeline, f Fusion) error {
	if f.Every <= 0 {
		f.Every = defaultEvery
	}
	if f.Deadline <= 0 {
		f.Deadline = 30 * time.Second
	}
	if p.fusion != nil || f.Session == nil || len(f.Session.Signature().Inputs) == 0 || f.Fuser == nil || f.Head == nil || f.Parts < 0 {
		return fmt.Errorf("pipeline %q: model %q cannot join: it has no input, fuser or head, or another one joins already", p.name, f.Model)
	}
	outs := len(f.Session.Signature().Outputs)
	if w := &f.Words; f.Contributions >= outs || w.Teller != nil && (w.Fused < 0 || w.Fused >= outs) {
		return fmt.Errorf("pipeline %q: model %q has %d outputs; contributions are in %d, what is fused in %d", p.name, f.Model, outs, f.Contributions, w.Fused)
	}
	e := Encoder{Model: f.Model, Session: f.Session, Deadline: f.Deadline, Cores: f.Cores, Period: f.Every}
	fu := &fusion{stage: newStage(p, nil, e), how: f, parts: make([]*stage, f.Parts), empty: true, ticks: make([]tick, f.Parts),
		news: make(chan struct{}, 1), over: make(chan struct{})}
	fu.memo = newMemo(fu)
	if err := fu.findParts(p.works); err != nil {
		return err
	}
	p.fusion = fu
	p.add(fu)
	return nil
}

// findParts finds the encoders whose embeddings the parts are.
func (f *fusion) findParts(works []worker) error {
	fail := func(format string, args ...any) error {
		return fmt.Errorf("pipeline %q: "+format, append([]any{f.pipeline.name}, args...)...)
	}
	found := false
	for _, w := range works {
		st := w.of()
		part := st.Share.Part
		switch {
		case part == 0:
			continue
		case part < 0 || part > len(f.parts):
			return fail("model %q is part %d of %d", st.Model, part, len(f.parts))
		case f.parts[part-1] != nil:
			return fail("models %q and %q are both part %d", f.parts[part-1].Model, st.Model, part)
		}
		f.parts[part-1], found = st, true
	}
	if !found {
		return fail("model %q has nothing to join", f.Model)
	}
	return nil
}

// put takes an encoder's embedding of its window.
func (f *fusion) put(st *stage) error {
	m := f.pipeline.moments
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := f.how.Fuser.Put(st.Share.Part-1, st.window, st.outs[st.Share.Output]); err != nil {
		return err
	}
	now := m.now()
	f.ticks[st.Share.Part-1].put(now, f.how.Every)
	f.fresh = true
	st.toldOf()
	m.tell(Step{What: Embedded, At: now, Pipeline: f.pipeline.name, Encoder: st.place})
	signal(f.news)
	return nil
}

// waits returns how long it is until the next result, unless something new comes; 0 if it is time for it. What is new may
// come a little early, and waits for what comes with it. Without anything new it is a little late: a sensor that ticks at
// just the period would else always come just after it.
func (f *fusion) waits(now time.Time) time.Duration {
	switch {
	case f.fresh:
		if early := f.next.Add(-f.how.Every / 10).Sub(now); early > 0 {
			return early
		}
		return f.awaits(now)
	case f.empty:
		return time.Hour
	}
	return max(0, f.next.Add(f.how.Every/4).Sub(now))
}

// join fills the session's input with what is there now, and says whether anything is. The moments' lock must be held.
func (f *fusion) join(now time.Time) (bool, error) {
	fresh := f.fresh
	f.fresh, f.empty = false, true
	start := time.Now()
	seen, err := f.how.Fuser.Fuse(f.Session.Input(0), now)
	if err != nil {
		return false, err
	}
	f.spent(&f.stages.Prepare, time.Since(start))
	f.seen = append(f.seen[:0], seen...)
	if !f.span() {
		return false, nil
	}
	f.creep(now, fresh)
	f.next, f.empty = f.next.Add(f.how.Every), false
	f.pipeline.moments.tell(Step{What: Joined, At: now, Pipeline: f.pipeline.name, Encoder: f.place})
	return true, nil
}

// head returns what reads the outputs, which depends on the parts that were there.
func (f *fusion) head() Head {
	f.gone = f.gone[:0]
	for i, p := range f.seen {
		if !p.Here {
			f.gone = append(f.gone, i)
		}
	}
	for _, l := range f.how.Lacking {
		if slices.Equal(l.Parts, f.gone) {
			return l.Head
		}
	}
	return f.how.Head
}

// span sets the window to that of all parts that are here, and says whether one is.
func (f *fusion) span() bool {
	f.window = Window{}
	for _, p := range f.seen {
		if !p.Here {
			continue
		}
		if w := &f.window; w.Start.IsZero() || p.Window.Start.Before(w.Start) {
			w.Start = p.Window.Start
		}
		if p.Window.End.After(f.window.End) {
			f.window.End = p.Window.End
		}
	}
	return !f.window.End.IsZero()
}
