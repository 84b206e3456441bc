package sim

import (
	"math"
	"slices"
	"testing"
	"time"

	"edged/sensors"
)

// told is the story of a seed's room in which only these acts happen.
func told(seed uint64, acts ...Act) *Story {
	s := NewStory(Options{Seed: seed})
	s.Acts = acts
	return s
}

// getsDown is an act of a person who stands, and at a minute gets down to the floor.
func getsDown(s *Story, how Pose) Act {
	spot := s.Home.Spots[Nowhere]
	return Act{Kind: ActPerson, Start: -time.Minute, End: 3 * time.Minute, Stays: []Stay{
		{From: -time.Minute, Point: spot}, {From: time.Minute, Point: spot, Pose: how}}}
}

// effect is what an act does to a field: the change from the second 59 to another, to that without the act.
type effect struct {
	act         Act
	field       airField
	at          time.Duration
	least, most float64
}

const sec = time.Second

var (
	aFire       = Act{Kind: ActFire, Start: 60 * sec, Turn: 70 * sec, End: 105 * sec}
	aKettle     = Act{Kind: ActKettle, Start: 30 * sec, Turn: 60 * sec, End: 80 * sec}
	aSmoke      = Act{Kind: ActCooking, Start: 60 * sec, Turn: 80 * sec, End: 110 * sec}
	aWindow     = Act{Kind: ActWindow, Start: 60 * sec, End: 140 * sec}
	aWasher     = Act{Kind: ActWasher, Start: 60 * sec, End: 140 * sec}
	anUnbalance = Act{Kind: ActUnbalanced, Start: 60 * sec, End: 140 * sec}
	aGlass      = Act{Kind: ActGlass, Start: 60 * sec, End: 61500 * time.Millisecond, Where: int(AtSofa)}
	aKnock      = Act{Kind: ActKnock, Start: 60 * sec, End: 64 * sec}
	aTelevision = Act{Kind: ActTelevision, Start: 60 * sec, End: 140 * sec, Variant: int(ShowFire)}
	anAlarm     = Act{Kind: ActAlarm, Start: 60 * sec, End: 90 * sec}
)

// effects are what each must do in every room.
var effects = []effect{
	{aFire, airTemperature, 65 * sec, 0.15, 4}, {aFire, airTemperature, 80 * sec, 1.5, 15}, {aFire, airTemperature, 104 * sec, 3, 35},
	{aFire, airTVOC, 64 * sec, 3, 200}, {aFire, airTVOC, 66 * sec, 15, 500}, {aFire, airTVOC, 80 * sec, 200, 3000},
	{aFire, airCO2, 80 * sec, 10, 300}, {aFire, airCO2, 104 * sec, 80, 1000}, {aFire, airLight, 75 * sec, 4, 300},
	{aFire, airShock, 75 * sec, -0.01, 0.01},
	{aKettle, airHumidity, 59 * sec, 0, 1.5}, {aKettle, airHumidity, 80 * sec, 1.5, 9}, {aKettle, airTemperature, 80 * sec, 0.02, 0.7},
	{aKettle, airTVOC, 80 * sec, -1, 1},
	{aSmoke, airTVOC, 65 * sec, 0, 10}, {aSmoke, airTVOC, 75 * sec, 15, 250}, {aSmoke, airTVOC, 90 * sec, 150, 1000},
	{aSmoke, airTemperature, 90 * sec, 0.1, 1.5},
	{aWindow, airCO2, 120 * sec, -400, 0},
	{aWasher, airVibration, 75 * sec, 0.004, 0.02}, {anUnbalance, airVibration, 75 * sec, 0.03, 0.2},
	{anUnbalance, airShock, 75 * sec, 0.06, 0.5}, {aWasher, airShock, 75 * sec, 0.004, 0.03},
	{aGlass, airShock, 61 * sec, 0.04, 0.25}, {aGlass, airVibration, 61 * sec, 0.001, 0.05}, {aGlass, airShock, 65 * sec, -0.01, 0.01},
	{aKnock, airShock, 61 * sec, -0.005, 0.015},
	{aTelevision, airLight, 70 * sec, 0.8, 40}, {aTelevision, airTVOC, 100 * sec, -1, 1}, {aTelevision, airCO2, 100 * sec, -1, 1},
	{aTelevision, airTemperature, 100 * sec, -0.01, 0.1}, {aTelevision, airShock, 100 * sec, -1e-9, 1e-9},
	{anAlarm, airTVOC, 80 * sec, -1e-9, 1e-9}, {anAlarm, airTemperature, 80 * sec, -1e-9, 1e-9},
}

// TestActsAreFelt compares rooms with an act and without.
func TestActsAreFelt(t *testing.T) {
	for seed := range uint64(6) {
		quiet := NewAir(told(seed))
		felt := map[Kind]*Air{}
		for _, e := range effects {
			a := felt[e.act.Kind]
			if a == nil {
				a = NewAir(told(seed, e.act))
				felt[e.act.Kind] = a
			}
			if got := a.field(e.field, e.at) - quiet.field(e.field, e.at); !(got >= e.least && got <= e.most) {
				t.Errorf("seed %d: act %d changes %s by %.4f at %v, want %v to %v", seed, e.act.Kind, airNames[e.field], got, e.at, e.least, e.most)
			}
		}
	}
}

