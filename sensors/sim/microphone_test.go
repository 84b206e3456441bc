package sim

import (
	"math"
	"slices"
	"testing"
	"time"
)

// silentRoom is a home in which nothing happens but acts.
func silentRoom(seed uint64, acts func(*Home) []Act) *Story {
	s := NewStory(Options{Seed: seed, Length: 16 * time.Second})
	s.Acts, s.Daylight = acts(s.Home), 1
	return s
}

// listen returns the sound of a part of s.
func listen(s *Story, from, to float64) []float32 {
	x := make([]float32, hearSamples(to-from))
	NewMicrophone(s).Hear(x, int64(from*SampleRateHz))
	return x
}

// heardPower is the mean square of the part of x between two frequencies.
func heardPower(x []float32, lo, hi float64) float64 {
	low, high := newHighpass2(lo), newLowpass2(hi)
	sum := 0.0
	for _, v := range x {
		y := high.next(low.next(float64(v)))
		sum += y * y
	}
	return sum / float64(len(x))
}

func TestMicrophoneRepeatsItself(t *testing.T) {
	s := NewStory(Options{Seed: 7, Length: 8 * time.Second})
	whole := listen(s, -10, 8)
	if again := listen(NewStory(Options{Seed: 7, Length: 8 * time.Second}), -10, 8); !slices.Equal(whole, again) {
		t.Error("two microphones of one story hear different things")
	}
	if other := listen(NewStory(Options{Seed: 8, Length: 8 * time.Second}), -10, 8); slices.Equal(whole, other) {
		t.Error("the next seed sounds the same")
	}
	m := NewMicrophone(s)
	for _, from := range []int64{100001, 50000, 7, -160000, 99, 319, 33333} {
		part := make([]float32, 20001)
		m.Hear(part, from)
		if !slices.Equal(part, whole[from+160000:][:len(part)]) {
			t.Errorf("samples from %d on depend on what was heard before", from)
		}
	}
}

// TestMicrophoneRewinds asks for what is no more on the tape.
func TestMicrophoneRewinds(t *testing.T) {
	m := NewMicrophone(NewStory(Options{Seed: 1, Length: 200 * time.Second}))
	first, late, again := make([]float32, 5000), make([]float32, 5000), make([]float32, 5000)
	m.Hear(first, 16000)
	m.Hear(late, 199*SampleRateHz)
	if m.Hear(again, 16000); !slices.Equal(first, again) {
		t.Error("the beginning sounds different after the end")
	}
	if slices.Equal(first, late) {
		t.Error("the end sounds as the beginning")
	}
}

func TestMicrophoneIsSilentAroundTheStory(t *testing.T) {
	s := NewStory(Options{Seed: 1, Length: time.Second})
	for _, from := range []int64{-200000, tapeBegin - 100, 11*SampleRateHz + 1, 1 << 62} {
		x := []float32{9, 9, 9}
		if NewMicrophone(s).Hear(x, from); !slices.Equal(x, make([]float32, 3)) {
			t.Errorf("from %d: got %v, want silence", from, x)
		}
	}
}

// TestMicrophoneIsNotTooLoud wants nothing beyond full scale, some of it loud, and never plain silence.
func TestMicrophoneIsNotTooLoud(t *testing.T) {
	loudest := 0.0
	for seed := range uint64(5) {
		x := listen(NewStory(Options{Seed: seed, Length: 12 * time.Second}), -10, 12)
		for second := range slices.Chunk(x, SampleRateHz) {
			sum := 0.0
			for _, v := range second {
				if v != v || v <= -1 || v >= 1 {
					t.Fatalf("seed %d: sample %v", seed, v)
				}
				sum += float64(v) * float64(v)
				loudest = max(loudest, math.Abs(float64(v)))
			}
			if sum == 0 {
				t.Fatalf("seed %d: a second of silence", seed)
			}
		}
	}
	if loudest < 0.2 {
		t.Errorf("the loudest sample is %v, want more than 0.2", loudest)
	}
}

// early is an act of kind k from −8 s to 4 s, early so that little is made in vain.
func early(k Kind, variant int) func(*Home) []Act {
	return func(*Home) []Act {
		return []Act{{Kind: k, Start: -8 * time.Second, Turn: -4 * time.Second, End: 4 * time.Second, Variant: variant}}
	}
}

