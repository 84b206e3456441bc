package mic

import (
	"math"
	"testing"
	"time"
)

func TestSince(t *testing.T) {
	now := since(timespec{}) // of the boot, which is too long ago to be a stream's, as a rule
	if d := time.Since(now); d < 0 || d > 10*time.Second {
		t.Errorf("got %v ago, want a time that can be", d)
	}
	if d := time.Since(since(timespec{sec: math.MaxInt32})); d < 0 || d > time.Second {
		t.Errorf("got %v ago of a time to come, want now", d)
	}
}
