package sim

import "time"

// screenSound is a television: what it shows goes through a small loudspeaker. Better ones leave less out, so that some
// fires shown sound almost as real ones do.
type screenSound struct {
	show  sounder
	act   *Act
	at    Point
	low   [2]biquad // what is cut off below
	high  biquad    // and above
	drive float64   // how far into the loudspeaker's limit
	loud  float64
}

func newScreenSound(s *Story, a *Act, dice hiss) *screenSound {
	home := newHiss(s.Seed, "television")
	cut := home.in(90, 320)
	c := &screenSound{act: a, at: s.Home.Spots[AtTelevision], drive: home.in(0.5, 2.5), high: newLowpass2(home.in(4000, 7600)),
		low: [2]biquad{newHighpass2(cut), newHighpass2(cut)}, loud: dice.in(0.6, 1.4)}
	switch Show(a.Variant) {
	case ShowFire:
		c.show = newFireSound(Point{}, nil, dice)
	case ShowPeople:
		c.show = newCrowd(dice)
	case ShowGlass:
		c.show = &crashes{music: newTune(dice.fork()), glasses: glassSound{strikes: strikes{dice: dice}}}
	default:
		c.show = newStudio(dice)
	}
	return c
}

func (c *screenSound) sound(to []float64, t time.Duration) (Point, bool) {
	if !c.act.at(t) {
		return c.at, false
	}
	c.show.sound(to, t)
	loud := c.loud * ramp(t-c.act.Start, 100*time.Millisecond) * ramp(c.act.End-t, 100*time.Millisecond)
	for i, x := range to {
		x = c.high.next(c.low[0].next(c.low[1].next(x)))
		to[i] = loud * limit(c.drive*x) / c.drive
	}
	return c.at, true
}

// studio is one voice, and a jingle from time to time.
type studio struct {
	talk   talk
	jingle *musicSound
	left   int // samples to the next change
	music  bool
}

func newStudio(dice hiss) *studio {
	d := &studio{jingle: newTune(dice.fork()), left: hearSamples(dice.in(3, 15))}
	d.talk = talk{dice: dice.fork(), cast: []voice{{newSpeaker(dice.fork()), nil}}}
	return d
}

func (s *studio) sound(to []float64, t time.Duration) (Point, bool) {
	if s.left -= hearBlock; s.left <= 0 {
		s.music = !s.music
		s.left = hearSamples(s.talk.dice.in(8, 20))
		if s.music {
			s.left = hearSamples(s.talk.dice.in(2, 4))
		}
	}
	if s.music {
		return s.jingle.sound(to, t)
	}
	s.jingle.strikes.sound(to)
	return s.talk.sound(to, t)
}

// crowd is people who talk and walk about.
type crowd struct {
	talk talk
	feet personSound
}

func newCrowd(dice hiss) *crowd {
	c := &crowd{talk: talk{dice: dice.fork()}}
	for range 3 {
		c.talk.cast = append(c.talk.cast, voice{newSpeaker(dice.fork()), nil})
	}
	c.feet = personSound{hard: dice.in(0.2, 1), heavy: 1, strikes: strikes{dice: dice.fork()}}
	return c
}

func (c *crowd) sound(to []float64, t time.Duration) (Point, bool) {
	c.talk.sound(to, t)
	c.feet.step.run(func(offset int) int {
		c.feet.tread(offset)
		if c.feet.strikes.dice.one(8) {
			return hearSamples(c.feet.strikes.dice.in(1, 4))
		}
		return hearSamples(c.feet.strikes.dice.in(0.5, 0.6))
	})
	c.feet.strikes.sound(to)
	return Point{}, true
}

// crashes are glasses that break, with music in between.
type crashes struct {
	music   *musicSound
	glasses glassSound
	next    countdown
}

func (c *crashes) sound(to []float64, t time.Duration) (Point, bool) {
	c.next.run(func(offset int) int {
		c.glasses.shatter(offset, c.glasses.dice.in(1.2, 2))
		return hearSamples(c.glasses.dice.in(4, 7))
	})
	c.music.sound(to, t)
	c.glasses.strikes.sound(to)
	return Point{}, true
}