// TestFallIsAThud tells falling from lying down.
func TestFallIsAThud(t *testing.T) {
	for seed := range uint64(6) {
		var shock [2]float64
		for i, how := range []Pose{Fallen, Lying} {
			s := told(seed)
			s.Acts = []Act{getsDown(s, how)}
			shock[i] = NewAir(s).field(airShock, 61*sec)
		}
		if shock[0] < 0.3 || shock[0] > 1.4 || shock[1] > 0.06 {
			t.Errorf("seed %d: a fall is a shock of %.3f g, lying down of %.3f g, want 0.3 to 1.4 and at most 0.06", seed, shock[0], shock[1])
		}
	}
}

// TestWindowLetsTheColdIn looks at rooms where outside is colder, and at those where it is not.
func TestWindowLetsTheColdIn(t *testing.T) {
	for seed := range uint64(6) {
		s := told(seed)
		colder := s.climate().outside.heat - s.climate().inside.heat
		got := NewAir(told(seed, aWindow)).field(airTemperature, 120*sec) - NewAir(s).field(airTemperature, 120*sec)
		if math.Abs(colder) > 3 && (math.Signbit(got) != math.Signbit(colder) || math.Abs(got) < 0.05 || math.Abs(got) > 6) {
			t.Errorf("seed %d: outside it is %.1f K warmer, a minute's open window changes %.2f K", seed, colder, got)
		}
	}
}

// TestQuietRoomIsSettled bounds what nothing does.
func TestQuietRoomIsSettled(t *testing.T) {
	most := [airFields]float64{0.6, 2, 30, 40, 60, 250, 0.003, 0.02}
	for seed := range uint64(6) {
		s := told(seed)
		a := NewAir(s)
		for f := range airFields {
			lo, hi := math.Inf(1), math.Inf(-1)
			for at := -60 * sec; at < s.Length; at += sec {
				v := a.field(f, at)
				lo, hi = min(lo, v), max(hi, v)
			}
			calm := len(a.shakes.blows) == 0 && a.story.climate().cleaning > s.Length
			if calm && hi-lo > most[f] {
				t.Errorf("seed %d: %s goes from %v to %v in a room where nothing happens", seed, airNames[f], lo, hi)
			}
		}
	}
}

// TestFeelRepeatsItself asks in other orders, and two Airs of one story.
func TestFeelRepeatsItself(t *testing.T) {
	for seed := range uint64(6) {
		a, b := NewAir(NewStory(Options{Seed: seed})), NewAir(NewStory(Options{Seed: seed}))
		last := b.Rows(170 * sec)
		for _, at := range []time.Duration{0, 90 * sec, 12345 * time.Millisecond, 170 * sec, -time.Hour, 100 * time.Hour} {
			if x, y := a.Feel(at, nil), b.Feel(at, nil); !slices.Equal(x, y) {
				t.Errorf("seed %d at %v: got %v and %v", seed, at, x, y)
			}
		}
		again := a.Rows(170 * sec)
		for i := range last {
			for f := range last[i] {
				if math.Float64bits(last[i][f]) != math.Float64bits(again[i][f]) {
					t.Errorf("seed %d row %d: got %v and %v", seed, i, last[i], again[i])
				}
			}
		}
	}
}

// TestRowsHaveWhatChipsGave counts the values of each field.
func TestRowsHaveWhatChipsGave(t *testing.T) {
	silent := 0
	for seed := range uint64(10) {
		a := NewAir(NewStory(Options{Seed: seed}))
		for _, at := range []time.Duration{0, 64 * sec, 179500 * time.Millisecond} {
			rows := a.Rows(at)
			for f := range airFields {
				n := 0
				for i := range rows {
					n += int(airIf(!math.IsNaN(rows[i][f])))
				}
				chip := &a.chips[airOf[f]]
				want := 64 / int(max(airEvery[airOf[f]], sec)/sec)
				switch {
				case chip.to > at-64*sec && chip.from < at:
					silent++
				case n != want && n != want+1:
					t.Errorf("seed %d at %v: %d values of %s in 64 rows, want %d", seed, at, n, airNames[f], want)
				}
			}
		}
	}
	if silent == 0 {
		t.Error("no chip ever falls silent")
	}
}

// TestRowsAreWhatIsFelt compares the last row with Feel, where the chip measures just then.
func TestRowsAreWhatIsFelt(t *testing.T) {
	a := NewAir(told(1, aFire))
	a.chips = [airChips]airChip{}
	at := 80 * sec
	row := a.Rows(at)[AirRows-1]
	for i, v := range a.Feel(at, nil)[:AirFields] {
		if row[i] != v.Value {
			t.Errorf("got %s %v, want %v", v.Name, row[i], v.Value)
		}
	}
}

// TestValuesAreWhatChipsCanSay looks at every second of many stories.
func TestValuesAreWhatChipsCanSay(t *testing.T) {
	var values []sensors.Value
	for seed := range uint64(10) {
		s := NewStory(Options{Seed: seed})
		a := NewAir(s)
		for at := -64 * sec; at <= s.Length; at += 700 * time.Millisecond {
			values = a.Feel(at, values[:0])
			for i, v := range values {
				least, most := -16.0, 16.0
				if i < AirFields {
					least, most = airNoises[i].least, airNoises[i].most
				}
				if !(v.Value >= least && v.Value <= most) {
					t.Fatalf("seed %d at %v: %s is %v %s", seed, at, v.Name, v.Value, v.Unit)
				}
			}
		}
	}
	at := time.Duration(0)
	a := NewAir(told(1, aFire))
	if n := testing.AllocsPerRun(100, func() { at += sec; values = a.Feel(at, values[:0]) }); n > 0 {
		t.Errorf("Feel allocates %v times", n)
	}
}

func BenchmarkNewAir(b *testing.B) {
	s := NewStory(Options{Seed: 3})
	for b.Loop() {
		NewAir(s)
	}
}
