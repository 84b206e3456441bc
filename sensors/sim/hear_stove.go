package sim

import (
	"math"
	"time"
)

// kettleSound rumbles while it is heated, most just before it boils; then it bubbles and, in some homes, whistles.
type kettleSound struct {
	strikes
	act     *Act
	at      Point
	rumble  biquad
	steam   biquad
	bubbles countdown
	whistle bool
	hz      float64 // of the whistle
	phase   float64
}

func newKettleSound(s *Story, a *Act, dice hiss) *kettleSound {
	home := newHiss(s.Seed, "kettle")
	return &kettleSound{
		strikes: strikes{dice: dice}, act: a, at: s.Home.Spots[AtStove], whistle: home.one(2), hz: home.in(1900, 3000),
		rumble: newBandpass(home.in(450, 900), 0.6), steam: newHighpass2(home.in(2000, 3500)),
	}
}

func (k *kettleSound) sound(to []float64, t time.Duration) (Point, bool) {
	for _, click := range [...]time.Duration{k.act.Start, k.act.End} {
		if offset, now := hearOffset(click, t); now {
			k.ring(offset, 2200, 0.15, 0.005)
			k.puff(offset, 5000, 0.1, 0.003)
		}
	}
	heat := ramp(t-k.act.Start, k.act.Turn-k.act.Start)
	boil := ramp(t-k.act.Turn, 1500*time.Millisecond)
	left := 1 - ramp(t-k.act.End, 1200*time.Millisecond) // it goes on for a moment
	if heat == 0 || left == 0 {
		return k.at, k.strikes.sound(to)
	}
	loud := kettleLevel * left * math.Pow(10, 1.4*(heat-1)) * (1 - 0.4*boil)
	steam := kettleLevel * left * (0.1*heat*heat + 0.5*boil)
	for i := range to {
		white := k.dice.next()
		to[i] += 4*loud*k.rumble.next(white) + steam*k.steam.next(white)
	}
	if boil > 0 {
		k.bubbles.run(func(offset int) int { return k.bubble(offset, left*boil) })
		k.blow(to, left*boil)
	}
	k.strikes.sound(to)
	return k.at, true
}

// bubble is one that bursts.
func (k *kettleSound) bubble(offset int, level float64) int {
	k.ring(offset, k.dice.in(180, 800), level*kettleLevel*k.dice.in(0.4, 2), k.dice.in(0.006, 0.02))
	return hearSamples(k.dice.in(0.005, 0.05))
}

// blow is the whistle, if there is one; the harder the higher.
func (k *kettleSound) blow(to []float64, hard float64) {
	if !k.whistle {
		return
	}
	hz := k.hz * (0.9 + 0.1*hard)
	for i := range to {
		k.phase += hz / SampleRateHz * (1 + 0.004*k.dice.next())
		to[i] += whistleLevel * hard * (math.Sin(2*math.Pi*k.phase) + 0.15*math.Sin(4*math.Pi*k.phase))
	}
	k.phase -= math.Floor(k.phase)
}

// sizzle is what cooks, and smokes.
type sizzle struct {
	strikes
	act    *Act
	at     Point
	fat    biquad
	loud   float64
	sway   lowpass
	spits  countdown
	spoons countdown
}

func newSizzle(s *Story, a *Act, dice hiss) *sizzle {
	return &sizzle{strikes: strikes{dice: dice}, act: a, at: s.Home.Spots[AtStove], fat: newHighpass2(dice.in(1800, 3500)),
		loud: dice.in(0.5, 1.3), sway: newLowpass(0.02 * SampleRateHz / hearBlock)}
}

func (z *sizzle) sound(to []float64, t time.Duration) (Point, bool) {
	if !z.act.at(t) {
		return z.at, z.strikes.sound(to)
	}
	smoke := ramp(t-z.act.Start, z.act.Turn-z.act.Start) * ramp(z.act.End-t, z.act.End-z.act.Turn)
	level := sizzleLevel * z.loud * (0.25 + 0.75*smoke)
	noise := level * (1 + 0.5*z.dice.next())
	for i := range to {
		to[i] += z.fat.next(noise * z.dice.next())
	}
	z.spits.run(func(offset int) int {
		z.puff(offset, z.dice.in(3000, 7500), 2*level*z.dice.in(0.2, 1.5), 0.002)
		return hearSamples(z.dice.in(0.002, 0.05))
	})
	z.spoons.run(func(offset int) int {
		z.ring(offset, z.dice.in(1200, 3200), z.dice.in(0, 0.04), 0.05)
		return hearSamples(z.dice.in(1, 8))
	})
	z.strikes.sound(to)
	return z.at, true
}

const (
	kettleLevel  = 0.06
	whistleLevel = 0.12
	sizzleLevel  = 0.07
)
