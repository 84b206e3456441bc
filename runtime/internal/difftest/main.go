package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

// options are the flags.
type options struct {
	minutes      float64
	models, jobs int
	seed         uint64
	only         string
	oracle, out  string
	keep, drawn  int
	refusals     bool
	brief        bool
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "difftest:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	var o options
	flags := flag.NewFlagSet("difftest", flag.ExitOnError)
	flags.Float64Var(&o.minutes, "minutes", 1, "how long to look")
	flags.IntVar(&o.models, "models", 0, "stop after so many models; 0 is no limit")
	flags.IntVar(&o.jobs, "jobs", 2, "LiteRT processes")
	flags.Uint64Var(&o.seed, "seed", 1, "of what is drawn")
	flags.StringVar(&o.only, "only", "", "only families whose name begins so; several with commas")
	flags.StringVar(&o.oracle, "oracle", "scripts/litert.mjs", "the script that asks LiteRT")
	flags.StringVar(&o.out, "out", "", "folder for what differs")
	flags.IntVar(&o.keep, "keep", 3, "differences of one family to make small and write")
	flags.IntVar(&o.drawn, "draw", 0, "only write so many models to -out, for others to work on")
	flags.BoolVar(&o.refusals, "refusals", false, "say why models were refused")
	flags.BoolVar(&o.brief, "brief", false, "of cases by file name, print only what is not equal, and counts")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return o.replay(flags.Args(), out)
	}
	s := &search{options: o, families: chosen(o.only), tally: map[string]*count{}}
	if len(s.families) == 0 {
		return fmt.Errorf("no family begins with %q", o.only)
	}
	if o.drawn > 0 {
		return s.draw()
	}
	ctx, cancel := context.WithTimeout(ctx, time.Duration(o.minutes*float64(time.Minute)))
	defer cancel()
	if err := s.run(ctx); err != nil {
		return err
	}
	s.report(out)
	if n := s.unexplained(); n > 0 {
		return fmt.Errorf("%d models without an explanation", n)
	}
	return nil
}

// chosen returns the families whose names begin with one of the comma-separated prefixes.
func chosen(prefixes string) []*family {
	var list []*family
	for i := range families {
		for p := range strings.SplitSeq(prefixes, ",") {
			if strings.HasPrefix(families[i].name, p) {
				list = append(list, &families[i])
				break
			}
		}
	}
	return list
}

// search is one run over the families.
type search struct {
	options
	families []*family

	mu    sync.Mutex
	done  int
	tally map[string]*count
}

// count is what became of one family's models.
type count struct {
	by        [verdicts]int
	explained map[string]int
	samples   []string // of what differs or is lacking
	refusals  map[string]int
}

// run draws and judges models with as many oracles as there are jobs, until ctx ends.
func (s *search) run(ctx context.Context) error {
	errs := make([]error, s.jobs)
	var group sync.WaitGroup
	for job := range s.jobs {
		group.Go(func() { errs[job] = s.work(ctx, job) })
	}
	group.Wait()
	return errors.Join(errs...)
}

// draw writes models of all families to files.
func (s *search) draw() error {
	if err := os.MkdirAll(s.out, 0o755); err != nil {
		return err
	}
	for i := range s.drawn {
		f := s.families[i%len(s.families)]
		c, err := newCase(f, nil, rand.New(rand.NewPCG(s.seed, uint64(i))))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(s.out, fmt.Sprintf("%05d-%s.tflite", i, strings.ReplaceAll(f.name, "/", "-"))), c.model, 0o644); err != nil {
			return err
		}
	}
	return nil
}

func (s *search) work(ctx context.Context, job int) error {
	o := &oracle{script: s.oracle}
	defer o.stop()
	for i := job; ctx.Err() == nil && (s.models == 0 || i < s.models); i += s.jobs {
		f := s.families[i%len(s.families)]
		r := rand.New(rand.NewPCG(s.seed, uint64(i)))
		if err := s.one(o, f, nil, r); err != nil {
			return err
		}
	}
	return nil
}

