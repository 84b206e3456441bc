package sim

import "time"

// Truth is what may be said of a moment.
type Truth struct {
	At         time.Duration
	Situations Set
	Lookalikes Set // what only looks or sounds as if it were so
	Facts      Facts
}

// Sounds that pass are true as long as a microphone's window of the last two seconds has at least heardLeast of them.
const (
	heardWindow = 2 * time.Second
	heardLeast  = 300 * time.Millisecond
)

// Truth returns the truth of a time.
func (s *Story) Truth(t time.Duration) Truth {
	c := s.At(t)
	c.Knocking, c.Breaking, c.Alarm = s.heard(ActKnock, t), s.heard(ActGlass, t), s.beeped(t)
	set := c.situations()
	return Truth{At: t, Situations: set, Lookalikes: c.lookalikes() &^ set, Facts: c.facts(set)}
}

// heard reports whether enough of an act of kind k is in the last two seconds.
func (s *Story) heard(k Kind, t time.Duration) bool {
	for i := range s.Acts {
		a := &s.Acts[i]
		if a.Kind == k && min(a.End, t)-max(a.Start, t-heardWindow) >= heardLeast {
			return true
		}
	}
	return false
}

// beepLeast is how much of a smoke alarm's beeps must be in the last two seconds; between those of a T4 are five of silence.
const beepLeast = 150 * time.Millisecond

// beeped reports whether an alarm has beeped enough in the last two seconds.
func (s *Story) beeped(t time.Duration) bool {
	const look = 10 * time.Millisecond
	var sum time.Duration
	for i := range s.Acts {
		a := &s.Acts[i]
		if a.Kind != ActAlarm || a.End < t-heardWindow || a.Start > t {
			continue
		}
		for u := t - heardWindow; u < t; u += look {
			if a.beeps(u) {
				sum += look
			}
		}
	}
	return sum >= beepLeast
}

func (c *Scene) situations() Set {
	smoky := c.Smoke > 0.1 || c.Fire > 0
	var s Set
	s = s.with(Empty, len(c.People) == 0 && len(c.Pets) == 0)
	s = s.with(PersonPresent, len(c.People) > 0).with(SeveralPeople, len(c.People) > 1)
	s = s.with(PersonFallen, c.lies(Fallen)).with(PetPresent, len(c.Pets) > 0)
	s = s.with(DoorOpens, c.Door > 1.0/3).with(Knock, c.Knocking).with(KettleBoils, c.Kettle >= 1)
	s = s.with(CookingSmoke, c.Smoke > 0.1).with(Fire, c.Fire > 0).with(AlarmTest, c.Alarm && !smoky)
	s = s.with(WasherRuns, c.Washer).with(WasherUnbalanced, c.Unbalanced).with(GlassBreaks, c.Breaking)
	return s.with(WindowOpen, c.Window > 0.3).with(Television, c.TelevisionOn)
}

// lies reports whether somebody is on the floor in that way.
func (c *Scene) lies(how Pose) bool {
	for _, b := range c.People {
		if b.Pose == how {
			return true
		}
	}
	return false
}

// lookalikes are what the scene has the looks or the sounds of.
func (c *Scene) lookalikes() Set {
	shows := func(s Show) bool { return c.TelevisionOn && c.Show == s }
	var s Set
	s = s.with(Fire, shows(ShowFire) || c.Alarm).with(GlassBreaks, shows(ShowGlass))
	s = s.with(PersonPresent, shows(ShowPeople)).with(SeveralPeople, shows(ShowPeople))
	s = s.with(PersonFallen, c.lies(Lying)).with(CookingSmoke, c.Kettle > 0.8).with(AlarmTest, c.Alarm || c.Kettle >= 1)
	return s.with(WasherUnbalanced, c.Washer).with(WasherRuns, c.Unbalanced)
}
