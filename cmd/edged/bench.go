package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"edged/runtime"
)

// benchOptions are the flags of edged bench.
type benchOptions struct {
	engineFlags
	app     *app
	engines []string
	threads []int
	runs    int
	seconds float64
	profile bool
	seed    uint64
}

// benchRow is one line of edged bench; its field names are stable.
type benchRow struct {
	Model        string     `json:"model"`
	Engine       string     `json:"engine"`
	Delegate     string     `json:"delegate"`
	Threads      int        `json:"threads"`
	Runs         int        `json:"runs"`
	MinMS        float64    `json:"min_ms"`
	P50MS        float64    `json:"p50_ms"`
	P90MS        float64    `json:"p90_ms"`
	Ratio        float64    `json:"ratio"`
	ArenaBytes   int        `json:"arena_bytes"`
	PackedBytes  int        `json:"packed_bytes"`
	PeakRSSBytes int64      `json:"peak_rss_bytes"`
	Peak         *benchPeak `json:"peak"`
	Ops          []benchOp  `json:"ops"`
}

type benchOp struct {
	Op     string  `json:"op"`
	Name   string  `json:"name"`
	P50US  float64 `json:"p50_us"`
	MACs   int64   `json:"macs"`
	GMACs  float64 `json:"gmac_per_s"`
	OfPeak float64 `json:"of_peak"`
}

func newBench(a *app) *cobra.Command {
	var o benchOptions
	var asJSON, peak bool
	cmd := &cobra.Command{
		Use:   "bench {MODEL… | --peak}",
		Short: "Measure how fast models run",
		Long: `Measure how fast models run, on random inputs. All models, engines and thread counts take turns, one
inference each, so that they share whatever else the machine does.

With --json an array of {"model","engine","delegate","threads","runs","min_ms","p50_ms","p90_ms","ratio",
"arena_bytes","packed_bytes","peak_rss_bytes","peak","ops":[{"op","name","p50_us","macs","gmac_per_s","of_peak"}]}:
ratio is p50 over that of the same model's first row, packed_bytes are weights in the form that the builtin engine's
inner loops want, peak_rss_bytes that of the whole process. Without --profile peak is null and ops is empty.

--profile times each operator of the builtin engine, and compares how many multiply-accumulates (MACs) a second it does
with what this machine's processor does at best, which --peak measures: in layers that stay in its caches. With --json
an array of {"simd","threads","dense_gmac_per_s","depthwise_gmac_per_s","float32_gmac_per_s"}.`,
		Args: func(cmd *cobra.Command, models []string) error {
			if peak && len(models) > 0 {
				return misuse{errors.New("--peak takes no model")}
			}
			if peak {
				return nil
			}
			return cobra.MinimumNArgs(1)(cmd, models)
		},
		ValidArgsFunction: completeModels,
		RunE: func(cmd *cobra.Command, models []string) error {
			o.app = a
			if peak {
				return o.peaks(asJSON)
			}
			rows, err := o.bench(cmd.Context(), models)
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(a.out, rows)
			}
			return printBench(a.out, rows)
		},
	}
	f := cmd.Flags()
	f.StringSliceVar(&o.engines, "engine", []string{"builtin"}, "`engines` to measure")
	f.IntSliceVar(&o.threads, "threads", []int{1}, "`counts` of threads to measure")
	f.IntVar(&o.runs, "runs", 0, "inferences of each; 0 means --seconds")
	f.Float64Var(&o.seconds, "seconds", 1, "seconds of inferences of each")
	f.BoolVar(&o.profile, "profile", false, "time each operator, and compare it with the peak")
	f.BoolVar(&peak, "peak", false, "measure how fast this machine is at best, in place of models")
	f.Uint64Var(&o.seed, "seed", 1, "of the random inputs")
	o.add(cmd)
	jsonFlag(cmd, &asJSON)
	return cmd
}

// contender is one model on one engine with one count of threads.
type contender struct {
	row     benchRow
	session runtime.Session
	profile bool
	times   []time.Duration
	total   time.Duration
	ops     [][]time.Duration // per operator, a time per run
	before  []time.Duration   // per operator, the total so far
}

func (o *benchOptions) bench(ctx context.Context, models []string) ([]benchRow, error) {
	if err := o.check(); err != nil {
		return nil, misuse{err}
	}
	all, err := o.contenders(models)
	defer func() {
		for _, c := range all {
			c.session.Close()
		}
	}()
	if err == nil {
		err = o.knowPeaks(all)
	}
	if err != nil {
		return nil, err
	}
	for warm := true; ; warm = false {
		busy := false
		for _, c := range all {
			if !warm && o.enough(c) {
				continue
			}
			busy = true
			if err := c.turn(ctx, warm); err != nil {
				return nil, fmt.Errorf("%s: %w", c.row.Model, err)
			}
		}
		if !busy {
			break
		}
	}
	return results(all), nil
}

