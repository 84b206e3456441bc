package config

import (
	"time"

	"edged/sensors/sim"
)

// happening is what a word of a story file stands for.
type happening struct {
	kind    sim.Kind
	variant int
	lasts   time.Duration // by itself; 0 is to the end
}

var happenings = map[string]happening{
	"person":            {kind: sim.ActPerson},
	"cat":               {kind: sim.ActPet},
	"dog":               {kind: sim.ActPet, variant: 1},
	"door":              {kind: sim.ActDoor, lasts: 5 * time.Second},
	"knock":             {kind: sim.ActKnock, lasts: 4 * time.Second},
	"kettle":            {kind: sim.ActKettle, lasts: 45 * time.Second},
	"cooking":           {kind: sim.ActCooking, lasts: 50 * time.Second},
	"fire":              {kind: sim.ActFire, lasts: 40 * time.Second},
	"alarm":             {kind: sim.ActAlarm, lasts: 20 * time.Second},
	"co_alarm":          {kind: sim.ActAlarm, variant: 1, lasts: 20 * time.Second},
	"washer":            {kind: sim.ActWasher},
	"washer_unbalanced": {kind: sim.ActUnbalanced},
	"glass":             {kind: sim.ActGlass, lasts: 1500 * time.Millisecond},
	"window":            {kind: sim.ActWindow},
	"television":        {kind: sim.ActTelevision},
	"music":             {kind: sim.ActMusic},
	"street":            {kind: sim.ActStreet, lasts: 6 * time.Second},
	"rain":              {kind: sim.ActRain},
	"lamp":              {kind: sim.ActLamp},
}

// spots are the places that somebody goes to.
var spots = map[string]sim.Place{
	"middle": sim.Nowhere, "door": sim.AtDoor, "window": sim.AtWindow, "sofa": sim.AtSofa, "table": sim.AtTable, "stove": sim.AtStove,
	"television": sim.AtTelevision, "washer": sim.AtWasher,
}

var poses = map[string]sim.Pose{"standing": sim.Standing, "sitting": sim.Sitting, "lying": sim.Lying, "fallen": sim.Fallen}

// fires are the places of a home's FireAt.
var fires = map[string]int{"television": 0, "sofa": 1, "stove": 2}

var shows = map[string]sim.Show{"talk": sim.ShowTalk, "fire": sim.ShowFire, "people": sim.ShowPeople, "glass": sim.ShowGlass}
