// Command evaluate measures the room's models on held-out stories: it draws, sounds and feels them, runs the daemon's own
// pipeline on that at the stories' time, and compares what the pipeline says with the truth. Run it in the repository's
// root by scripts/evaluate.
//
// # Why
//
// The scripts that train measure too, but on arrays. What counts is what the daemon says: with the int8 models on our
// engine, with windows, ages and thresholds as they are in a run, and senses that do not tick together.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"edged/models"
	"edged/sensors/sim"
)

// options say what is measured.
type options struct {
	models, float, compare string // folders; models "" is the bundle, the others may be ""
	stories, flawed        int    // with all senses well; with each flaw
	first                  uint64 // seed
	workers                int

	day  time.Duration // a day's digest is judged in place of stories; 0 is none
	from int           // the hour in which it begins
	step time.Duration // from one result to the next

	daemon string  // edged's program, run as a daemon in place of a pipeline in memory; "" is none
	speed  float64 // of its room's time
}

func main() {
	var o options
	flag.StringVar(&o.models, "models", "", "`folder` of the models; empty is the bundle")
	flag.StringVar(&o.float, "float", "", "`folder` of the same models in float32, for comparison")
	flag.StringVar(&o.compare, "compare", "", "`folder` of other fusion models")
	flag.IntVar(&o.stories, "stories", 60, "stories told with all senses well")
	flag.IntVar(&o.flawed, "flawed", 20, "stories told with each flaw of a sense")
	flag.Uint64Var(&o.first, "seed", 200001, "of the first story; training has seeds from 1 and 100001 on")
	flag.IntVar(&o.workers, "workers", 2, "stories at a time")
	flag.StringVar(&o.daemon, "daemon", "", "edged's `program`: it is run on the simulated room, and heard at a broker")
	flag.Float64Var(&o.speed, "speed", 10, "with -daemon: how many times as fast the room's time runs; less if the machine does not keep up")
	flag.DurationVar(&o.day, "day", 0, "judge what the digest says of a day so long, in place of stories: whole hours")
	flag.IntVar(&o.from, "from", 0, "with -day: the hour in which it begins")
	flag.DurationVar(&o.step, "step", time.Second, "with -day: the time from one result to the next")
	flag.Parse()
	if err := o.run(os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "evaluate:", err)
		os.Exit(1)
	}
}

func (o *options) run(out io.Writer) error {
	b, err := openBundle(o.models)
	if err != nil {
		return err
	}
	var others *models.Bundle
	if o.compare != "" {
		if others, err = openBundle(o.compare); err != nil {
			return err
		}
	}
	t := &teller{o: o, models: b, others: others}
	if o.day > 0 {
		return t.tellDay(out)
	}
	if o.daemon != "" {
		t.hearer = &hearer{program: o.daemon, dir: o.models, speed: o.speed}
		return t.hearAll(out)
	}
	well, err := t.tell(nil, o.stories)
	if err != nil {
		return err
	}
	report(out, well)
	if err := t.flaws(out); err != nil || o.float == "" {
		return err
	}
	return t.float(out, well)
}

// teller tells stories to the models, several at a time.
type teller struct {
	o              *options
	models, others *models.Bundle
	hearer         *hearer // nil: the pipeline is in memory
	told           atomic.Int64
}

// tell runs the first n stories with flaws, which are by sensor.
func (t *teller) tell(flaws map[string]flaw, n int) ([]*watch, error) {
	todo := make(chan int, n)
	for i := range n {
		todo <- i
	}
	close(todo)
	all, errs := make([]*watch, n), make([]error, t.o.workers)
	var wg sync.WaitGroup
	for i := range t.o.workers {
		wg.Go(func() { errs[i] = t.work(flaws, todo, all) })
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (t *teller) work(flaws map[string]flaw, todo <-chan int, all []*watch) error {
	for i := range todo {
		story := sim.NewStory(sim.Options{Seed: t.o.first + uint64(i)})
		var err error
		if t.hearer != nil {
			all[i], err = t.hearer.hear(story, flaws)
		} else {
			all[i], err = t.run(story, flaws)
		}
		if err != nil {
			return err
		}
		fmt.Fprintf(os.Stderr, "\r%4d stories told", t.told.Add(1))
	}
	return nil
}

// run tells one story to models that know nothing of the one before.
func (t *teller) run(story *sim.Story, flaws map[string]flaw) (*watch, error) {
	s, err := openSenses(t.models, t.others)
	if err != nil {
		return nil, err
	}
	w, err := s.run(story, flaws)
	return w, errors.Join(err, s.close())
}
