package alerts

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"edged/pipelines"
)

// sight is one look of a run, and what there is to see.
type sight struct {
	at    time.Time
	world world
	muted time.Time // until when
}

// turned is an opening or a closing: at which look.
type turned struct {
	open bool
	look int
}

func (t turned) String() string { return fmt.Sprintf("%v@%d", t.open, t.look) }

// reference is an alert told by its rules as the doc has them, over all looks at once: whether it opens or closes at a look is
// asked of the looks before, as if there were no state but what it opened and closed at.
type reference struct {
	terms     Terms
	clearWhen bool
	place     *time.Location
	looks     []sight
	restarts  []int // looks before which the daemon started again
}

// truth is the condition at a look, with the thresholds eased.
func (r *reference) truth(i int, ease float64) string {
	w := &r.looks[i].world
	switch {
	case w.silent:
		return "unknown"
	case w.score > 0.8*(1-ease):
		return "true"
	}
	return "false"
}

// clears says whether what closes the alert holds at a look at which it is open.
func (r *reference) clears(i int) bool {
	if r.clearWhen {
		return r.calm(i)
	}
	return r.truth(i, r.terms.Hysteresis) == "false"
}

// calm says whether clear_when holds.
func (r *reference) calm(i int) bool {
	return r.clearWhen && !r.looks[i].world.silent && r.looks[i].world.calm > 0.5
}

// run returns how long something has been so without a break at look i, of the looks from first on.
func (r *reference) run(first, i int, so func(int) bool) time.Duration {
	from := i
	for from > first && so(from-1) {
		from--
	}
	return r.looks[i].at.Sub(r.looks[from].at)
}

// enough says whether enough of the looks from first on to i held.
func (r *reference) enough(first, i int) bool {
	var votes []bool
	for j := i; j >= first && r.truth(j, 0) != "unknown"; j-- {
		if r.looks[j].world.fresh {
			votes = append(votes, r.truth(j, 0) == "true")
		}
	}
	held := 0
	for _, yes := range votes[:min(len(votes), r.terms.Of)] {
		if yes {
			held++
		}
	}
	return held >= r.terms.Least
}

// quiet says whether a moment is in a quiet hour.
func (r *reference) quiet(at time.Time) bool {
	clock := at.In(r.place).Format("15:04")
	return slices.ContainsFunc(r.terms.Quiet, func(s Span) bool {
		from, to := s.String()[:5], s.String()[6:]
		if from < to {
			return from <= clock && clock < to
		}
		return clock < to || from <= clock
	})
}

// opens says whether the alert opens at look i, if it has been closed at look last, if ever.
func (r *reference) opens(last, i int) bool {
	at := r.looks[i].at
	holds := func(j int) bool { return r.truth(j, 0) == "true" && !r.calm(j) }
	return holds(i) && r.run(r.first(last, i), i, holds) >= r.terms.For && r.enough(r.first(last, i), i) &&
		!at.Before(r.looks[i].muted) && !r.quiet(at) && (last < 0 || at.Sub(r.looks[last].at) >= r.terms.Cooldown)
}

// closes says whether it closes at look i, opened at look last.
func (r *reference) closes(last, i int) bool {
	return r.clears(i) && r.run(r.first(last, i), i, r.clears) >= r.terms.ClearAfter
}

// first is the first look after another one, and after the start before look i.
func (r *reference) first(last, i int) int {
	first := last + 1
	for _, start := range r.restarts {
		if start <= i {
			first = max(first, start)
		}
	}
	return first
}

// turns returns all openings and closings.
func (r *reference) turns() (all []turned) {
	last, open := -1, false
	for i := range r.looks {
		if open && r.closes(last, i) || !open && r.opens(last, i) {
			open, last = !open, i
			all = append(all, turned{open, i})
		}
	}
	return all
}

// machine returns what an Alerts makes of the same.
func (r *reference) machine(t *testing.T, seen map[Outcome]int) (all []turned) {
	var w world
	o := Options{Location: r.place, Rules: []Rule{{Name: "fire", When: w.when(), Terms: r.terms}}}
	if r.clearWhen {
		o.Rules[0].ClearWhen = w.clearWhen()
	}
	a := newRig(t, o)
	for i, s := range r.looks {
		if slices.Contains(r.restarts, i) {
			o.Restore = a.States()
			a = &rig{newRig(t, o).Alerts, a.told}
		}
		w = s.world
		if err := a.Mute("fire", s.muted); err != nil {
			t.Fatal(err)
		}
		a.look(s.at, "ev")
		seen[a.lives[0].news.outcome]++
		for _, ev := range a.told[len(all):] {
			all = append(all, turned{ev.Alert.State == pipelines.Open, i})
		}
	}
	r.paired(t, a.told)
	return all
}

// paired checks that openings and closings take turns, and each closing knows its opening.
func (r *reference) paired(t *testing.T, told []*pipelines.Event) {
	for i, ev := range told {
		open := told[i-i%2]
		if (ev.Alert.State == pipelines.Open) != (i%2 == 0) || ev.Alert.Opening != open.ID().String() || !ev.Alert.Since.Equal(open.Alert.Since) {
			t.Fatalf("event %d is %v of opening %q since %v; the opening was %q since %v",
				i, ev.Alert.State, ev.Alert.Opening, ev.Alert.Since, open.ID(), open.Alert.Since)
		}
		if ev.Alert.Until.IsZero() != (i%2 == 0) {
			t.Fatalf("event %d is %v, until %v", i, ev.Alert.State, ev.Alert.Until)
		}
	}
}

