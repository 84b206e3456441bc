package grammar

import (
	"fmt"
	"math"

	"edged/pipelines"
)

// Zone is a part of a picture that has a name: what is in it, by its middle, is said to be there.
type Zone struct {
	Name  string
	Box   pipelines.Box
	Words map[string]string // what is said of it, by language: "at the door"
}

// nowhere is the place of what has none.
const nowhere = -1

// margin is how far what was just in a place may be outside of it and still counts as there, as a part of the picture.
const margin = 0.04

// places are a picture's.
type places []Zone

// newPlaces returns the zones, or without any the picture's thirds.
func newPlaces(zones []Zone) (places, error) {
	for _, z := range zones {
		b := z.Box
		if !(b.XMin >= 0 && b.XMin < b.XMax && b.XMax <= 1 && b.YMin >= 0 && b.YMin < b.YMax && b.YMax <= 1) {
			return nil, fmt.Errorf("grammar: zone %q has the edges x %v…%v, y %v…%v; want them within 0…1", z.Name, b.XMin, b.XMax, b.YMin, b.YMax)
		}
	}
	if len(zones) > 0 {
		return zones, nil
	}
	far := float32(math.Inf(1))
	third := func(from, to float32) Zone {
		return Zone{Box: pipelines.Box{YMin: -far, XMin: from, YMax: far, XMax: to}}
	}
	return places{third(-far, 1./3), third(1./3, 2./3), third(2./3, far)}, nil
}

// of returns the place of a box: the first that holds its middle, unless it was just in another that it has hardly left.
func (p places) of(box pipelines.Box, was func(place int) bool) int {
	x, y := (box.XMin+box.XMax)/2, (box.YMin+box.YMax)/2
	at := nowhere
	for i := range p {
		switch {
		case at == nowhere && p[i].holds(x, y, 0):
			at = i
		case p[i].holds(x, y, margin) && was(i):
			return i
		}
	}
	return at
}

func (z *Zone) holds(x, y, more float32) bool {
	b := &z.Box
	return x >= b.XMin-more && x < b.XMax+more && y >= b.YMin-more && y < b.YMax+more
}

// place says where something is, and nothing of what is nowhere.
func (l *language) place(p places, at int) string {
	switch {
	case at == nowhere:
		return ""
	case p[at].Name == "":
		return l.phrase("places", at)
	case p[at].Words[l.code] != "":
		return p[at].Words[l.code]
	}
	return l.phrase("zone", 0, "name", p[at].Name)
}
