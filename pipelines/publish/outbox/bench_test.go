package outbox

import (
	"context"
	"fmt"
	goruntime "runtime"
	"testing"
)

// sample is an event as they are: some 500 bytes.
func sample() Entry {
	return Entry{Topic: "edged/porch/room/labels", Payload: make([]byte, 500), QoS: 1}
}

func benchBox(b *testing.B, limit int64) (*Outbox, string) {
	b.Helper()
	dir := b.TempDir()
	box, err := Open(Options{Path: dir, Gather: -1, Limit: limit})
	if err != nil {
		b.Fatal(err)
	}
	return box, dir
}

func fill(b *testing.B, box *Outbox, batch []Entry) {
	b.Helper()
	if err := box.Put(context.Background(), batch...); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkPut is one commit, on the disk that has the temporary files.
func BenchmarkPut(b *testing.B) {
	for _, n := range []int{1, 10, 100} {
		b.Run(fmt.Sprint("events", n), func(b *testing.B) {
			box, _ := benchBox(b, 0)
			batch := make([]Entry, n)
			for i := range batch {
				batch[i] = sample()
			}
			b.ReportAllocs()
			for b.Loop() {
				fill(b, box, batch)
			}
			b.ReportMetric(float64(b.N*n)/b.Elapsed().Seconds(), "events/s")
			if err := box.Close(); err != nil {
				b.Fatal(err)
			}
		})
	}
}

// BenchmarkDrain is one event read and acknowledged, of many that wait.
func BenchmarkDrain(b *testing.B) {
	box, _ := benchBox(b, 0)
	batch := make([]Entry, 1000)
	for i := range batch {
		batch[i] = sample()
	}
	left, last := 0, uint64(0)
	b.ReportAllocs()
	for b.Loop() {
		if left == 0 {
			b.StopTimer()
			for range 100 {
				fill(b, box, batch)
			}
			left = 100 * len(batch)
			b.StartTimer()
		}
		it, err := box.Next(context.Background(), last)
		if err != nil {
			b.Fatal(err)
		}
		last = it.ID
		box.Ack(last)
		left--
	}
	if err := box.Close(); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkMillion opens an outbox in which a million events wait, and reports what it holds in memory then.
func BenchmarkMillion(b *testing.B) {
	box, dir := benchBox(b, 1<<30)
	batch := make([]Entry, 1000)
	for i := range batch {
		batch[i] = sample()
		batch[i].Payload = batch[i].Payload[:100]
	}
	for range 1000 {
		fill(b, box, batch)
	}
	if err := box.Close(); err != nil {
		b.Fatal(err)
	}
	box = nil
	for b.Loop() {
		before := heap()
		box, err := Open(Options{Path: dir, Limit: 1 << 30})
		if err != nil {
			b.Fatal(err)
		}
		if s := box.Stats(); s.Depth != 1e6 {
			b.Fatalf("got %+v", s)
		}
		b.ReportMetric(float64(heap())-float64(before), "heap-bytes")
		if err := box.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func heap() uint64 {
	goruntime.GC()
	var m goruntime.MemStats
	goruntime.ReadMemStats(&m)
	return m.HeapAlloc
}
