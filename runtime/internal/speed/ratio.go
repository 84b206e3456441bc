package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"math"
	"os/exec"
	"slices"
	"strconv"
	"strings"
)

// loss is by how much a ratio may grow before it counts as lost.
const loss = 0.15

// race times the two programs.
type race struct {
	edged, peer, lib, corpus string
	threads, rounds          int
	seconds                  float64
	only                     string
	update                   bool
}

// timing is what one run says, in milliseconds.
type timing struct{ Median, Fastest float64 }

func runRatios(ctx context.Context, flags *flag.FlagSet, args []string, out io.Writer) error {
	var r race
	flags.StringVar(&r.edged, "edged", "", "the edged `binary`")
	flags.StringVar(&r.peer, "peer", "", "the `binary` of scripts/peer.c")
	flags.StringVar(&r.lib, "lib", "", "TensorFlow Lite's `library`")
	flags.StringVar(&r.corpus, "corpus", "../shared/corpus", "`folder` of models")
	flags.IntVar(&r.threads, "threads", 1, "threads of both")
	flags.IntVar(&r.rounds, "rounds", 5, "rounds, of which the median counts")
	flags.Float64Var(&r.seconds, "seconds", 0.5, "of each program in a round")
	flags.StringVar(&r.only, "only", "", "`models`, with commas; all if empty")
	flags.BoolVar(&r.update, "update", false, "keep what is measured as what is compared with")
	if err := flags.Parse(args); err != nil {
		return err
	}
	return r.run(ctx, out)
}

func (r *race) run(ctx context.Context, out io.Writer) error {
	some, err := pick(r.only)
	if err != nil {
		return err
	}
	where, err := files(r.corpus)
	if err != nil {
		return err
	}
	path, err := r.path(ctx)
	if err != nil {
		return err
	}
	var kept ratios
	if err := read(".", "ratios.json", &kept); err != nil {
		return err
	}
	if m := processor(); m != kept.Machine && kept.Machine != "" {
		fmt.Fprintf(out, "kept ratios are of %s, this is %s: expect other ones\n", kept.Machine, m)
	}
	return r.all(ctx, out, path, some, where, &kept)
}

// path is what the figures are kept under: the SIMD path, and the threads where there are several.
func (r *race) path(ctx context.Context) (string, error) {
	var version struct{ SIMD string }
	if err := output(ctx, &version, r.edged, "version", "--json"); err != nil {
		return "", err
	}
	if r.threads > 1 {
		return fmt.Sprintf("%s, %d threads", version.SIMD, r.threads), nil
	}
	return version.SIMD, nil
}

// all measures the models and compares them with what is kept.
func (r *race) all(ctx context.Context, out io.Writer, path string, some []model, where map[string]string, kept *ratios) error {
	fmt.Fprintf(out, "%-42s %9s %9s %7s %7s %7s %7s %7s  %s\n", "model", "edged ms", "peer ms", "fastest", "median", "was", "mark", "next", path)
	was, now, lost := kept.Paths[path], map[string]ratio{}, []error(nil)
	for _, m := range some {
		was := was[m.name]
		got, err := r.twice(ctx, &m, where[m.name], was)
		if err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
		now[m.name] = got
		fmt.Fprintf(out, "%-42s %9.4f %9.4f %7.3f %7.3f %7s %7.3f %7.3f%s\n", m.name, got.EdgedMS, got.PeerMS, got.Fastest, got.Median, orDash(was.Median), m.mark, m.next, verdict(isLost(got, was)))
		if isLost(got, was) {
			lost = append(lost, fmt.Errorf("%s on %s: ratio %.3f, was %.3f: %.0f %% lost", m.name, path, got.Median, was.Median, 100*(got.Median/was.Median-1)))
		}
	}
	switch {
	case r.update:
		return keep(kept, path, now)
	case len(was) == 0:
		return fmt.Errorf("no ratios are kept for %s: -update keeps these", path)
	}
	return errors.Join(lost...)
}

// twice measures once more what seems lost: a busy machine loses too.
func (r *race) twice(ctx context.Context, m *model, file string, was ratio) (ratio, error) {
	got, err := r.measure(ctx, m, file)
	if err == nil && !r.update && isLost(got, was) {
		return r.measure(ctx, m, file)
	}
	return got, err
}

func verdict(lost bool) string {
	if lost {
		return "  LOST"
	}
	return ""
}

