package main

import (
	"fmt"
	"io"
	"slices"
	"time"

	"edged/pipelines"
	"edged/sensors/sim"
)

// The rules by which a digest joins what it hears are those by which the truth is joined.
const (
	joinOver  = 10 * time.Second
	leastTime = 2 * time.Second
	truthStep = 250 * time.Millisecond
)

// wanted is the least part of a day's facts that must be right.
const wanted = 0.95

// spell is a time in which a situation was the case, across gaps.
type spell struct{ from, to, so time.Duration }

// truths says what is the case in a story up to a time, every truthStep.
func truths(s *sim.Story, until time.Duration) (all []sim.Set) {
	for at := time.Duration(0); at < until; at += truthStep {
		all = append(all, s.Truth(at).Situations)
	}
	return all
}

// spellsOf joins the moments in which each situation was the case.
func spellsOf(truths []sim.Set) (all [situations][]spell) {
	for k, set := range truths {
		at := time.Duration(k) * truthStep
		for i := range all {
			if !set.Has(sim.Situation(i)) {
				continue
			}
			n := len(all[i])
			if n == 0 || at-all[i][n-1].to > joinOver {
				all[i] = append(all[i], spell{from: at})
				n++
			}
			all[i][n-1].to = at + truthStep
			all[i][n-1].so += truthStep
		}
	}
	return all
}

// amount is how often something was the case, and for how long in all.
type amount struct {
	times int
	total time.Duration
}

func (a amount) String() string {
	return fmt.Sprintf("%d times, %v", a.times, a.total.Round(time.Second/2))
}

// within counts the spells that lie in a window, as far as they do.
func within(all []spell, from, to time.Duration) (a amount) {
	for _, s := range all {
		begins, ends := max(s.from, from), min(s.to, to)
		if cut := begins > s.from || ends < s.to; s.so < leastTime || ends <= begins || cut && ends-begins < leastTime {
			continue
		}
		a.times++
		a.total += ends - begins
	}
	return a
}

// near says whether a number of times is as good as the true one: to a fifth, rounded, so that once and twice are that.
func near(told, so int) bool {
	return abs(told-so) <= (so+2)/5
}

// long says whether a duration is as good as the true one: to a fifth, or to 2 s for each of the times.
func long(told, so amount) bool {
	return abs(told.total-so.total) <= max(so.total/5, time.Duration(so.times)*2*time.Second)
}

func abs[T int | time.Duration](x T) T { return max(x, -x) }

// facts counts what digests say, or should have said: that something happened, how often, and for how long.
type facts struct{ right, all int }

func (f *facts) add(right bool) {
	f.all++
	if right {
		f.right++
	}
}

func (f facts) String() string {
	return fmt.Sprintf("%d of %d facts right: %.3f", f.right, f.all, part(f.right, f.all))
}

// judge compares one situation, and says whether all of it is right. What neither happened nor was said is no fact.
func (f *facts) judge(told, so amount) bool {
	if told.times == 0 && so.times == 0 {
		return true
	}
	wrong := f.all - f.right
	f.add(told.times > 0 && so.times > 0)
	f.add(told.times > 0 && so.times > 0 && near(told.times, so.times))
	f.add(told.times > 0 && so.times > 0 && long(told, so))
	return f.all-f.right == wrong
}

// report prints how much of what digests say is right. It is an error if too little of the day's is.
func (d *day) report(out io.Writer) error {
	hours, whole := d.compare(out, truths(d.story, d.story.Length))
	fmt.Fprintf(out, "\nThe hours: %v.\n", hours)
	if whole.all == 0 {
		fmt.Fprintln(out, "No day ended.")
		return nil
	}
	fmt.Fprintf(out, "The day: %v.\n", whole)
	if part(whole.right, whole.all) < wanted {
		return fmt.Errorf("%v of the day, want %v", whole, wanted)
	}
	return nil
}

// compare prints what the day's digest says beside the truth, and what others say wrong, and counts the facts of both.
func (d *day) compare(out io.Writer, all []sim.Set) (hours, whole facts) {
	for _, ev := range d.digests {
		from, to := ev.Window.Start.Sub(d.begins), ev.Window.End.Sub(d.begins)
		if from < 0 && ev.Digest.Period == pipelines.Hour {
			continue // the lead
		}
		from = max(from, 0)
		truth := spellsOf(all[:to/truthStep]) // what came later was not known then
		isDay := ev.Digest.Period == pipelines.Day
		if isDay {
			fmt.Fprintf(out, "%s\n\n%s\n\n| what | times | so | for | so |\n|---|---|---|---|---|\n", ev.Caption, ev.Captions["de"])
		}
		for i, name := range sim.Situations() {
			told, so := toldOf(ev.Digest, name), within(truth[i], from, to)
			if !isDay {
				if !hours.judge(told, so) {
					fmt.Fprintf(out, "%s, %s: %v; so it was: %v\n", ev.Window.Start.Format("15:04"), name, told, so)
				}
				continue
			}
			whole.judge(told, so)
			fmt.Fprintf(out, "| %s | %d | %d | %v | %v |\n", name, told.times, so.times, told.total.Round(time.Second), so.total.Round(time.Second))
		}
	}
	return hours, whole
}

// toldOf is what a digest says of a situation.
func toldOf(d *pipelines.Digest, name string) amount {
	i := slices.IndexFunc(d.Happened, func(h pipelines.Happening) bool { return h.What == name })
	if i < 0 {
		return amount{}
	}
	return amount{d.Happened[i].Times, d.Happened[i].Total}
}