// flapping returns an alert of random terms, and looks that try it.
func flapping(rnd *rand.Rand, places []*time.Location, looks int) *reference {
	some := func(d time.Duration) time.Duration { return max(0, time.Duration(rnd.IntN(20)-10)*d/10) }
	r := &reference{clearWhen: rnd.IntN(3) == 0, place: places[rnd.IntN(len(places))]}
	r.terms = Terms{For: some(5 * time.Second), ClearAfter: some(5 * time.Second), Cooldown: some(time.Minute)}
	if rnd.IntN(2) == 0 {
		r.terms.Of = 1 + rnd.IntN(6)
		r.terms.Least = 1 + rnd.IntN(r.terms.Of)
	}
	if !r.clearWhen {
		r.terms.Hysteresis = max(0, float64(rnd.IntN(5)-2)/10)
	}
	// Around the days on which a clock jumps, in Europe and in America.
	starts := []time.Time{
		time.Date(2026, 3, 29, 0, 50, 0, 0, time.UTC), time.Date(2026, 10, 25, 0, 50, 0, 0, time.UTC),
		time.Date(2026, 3, 8, 6, 50, 0, 0, time.UTC), time.Date(2026, 7, 3, 21, 58, 0, 0, time.UTC),
	}
	at := starts[rnd.IntN(len(starts))].Add(time.Duration(rnd.IntN(600)) * time.Second)
	for range rnd.IntN(3) {
		h, m, _ := at.In(r.place).Clock()
		from := (time.Duration(h*60+m) + time.Duration(rnd.IntN(8))) * time.Minute % day
		r.terms.Quiet = append(r.terms.Quiet, Span{from, (from + time.Duration(1+rnd.IntN(90))*time.Minute) % day})
	}
	s := sight{at: at, world: world{score: rnd.Float64()}}
	flaps, jumps, silences := rnd.Float64(), rnd.Float64()*0.1, rnd.Float64()*0.2
	for range looks {
		s.next(rnd, flaps, jumps)
		s.world.silent = rnd.Float64() < silences
		r.looks = append(r.looks, s)
	}
	return r
}

// next goes on to the next look.
func (s *sight) next(rnd *rand.Rand, flaps, jumps float64) {
	s.at = s.at.Add(time.Duration(rnd.IntN(2000)) * time.Millisecond)
	if rnd.Float64() < jumps {
		s.at = s.at.Add(time.Duration(rnd.IntN(90)) * time.Minute)
	}
	if rnd.Float64() < 0.05 {
		s.muted = s.at.Add(time.Duration(rnd.IntN(60)-20) * time.Second)
	}
	w := &s.world
	if w.fresh = rnd.IntN(3) > 0; !w.fresh {
		return
	}
	if w.score += (rnd.Float64() - 0.5) * 0.3; rnd.Float64() < flaps*0.5 {
		w.score = 0.5 + 0.5*rnd.Float64()
	}
	w.score = min(1, max(0.3, w.score))
	w.calm = rnd.Float64() * 0.7
}

// TestFlapping lets 10,000 alerts of random terms see scores that flap, and sensors that come and go: each opens and closes
// exactly when the reference does.
func TestFlapping(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 10))
	places := []*time.Location{time.UTC, zone(t, "Europe/Berlin"), zone(t, "America/New_York"), zone(t, "Australia/Lord_Howe")}
	turns, seen := 0, map[Outcome]int{}
	for n := range 10000 {
		r := flapping(rnd, places, 80)
		want, got := r.turns(), r.machine(t, seen)
		if !slices.Equal(got, want) {
			t.Fatalf("run %d, %+v, clear_when %v, in %v: got %v, want %v", n, r.terms, r.clearWhen, r.place, got, want)
		}
		turns += len(got)
	}
	for o, letter := range letters {
		if seen[o] < 1000 {
			t.Errorf("of %q (%s) there were %d looks: the runs try too little", o, letter, seen[o])
		}
	}
	t.Logf("%d openings and closings; looks: %v", turns, seen)
}

// TestRestart starts again before each look of a run, and before all of them: nothing opens twice, every close comes, and what
// comes when is what the reference says.
func TestRestart(t *testing.T) {
	rnd := rand.New(rand.NewPCG(2, 10))
	places := []*time.Location{time.UTC, zone(t, "Europe/Berlin")}
	closings, seen := 0, map[Outcome]int{}
	for range 60 {
		r := flapping(rnd, places, 50)
		end := r.looks[len(r.looks)-1]
		for range 10 { // then all is well, so that what is open closes
			end.at = end.at.Add(time.Second)
			end.world = world{calm: 1, fresh: true}
			r.looks = append(r.looks, end)
		}
		var every []int
		for i := range r.looks[:50] {
			every = append(every, i)
			r.restarts = []int{i}
			closings += r.restarted(t, seen)
		}
		r.restarts = every
		closings += r.restarted(t, seen)
	}
	t.Logf("%d closings", closings)
}

// restarted compares a run that starts again, and returns how many closings it has.
func (r *reference) restarted(t *testing.T, seen map[Outcome]int) int {
	t.Helper()
	want, got := r.turns(), r.machine(t, seen)
	if !slices.Equal(got, want) {
		t.Fatalf("%+v, clear_when %v, starts %v: got %v, want %v", r.terms, r.clearWhen, r.restarts, got, want)
	}
	if len(got)%2 != 0 {
		t.Fatalf("%+v, starts %v: got %v: the last close has not come", r.terms, r.restarts, got)
	}
	return len(got) / 2
}
