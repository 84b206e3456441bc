package sim

import (
	"fmt"
	"slices"
)

// Facts are what a caption says of a moment: counts, who is where, what goes on.
type Facts struct {
	People int   // three stands for more
	Where  Place // of one person who is alone, if it has a name
	Fallen bool
	Cat    bool
	Dog    bool

	Going     Set // events: those of eventClauses
	FireShown bool
	Ringing   bool // the smoke alarm, tested or not
}

func (c *Scene) facts(set Set) Facts {
	f := Facts{People: min(len(c.People), 3), Fallen: set.Has(PersonFallen), Going: set & eventSet, Ringing: c.Alarm}
	if len(c.People) == 1 && !f.Fallen {
		f.Where = c.People[0].Place
	}
	for _, p := range c.Pets {
		f.Cat, f.Dog = f.Cat || !p.Dog(), f.Dog || p.Dog()
	}
	f.FireShown = c.TelevisionOn && c.Show == ShowFire
	return f
}

// List returns the facts one by one, each as a short word, for comparing sentences fact by fact.
func (f Facts) List() []string {
	list := []string{fmt.Sprintf("people=%d", f.People)}
	add := func(word string, is bool) {
		if is {
			list = append(list, word)
		}
	}
	add("at "+f.Where.String(), f.Where != Nowhere)
	add("fallen", f.Fallen)
	add("cat", f.Cat)
	add("dog", f.Dog)
	for _, s := range f.Going.All() {
		list = append(list, s.String())
	}
	add("television shows fire", f.FireShown)
	add("alarm", f.Ringing)
	slices.Sort(list)
	return list
}
