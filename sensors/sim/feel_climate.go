package sim

import (
	"math"
	"math/rand/v2"
	"time"
)

// airClimate is what a room's seed says of its air.
type airClimate struct {
	volume  float64 // m³
	inside  airState
	outside airState
	hall    airState // behind the door
	window  float64  // m² that opens
	wind    float64  // m/s

	fireWatts float64 // of a fire at its largest
	gas       bool    // stove
	housing   float64 // s, time constant of the box
	heating   float64 // K/s that the radiator is off balance by

	pressure, drift float64 // Pa, Pa/s
	sky, lamp, tube float64 // lx at the box: of noon, of the lamp, of the television

	cleaning time.Duration // when somebody opens a bottle of spirit; beyond the end if nobody does
}

// airState is the state of air, or what it gains in a second.
type airState struct {
	heat  float64 // °C; gained: W
	water float64 // g/m³ of vapour; gained: g/s
	co2   float64 // ppm; gained: l/s
	tvoc  float64 // ppb; gained: ppb·m³/s
}

// climate draws the air of the story's room.
func (s *Story) climate() *airClimate {
	r := chance(s.Seed, "air")
	c := &airClimate{volume: s.Home.Width * s.Home.Depth * s.Home.Height}
	c.inside = airState{heat: between(r, 18.5, 25), co2: between(r, 450, 1000), tvoc: between(r, 30, 220)}
	c.inside.water = between(r, 0.28, 0.6) * airSaturated(c.inside.heat)
	c.outside = airState{heat: between(r, -6, 30), co2: between(r, 415, 450), tvoc: between(r, 5, 40)}
	c.outside.water = between(r, 0.45, 0.95) * airSaturated(c.outside.heat)
	c.hall = airState{heat: c.inside.heat + between(r, -2, 0.5), water: c.inside.water, co2: between(r, 430, 700), tvoc: between(r, 20, 150)}
	opening := s.Home.Window
	c.window = opening.Width * (opening.Top - opening.Bottom)
	c.wind = between(r, 0.3, 4)
	c.fireWatts = between(r, 9e3, 28e3)
	c.gas = r.IntN(2) == 0
	c.housing = between(r, 4, 8)
	c.heating = between(r, -0.002, 0.002)
	c.pressure, c.drift = between(r, 99500, 102800), between(r, -0.03, 0.03)
	c.sky, c.lamp, c.tube = between(r, 150, 700), between(r, 60, 250), between(r, 4, 18)
	c.cleaning = c.clean(r, s)
	return c
}

// clean picks when somebody who is there cleans something, in one of four stories.
func (c *airClimate) clean(r *rand.Rand, s *Story) time.Duration {
	really := r.IntN(4) == 0
	for i := range s.Acts {
		p := &s.Acts[i]
		if really && p.Kind == ActPerson && p.End-p.Start > 20*time.Second {
			return p.Start + time.Duration(between(r, 0.2, 0.7)*float64(p.End-p.Start))
		}
	}
	return s.Length + time.Hour
}

// airSaturated is how much vapour air of a temperature in °C can hold, in g/m³: Magnus' formula with the numbers of
// WMO-No. 8, annex 4.B, and the gas constant of vapour.
func airSaturated(celsius float64) float64 {
	pascal := 611.2 * math.Exp(17.62*celsius/(243.12+celsius))
	return 1000 * pascal / (461.5 * (celsius + 273.15))
}
