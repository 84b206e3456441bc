package sim

import (
	"context"
	"errors"
	"io"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"edged/sensors"
)

// heardLoud lists, for every 20 ms of x, the power between two frequencies.
func heardLoud(x []float32, lo, hi float64) []float64 {
	low, high := newHighpass2(lo), newLowpass2(hi)
	out := make([]float64, len(x)/hearBlock)
	for i := range out {
		for _, v := range x[i*hearBlock:][:hearBlock] {
			y := high.next(low.next(float64(v)))
			out[i] += y * y / hearBlock
		}
	}
	return out
}

// TestAlarmPatterns wants the beeps of a cycle at the times that their standards say, in milliseconds.
func TestAlarmPatterns(t *testing.T) {
	for variant, want := range [][][2]int{
		{{0, 500}, {1000, 1500}, {2000, 2500}, {4000, 4500}, {5000, 5500}, {6000, 6500}, {8000, 8500}},
		{{0, 100}, {200, 300}, {400, 500}, {600, 700}, {5700, 5800}, {5900, 6000}, {6100, 6200}, {6300, 6400}},
	} {
		a := Act{Kind: ActAlarm, Start: 1234 * time.Millisecond, End: time.Minute, Variant: variant}
		var got [][2]int
		for ms, was := 0, false; ms < 9000; ms++ {
			is := a.beeps(a.Start + time.Duration(ms)*time.Millisecond)
			switch {
			case is && !was:
				got = append(got, [2]int{ms, 0})
			case was && !is:
				got[len(got)-1][1] = ms
			}
			was = is
		}
		for i := range want {
			if i >= len(got) || got[i] != want[i] {
				t.Errorf("variant %d: got %v, want %v", variant, got, want)
				break
			}
		}
		if a.beeps(a.Start-time.Millisecond) || a.beeps(a.End) {
			t.Errorf("variant %d beeps beyond its act", variant)
		}
	}
}

// TestAlarmIsHeardAsItBeeps looks at the sound: loud in the middle of a beep, much less at the end of a pause.
func TestAlarmIsHeardAsItBeeps(t *testing.T) {
	x := heardLoud(listen(silentRoom(2, early(ActAlarm, 0)), -8, 4), 2700, 3500)
	for cycle := 0; cycle < 12000; cycle += 4000 {
		beep, pause := 0.0, math.Inf(1)
		for _, ms := range []int{250, 1250, 2250} {
			beep = max(beep, x[(cycle+ms)/20])
			pause = min(pause, x[(cycle+ms+700)/20])
		}
		if beep < 100*pause {
			t.Errorf("after %d ms: beeps of %.2g, a pause of %.2g, want 20 dB between them", cycle, beep, pause)
		}
	}
}

// TestKettleRises wants it louder from second to second while it is heated, in steps of 1.3 s.
func TestKettleRises(t *testing.T) {
	x := heardLoud(listen(silentRoom(4, early(ActKettle, 0)), -8, -4), 300, 3000)
	var rise []float64
	for i := 10; i+65 <= len(x); i += 65 {
		rise = append(rise, heardMean(x[i:i+65]))
	}
	for i := 1; i < len(rise); i++ {
		if rise[i] < 1.5*rise[i-1] {
			t.Errorf("got powers %.2g, want each well above the one before", rise)
		}
	}
}

func heardMean(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}

// TestUnbalancedWasherHits counts bangs: about two a second.
func TestUnbalancedWasherHits(t *testing.T) {
	s := silentRoom(5, early(ActUnbalanced, 0))
	w := newWasherSound(s, &s.Acts[0], newHiss(1, "test"))
	hits := 0
	for at := 4 * time.Second; at < 14*time.Second; at += hearBlockTime {
		w.hits.run(func(offset int) int {
			hits++
			return w.hit(offset, 1)
		})
	}
	if hits < 16 || hits > 25 {
		t.Errorf("got %d hits in 10 s, want about 20", hits)
	}
}

// TestTelevisionIsASmallLoudspeaker wants the fire of a film as loud as a real one where voices are, and nothing of it in
// the bass.
func TestTelevisionIsASmallLoudspeaker(t *testing.T) {
	var middle, bass float64 // dB, of the real one above the shown one
	const homes = 4
	for seed := range uint64(homes) {
		real := listen(silentRoom(seed, early(ActFire, 0)), -4, 2)
		shown := listen(silentRoom(seed, early(ActTelevision, int(ShowFire))), -4, 2)
		middle += 10 * math.Log10(heardPower(real, 500, 4000)/heardPower(shown, 500, 4000)) / homes
		bass += 10 * math.Log10(heardPower(real, 60, 120)/heardPower(shown, 60, 120)) / homes
	}
	t.Logf("a real fire is %.1f dB above a film's in the middle, %.1f dB in the bass", middle, bass)
	if math.Abs(middle) > 6 || bass < 6 {
		t.Errorf("a real fire is %.1f dB above a film's in the middle, %.1f dB in the bass, want up to 6 and more than 6", middle, bass)
	}
}

func TestClips(t *testing.T) {
	s := NewStory(Options{Seed: 3, Length: 1250 * time.Millisecond})
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		c := NewClips(s, ClipsOptions{Chunk: 500 * time.Millisecond, Begin: begin, Repeat: true})
		var clip sensors.Clip
		for i, want := range []struct {
			end     time.Duration
			samples int
			lost    int
		}{{500, 8000, 0}, {1000, 8000, 0}, {1250, 4000, 0}, {1750, 8000, -1}} {
			if err := c.Read(t.Context(), &clip); err != nil {
				t.Fatal(err)
			}
			if end := begin.Add(want.end * time.Millisecond); !clip.End.Equal(end) || time.Now().Before(end) {
				t.Errorf("clip %d ends at %v and came at %v, want %v", i, clip.End.Sub(begin), time.Since(begin), want.end*time.Millisecond)
			}
			if len(clip.Samples) != want.samples || clip.Lost != want.lost || clip.End.Sub(clip.Start) != time.Duration(want.samples)*time.Second/SampleRateHz {
				t.Errorf("clip %d: got %d samples, lost %d, want %v", i, len(clip.Samples), clip.Lost, want)
			}
		}
		late := NewClips(s, ClipsOptions{Begin: begin})
		if err := late.Read(t.Context(), &clip); err != io.EOF {
			t.Errorf("a story that is over: got %v, want %v", err, io.EOF)
		}
	})
}

func TestClipsEnd(t *testing.T) {
	c := NewClips(NewStory(Options{Length: time.Second}), ClipsOptions{Fast: true})
	var clip sensors.Clip
	n := 0
	for ; ; n++ {
		if err := c.Read(t.Context(), &clip); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if n != 10 {
		t.Errorf("got %d clips in a second, want 10", n)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := c.Read(ctx, &clip); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	if err := c.Read(t.Context(), &clip); err == nil {
		t.Error("read after Close: got no error")
	}
}
