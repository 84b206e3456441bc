package sim

import (
	"math"
	"time"
)

// alarmSound is a piezo's, on the ceiling.
type alarmSound struct {
	act    *Act
	at     Point
	hz     float64
	phase  float64
	smooth lowpass // of on and off, 1 ms
}

func newAlarmSound(s *Story, a *Act) *alarmSound {
	home := newHiss(s.Seed, "alarm")
	return &alarmSound{act: a, at: Point{s.Home.Width / 2, s.Home.Depth / 2}, hz: home.in(2900, 3300), smooth: newLowpass(160)}
}

func (s *alarmSound) sound(to []float64, t time.Duration) (Point, bool) {
	if t > s.act.End+50*time.Millisecond {
		return s.at, false
	}
	step := s.hz / SampleRateHz
	for i := range to {
		on := 0.0
		if s.act.beeps(t + time.Duration(i)*time.Second/SampleRateHz) {
			on = 1
		}
		s.phase += step
		sin, cos := math.Sincos(2 * math.Pi * s.phase)
		to[i] += alarmLevel * s.smooth.next(on) * sin * (1 + 0.3*cos)
	}
	s.phase -= math.Floor(s.phase)
	return s.at, true
}

// beeps reports whether the alarm sounds at t. Variant 0 is the temporal three of ISO 8201: on for half a second, off for
// half a second, three times, and off for a second more. Variant 1 is the temporal four of carbon monoxide alarms, NFPA 720
// and UL 2034: on for 0.1 s, off for 0.1 s, four times, and off for 5 s.
func (a *Act) beeps(t time.Duration) bool {
	half, times, cycle := 500*time.Millisecond, 3, 4*time.Second
	if a.Variant == 1 {
		half, times, cycle = 100*time.Millisecond, 4, 5700*time.Millisecond
	}
	at := (t - a.Start) % cycle
	return a.at(t) && at < time.Duration(2*times)*half && at/half%2 == 0
}

const alarmLevel = 0.5
