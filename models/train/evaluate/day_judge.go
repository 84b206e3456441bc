package main

import (
	"fmt"
	"io"
	"slices"
	"strconv"
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

// amount is how often something was the case, and for how long in all. Of what a digest says, times is 0 if it does not say
// that; there is no such thing if total is.
type amount struct {
	times int
	total time.Duration
}

func (a amount) String() string {
	times := fmt.Sprintf("%d times", a.times)
	if a.times == 0 && a.total > 0 {
		times = "not told how often"
	}
	return fmt.Sprintf("%s, %v", times, a.total.Round(time.Second/2))
}

// within returns the spells that lie in a window, as far as they do.
func within(all []spell, from, to time.Duration) (in []spell) {
	for _, s := range all {
		begins, ends := max(s.from, from), min(s.to, to)
		if cut := begins > s.from || ends < s.to; s.so < leastTime || ends <= begins || cut && ends-begins < leastTime {
			continue
		}
		in = append(in, spell{begins, ends, s.so})
	}
	return in
}

// amountOf adds spells up.
func amountOf(all []spell) (a amount) {
	for _, s := range all {
		a.times++
		a.total += s.to - s.from
	}
	return a
}

// report prints how much of what digests say is right. It is an error if too little of the day's is.
func (d *day) report(out io.Writer) error {
	hours, whole := d.compare(out, truths(d.story, d.story.Length))
	fmt.Fprintf(out, "\nThe hours: %v; %s.\n", hours, hours.more())
	if whole.all == 0 {
		fmt.Fprintln(out, "No day ended.")
		return nil
	}
	fmt.Fprintf(out, "The day: %v; %s.\n", whole, whole.more())
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
		if ev.Digest.Period == pipelines.Day {
			d.compareDay(out, ev, &whole, func(i int) []spell { return within(truth[i], from, to) })
			continue
		}
		for i, name := range sim.Situations() {
			told, spells := toldOf(ev.Digest, name), within(truth[i], from, to)
			if so := amountOf(spells); !hours.judge(amountTold(told), so) {
				fmt.Fprintf(out, "%s, %s: %v; so it was: %v\n", ev.Window.Start.Format("15:04"), name, amountTold(told), so)
			}
			hours.judgeEnds(told, spells, d.begins)
		}
	}
	return hours, whole
}

// compareDay prints a day's digest and the truth beside it.
func (d *day) compareDay(out io.Writer, ev *pipelines.Event, whole *facts, truth func(int) []spell) {
	fmt.Fprintf(out, "%s\n\n%s\n\n| what | times | so | for | so |\n|---|---|---|---|---|\n", ev.Caption, ev.Captions["de"])
	for i, name := range sim.Situations() {
		said, spells := toldOf(ev.Digest, name), truth(i)
		told, so := amountTold(said), amountOf(spells)
		whole.judge(told, so)
		whole.judgeEnds(said, spells, d.begins)
		times := strconv.Itoa(told.times)
		if told.times == 0 && told.total > 0 {
			times = "–"
		}
		fmt.Fprintf(out, "| %s | %s | %d | %v | %v |\n", name, times, so.times, told.total.Round(time.Second), so.total.Round(time.Second))
	}
}

// toldOf is what a digest says of a situation; nil if nothing.
func toldOf(d *pipelines.Digest, name string) *pipelines.Spells {
	i := slices.IndexFunc(d.Happened, func(h pipelines.Happening) bool { return h.What == name })
	if i < 0 {
		return nil
	}
	return &d.Happened[i].Spells
}

// amountTold is as much of it as facts are judged by.
func amountTold(s *pipelines.Spells) amount {
	if s == nil {
		return amount{}
	}
	return amount{s.Times, s.Total}
}