// with lets an act's being be at places.
func (a Act) with(stays ...Stay) []Act {
	a.Stays = stays
	return []Act{a}
}

// audible are the sounds, and the band in which each is clearly louder than the room.
var audible = []struct {
	name   string
	acts   func(*Home) []Act
	lo, hi float64 // Hz
	gain   float64 // dB, of one home
}{
	{"a knock", early(ActKnock, 0), 100, 1500, 15},
	{"a door", early(ActDoor, 0), 60, 4000, 2},
	{"a kettle", early(ActKettle, 0), 300, 3000, 15},
	{"cooking", early(ActCooking, 0), 3000, 7500, 10},
	{"a fire", early(ActFire, 0), 100, 7500, 15},
	{"an alarm, T3", early(ActAlarm, 0), 2800, 3400, 25},
	{"an alarm, T4", early(ActAlarm, 1), 2800, 3400, 20},
	{"a washing machine", early(ActWasher, 0), 100, 2000, 15},
	{"a washing machine out of balance", early(ActUnbalanced, 0), 50, 1000, 15},
	{"glass", early(ActGlass, 0), 3000, 7500, 15},
	{"a window", early(ActWindow, 0), 100, 5000, 10},
	{"talk on television", early(ActTelevision, int(ShowTalk)), 300, 4000, 10},
	{"a fire on television", early(ActTelevision, int(ShowFire)), 500, 5000, 15},
	{"people on television", early(ActTelevision, int(ShowPeople)), 300, 4000, 10},
	{"glass on television", early(ActTelevision, int(ShowGlass)), 2000, 5000, 10},
	{"music", early(ActMusic, 0), 60, 2000, 12},
	{"a vehicle", early(ActStreet, 0), 50, 500, 3},
	{"rain", early(ActRain, 0), 1000, 6000, 3},
	{"a person who walks", func(h *Home) []Act {
		a := early(ActPerson, 1)(h)[0]
		return a.with(Stay{From: a.Start, Point: Point{0.5, 1}}, Stay{From: -3 * time.Second, Point: Point{3.5, 2}}, Stay{From: 2 * time.Second, Point: Point{0.5, 1}})
	}, 60, 3000, 6},
	{"a fall", func(h *Home) []Act {
		a := early(ActPerson, 2)(h)[0]
		return a.with(Stay{From: a.Start, Point: Point{2, 2}}, Stay{From: -4 * time.Second, Point: Point{2, 2}, Pose: Fallen})
	}, 35, 400, 15},
	{"two people", func(h *Home) []Act {
		a, b := early(ActPerson, 3)(h)[0], early(ActPerson, 4)(h)[0]
		return append(a.with(Stay{From: a.Start, Point: Point{1, 2}}), b.with(Stay{From: a.Start, Point: Point{3, 2}})...)
	}, 200, 4000, 10},
	{"a cat", func(h *Home) []Act {
		return early(ActPet, 0)(h)[0].with(Stay{From: -8 * time.Second, Point: Point{2, 2}})
	}, 400, 4000, 8},
	{"a dog", func(h *Home) []Act {
		return early(ActPet, 1)(h)[0].with(Stay{From: -8 * time.Second, Point: Point{2, 2}})
	}, 300, 3000, 8},
}

func TestEverythingIsHeard(t *testing.T) {
	const home = 1
	empty := listen(silentRoom(home, func(*Home) []Act { return nil }), -8, 4.5)
	for _, one := range audible {
		with := heardPower(listen(silentRoom(home, one.acts), -8, 4.5), one.lo, one.hi)
		gain := 10 * math.Log10(with/heardPower(empty, one.lo, one.hi))
		t.Logf("%-35s %5.1f dB from %4.0f to %4.0f Hz", one.name, gain, one.lo, one.hi)
		if gain < one.gain {
			t.Errorf("%s is %.1f dB above the room, want %v", one.name, gain, one.gain)
		}
	}
}

func BenchmarkMicrophone(b *testing.B) {
	s := NewStory(Options{Seed: 3})
	x := make([]float32, SampleRateHz)
	for b.Loop() { // three minutes
		m := NewMicrophone(s)
		for second := range int64(180) {
			m.Hear(x, second*SampleRateHz)
		}
	}
}
