package main

import (
	"cmp"
	"fmt"
	"io"
	"text/tabwriter"
)

func printBench(w io.Writer, rows []benchRow) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "model\tengine\tdelegate\tthreads\truns\tmin ms\tp50 ms\tp90 ms\tratio\tarena KiB\tpacked KiB\tpeak RSS MiB")
	for _, r := range rows {
		fmt.Fprintf(t, "%s\t%s\t%s\t%d\t%d\t%.4f\t%.4f\t%.4f\t%.2f\t%d\t%d\t%d\n", r.Model, r.Engine, cmp.Or(r.Delegate, "-"), r.Threads, r.Runs,
			r.MinMS, r.P50MS, r.P90MS, r.Ratio, r.ArenaBytes>>10, r.PackedBytes>>10, r.PeakRSSBytes>>20)
	}
	for i := range rows {
		if len(rows[i].Ops) > 0 {
			printProfile(t, &rows[i])
		}
	}
	return t.Flush()
}

// printProfile prints how long each operator took and which part of all that is, and for those that multiply how fast that was
// and which part of what this machine can do.
func printProfile(w io.Writer, r *benchRow) {
	fmt.Fprintf(w, "\n%s, %s, %d threads\n", r.Model, r.Engine, r.Threads)
	if p := r.Peak; p != nil {
		fmt.Fprintf(w, "peak, GMAC/s: %.2f of int8, %.2f depthwise, %.2f of float32 (%s)\n", p.Dense, p.Depthwise, p.Float, p.SIMD)
	}
	var all float64
	for _, op := range r.Ops {
		all += op.P50US
	}
	fmt.Fprintln(w, "p50 us\tof time\tGMAC/s\tof peak\tMACs\toperator")
	for _, op := range r.Ops {
		rate, share := "-", "-"
		if op.MACs > 0 {
			rate = fmt.Sprintf("%.2f", op.GMACs)
		}
		if op.MACs > 0 && r.Peak != nil {
			share = fmt.Sprintf("%.0f %%", 100*op.OfPeak)
		}
		fmt.Fprintf(w, "%.1f\t%.1f %%\t%s\t%s\t%d\t%s %s\n", op.P50US, 100*op.P50US/max(all, 1e-9), rate, share, op.MACs, op.Op, op.Name)
	}
}
