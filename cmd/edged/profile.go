package main

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"edged/pipelines"
)

// writeProfile prints how long each stage of each model took, and how much of one core that was since the start.
func writeProfile(w io.Writer, s pipelines.Stats) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "model\tstage\ttimes\tmean ms\tp50\tp90\tp99\tmax\tcore %\t")
	p := profile{t: t, since: s.Time.Sub(s.Started)}
	for _, line := range s.Pipelines {
		for i := range line.Encoders {
			p.encoder(line.Name, &line.Encoders[i])
		}
	}
	fmt.Fprintf(t, "all\t\t\t\t\t\t\t\t%s\t\n", p.percent(p.total))
	return t.Flush()
}

// profile is a table in the making.
type profile struct {
	t     *tabwriter.Writer
	since time.Duration
	total time.Duration // that cores were busy
}

// encoder prints a line for each stage that there was. Waiting keeps no core busy.
func (p *profile) encoder(pipeline string, e *pipelines.EncoderStats) {
	name := pipeline + "/" + e.Model
	for _, stage := range []struct {
		name string
		h    *pipelines.Histogram
	}{{"wait", &e.Stages.Wait}, {"prepare", &e.Stages.Prepare}, {"invoke", &e.Stages.Invoke}, {"decode", &e.Stages.Decode}, {"sink", &e.Stages.Sink}} {
		if stage.h.Count == 0 {
			continue
		}
		busy := "-"
		if stage.h != &e.Stages.Wait {
			p.total += stage.h.Sum
			busy = p.percent(stage.h.Sum)
		}
		h := stage.h
		fmt.Fprintf(p.t, "%s\t%s\t%d\t%s\t%s\t%s\t%s\t%s\t%s\t\n", name, stage.name, h.Count, inMillis(h.Mean()),
			inMillis(h.Quantile(0.5)), inMillis(h.Quantile(0.9)), inMillis(h.Quantile(0.99)), inMillis(h.Max), busy)
		name = ""
	}
}

func (p *profile) percent(busy time.Duration) string {
	if p.since <= 0 {
		return "-"
	}
	return fmt.Sprintf("%.2f", 100*busy.Seconds()/p.since.Seconds())
}

func inMillis(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()*1000) }
