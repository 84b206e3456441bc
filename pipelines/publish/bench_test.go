package publish_test

import (
	"path/filepath"
	"testing"
	"time"

	"edged/pipelines"
	"edged/pipelines/publish"
	"edged/pipelines/publish/mqtt"
	"edged/pipelines/publish/outbox"
)

// BenchmarkPublisher measures an event's way to a broker on loopback: how many a second when they come as fast as they can, and
// from putting one to its acknowledgement when they come one by one, less often than the outbox commits.
func BenchmarkPublisher(b *testing.B) {
	for _, where := range []string{"memory", "disk"} {
		var disk outbox.Options
		if where == "disk" {
			disk.Path = filepath.Join(b.TempDir(), "outbox")
		}
		b.Run("flood/"+where, func(b *testing.B) { publishing(b, disk, 0) })
		b.Run("single/"+where, func(b *testing.B) { publishing(b, disk, 100*time.Millisecond) })
	}
}

func publishing(b *testing.B, disk outbox.Options, pause time.Duration) {
	seen := newTap()
	server := serve(b, "", seen)
	defer server.Close()
	p, stop := start(b, publish.Options{Broker: mqtt.Options{URL: server.URL()}, Outbox: disk, QueueBytes: 1 << 30})
	seen.wait(func() bool { return seen.infos() == 1 })
	seq, begin := 0, time.Now()
	for b.Loop() {
		seq++
		if err := p.Put(b.Context(), event(seq)); err != nil {
			b.Fatal(err)
		}
		time.Sleep(pause)
	}
	seen.wait(func() bool { return len(seen.seqs) >= seq })
	b.ReportMetric(float64(seq)/time.Since(begin).Seconds(), "events/s") // delivered
	stop()
	s := p.Stats()
	report(b, &s.Latency)
	if s.Outbox != nil {
		b.ReportMetric(float64(s.Outbox.Written)/float64(seq), "B/event-on-disk")
	}
}

func report(b *testing.B, h *pipelines.Histogram) {
	b.ReportMetric(float64(h.Quantile(0.5))/1e6, "p50-ms")
	b.ReportMetric(float64(h.Quantile(0.99))/1e6, "p99-ms")
}
