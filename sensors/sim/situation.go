package sim

// Situation is something that may be the case in the room; several may be at once. Its value is its place in a model's
// scores.
type Situation uint8

// The situations.
const (
	Empty            Situation = iota // neither people nor pets
	PersonPresent                     // one person or more
	SeveralPeople                     // two or more
	PersonFallen                      // fell, and lies since
	PetPresent                        // a cat or a dog
	DoorOpens                         // is open at least a third
	Knock                             // at the door
	KettleBoils                       // boils, after it was heated
	CookingSmoke                      // something on the stove burns
	Fire                              // burns in the room
	AlarmTest                         // the smoke alarm rings, and neither smoke nor fire is there
	WasherRuns                        // the washing machine, in balance
	WasherUnbalanced                  // its drum hits
	GlassBreaks                       // in the room
	WindowOpen                        // left open
	Television                        // is on, whatever it shows
	situations
)

var situationNames = [situations]string{
	"empty", "person", "people", "fallen", "pet", "door", "knock", "kettle", "smoke", "fire", "alarm_test", "washer",
	"washer_unbalanced", "glass", "window_open", "television",
}

// String returns the situation's label.
func (s Situation) String() string { return situationNames[s] }

// Situations returns the labels of all situations, in the order of a model's scores.
func Situations() []string { return append([]string(nil), situationNames[:]...) }

// Set is a set of situations.
type Set uint32

// Of returns the set of these.
func Of(all ...Situation) Set {
	var s Set
	for _, one := range all {
		s |= 1 << one
	}
	return s
}

// Has reports whether s holds one.
func (s Set) Has(one Situation) bool { return s>>one&1 == 1 }

// with adds one if it is the case.
func (s Set) with(one Situation, is bool) Set {
	if is {
		s |= 1 << one
	}
	return s
}

// All returns what s holds, in order.
func (s Set) All() []Situation {
	var all []Situation
	for one := range situations {
		if s.Has(one) {
			all = append(all, one)
		}
	}
	return all
}
