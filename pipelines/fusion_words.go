package pipelines

import (
	"context"
	"fmt"
	"slices"
	"time"

	"edged/runtime/tensor"
)

// conclude runs the model on what has been joined, and finds the words for it.
func (f *fusion) conclude(ctx context.Context) error {
	if err := f.invoke(ctx); err != nil {
		return err
	}
	f.outs.take(f.Session)
	if err := f.find(); err != nil {
		return err
	}
	f.memo.result.kind = f.said.Kind
	f.heads = f.memo.heads[:1]
	if f.how.Words.Teller == nil || !f.changed() {
		return nil
	}
	return f.tellOf(ctx)
}

// memo is the memory of a fusion's words, which is used again for each result.
type memo struct {
	weights map[string]float32 // by sensor
	names   []string           // of the labels, sorted
	told    []string           // the names at the last caption
	any     bool               // there was a caption, and told holds
	result  *says
	heads   [2]Head // result, and what tells the caption
}

func newMemo(f *fusion) memo {
	result := &says{of: f}
	return memo{weights: map[string]float32{}, result: result, heads: [2]Head{result, &says{f, KindCaption}}}
}

// find finds what the model's outputs say.
func (f *fusion) find() error {
	start := time.Now()
	f.said = Event{}
	if err := f.head().Decode(f.outs, &f.said); err != nil {
		return fmt.Errorf("decode: %w", err)
	}
	err := f.weigh()
	f.spent(&f.stages.Decode, time.Since(start))
	return err
}

// weigh reads how much each part contributed.
func (f *fusion) weigh() error {
	if f.how.Contributions < 0 {
		return nil
	}
	out := f.outs[f.how.Contributions]
	var err error
	if f.weights, err = tensor.AppendReals(f.weights[:0], out); err != nil {
		return fmt.Errorf("output %q %w", out.Name, err)
	}
	if len(f.weights) != len(f.parts) {
		return fmt.Errorf("output %q: %d contributions of %d parts", out.Name, len(f.weights), len(f.parts))
	}
	by := f.memo.weights
	clear(by)
	for i, st := range f.parts {
		if st != nil {
			by[st.sensor] += f.weights[i]
		}
	}
	f.said.Contributions = by
	return nil
}

// changed says whether the labels are others than those of the last caption.
func (f *fusion) changed() bool {
	m := &f.memo
	m.names = m.names[:0]
	for _, l := range f.shown() {
		m.names = append(m.names, l.Name)
	}
	slices.Sort(m.names)
	if m.any && slices.Equal(m.names, m.told) && !f.how.Words.Always {
		return false
	}
	m.names, m.told, m.any = m.told, m.names, true
	return true
}

// tellOf puts the fused embedding into words, for an event of its own.
func (f *fusion) tellOf(ctx context.Context) error {
	ctx = f.alarm.set(ctx)
	defer f.alarm.rest()
	start := time.Now()
	text, err := f.how.Words.Teller.Caption(ctx, f.outs[f.how.Words.Fused])
	if err != nil {
		f.memo.any = false // try again with the next result
		f.words.failed()
		return err
	}
	f.words.spent(&f.words.stages.Invoke, time.Since(start))
	if f.said.Caption = f.check(text); f.said.Caption != "" {
		f.heads = f.memo.heads[:]
		if f.how.Words.Translate != nil {
			f.said.Captions = f.how.Words.Translate(f.said.Labels)
		}
	}
	return nil
}

// check returns a sentence, or what is said in its place if it contradicts the labels.
func (f *fusion) check(text string) string {
	if f.how.Words.Check == nil {
		return text
	}
	words, right := f.how.Words.Check(text, f.said.Labels)
	if !right {
		f.mended.Add(1)
	}
	return words
}

// shown returns the labels that events have.
func (f *fusion) shown() []Label {
	if n := f.how.Top; n > 0 && n < len(f.said.Labels) {
		return f.said.Labels[:n]
	}
	return f.said.Labels
}

// says is the Head of what a fusion has concluded.
type says struct {
	of   *fusion
	kind Kind
}

// Decode tells it.
func (s *says) Decode(_ []*tensor.Tensor, ev *Event) error {
	said := &s.of.said
	ev.Kind, ev.Labels, ev.Detections, ev.Contributions = s.kind, s.of.shown(), said.Detections, said.Contributions
	ev.Scores = said.Scores
	if s.kind == KindCaption {
		ev.Caption, ev.Captions = said.Caption, said.Captions
	}
	return nil
}

// missing says of each part that is not here why, unless its sensor has said so; and how old the others are.
func (f *fusion) missing(ev *Event, now time.Time) {
	for i, p := range f.seen {
		st := f.parts[i]
		if st == nil {
			continue // the pipeline never had it
		}
		age, text := now.Sub(p.Window.End), ""
		switch {
		case !p.Any:
			text = st.Model + " has found nothing yet"
		case !p.Here && p.Age < 0:
			text = fmt.Sprintf("its clock is %.1f s ahead", -p.Age.Seconds())
		case !p.Here:
			text = fmt.Sprintf("%s has found nothing for %.1f s", st.Model, age.Seconds())
		}
		for _, in := range st.inputs {
			if p.Here {
				ev.Ages[in.name] = max(0, age)
			}
		}
		if text != "" && !slices.ContainsFunc(st.inputs, func(in *Input) bool { return in.sick(now) }) {
			ev.Degraded = append(ev.Degraded, st.sensor+": "+text)
		}
	}
}
