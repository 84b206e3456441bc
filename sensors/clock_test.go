package sensors_test

import (
	"testing"
	"testing/synctest"
	"time"

	"edged/sensors"
)

func TestClockRunsFaster(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
		c := sensors.NewClock(start, 10)
		show := func(want time.Duration) {
			t.Helper()
			if got := c.Now().Sub(start); got != want {
				t.Errorf("got %v after its start, want %v", got, want)
			}
		}
		time.Sleep(time.Second)
		show(0)
		c.Run()
		show(0)
		time.Sleep(time.Second)
		c.Run()
		show(10 * time.Second)
		time.Sleep(c.Real(2500 * time.Millisecond))
		show(12500 * time.Millisecond)
		for d, want := range map[time.Duration]time.Duration{time.Second: 100 * time.Millisecond, 1: 1, 0: 0, -time.Second: -time.Second} {
			if got := c.Real(d); got != want {
				t.Errorf("%v is %v of the machine's time, want %v", d, got, want)
			}
		}
	})
}

func TestNoClockIsTheMachines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var c *sensors.Clock
		c.Run()
		if now := c.Now(); !now.Equal(time.Now()) || c.Real(time.Second) != time.Second {
			t.Errorf("got %v at %v, and %v for a second", now, time.Now(), c.Real(time.Second))
		}
	})
}