// isLost says whether a ratio has grown too much; what was never measured cannot be lost. A loss of which the fastest inferences
// know nothing is that of a machine that did something else meanwhile.
func isLost(got, was ratio) bool {
	return was.Median > 0 && got.Median > was.Median*(1+loss) && got.Fastest > was.Fastest*(1+loss)
}

func orDash(v float64) string {
	if v == 0 {
		return "-"
	}
	return strconv.FormatFloat(v, 'f', 3, 64)
}

// keep writes what was measured; models that were not keep their figures.
func keep(kept *ratios, path string, now map[string]ratio) error {
	if kept.Paths == nil {
		kept.Paths = map[string]map[string]ratio{}
	}
	if kept.Paths[path] == nil {
		kept.Paths[path] = map[string]ratio{}
	}
	maps.Copy(kept.Paths[path], now)
	kept.Machine = processor()
	return write(".", "ratios.json", kept)
}

// measure runs the rounds of a model.
func (r *race) measure(ctx context.Context, m *model, file string) (ratio, error) {
	got := ratio{EdgedMS: math.Inf(1), PeerMS: math.Inf(1)}
	var all []float64
	for range r.rounds {
		ours, theirs, err := r.round(ctx, m, file)
		if err != nil {
			return got, err
		}
		all = append(all, ours.Median/theirs.Median)
		got.EdgedMS, got.PeerMS = min(got.EdgedMS, ours.Fastest), min(got.PeerMS, theirs.Fastest)
	}
	got.Median, got.Fastest = rounded(median(all)), rounded(got.EdgedMS/got.PeerMS)
	got.EdgedMS, got.PeerMS = rounded(got.EdgedMS), rounded(got.PeerMS)
	return got, nil
}

// round times edged, the peer twice and edged again, so that a machine that grows slower or faster meanwhile is so for both.
func (r *race) round(ctx context.Context, m *model, file string) (ours, theirs timing, err error) {
	var all [4]timing
	for i, run := range [...]func(context.Context, *model, string) (timing, error){r.runEdged, r.runPeer, r.runPeer, r.runEdged} {
		if all[i], err = run(ctx, m, file); err != nil {
			return ours, theirs, err
		}
	}
	return both(all[0], all[3]), both(all[1], all[2]), nil
}

// both joins two runs.
func both(a, b timing) timing { return timing{(a.Median + b.Median) / 2, min(a.Fastest, b.Fastest)} }

func (r *race) runEdged(ctx context.Context, _ *model, file string) (timing, error) {
	var rows []struct {
		P50 float64 `json:"p50_ms"`
		Min float64 `json:"min_ms"`
	}
	err := output(ctx, &rows, r.edged, "bench", file, "--engine", "builtin", "--threads", strconv.Itoa(r.threads), "--seconds", half(r.seconds), "--json")
	if err == nil && len(rows) != 1 {
		err = fmt.Errorf("edged bench prints %d rows, want 1", len(rows))
	}
	if err != nil {
		return timing{}, err
	}
	return timing{rows[0].P50, rows[0].Min}, nil
}

func (r *race) runPeer(ctx context.Context, m *model, file string) (timing, error) {
	engine := "plain"
	if m.xnnpack {
		engine = "xnnpack"
	}
	var t struct {
		Median  float64 `json:"median_ms"`
		Fastest float64 `json:"min_ms"`
	}
	err := output(ctx, &t, r.peer, r.lib, file, engine, strconv.Itoa(r.threads), half(r.seconds))
	return timing(t), err
}

// half is the argument for half of the seconds: a round has two runs of each.
func half(seconds float64) string { return strconv.FormatFloat(seconds/2, 'g', -1, 64) }

// output runs a program that prints JSON.
func output(ctx context.Context, v any, name string, args ...string) error {
	b, err := exec.CommandContext(ctx, name, args...).Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return fmt.Errorf("%s %s: %s", name, args[0], strings.TrimSpace(string(exit.Stderr)))
	}
	if err != nil {
		return err
	}
	return json.Unmarshal(b, v)
}

// median sorts v.
func median(v []float64) float64 {
	slices.Sort(v)
	return v[len(v)/2]
}

// rounded keeps four digits: what is behind them is noise, and would change with each --update.
func rounded(v float64) float64 {
	r, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 4, 64), 64)
	if err != nil {
		panic("speed: a number that was written cannot be read: " + err.Error())
	}
	return r
}
