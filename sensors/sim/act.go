package sim

import "time"

// Kind is what an act is.
type Kind uint8

// The kinds of acts.
const (
	ActPerson     Kind = iota // is there from Start to End, along Stays
	ActPet                    // the same
	ActDoor                   // opens at Start, is closed again at End
	ActKnock                  // somebody knocks, again and again
	ActKettle                 // is switched on at Start, boils from Turn, ends at End
	ActCooking                // smokes more and more until Turn, then less until End
	ActFire                   // at FireAt[Where]: grows until Turn, burns, and is put out at End
	ActAlarm                  // rings: Variant 0 is the temporal three of ISO 8201 (T3), 1 the four of CO alarms (T4)
	ActWasher                 // runs, in balance
	ActUnbalanced             // runs, out of balance
	ActGlass                  // breaks at Start; its shards have come to rest at End
	ActWindow                 // is open
	ActTelevision             // is on and shows Variant, a Show
	ActMusic                  // plays, from no thing that is seen
	ActStreet                 // a loud vehicle passes outside
	ActRain                   // outside
	ActLamp                   // is lit
)

// Show is what a television shows.
type Show int

// The shows.
const (
	ShowTalk   Show = iota // a studio: pale, slow, speech
	ShowFire               // flames fill the screen, and crackle
	ShowPeople             // figures walk about and talk
	ShowGlass              // glass breaks, every few seconds
	shows
)

// Act is one thing that happens. Times count from the story's beginning; Start may lie before it.
type Act struct {
	Kind             Kind
	Start, Turn, End time.Duration
	Variant          int    // see the kinds; of a person or a pet: who. Even pets are cats, odd ones dogs
	Where            int    // see the kinds
	Stays            []Stay // of a person or a pet, in time order
}

// at reports whether t is within the act.
func (a *Act) at(t time.Duration) bool { return a.Start <= t && t < a.End }

// Pose is how one holds oneself.
type Pose uint8

// The poses.
const (
	Standing Pose = iota
	Walking
	Sitting
	Lying  // down for exercise or sleep: nobody fell
	Fallen // with a thud
)

// Stay is a person's or a pet's time at one spot: it arrives at From and is there until it sets out for the next.
type Stay struct {
	From  time.Duration
	Point Point
	Place Place
	Pose  Pose
}

// Metres a second.
const (
	walkSpeed = 1.0
	petSpeed  = 1.2
)

// being returns the point, place and pose of a person or a pet at t.
func (a *Act) being(t time.Duration, speed float64) (Point, Place, Pose) {
	i := 0
	for i+1 < len(a.Stays) && a.Stays[i+1].From <= t {
		i++
	}
	here := a.Stays[i]
	if i+1 < len(a.Stays) {
		next := a.Stays[i+1]
		way := time.Duration(here.Point.to(next.Point) / speed * float64(time.Second))
		if out := max(next.From-way, here.From); t > out && way > 0 {
			part := float64(t-out) / float64(next.From-out)
			return here.Point.towards(next.Point, part), Nowhere, Walking
		}
	}
	return here.Point, here.Place, here.Pose
}