// one draws a case and has it judged.
func (s *search) one(o *oracle, f *family, given []uint32, r *rand.Rand) error {
	c, err := newCase(f, given, r)
	if err != nil {
		return err
	}
	v, what, reason, err := c.verdict(o)
	if err == nil && v != equal && reason == "" {
		// LiteRT may have written where it should not for a model before: ask a process that has seen none.
		o.stop()
		v, what, reason, err = c.verdict(o)
	}
	if err != nil {
		return err
	}
	if !s.count(c, v, what, reason) {
		return nil
	}
	return s.reduce(o, c, v)
}

// verdict asks the oracle and judges; reason explains what is not equal, if it can.
func (c *testCase) verdict(o *oracle) (v verdict, what, reason string, err error) {
	a, err := o.ask(c.model, c.inputs)
	if err != nil {
		return 0, "", "", err
	}
	if v, what = c.judge(a); v != equal {
		reason = explain(c, a, v)
	}
	return v, what, reason, nil
}

// count adds a verdict to the tally; it reports whether the case is to be made small and kept.
func (s *search) count(c *testCase, v verdict, what, reason string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.done++
	t := s.tally[c.family.name]
	if t == nil {
		t = &count{explained: map[string]int{}, refusals: map[string]int{}}
		s.tally[c.family.name] = t
	}
	if s.refusals && (v == refused || v == lenient) {
		t.refusals[verdictNames[v]+": "+numbers.ReplaceAllString(what, "#")]++
	}
	if reason != "" {
		t.explained[reason]++
		return false
	}
	t.by[v]++
	if v == equal || v == refused || v == lenient && len(t.samples) > 0 || len(t.samples) >= s.keep {
		return false
	}
	t.samples = append(t.samples, verdictNames[v]+": "+what)
	return v == differs || v == lacks
}

// reduce makes a case as small as it can while the verdict holds, and writes it.
func (s *search) reduce(o *oracle, c *testCase, v verdict) error {
	const most = 300
	var failed error
	small, what := c, ""
	shrink(c.choices, most, func(given []uint32) bool {
		next, err := newCase(c.family, given, nil)
		if err != nil {
			return false
		}
		a, err := o.ask(next.model, next.inputs)
		if err != nil {
			failed = err
			return false
		}
		now, say := next.judge(a)
		if now != v || explain(next, a, now) != "" {
			return false
		}
		small, what = next, say
		small.want = a
		return true
	})
	if failed != nil || s.out == "" {
		return failed
	}
	if small.want.Outputs == nil {
		small.want, failed = o.ask(small.model, small.inputs)
		_, what = small.judge(small.want)
	}
	if failed != nil {
		return failed
	}
	return small.write(s.out, what)
}

// numbers in a refusal do not make it another one.
var numbers = regexp.MustCompile(`-?[0-9][0-9.e+-]*`)

// report prints the tally.
func (s *search) report(w io.Writer) {
	var sum [verdicts]int
	explained := map[string]int{}
	for _, f := range s.families {
		t := s.tally[f.name]
		if t == nil {
			continue
		}
		var words []string
		for v, n := range t.by {
			if sum[v] += n; n > 0 {
				words = append(words, fmt.Sprintf("%d %s", n, verdictNames[v]))
			}
		}
		for reason, n := range t.explained {
			explained[reason] += n
			words = append(words, fmt.Sprintf("%d explained", n))
		}
		fmt.Fprintf(w, "%-28s %s\n", f.name, strings.Join(words, ", "))
		for _, sample := range t.samples {
			fmt.Fprintf(w, "    %s\n", sample)
		}
		for _, why := range slices.Sorted(keys(t.refusals)) {
			fmt.Fprintf(w, "    %d × %s\n", t.refusals[why], why)
		}
	}
	for _, reason := range slices.Sorted(keys(explained)) {
		fmt.Fprintf(w, "explained %d: %s\n", explained[reason], reason)
	}
	fmt.Fprintf(w, "%d models of %d families, seed %d:", s.done, len(s.families), s.seed)
	for v, n := range sum {
		fmt.Fprintf(w, " %d %s;", n, verdictNames[v])
	}
	fmt.Fprintln(w)
}

func (s *search) unexplained() (n int) {
	for _, t := range s.tally {
		n += t.by[differs] + t.by[lacks]
	}
	return n
}

// path is where a reduced case is written: FAMILY-DIGEST.json.
func (c *testCase) path(dir string) string {
	return filepath.Join(dir, strings.ReplaceAll(c.family.name, "/", "-")+"-"+digest(c.model)+".json")
}
