package main

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"edged/runtime"
)

// benchPeak is what this machine does at best with so many threads; its field names are stable.
type benchPeak struct {
	SIMD      string  `json:"simd"`
	Threads   int     `json:"threads"`
	Dense     float64 `json:"dense_gmac_per_s"`
	Depthwise float64 `json:"depthwise_gmac_per_s"`
	Float     float64 `json:"float32_gmac_per_s"`

	of runtime.Peak
}

// peakTime is how long each kind of layer is tried.
const peakTime = 100 * time.Millisecond

func measurePeak(threads int) (*benchPeak, error) {
	p, err := runtime.MeasurePeak(threads, peakTime)
	if err != nil {
		return nil, err
	}
	return &benchPeak{SIMD: runtime.SIMD(), Threads: threads, Dense: p.Dense / 1e9, Depthwise: p.Depthwise / 1e9, Float: p.Float / 1e9, of: p}, nil
}

// measurePeaks measures the peak of each count of threads.
func (o *benchOptions) measurePeaks() ([]*benchPeak, error) {
	if err := o.check(); err != nil {
		return nil, misuse{err}
	}
	var all []*benchPeak
	for _, threads := range o.threads {
		p, err := measurePeak(threads)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}

// knowPeaks measures, for the profiles of the builtin engine, what they are compared with.
func (o *benchOptions) knowPeaks(all []*contender) error {
	known := map[int]*benchPeak{}
	for _, c := range all {
		threads := c.row.Threads
		if !o.profile || c.row.Engine != "builtin" {
			continue
		}
		if known[threads] == nil {
			p, err := measurePeak(threads)
			if err != nil {
				return err
			}
			known[threads] = p
		}
		c.row.Peak = known[threads]
	}
	return nil
}

// rate tells an operator's speed from how long it took.
func (p *benchPeak) rate(op *runtime.OpStats, took time.Duration) (gmacs, share float64) {
	if op.MACs == 0 || took <= 0 {
		return 0, 0
	}
	gmacs = float64(op.MACs) / float64(took.Nanoseconds())
	if p != nil {
		share = 1e9 * gmacs / p.of.Of(op)
	}
	return gmacs, share
}

// peaks prints the peak of each count of threads.
func (o *benchOptions) peaks(asJSON bool) error {
	all, err := o.measurePeaks()
	if err != nil {
		return err
	}
	if asJSON {
		return writeJSON(o.app.out, all)
	}
	return printPeaks(o.app.out, all)
}

func printPeaks(w io.Writer, all []*benchPeak) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "GMAC/s\tthreads\tint8\teach thread\tint8 depthwise\teach thread\tfloat32\teach thread")
	for _, p := range all {
		n := float64(p.Threads)
		fmt.Fprintf(t, "%s\t%d\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f\n", p.SIMD, p.Threads, p.Dense, p.Dense/n, p.Depthwise, p.Depthwise/n, p.Float, p.Float/n)
	}
	return t.Flush()
}
