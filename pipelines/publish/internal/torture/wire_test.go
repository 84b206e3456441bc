package main

import (
	"io"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"
)

// carried sends packets over a wire and returns when the last of them came, and how many.
func carried(t *testing.T, w *wire, packets int) (last time.Duration, n int) {
	t.Helper()
	fromIn, fromOut := io.Pipe()
	toIn, toOut := io.Pipe()
	began := time.Now()
	go func() {
		_ = w.carry(toOut, fromIn, rand.New(rand.NewPCG(1, 1)))
		toOut.Close()
	}()
	go func() {
		for range packets {
			_, _ = fromOut.Write([]byte("packet"))
		}
		fromOut.Close()
	}()
	buf := make([]byte, 100)
	for {
		k, err := toIn.Read(buf)
		if err != nil {
			return last, n
		}
		if string(buf[:k]) != "packet" {
			t.Fatalf("got %q", buf[:k])
		}
		last, n = time.Since(began), n+1
	}
}

func TestWire(t *testing.T) {
	for _, tt := range []struct {
		name        string
		delay       time.Duration
		loss        float64
		cut         bool
		least, most int // of 500 packets
	}{
		{"a good one", 0, 0, false, 500, 500},
		{"a long one", time.Second, 0, false, 500, 500},
		{"a bad one", 0, 0.5, false, 200, 300},
		{"no one", 0, 0, true, 0, 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			w := &wire{delay: tt.delay, loss: tt.loss}
			w.cut.Store(tt.cut)
			last, n := carried(t, w, 500)
			if n < tt.least || n > tt.most || n > 0 && last != tt.delay {
				t.Errorf("%s: got %d packets, the last after %v", tt.name, n, last)
			}
			if passed, lost := w.passed.Load(), w.lost.Load(); passed != uint64(n) || passed+lost != 500 {
				t.Errorf("%s: got %d passed and %d lost, and %d came", tt.name, passed, lost, n)
			}
		})
	}
}
