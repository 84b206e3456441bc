package sim

import "time"

// Scene is the state of everything in the room at one moment. Levels are 0 to 1.
type Scene struct {
	At       time.Duration
	Daylight float64
	Lamp     bool

	People []Being
	Pets   []Being

	Door   float64 // 0 shut, 1 wide open
	Window float64

	TelevisionOn bool
	Show         Show

	Kettle float64 // how hot: below 1 it is being heated, at 1 it boils
	Smoke  float64 // from the stove
	Fire   float64 // its size
	FireAt Point

	Washer     bool
	Unbalanced bool

	Knocking bool
	Alarm    bool
	Breaking bool
	Shards   []Place // where glass has broken before, by the place it lies at
}

// Being is a person or a pet.
type Being struct {
	Who   int // even pets are cats, odd ones dogs
	Point Point
	Place Place
	Pose  Pose
	Since time.Duration // of this pose
}

// Dog reports whether a pet is one.
func (b Being) Dog() bool { return b.Who%2 == 1 }

// doorTime is how long the door takes to open or to close, windowTime the window.
const doorTime, windowTime = 1200 * time.Millisecond, 1500 * time.Millisecond

// At returns the state at a time.
func (s *Story) At(t time.Duration) Scene {
	var c Scene
	s.look(t, &c)
	return c
}

// look fills c with the state at a time, reusing its slices.
func (s *Story) look(t time.Duration, c *Scene) {
	*c = Scene{At: t, Daylight: s.Daylight, People: c.People[:0], Pets: c.Pets[:0], Shards: c.Shards[:0]}
	for i := range s.Acts {
		a := &s.Acts[i]
		if a.Kind == ActGlass && t >= a.End {
			c.Shards = append(c.Shards, Place(a.Where))
		}
		if a.at(t) {
			c.take(s.Home, a)
		}
	}
}

// take lets an act that is going on have its effect.
func (c *Scene) take(h *Home, a *Act) {
	switch a.Kind {
	case ActPerson:
		c.People = append(c.People, a.living(c.At, walkSpeed))
	case ActPet:
		c.Pets = append(c.Pets, a.living(c.At, petSpeed))
	case ActDoor:
		c.Door = max(c.Door, ramp(c.At-a.Start, doorTime)*ramp(a.End-c.At, doorTime))
	case ActWindow:
		c.Window = ramp(c.At-a.Start, windowTime) * ramp(a.End-c.At, windowTime)
	case ActTelevision:
		c.TelevisionOn, c.Show = true, Show(a.Variant)
	case ActKettle:
		c.Kettle = ramp(c.At-a.Start, a.Turn-a.Start)
	case ActCooking:
		c.Smoke = ramp(c.At-a.Start, a.Turn-a.Start) * ramp(a.End-c.At, a.End-a.Turn)
	case ActFire:
		c.Fire, c.FireAt = 0.15+0.85*ramp(c.At-a.Start, a.Turn-a.Start), h.FireAt[a.Where]
	default:
		c.flag(a.Kind)
	}
}

func (c *Scene) flag(k Kind) {
	switch k {
	case ActLamp:
		c.Lamp = true
	case ActWasher:
		c.Washer = true
	case ActUnbalanced:
		c.Unbalanced = true
	case ActKnock:
		c.Knocking = true
	case ActAlarm:
		c.Alarm = true
	case ActGlass:
		c.Breaking = true
	}
}

// living is the person or the pet of a at t.
func (a *Act) living(t time.Duration, speed float64) Being {
	b := Being{Who: a.Variant, Since: a.Start}
	b.Point, b.Place, b.Pose = a.being(t, speed)
	for _, s := range a.Stays {
		if s.From <= t {
			b.Since = s.From
		}
	}
	return b
}

// ramp is how much of a time has passed, 0 to 1.
func ramp(passed, of time.Duration) float64 {
	return min(max(float64(passed)/float64(of), 0), 1)
}