func (o *benchOptions) check() error {
	switch {
	case o.runs < 0:
		return fmt.Errorf("--runs %d is below 0", o.runs)
	case o.runs == 0 && !(o.seconds > 0 && o.seconds < 1e6):
		return fmt.Errorf("--seconds %v is not above 0", o.seconds)
	case len(o.engines) == 0 || len(o.threads) == 0:
		return fmt.Errorf("no engine or no thread count")
	}
	for _, n := range o.threads {
		if n < 1 || n > 256 {
			return fmt.Errorf("--threads %d is not 1 to 256", n)
		}
	}
	return nil
}

// contenders opens a session for each row; on an error those that are open come with it.
func (o *benchOptions) contenders(models []string) ([]*contender, error) {
	var all []*contender
	for _, model := range models {
		for _, engine := range o.engines {
			for _, threads := range o.threads {
				c, err := o.contender(model, engine, threads)
				if c != nil {
					all = append(all, c)
				}
				if err != nil {
					return all, err
				}
			}
		}
	}
	return all, nil
}

// contender opens one session and fills its inputs; on an error the session comes with it where it is open.
func (o *benchOptions) contender(model, engine string, threads int) (*contender, error) {
	opts, err := o.runtime(o.app, engine, threads)
	if err != nil {
		return nil, err
	}
	opts.Profile = o.profile
	s, err := runtime.Open(model, opts)
	if err != nil {
		return nil, err
	}
	row := benchRow{Model: model, Engine: engine, Delegate: opts.TFLite.Delegate.String(), Threads: threads}
	c := &contender{row: row, session: s, profile: o.profile}
	random := randomFeed(o.seed)
	for i := range s.Signature().Inputs {
		if _, err := random(s.Input(i)); err != nil {
			return c, fmt.Errorf("%s: input %d: %w", model, i, err)
		}
	}
	return c, nil
}

// enough says whether c has run as often or as long as asked.
func (o *benchOptions) enough(c *contender) bool {
	if o.runs > 0 {
		return len(c.times) >= o.runs
	}
	return len(c.times) > 0 && c.total.Seconds() >= o.seconds
}

// turn runs the model once; a warm-up does not count.
func (c *contender) turn(ctx context.Context, warm bool) error {
	start := time.Now()
	if err := c.session.Invoke(ctx); err != nil {
		return err
	}
	took := time.Since(start)
	if !warm {
		c.times = append(c.times, took)
		c.total += took
	}
	if c.profile {
		c.account(warm)
	}
	return nil
}

// account notes what each operator added to its total.
func (c *contender) account(warm bool) {
	stats := runtime.StatsOf(c.session)
	if c.ops == nil {
		c.ops, c.before = make([][]time.Duration, len(stats.Ops)), make([]time.Duration, len(stats.Ops))
	}
	for i := range stats.Ops {
		if !warm {
			c.ops[i] = append(c.ops[i], stats.Ops[i].Total-c.before[i])
		}
		c.before[i] = stats.Ops[i].Total
	}
}

func results(all []*contender) []benchRow {
	first := map[string]float64{}
	rss := peakRSS()
	var rows []benchRow
	for _, c := range all {
		slices.Sort(c.times)
		r, stats := c.row, runtime.StatsOf(c.session)
		r.Runs, r.ArenaBytes, r.PackedBytes, r.PeakRSSBytes, r.Ops = len(c.times), stats.ArenaBytes, stats.Packed, rss, []benchOp{}
		r.MinMS, r.P50MS, r.P90MS = ms(c.times[0]), ms(quantile(c.times, 0.5)), ms(quantile(c.times, 0.9))
		if _, ok := first[r.Model]; !ok {
			first[r.Model] = r.P50MS
		}
		r.Ratio = 1
		if first[r.Model] > 0 {
			r.Ratio = r.P50MS / first[r.Model]
		}
		for i := range c.ops {
			slices.Sort(c.ops[i])
			op, took := &stats.Ops[i], quantile(c.ops[i], 0.5)
			gmacs, share := r.Peak.rate(op, took)
			r.Ops = append(r.Ops, benchOp{op.Op, op.Name, 1000 * ms(took), op.MACs, gmacs, share})
		}
		rows = append(rows, r)
	}
	return rows
}

// quantile returns the value below which the share q of the sorted times lie.
func quantile(sorted []time.Duration, q float64) time.Duration {
	return sorted[min(int(q*float64(len(sorted))), len(sorted)-1)]
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// peakRSS returns the most memory this process has had resident, in bytes; 0 where the system has no /proc.
func peakRSS() int64 { return processMemory("VmHWM:") }
