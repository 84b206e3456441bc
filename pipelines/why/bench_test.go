package why

import (
	"fmt"
	"testing"
	"time"

	"edged/pipelines"
	"edged/pipelines/alerts"
)

// usual is a look as rules of two clauses have it.
func usual(i int) *alerts.Trace {
	label, slope := `label("fire")`, `slope("air.temperature", "30s")`
	t := looked(float64(i), alerts.Idle, fmt.Sprintf("4QZJX3AB-room-%d", i))
	t.When.Text = label + " > 0.8 && " + slope + ` > "3 °C/min"`
	t.When.Clauses = []pipelines.Clause{{Text: label + " > 0.8", Truth: no, Left: 0.41 + float64(i%30)/100, Right: 0.8}, {Text: slope + ` > "3 °C/min"`, Truth: no, Left: 1.25, Right: 3, Unit: "°C/min"}}
	t.When.Values = []pipelines.Value{{Name: label, Value: 0.41, Age: 120 * time.Millisecond}, {Name: slope, Value: 0.02, Unit: "°C/s", Age: time.Second}}
	t.Rule = alerts.Told{Severity: alerts.Critical, Terms: alerts.Terms{For: 2 * time.Second, Cooldown: time.Minute}}
	return t
}

// BenchmarkPut is what a look costs the pipeline that it is of.
func BenchmarkPut(b *testing.B) {
	r := ringAt(b, b.TempDir(), 0)
	t := usual(1)
	b.ReportAllocs()
	for b.Loop() {
		if r.Put(t); len(r.waits) > mostWaiting/2 {
			r.waits = r.waits[:0]
		}
	}
}

// BenchmarkExplain is an answer from a ring that is full.
func BenchmarkExplain(b *testing.B) {
	path := b.TempDir()
	r := ringAt(b, path, 0)
	for i := range 10_000 {
		r.Put(usual(i))
		if i%50 == 0 {
			r.write()
		}
	}
	for b.Loop() {
		h, err := Load(path, func(Key) bool { return true })
		if err != nil {
			b.Fatal(err)
		}
		a, err := h.Explain(Key{"room", "fire"}, Moment{h.To.Add(-time.Hour), h.To}, time.UTC)
		if err != nil || a.Text == "" {
			b.Fatal(err)
		}
		b.ReportMetric(float64(h.Lines), "looks")
	}
}
