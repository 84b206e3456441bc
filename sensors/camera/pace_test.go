package camera

import (
	"testing"
	"time"
)

func TestPaceTakesEachNthPicture(t *testing.T) {
	tests := []struct {
		camera, rate float64 // pictures a second
		want         int     // in 10 s
	}{
		{30, 10, 100}, {29.97, 10, 100}, {30.03, 10, 100}, {30, 0, 300}, {30, 30, 300}, {30.1, 30, 301}, {29.9, 30, 299}, {5, 10, 50}, {25, 10, 100}, {30, 20, 200},
	}
	for _, tt := range tests {
		p := pace{period: period(tt.rate)}
		start := time.Now()
		got, shots := 0, int(10*tt.camera)
		for i := range shots {
			jitter := time.Duration(i*7919%5-2) * time.Millisecond
			if p.due(start.Add(time.Duration(float64(i)/tt.camera*1e9) + jitter)) {
				got++
			}
		}
		if got < tt.want-2 || got > tt.want+2 {
			t.Errorf("%v of a camera's %v: got %d in 10 s, want %d", tt.rate, tt.camera, got, tt.want)
		}
	}
}

func TestPaceAfterAPause(t *testing.T) {
	p := pace{period: time.Second}
	start := time.Now()
	for _, tt := range []struct {
		ms   int
		want bool
	}{{0, true}, {500, false}, {1000, true}, {60000, true}, {60300, false}, {60999, true}} {
		if got := p.due(start.Add(time.Duration(tt.ms) * time.Millisecond)); got != tt.want {
			t.Errorf("after %d ms: got %v, want %v", tt.ms, got, tt.want)
		}
	}
}
