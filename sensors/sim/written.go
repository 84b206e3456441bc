package sim

import (
	"cmp"
	"slices"
	"time"
)

// Written is a story that somebody wrote, in the room of o's seed: these acts, in daylight from 0 at night to 1 at noon.
// It fills in what a writer need not know: a Turn, a Stay's Point by its Place, and the door for one who comes after the
// beginning or leaves before the end. A person's Variant is 0, and so is a cat's; a dog's is 1.
func Written(o Options, daylight float64, acts []Act) *Story {
	if o.Length <= 0 {
		o.Length = defaultLength
	}
	s := &Story{Seed: o.Seed, Length: o.Length, Daylight: daylight, Home: newHome(chance(o.Seed, "home"))}
	w := &writer{Story: s, r: chance(o.Seed, "written")}
	for _, a := range acts {
		switch a.Kind {
		case ActPerson, ActPet:
			w.cast(a)
		default:
			if a.Turn == 0 {
				a.Turn = a.Start + turn(a.Kind, a.End-a.Start)
			}
			w.add(a, true)
		}
	}
	slices.SortStableFunc(s.Acts, func(a, b Act) int { return cmp.Compare(a.Start, b.Start) })
	return s
}

// turn is how long after its start an act of a length turns.
func turn(k Kind, length time.Duration) time.Duration {
	switch k {
	case ActKettle:
		return length * 2 / 3
	case ActCooking:
		return length * 2 / 5
	case ActFire:
		return length / 4
	}
	return 0
}

// cast adds a person or a pet, and lets a person through the door.
func (w *writer) cast(a Act) {
	a.Variant += 2 * w.r.IntN(500)
	stays := slices.Clone(a.Stays)
	first := Stay{From: a.Start}
	if a.Start > 0 && a.Kind == ActPerson {
		first.Place = AtDoor
		w.doorway(a.Start)
	}
	if len(stays) == 0 || stays[0].From > a.Start {
		stays = slices.Insert(stays, 0, first)
	}
	if a.End < w.Length && a.Kind == ActPerson {
		stays = append(stays, Stay{From: a.End - time.Second, Place: AtDoor})
		w.doorway(a.End - 3*time.Second)
	}
	for i := range stays {
		if i > 0 && stays[i].Place == stays[i-1].Place {
			stays[i].Point = stays[i-1].Point
			continue
		}
		stays[i].Point = w.spot(stays[i].Place)
	}
	a.Stays = stays
	w.add(a, true)
}

// spot is a point at a place.
func (w *writer) spot(p Place) Point {
	switch p {
	case Nowhere:
		return w.Home.middle(w.r)
	case AtDoor:
		return w.Home.Spots[AtDoor]
	}
	return w.Home.near(w.r, p)
}

// doorway lets the door be open while somebody comes through.
func (w *writer) doorway(at time.Duration) {
	w.add(Act{Kind: ActDoor, Start: at, End: at + 5*time.Second}, true)
}
