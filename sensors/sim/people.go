package sim

import "time"

// person lets somebody come through the door, or be there already, move about and leave, or stay to the end. One in four
// falls; as many lie down without falling.
func (w *writer) person() {
	start := w.moment()
	end := start + w.seconds(50, 140)
	if w.r.IntN(3) == 0 {
		start = -time.Minute
		end = w.seconds(30, 120)
	}
	a := Act{Kind: ActPerson, Start: start, End: end, Variant: w.r.IntN(1000)}
	door := w.Home.Spots[AtDoor]
	a.Stays = []Stay{{From: start, Point: door, Place: AtDoor}}
	if start < 0 {
		a.Stays[0] = w.stay(start)
	} else {
		w.open(start)
	}
	floor := w.floor()
	for at := max(start, -5*time.Second) + w.seconds(4, 12); at < end-8*time.Second; at += w.seconds(12, 30) {
		if floor != Standing && len(a.Stays) > 1 {
			at = w.down(&a, at, floor)
			floor = Standing
			continue
		}
		a.Stays = append(a.Stays, w.stay(at))
	}
	if end > a.Stays[len(a.Stays)-1].From+8*time.Second {
		a.Stays = append(a.Stays, Stay{From: end - time.Second, Point: door, Place: AtDoor})
		w.open(end - 3*time.Second)
	}
	a.End = max(a.End, a.Stays[len(a.Stays)-1].From+time.Second)
	w.add(a, true)
}

// floor picks whether one ends on the floor, and how.
func (w *writer) floor() Pose {
	return [...]Pose{Fallen, Fallen, Lying, Lying, Standing, Standing, Standing, Standing}[w.r.IntN(8)]
}

// stay picks a place to be from a time on.
func (w *writer) stay(from time.Duration) Stay {
	p := [...]Place{AtWindow, AtSofa, AtSofa, AtTable, AtTable, AtStove, AtTelevision, Nowhere}[w.r.IntN(8)]
	s := Stay{From: from, Point: w.Home.near(w.r, p), Place: p}
	switch p {
	case Nowhere:
		s.Point = w.Home.middle(w.r)
	case AtSofa, AtTable:
		s.Pose = Sitting
	}
	return s
}

// down brings one to the floor at about a time, for half a minute or so, and returns when one has got up again.
func (w *writer) down(a *Act, at time.Duration, how Pose) time.Duration {
	spot := w.Home.middle(w.r)
	a.Stays = append(a.Stays,
		Stay{From: at, Point: spot, Pose: Standing},
		Stay{From: at + w.seconds(1, 2), Point: spot, Pose: how})
	up := at + w.seconds(24, 45)
	a.Stays = append(a.Stays, Stay{From: up, Point: spot, Pose: Standing})
	return up
}

// open lets the door be open for some seconds from about a time on.
func (w *writer) open(at time.Duration) {
	end := at + w.seconds(4, 7)
	w.add(Act{Kind: ActDoor, Start: at, End: end}, w.free(at, end, ActDoor))
}

// pet lets a cat or a dog walk about, rest on the sofa or on the floor.
func (w *writer) pet() {
	start := w.seconds(-60, 90)
	a := Act{Kind: ActPet, Start: start, End: start + w.seconds(50, 150), Variant: w.r.IntN(1000)}
	for at := start; at < a.End; at += w.seconds(5, 18) {
		s := Stay{From: at, Point: w.Home.middle(w.r), Pose: Standing}
		if w.r.IntN(3) == 0 {
			s.Pose = Sitting
		}
		a.Stays = append(a.Stays, s)
	}
	w.add(a, true)
}
