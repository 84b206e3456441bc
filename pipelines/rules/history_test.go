package rules

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

// point is one that a history is given.
type point struct {
	at time.Duration
	x  float64
}

// within returns the points of a window that ends now.
func within(all []point, now, window time.Duration) (some []point) {
	for _, p := range all {
		if p.at >= now-window {
			some = append(some, p)
		}
	}
	return some
}

func extremes(all []point) (lo, hi, mean float64) {
	lo, hi = math.Inf(1), math.Inf(-1)
	for _, p := range all {
		lo, hi, mean = min(lo, p.x), max(hi, p.x), mean+p.x/float64(len(all))
	}
	return lo, hi, mean
}

// leastSquares is the slope of the line of least squares as textbooks have it.
func leastSquares(all []point) float64 {
	var n, t, x, tt, tx float64
	for _, p := range all {
		s := (p.at - all[0].at).Seconds()
		n, t, x, tt, tx = n+1, t+s, x+p.x, tt+s*s, tx+s*p.x
	}
	return (n*tx - t*x) / (n*tt - t*t)
}

func near(a, b float64) bool { return math.Abs(a-b) <= 1e-6*(1+math.Abs(a)+math.Abs(b)) }

// TestHistoryIsThatOfAllPoints compares with a list of all points: exactly while they are few, and within a bucket's time else.
func TestHistoryIsThatOfAllPoints(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for range 60 {
		window := time.Duration(1+rng.IntN(100)) * time.Second
		width := window / (buckets - 2)
		few := rng.IntN(2) == 0
		h := &history{window: window}
		var all []point
		look, now := time.Duration(0), time.Duration(rng.Int64N(int64(time.Hour)))
		for range 1500 {
			step := time.Duration(rng.Int64N(int64(window / 100)))
			if few {
				step += width
			} else if rng.IntN(3) > 0 {
				step /= 50
			}
			now += step
			p := point{now, float64(rng.IntN(2000)-1000) / 10}
			all = append(all, p)
			h.put(p.at, p.x)
			if rng.IntN(10) > 0 {
				continue
			}
			look = max(look, now) + time.Duration(rng.Int64N(int64(window/100)))
			here, wider := within(all, look, window), within(all, look, window+width)
			if full, want := h.trim(look), look-here[0].at >= window/2; full != want && look-wider[0].at < window/2 {
				t.Fatalf("window %v: half full is %v, want %v", window, full, want)
			}
			lo, hi, mean := extremes(here)
			wlo, whi, _ := extremes(wider)
			if h.min() > lo || h.min() < wlo || h.max() < hi || h.max() > whi {
				t.Fatalf("window %v: %v to %v, want %v to %v, or %v to %v", window, h.min(), h.max(), lo, hi, wlo, whi)
			}
			if few && (h.min() != lo || h.max() != hi || !near(h.mean(), mean) || len(here) > 1 && !near(h.slope(), leastSquares(here))) {
				t.Fatalf("window %v: mean %v and slope %v, want %v and %v", window, h.mean(), h.slope(), mean, leastSquares(here))
			}
		}
	}
}

// TestHistoryHoldsAWindowHoweverFastPointsCome puts in 100 points a millisecond's distance for each bucket.
func TestHistoryHoldsAWindowHoweverFastPointsCome(t *testing.T) {
	h := &history{window: time.Minute}
	now := time.Duration(0)
	for range 200_000 {
		now += time.Millisecond
		h.put(now, 3+0.25*now.Seconds())
	}
	if !h.trim(now) || now-h.at(0).first < time.Minute-time.Second/4 {
		t.Errorf("%d buckets reach back %v, want a minute", h.n, now-h.at(0).first)
	}
	if got := h.slope(); !near(got, 0.25) {
		t.Errorf("slope %v, want 0.25: a line is a line in buckets too", got)
	}
	if lo, hi := h.min(), h.max(); !near(hi, 53) || lo < 37.9 || lo > 38.1 {
		t.Errorf("%v to %v, want 38 to 53", lo, hi)
	}
}

func TestHistoryForgetsWhenTheClockIsSetBack(t *testing.T) {
	h := &history{window: time.Minute}
	for s := range 60 {
		h.put(time.Hour+time.Duration(s)*time.Second, 100)
	}
	h.put(time.Hour+58*time.Second, 102) // a little late
	if h.n != 60 || h.max() != 102 {
		t.Errorf("%d buckets up to %v, want 60 up to 102", h.n, h.max())
	}
	h.put(time.Minute, 1)
	if h.n != 1 || h.max() != 1 {
		t.Errorf("%d buckets up to %v, want the one that came after", h.n, h.max())
	}
	h.put(time.Minute+time.Second, math.NaN())
	h.put(time.Minute+time.Second, math.Inf(1))
	if h.n != 1 || h.max() != 1 {
		t.Error("what is no number was kept")
	}
}

func TestUnitsConvertThereAndBack(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for _, u := range units {
		for _, v := range units {
			if u.dim != v.dim {
				continue
			}
			for _, weight := range []float64{0, 0.5, 1, 2} {
				x := float64(rng.IntN(20001)-10000) / 10
				if y := v.into(u, weight).of(u.into(v, weight).of(x)); !near(x, y) {
					t.Errorf("%v %s in %s and back is %v", x, u.name, v.name, y)
				}
				if r, s := u.per(units[11]), v.per(seconds); !near(s.into(r, 0).of(r.into(s, 0).of(x)), x) {
					t.Errorf("%v %s in %s and back is another", x, r.name, s.name)
				}
			}
		}
	}
}

func TestQuantities(t *testing.T) {
	for _, c := range []struct {
		text string
		x    float64
		unit string
	}{
		{"35 °C", 35, "°C"}, {"35°C", 35, "°C"}, {" -4.5 degF ", -4.5, "°F"}, {"1e3Pa", 1000, "Pa"}, {"1.5e-3 bar", 0.0015, "bar"}, {".5 V", 0.5, "V"},
		{"3 °C/min", 3, "°C/min"}, {"3 °C / min", 3, "°C/min"}, {"2/h", 2, "/h"}, {"80%", 80, "%"}, {"7 widgets", 7, "widgets"}, {"7 m/s", 7, "m/s"}, {"12", 12, ""},
		{"3 e", 3, "e"}, {"3e", 3, "e"}, {"+1 A", 1, "A"},
	} {
		if x, u, ok := quantity(c.text); !ok || x != c.x || u.name != c.unit {
			t.Errorf("%q: got %v %q %v, want %v %q", c.text, x, u.name, ok, c.x, c.unit)
		}
	}
	for _, s := range []string{"", "°C", "x 3", ".", "-", "+ 3", "1e999 Pa", "NaN", "Inf s", "0x10"} {
		if x, u, ok := quantity(s); ok && s != "0x10" {
			t.Errorf("%q: got %v %q, want nothing", s, x, u.name)
		}
	}
	for s, want := range map[string]time.Duration{
		"30s": 30 * time.Second, "5 min": 5 * time.Minute, "5m": 5 * time.Minute, "1m30s": 90 * time.Second, "1 h": time.Hour, "250 ms": 250 * time.Millisecond, "1h 5m": 65 * time.Minute,
	} {
		if d, ok := spanOfTime(s); !ok || d != want {
			t.Errorf("%q: got %v %v, want %v", s, d, ok, want)
		}
	}
}
