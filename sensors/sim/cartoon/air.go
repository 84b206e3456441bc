package cartoon

import (
	"math/rand/v2"

	"edged/sensors"
)

// air is the climate of a room. It takes a reading a second.
type air struct {
	r                     *rand.Rand
	outside, damp         float64 // °C and % that the room goes back to
	temperature, humidity float64
	pressure              float64 // Pa
	fire, kettle          float64 // °C and % a second
}

func newAir(r *rand.Rand) *air {
	a := &air{r: r, outside: 17 + 8*r.Float64(), damp: 30 + 20*r.Float64(), pressure: 99500 + 3000*r.Float64()}
	a.temperature, a.humidity = a.outside, a.damp
	a.fire, a.kettle = 0.5+0.5*r.Float64(), 1.5+1.5*r.Float64()
	return a
}

// next lets a second pass in climate c and takes a reading. Warm air holds more water, so that it feels drier: 6 % of
// the relative humidity a °C.
func (a *air) next(c Climate) sensors.Reading {
	warmer := (a.outside - a.temperature) / 90
	wetter := (a.damp - a.humidity) / 60
	switch c {
	case Warming:
		warmer += a.fire
	case Humid:
		wetter += a.kettle
		warmer += 0.02
	}
	a.temperature += warmer
	a.humidity = min(max(a.humidity+wetter-0.06*warmer*a.humidity, 2), 98)
	return sensors.Reading{Values: []sensors.Value{
		{Name: "temperature", Unit: sensors.Celsius, Value: a.temperature + 0.03*white(a.r)},
		{Name: "humidity", Unit: sensors.Percent, Value: a.humidity + 0.2*white(a.r)},
		{Name: "pressure", Unit: sensors.Pascal, Value: a.pressure + 4*white(a.r)},
	}}
}

// Series makes n readings of c, a second apart and without times, in a room where other things went before.
func Series(r *rand.Rand, c Climate, n int) []sensors.Reading {
	a := newAir(r)
	for range r.IntN(3) {
		before := Climates()[r.IntN(len(Climates()))]
		for range r.IntN(10) {
			a.next(before)
		}
	}
	series := make([]sensors.Reading, n)
	for i := range series {
		series[i] = a.next(c)
	}
	return series
}
