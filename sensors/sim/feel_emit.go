package sim

import (
	"math"
	"time"
)

// airSource is something that warms, breathes, steams or smells.
type airSource struct {
	gives airState // in a second
	from  Point
	speed float64 // m/s of the draught from it to the box
}

// What one of them gives in a second. People: 40 of 80 W by the air, 50 g of water in an hour, 0.3 l of CO₂ in a minute
// (ASHRAE Fundamentals, chapter 9; Persily & de Jonge, Indoor Air 2017).
var (
	airPerson = airState{40, 0.015, 0.005, 6}
	airPet    = airState{10, 0.003, 0.0008, 3}
	airSteam  = airState{300, 0.85, 0, 0}        // of 2 kW at 2257 J/g, less what the spout keeps
	airFrying = airState{900, 0.2, 0, 500}       // that smokes
	airStove  = airState{250, 0.05, 0, 40}       // somebody is at
	airGas    = airState{0, 0.05, 0.04, 0}       // a burner of 1.4 kW: 55 g/MJ of CO₂
	airSpirit = airState{0, 0.02, 0, 800}        // a rag with alcohol
	airBurns  = airState{0.7, 6e-5, 4.8e-5, .08} // a watt of fire: 16 kJ/g, of a gram 1.4 g of CO₂, 1 g of water, 0.3 % unburnt
)

const airRadiant = 0.3 // of a fire's power, the rest is in airBurns

// scaled is k times as much.
func (s airState) scaled(k float64) airState {
	return airState{s.heat * k, s.water * k, s.co2 * k, s.tvoc * k}
}

func (s *airState) add(o airState) {
	s.heat += o.heat
	s.water += o.water
	s.co2 += o.co2
	s.tvoc += o.tvoc
}

// emit returns what the air at the box and in the rest of the room gain in a second at each step, and the scenes.
// What a source gives goes to the box's air in part, the less the farther, and after the time that a draught takes.
func (a *Air) emit(c *airClimate, n int) (near, far []airState, scenes []Scene) {
	near, far, scenes = make([]airState, n), make([]airState, n), make([]Scene, n)
	for i := range n {
		scenes[i] = a.story.At(airAt(i))
		for _, s := range a.sources(c, &scenes[i]) {
			d := s.from.to(a.box)
			part := 0.5 * math.Exp(-d/2)
			far[i].add(s.gives.scaled(1 - part))
			later := i + int(d/s.speed*float64(time.Second/airStep))
			if later < n {
				near[later].add(s.gives.scaled(part))
			}
		}
	}
	return near, far, scenes
}

// sources are those of a scene.
func (a *Air) sources(c *airClimate, now *Scene) []airSource {
	const rising, still = 0.4, 0.25 // m/s
	spots := &a.story.Home.Spots
	var all []airSource
	add := func(what airState, k float64, from Point, speed float64) {
		if k > 0 {
			all = append(all, airSource{gives: what.scaled(k), from: from, speed: speed})
		}
	}
	for i := range now.People {
		p := &now.People[i]
		add(airPerson, 1, p.Point, still)
		if p.Place == AtStove && now.Smoke == 0 {
			add(airStove, 1, p.Point, rising)
		}
	}
	for i := range now.Pets {
		add(airPet, 1, now.Pets[i].Point, still)
	}
	add(airSteam, airSteaming(now.Kettle), spots[AtStove], rising)
	add(airFrying, now.Smoke, spots[AtStove], rising)
	if c.gas && now.Smoke > 0 {
		add(airGas, 1, spots[AtStove], rising)
	}
	if since := now.At - c.cleaning; since >= 0 && since < 8*time.Second {
		add(airSpirit, 1, a.box.towards(spots[Nowhere], 0.5), still)
	}
	add(airBurns, now.Fire*c.fireWatts, now.FireAt, 1)
	add(airState{heat: 60}, airIf(now.TelevisionOn), spots[AtTelevision], still)
	add(airState{heat: 150}, airIf(now.Washer || now.Unbalanced), spots[AtWasher], still)
	return all
}

// airSteaming is how much of its steam a kettle gives: little before it boils.
func airSteaming(kettle float64) float64 {
	if kettle >= 1 {
		return 1
	}
	return 0.12 * kettle * kettle * kettle * kettle
}

func airIf(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

// irradiance is what a fire of the scene radiates onto the box, in W/m².
func (a *Air) irradiance(c *airClimate, now *Scene) float64 {
	if now.Fire == 0 {
		return 0
	}
	d := max(now.FireAt.to(a.box), 0.5)
	return airRadiant * now.Fire * c.fireWatts / (4 * math.Pi * d * d)
}
