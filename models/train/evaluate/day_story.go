package main

import (
	"math/rand/v2"
	"slices"
	"time"

	"edged/sensors/sim"
)

// scene is how long one of a day's scenes is.
const scene = 3 * time.Minute

// visits is how many scenes there are in each hour of a day: few at night, most in the morning and in the evening.
var visits = [24]int{1, 0, 0, 0, 0, 1, 2, 4, 3, 1, 1, 2, 4, 2, 1, 1, 2, 3, 4, 4, 3, 3, 2, 1}

// newDay tells a day in one room, from an hour on: scenes as a story has them, at times that the dice pick, and nothing between
// them. Of what cannot be twice at once, as the washing machine, the first stays.
func newDay(seed uint64, from int, length time.Duration) *sim.Story {
	dice := rand.New(rand.NewPCG(seed, 24))
	var acts []sim.Act
	daylight := 0.0
	for hour := range int(length / time.Hour) {
		n := visits[(from+hour)%24]
		for i := range n {
			slot := time.Hour / time.Duration(n)
			begin := time.Duration(hour)*time.Hour + time.Duration(i)*slot + time.Duration(dice.Int64N(int64(slot-scene)))
			part := sim.NewStory(sim.Options{Seed: dice.Uint64(), Length: scene})
			daylight = max(daylight, part.Daylight)
			acts = append(acts, moved(part.Acts, begin)...)
		}
	}
	slices.SortStableFunc(acts, func(a, b sim.Act) int { return int(a.Start - b.Start) })
	var all []sim.Act
	for _, a := range acts {
		if !slices.ContainsFunc(all, func(b sim.Act) bool { return excludes(&b, &a) }) {
			all = append(all, a)
		}
	}
	return sim.Written(sim.Options{Seed: seed, Length: length + after}, daylight, all)
}

// moved returns a scene's acts as they are at another time. Doors are opened by who comes and goes, and by day there is no need
// of a lamp.
func moved(acts []sim.Act, by time.Duration) (all []sim.Act) {
	for _, a := range acts {
		if a.Kind == sim.ActDoor || a.Kind == sim.ActLamp {
			continue
		}
		a.Start += by
		a.End += by
		if a.Turn != 0 {
			a.Turn += by
		}
		a.Stays = slices.Clone(a.Stays)
		for i := range a.Stays {
			a.Stays[i].From += by
		}
		if a.Kind == sim.ActPerson || a.Kind == sim.ActPet {
			a.Variant %= 2 // a cat or a dog; Written picks who
		}
		all = append(all, a)
	}
	return all
}

// excludes says whether b cannot be since a is, or was until a moment ago.
func excludes(a, b *sim.Act) bool {
	const apart = 15 * time.Second
	if b.Start >= a.End+apart || a.Start >= b.End+apart {
		return false
	}
	both := func(kinds ...sim.Kind) bool { return slices.Contains(kinds, a.Kind) && slices.Contains(kinds, b.Kind) }
	return a.Kind == b.Kind && a.Kind != sim.ActPerson && a.Kind != sim.ActPet ||
		both(sim.ActWasher, sim.ActUnbalanced) || both(sim.ActFire, sim.ActCooking)
}
